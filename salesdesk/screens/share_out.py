"""By which rule clients are shared out, or into which campaign they go: asked, counted, then done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from salesdesk.codes import Role
from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import fit, fit_right
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.filters import Filter
    from salesdesk.lead.sharing_out import SharedOut, To
    from salesdesk.shell import Shell


async def share_out_asked(app: "Shell", where: "Filter", count: int) -> bool:
    """Ask the rule, rehearse, and share out when that is wanted. Raises SalesdeskError."""
    from salesdesk.lead.sharing_out import Rule, read_to, rehearse, share_out
    from salesdesk.team.people import people

    who = await app.gateway.read(people)
    said: list[tuple[Rule, tuple[To, ...]]] = []

    async def save(values: Mapping[str, str]) -> "SharedOut":
        asked = (Rule(values["rule"]), read_to(values["to"]))
        said[:] = [asked]
        return await app.gateway.read(rehearse, where, *asked)

    rules = (
        (Rule.EVEN.value, _("evenly")),
        (Rule.REGION.value, _("by region")),
        (Rule.CLASS.value, _("by class")),
    )
    logins = ",".join(one.login for one in who if one.role is Role.OPERATOR)
    fields = (
        Field("rule", _("By which rule"), Rule.EVEN.value, rules, optional=False),
        Field("to", _("To whom"), logins, hint=_("anna,boris or Moscow=anna,Omsk=boris")),
    )
    title = ngettext("Share {count} client out", "Share {count} clients out", count)
    form = FormScreen(title.format(count=grouped(count)), fields, save)
    rehearsed = await app.push_screen_wait(form)
    if rehearsed is None:
        return False
    if not await app.push_screen_wait(SharesScreen(rehearsed)):
        return False
    done = await app.gateway.write(share_out, where, *said[0])
    changed = ngettext("{count} client changed hands", "{count} clients changed hands", done.changed)
    app.say(changed.format(count=grouped(done.changed)), title=_("u takes it back"))
    return True


class SharesScreen(DeskModal[bool]):
    """Says who would get how many. Dismissed with True where that is wanted."""

    CSS_PATH = "share_out.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("shares.do", "enter,f2", "do", N_("share out"), N_("Share them out so"), LIST),
        Command("shares.cancel", "escape", "cancel", N_("back"), N_("Leave them as they are"), LIST),
        HELP,
    )

    def __init__(self, rehearsed: "SharedOut") -> None:
        super().__init__()
        self._rehearsed = rehearsed

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="shares"):
            yield Static(markup=False)
        yield KeysBar()

    def relabel(self) -> None:
        """Say who would get how many."""
        self.query_one("#shares").border_title = Content(_("Share out so?"))
        self.query_one("#shares Static", Static).update("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        found = self._rehearsed
        lines = [
            fit(share.name, 28)
            + fit_right(grouped(share.clients), 12)
            + "  "
            + _("({count} change hands)").format(count=grouped(share.changed))
            for share in found.shares
        ]
        if found.left:
            lines.append(_("stay as they are: {count}").format(count=grouped(found.left)))
        if found.absent:
            lines.append(_("Absent, and get none: {names}").format(names=", ".join(found.absent)))
        return lines

    def action_do(self) -> None:
        """Want it."""
        self.dismiss(True)  # noqa: FBT003  # the result of the modal

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(False)  # noqa: FBT003  # the same


async def campaign_asked(app: "Shell", where: "Filter", count: int) -> bool:
    """Ask which campaign and put them into it. Raises SalesdeskError."""
    from salesdesk.lead.campaigns import campaigns, put_into_campaign

    known = await app.gateway.read(campaigns)

    async def save(values: Mapping[str, str]) -> int:
        return await app.gateway.write(put_into_campaign, where, values["code"], values["title"])

    hint = ", ".join(code for code, _title in known[:6])
    fields = (Field("code", _("Campaign"), hint=hint), Field("title", _("Title"), hint=_("what people read")))
    title = ngettext("Put {count} client into a campaign", "Put {count} clients into a campaign", count)
    changed = await app.push_screen_wait(FormScreen(title.format(count=grouped(count)), fields, save))
    if changed is None:
        return False
    said = ngettext("{count} client put in", "{count} clients put in", changed)
    app.say(said.format(count=grouped(changed)), title=_("u takes it back"))
    return True
