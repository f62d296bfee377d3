"""By which rule clients are shared out, or into which campaign they go: asked, counted, then done."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from salesdesk.codes import Role
from salesdesk.commands import LIST, Command, bindings
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.form import Field, FormScreen, at_field
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.rehearsed import (
    CountForm,
    RehearsedScreen,
    asked_and_done,
    clients_counted,
    who_gets_none,
)
from salesdesk.screens.working import watched
from salesdesk.widgets.cells import fit, fit_right
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.filters import Filter
    from salesdesk.lead.sharing_out import Rule, SharedOut, To
    from salesdesk.shell import Shell

    Asked = tuple[Rule, tuple[To, ...]]

_HINTED = 3
"""So many campaigns fit into the empty field, as examples of what it takes."""


async def share_out_asked(app: "Shell", where: "Filter", count: int) -> bool:
    """Ask the rule, rehearse, and share out when that is wanted. Raises SalesdeskError."""
    from salesdesk.base.filters import These
    from salesdesk.lead.sharing_out import Rule, read_to, rehearse
    from salesdesk.team.people import people

    who = await app.gateway.read(people)
    rule, to = Rule.EVEN, ",".join(one.login for one in who if one.role is Role.OPERATOR)

    async def save(values: Mapping[str, str]) -> "Asked":
        nonlocal rule, to
        rule, to = Rule(values["rule"]), values["to"]
        with at_field("to"):
            asked = (rule, read_to(to))
            # Of nobody, for what is wrong with it: the counting of all of them can be seen and stopped.
            await app.gateway.read(rehearse, These(()), *asked)
        return asked

    rules = (
        (Rule.EVEN.value, _("evenly")),
        (Rule.REGION.value, _("by region")),
        (Rule.CLASS.value, _("by class")),
    )
    title = ngettext("Share {count} client out", "Share {count} clients out", count)

    def form() -> CountForm["Asked"]:
        fields = (
            Field("rule", _("By which rule"), rule.value, rules, optional=False),
            Field("to", _("To whom"), to, hint=_("anna,boris or Moscow=anna,Omsk=boris")),
        )
        return CountForm(title.format(count=grouped(count)), fields, save)

    return await asked_and_done(app, form, partial(SharesScreen, where))


class SharesScreen(RehearsedScreen["SharedOut"]):
    """Counts who would get how many, and shares out when that is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("shares.do", "enter,f2", "do", N_("share out"), N_("Share them out so"), LIST),
        Command("shares.cancel", "escape", "cancel", N_("back"), N_("Stop what runs; otherwise back"), LIST),
        HELP,
    )

    def __init__(self, where: "Filter", asked: "Asked") -> None:
        super().__init__()
        self._where = where
        self._asked = asked

    def question(self) -> str:
        """Ask whether it is wanted so."""
        return _("Share out so?")

    async def count(self) -> "SharedOut":
        """Count who would get how many."""
        from salesdesk.lead.sharing_out import rehearse

        return await self.app.gateway.read(rehearse, self._where, *self._asked)

    def lines(self, found: "SharedOut") -> list[str]:
        """Say who would get how many."""
        lines = [
            fit(share.name, 28)
            + fit_right(grouped(share.clients), 12)
            + "  "
            + ngettext("({count} changes hands)", "({count} change hands)", share.changed).format(
                count=grouped(share.changed)
            )
            for share in found.shares
        ]
        return lines + who_gets_none(found.left, found.absent)

    async def carry_out(self, progress: Progress) -> str:
        """Share them out."""
        from salesdesk.lead.sharing_out import share_out

        done = await self.app.gateway.write(
            share_out, self._where, *self._asked,
            progress=progress.report, cancelled=lambda: progress.cancelled,
        )  # fmt: skip
        changed = ngettext("{count} client changed hands", "{count} clients changed hands", done.changed)
        return changed.format(count=grouped(done.changed))


async def campaign_asked(app: "Shell", where: "Filter", count: int) -> bool:
    """Ask which campaign and put them into it. Raises SalesdeskError."""
    from salesdesk.lead.campaigns import campaigns, put_into_campaign

    known = await app.gateway.read(campaigns)

    async def save(values: Mapping[str, str]) -> int:
        with at_field("campaign"):
            return await watched(app, title, clients_counted, lambda progress: put(values, progress))

    async def put(values: Mapping[str, str], progress: Progress) -> int:
        return await app.gateway.write(
            put_into_campaign, where, values["campaign"], values["title"],
            progress=progress.report, cancelled=lambda: progress.cancelled,
        )  # fmt: skip

    hint = ", ".join(code for code, _title in known[:_HINTED]) + (", …" if len(known) > _HINTED else "")
    fields = (
        Field("campaign", _("Campaign"), hint=hint),
        Field("title", _("Title"), hint=_("what people read")),
    )
    title = ngettext("Put {count} client into a campaign", "Put {count} clients into a campaign", count)
    title = title.format(count=grouped(count))
    changed = await app.push_screen_wait(FormScreen(title, fields, save))
    if changed is None:
        return False
    said = ngettext("{count} client put in", "{count} clients put in", changed)
    app.say(said.format(count=grouped(changed)), title=_("u takes it back"))
    return True
