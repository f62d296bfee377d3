"""What could not be sent and is kept on this workstation: how each stands, and what becomes of it."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.lead.written import Written
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.written_table import fill

if TYPE_CHECKING:
    from salesdesk.kept.rows import Kept

_YES, _NO, _AGAIN = "yes", "no", "again"

KEPT_COMMANDS = (
    Command(
        "kept.decide", "enter", "decide",
        N_("decide"), N_("Decide about one that did not go in by itself"), LIST,
    ),
    Command("kept.send", "n", "send", N_("send now"), N_("Try at once to send what waits"), LIST),
    Command("kept.copy", "c", "copy", N_("copy"), N_("Copy the marked one as text"), LIST),
    Command("kept.copy_all", "C", "copy_all", N_("copy all"), N_("Copy all as text"), LIST, footer=False),
    Command(
        "kept.throw", "delete", "throw_away",
        N_("throw away"), N_("Keep the marked one no longer"), LIST,
    ),
    Command("kept.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("kept.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class KeptScreen(TableScreen):
    """A line for each; under the table the other side of the marked one."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*KEPT_COMMANDS)

    def load(self) -> None:
        """Show what is kept."""
        self._show()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def kept_changed(self) -> None:
        """Show what is kept now."""
        self._show()

    @property
    def _kept(self) -> "tuple[Kept, ...]":
        return self.app.lost_server.keeping.kept

    @property
    def _marked(self) -> "Kept | None":
        at = self.table.cursor_coordinate.row if self.is_mounted else 0
        return self._kept[at] if at < len(self._kept) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the marked one allows."""
        marked = self._marked
        if action == "decide":
            return marked is not None and not marked.waits
        if action in ("copy", "copy_all", "throw_away"):
            return marked is not None
        if action == "send":
            return bool(self.app.lost_server.keeping.waiting)
        return super().check_action(action, parameters)

    def _show(self) -> None:
        kept = self._kept
        self.entitle(_("Kept here, on this workstation"))
        self.table.display = bool(kept)
        if not kept:
            self.note("")
            self.face.say(_("Nothing is kept here: everything is in the base."), _("esc goes back"))
            self.refresh_bindings()
            return
        self.face.hide()
        at = self.table.cursor_coordinate.row
        fill(self.table, self._written(kept), self.size.width)
        self.table.move_cursor(row=min(at, len(kept) - 1), animate=False)
        self.table.focus()
        self._tell()

    def _written(self, kept: "tuple[Kept, ...]") -> Written:
        from salesdesk.kept.wording import said, state

        opened = self.app.gateway.opened
        rows = []
        for one in kept:
            told = said(one, opened.context.catalogues, self.app.clock.zone) if opened is not None else ""
            when = f"{one.at.astimezone(self.app.clock.zone):%d.%m %H:%M}"
            rows.append((when, plain(one.client_name), plain(told), state(one.state)))
        heads = (_("When"), _("Client"), _("What was said"), _("State"))
        return Written("", heads, tuple(rows), right=(), elastic=(2, 1))

    def _tell(self) -> None:
        """Say under the table all of the marked one, and why it is here still."""
        marked, opened = self._marked, self.app.gateway.opened
        lines: list[str] = []
        if marked is not None and opened is not None:
            from salesdesk.kept.wording import as_note, their_side

            lines = as_note(marked, opened.context.catalogues, self.app.clock.zone).splitlines()
            lines += [f"! {marked.why}"] if marked.why else []
            if marked.theirs is not None:
                side = their_side(marked.theirs, opened.context.catalogues, self.app.clock.zone)
                lines += [_("Meanwhile, by others:"), *side]
        self.note("\n".join(f"  {plain(line)}" for line in lines))
        self.refresh_bindings()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell of the one that is marked now."""
        event.stop()
        self._tell()

    # What becomes of it

    def action_decide(self) -> None:
        """Choose what becomes of one that did not go in by itself."""
        self._decide()

    @work(exclusive=True, group="ask")
    async def _decide(self) -> None:
        marked = self._marked
        if marked is None:
            return
        title = plain(marked.client_name)
        code = await self.app.push_screen_wait(ChooseScreen(title, keyed(_ways(marked))))
        if code is None:
            return
        if code == _NO:
            self.action_throw_away()
            return
        from salesdesk.kept.rows import Way

        with self.app.errors_said():
            if code == _AGAIN:
                await self.app.lost_server.keeping.wait_again(marked)
                self.action_send()
                return
            client_id = await self.app.lost_server.keeping.settle(marked, Way(code))
            self.app.client_changed(client_id)

    @work(exclusive=True, group="throw away")
    async def action_throw_away(self) -> None:
        """Keep the marked one no longer, once more asked for."""
        marked = self._marked
        if marked is None:
            return
        title = _("Throw away what was said of {name}?").format(name=plain(marked.client_name))
        options = keyed([(_NO, _("no, keep it")), (_YES, _("yes: it is in no base, and is gone"))])
        if await self.app.push_screen_wait(ChooseScreen(title, options, _NO)) == _YES:
            with self.app.errors_said():
                await self.app.lost_server.keeping.throw_away(marked)

    def action_send(self) -> None:
        """Try at once."""
        self.app.lost_server.reconnecting.hurry()
        self.app.lost_server.send_soon()

    def action_copy(self) -> None:
        """Copy the marked one."""
        marked = self._marked
        if marked is not None:
            self.app.copy(self._text(marked), plain(marked.client_name))

    def action_copy_all(self) -> None:
        """Copy all."""
        self.app.copy("\n\n".join(map(self._text, self._kept)), _("all that is kept here"))

    def _text(self, kept: "Kept") -> str:
        from salesdesk.kept.wording import written

        opened = self.app.gateway.opened
        return written(kept, opened.context.catalogues, self.app.clock.zone) if opened is not None else ""


def _ways(kept: "Kept") -> list[tuple[str, str]]:
    """Give what can become of it: code and words."""
    from salesdesk.kept.rows import Way

    ways = []
    if kept.theirs is not None and kept.theirs.now is None:
        return [(_AGAIN, _("send it again: the client may be yours again")), (_NO, _("throw it away…"))]
    if kept.wrap_up is not None:
        ways += [
            (Way.AS_SAID.value, _("log it as it is, with my next action")),
            (Way.ONLY_CALL.value, _("log the call only, leave theirs")),
        ]
    elif kept.step is not None:
        ways.append((Way.AS_SAID.value, _("move it all the same")))
    ways.append((Way.AS_NOTE.value, _("put it away as a note")))
    ways.append((_NO, _("throw it away…")))
    return ways
