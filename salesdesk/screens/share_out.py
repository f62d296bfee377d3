"""By which rule clients are shared out, or into which campaign they go: asked, counted, then done."""

from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from salesdesk.codes import Role
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.form import Field, FormScreen, at_field
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.working import watched
from salesdesk.widgets.cells import fit, fit_right
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.progress_line import Pace, ProgressLine, grouped

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
    while True:
        fields = (
            Field("rule", _("By which rule"), rule.value, rules, optional=False),
            Field("to", _("To whom"), to, hint=_("anna,boris or Moscow=anna,Omsk=boris")),
        )
        asked = await app.push_screen_wait(AskedScreen(title.format(count=grouped(count)), fields, save))
        if asked is None:
            return False
        # Whoever does not want it so goes back to what was asked.
        if await app.push_screen_wait(SharesScreen(where, asked)):
            return True


class AskedScreen(FormScreen["Asked"]):
    """The rule and to whom: what is filled in is counted, and nothing is done yet."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("form.save", "f2", "save", N_("count"), N_("Count who would get how many"), LIST),
    )
    UNSAVED: ClassVar[str] = N_("F2 counts who would get how many, esc once more leaves all as it is.")


class SharesScreen(DeskModal[bool]):
    """Counts who would get how many, and shares out when that is wanted. Dismissed with whether it was."""

    CSS_PATH = "share_out.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("shares.do", "enter,f2", "do", N_("share out"), N_("Share them out so"), LIST),
        Command("shares.cancel", "escape", "cancel", N_("back"), N_("Stop what runs; otherwise back"), LIST),
        HELP,
    )
    progress_line = getters.query_one(ProgressLine)

    def __init__(self, where: "Filter", asked: "Asked") -> None:
        super().__init__()
        self._where = where
        self._asked = asked
        self._rehearsed: SharedOut | None = None
        self._progress: Progress | None = None
        self._begun = 0.0

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="shares"):
            yield Static(id="shares-lines", markup=False)
            yield ProgressLine()
        yield KeysBar()

    def on_mount(self) -> None:
        """Count."""
        super().on_mount()
        self._rehearse()

    def on_unmount(self) -> None:
        """Let nothing outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()

    def relabel(self) -> None:
        """Say who would get how many."""
        self.query_one("#shares").border_title = Content(_("Share out so?"))
        lines = self._lines(self._rehearsed) if self._rehearsed is not None else [_("Counting…")]
        self.query_one("#shares-lines", Static).update("\n".join(lines))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to do it once it is known what it is."""
        if action == "do" and (self._rehearsed is None or self._progress is not None):
            return None
        return super().check_action(action, parameters)

    @work(exclusive=True, group="ask")
    async def _rehearse(self) -> None:
        from salesdesk.lead.sharing_out import rehearse

        with self.app.errors_said():
            self._rehearsed = await self.app.gateway.read(rehearse, self._where, *self._asked)
            self.relabel()
            self.refresh_bindings()

    @staticmethod
    def _lines(found: "SharedOut") -> list[str]:
        lines = [
            fit(share.name, 28)
            + fit_right(grouped(share.clients), 12)
            + "  "
            + ngettext("({count} changes hands)", "({count} change hands)", share.changed).format(
                count=grouped(share.changed)
            )
            for share in found.shares
        ]
        if found.left:
            lines.append(_("stay as they are: {count}").format(count=grouped(found.left)))
        if found.absent:
            lines.append(_("Absent, and get none: {names}").format(names=", ".join(found.absent)))
        return lines

    def action_do(self) -> None:
        """Share them out, once."""
        self._progress = Progress(self._show_progress)
        self._begun = monotonic()
        self.refresh_bindings()
        self._share(self._progress)

    @work
    async def _share(self, progress: Progress) -> None:
        from salesdesk.lead.sharing_out import share_out

        try:
            done = await self.app.gateway.write(
                share_out, self._where, *self._asked,
                progress=progress.report, cancelled=lambda: progress.cancelled,
            )  # fmt: skip
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            changed = ngettext("{count} client changed hands", "{count} clients changed hands", done.changed)
            self.app.say(changed.format(count=grouped(done.changed)), title=_("u takes it back"))
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._progress = None
            self.progress_line.end()
            self.refresh_bindings()

    def _show_progress(self, done: int, total: int | None) -> None:
        if self._progress is not None and self.is_mounted:
            share = done / total if total else None
            self.progress_line.show(Pace(done, share, monotonic() - self._begun), _clients(done))

    def action_cancel(self) -> None:
        """Stop what runs; otherwise leave them as they are."""
        if self._progress is not None:
            self._progress.cancel()
        else:
            self.dismiss(False)  # noqa: FBT003  # the result of the modal


def _clients(count: int) -> str:
    return ngettext("{count} client", "{count} clients", count).format(count=grouped(count))


async def campaign_asked(app: "Shell", where: "Filter", count: int) -> bool:
    """Ask which campaign and put them into it. Raises SalesdeskError."""
    from salesdesk.lead.campaigns import campaigns, put_into_campaign

    known = await app.gateway.read(campaigns)

    async def save(values: Mapping[str, str]) -> int:
        with at_field("campaign"):
            return await watched(app, title, _clients, lambda progress: put(values, progress))

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
