"""The trail: who did what, newest first, and taking the last of one's own back."""

from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import formatting, wording
from salesdesk.commands import DESK, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.rows import AuditRow
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.keys_bar import KeysBar

LIMIT = 200


class TrailScreen(DeskModal[int]):
    """Shows what was done at this base. Dismissed with a client to open, or with None."""

    CSS_PATH = "trail.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("trail.open", "enter", "open", N_("card"), N_("Open the client's card"), DESK),
        Command(
            "trail.undo", "u", "undo", N_("undo"), N_("Take back your last thing that still stands"), DESK
        ),
        Command("trail.close", "escape,q", "cancel", N_("back"), N_("Back to where you were"), DESK),
        HELP,
    )
    lines = getters.query_one(OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[AuditRow, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="trail"):
            yield Static(id="trail-state", markup=False)
            yield OptionList(markup=False, compact=True)
        yield KeysBar()

    def relabel(self) -> None:
        """Read the trail."""
        self.query_one("#trail").border_title = _("Who did what")
        self.load()

    @work(exclusive=True, group="trail")
    async def load(self) -> None:
        """Read the trail anew; the mark stays where it is."""
        state = self.query_one("#trail-state", Static)
        try:
            await self.app.ready()
            from salesdesk.desk.undo import history

            self._rows = await self.app.gateway.read(history, limit=LIMIT)
        except SalesdeskError as error:
            state.update(f"! {error}")
            return
        state.update(
            _("u takes back your last thing that still stands") if self._rows else _("Nothing was done yet.")
        )
        marked = self.lines.highlighted
        width = max(self.lines.scrollable_content_region.width - 2, 40)
        self.lines.clear_options()
        self.lines.add_options([Option(self._line(row, width), id=str(row.id)) for row in self._rows])
        if self._rows:
            self.lines.highlighted = min(marked or 0, len(self._rows) - 1)
        self.lines.focus()

    def _line(self, row: AuditRow, width: int) -> Content:
        clock = self.app.clock
        at = formatting.day_and_time(row.at, clock.now(), clock.zone)
        undone = " ↶ " + _("taken back") if row.undone else ""
        rest = max(width - 12 - 18 - 24, 10)
        style = "$secondary strike" if row.undone else ""
        return Content.assemble(
            (fit(at, 12), "$secondary"),
            fit(row.operator or "", 17),
            " ",
            (fit(wording.action(row.action) + undone, 24), style),
            (fit(plain(row.client_name or ""), rest), "bold"),
        )

    def action_undo(self) -> None:
        """Take back one's own last thing."""
        self._undo()

    @work(exclusive=True, group="undo")
    async def _undo(self) -> None:
        with self.app.errors_said():
            from salesdesk.desk.undo import undo

            undone = await self.app.gateway.write(undo)
            what = f"{wording.action(undone.action)} · {plain(undone.client_name or '')}"
            self.app.say(_("Taken back: {name}").format(name=what))
            self.app.client_changed(undone.client_id)

    def client_changed(self, client_id: int | None) -> None:
        """Read the trail anew."""
        del client_id
        self.load()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was clicked, or chosen with Enter."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the client that the marked line is about."""
        marked = self.lines.highlighted
        if marked is not None and marked < len(self._rows):
            self.dismiss(self._rows[marked].client_id)

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)
