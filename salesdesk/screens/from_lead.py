"""What the lead has left for who sits here, and was not seen yet: about whom, and every word of it."""

from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import formatting
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.rows import LeadNote
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.leaf import QUIET, STRESSED, Leaf
from salesdesk.widgets.pick_list import PickList


class FromLeadScreen(DeskModal[int]):
    """Shows the notes. Dismissed with a client to open, or with None.

    What is seen here stays until one leaves, so that the same key can unsay it.
    """

    CSS_PATH = "from_lead.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("from_lead.open", "enter", "open", N_("card"), N_("Open the client's card"), DESK),
        Command(
            "from_lead.seen", "v,space", "see",
            N_("seen"), N_("Say that you have seen it, or that you have not"), LIST,
        ),
        Command("from_lead.close", "escape,q", "cancel", N_("back"), N_("Back to where you were"), DESK),
        HELP,
    )  # fmt: skip
    lines = getters.query_one(PickList)

    def __init__(self) -> None:
        super().__init__()
        self._notes: tuple[LeadNote, ...] = ()
        self._seen: set[int] = set()

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="from-lead"):
            yield Static(id="from-lead-state", markup=False)
            yield PickList()
        yield KeysBar()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.query_one("#from-lead").border_title = Content(_("From the lead"))
        if self._notes:
            self._show()
        else:
            self.load()

    @work(exclusive=True, group="notes")
    async def load(self) -> None:
        """Read the notes."""
        state = self.query_one("#from-lead-state", Static)
        try:
            await self.app.ready()
            from salesdesk.desk.lead_notes import for_me

            self._notes = await self.app.gateway.read(for_me)
        except SalesdeskError as error:
            state.update(f"! {error}")
            return
        state.update("" if self._notes else _("The lead has left nothing new for you."))
        state.display = not self._notes
        self._show()
        self.lines.focus()

    def _show(self) -> None:
        marked = self.lines.highlighted
        self.lines.clear_options()
        self.lines.add_options([Option(self._lines(note), id=str(note.id)) for note in self._notes])
        if self._notes:
            self.lines.highlighted = min(marked or 0, len(self._notes) - 1)

    def _lines(self, note: LeadNote) -> Content:
        clock = self.app.clock
        at = formatting.day_and_time(note.at, clock.now(), clock.zone)
        seen = note.id in self._seen
        leaf = Leaf(max(self.lines.scrollable_content_region.width, 40))
        sign = "✓ " + _("seen") if seen else "✉"
        about = (f" · {plain(note.author)}, {at}", QUIET)
        leaf.item(f"{sign} ", Content.assemble((plain(note.client_name), STRESSED), about))
        leaf.line(note.text, QUIET if seen else "", indent=2)
        return leaf.content()

    def on_resize(self) -> None:
        """Write the notes down for another width."""
        self._show()

    # Keys

    @property
    def note(self) -> LeadNote | None:
        """The note under the mark."""
        at = self.lines.highlighted
        return self._notes[at] if at is not None and at < len(self._notes) else None

    def action_see(self) -> None:
        """Say that the marked note was seen, or that it was not."""
        if self.note is not None:
            self._see(self.note)

    @work(group="seen")
    async def _see(self, note: LeadNote) -> None:
        from salesdesk.desk.lead_notes import mark_seen

        seen = note.id not in self._seen
        self._seen ^= {note.id}
        self._show()
        if seen:
            self.lines.action_cursor_down()
        with self.app.errors_said():
            await self.app.gateway.write(mark_seen, [note.id], seen=seen)
            self.app.client_changed(note.client_id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the card of the client that the marked note is about."""
        if self.note is not None:
            self.dismiss(self.note.client_id)

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)
