"""The clients that were handed on to who sits here and are not confirmed yet: from whom, with what note."""

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
from salesdesk.rows import ToConfirm
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.leaf import LATE, QUIET, STRESSED, Leaf
from salesdesk.widgets.pick_list import PickList


class ToConfirmScreen(DeskModal[int]):
    """Shows them. Dismissed with a client whose card is to be opened, or with None."""

    CSS_PATH = "to_confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("to_confirm.open", "enter", "open", N_("card"), N_("Open the client's card"), DESK),
        Command(
            "to_confirm.confirm", "h,space", "confirm",
            N_("confirm"), N_("Confirm that you have taken this client over"), LIST,
        ),
        Command(
            "to_confirm.give_back", "y", "give_back",
            N_("give back"), N_("Give the client back to whoever handed it on, and say why"), LIST,
        ),
        Command("to_confirm.close", "escape,q", "cancel", N_("back"), N_("Back to where you were"), DESK),
        HELP,
    )  # fmt: skip
    lines = getters.query_one(PickList)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ToConfirm, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="to-confirm"):
            yield Static(id="to-confirm-state", markup=False)
            yield PickList()
        yield KeysBar()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.query_one("#to-confirm").border_title = Content(_("Handed on to you"))
        self.load()

    @work(exclusive=True, group="to confirm")
    async def load(self) -> None:
        """Read what waits."""
        state = self.query_one("#to-confirm-state", Static)
        try:
            await self.app.ready()
            from salesdesk.desk.handed import to_confirm

            self._rows = await self.app.gateway.read(to_confirm)
        except SalesdeskError as error:
            state.update(f"! {error}")
            return
        state.update("" if self._rows else _("Nothing waits for you to confirm it."))
        state.display = not self._rows
        self._show()
        self.lines.focus()

    def _show(self) -> None:
        marked = self.lines.highlighted
        self.lines.clear_options()
        self.lines.add_options([Option(self._lines(row), id=str(at)) for at, row in enumerate(self._rows)])
        if self._rows:
            self.lines.highlighted = min(marked or 0, len(self._rows) - 1)

    def _lines(self, row: ToConfirm) -> Content:
        clock = self.app.clock
        by = formatting.day_and_time(row.confirm_by, clock.now(), clock.zone)
        leaf = Leaf(max(self.lines.scrollable_content_region.width, 40))
        parts = [_("from {name}").format(name=plain(row.giver)), formatting.amount_short(row.amount_minor)]
        if row.instead_of is not None:
            parts.append(_("for {name}, who is absent").format(name=plain(row.instead_of)))
        about = "".join(f" · {part}" for part in parts if part)
        until = _("confirm by {when}").format(when=by)
        leaf.item(
            "⇥! " if row.late else "⇥ ",
            Content.assemble(
                (plain(row.name), STRESSED), (about, QUIET), " · ", (until, LATE if row.late else QUIET)
            ),
        )
        if row.note:
            leaf.line(row.note, indent=2)
        return leaf.content()

    def on_resize(self) -> None:
        """Write the lines for another width."""
        self._show()

    def client_changed(self, client_id: int | None) -> None:
        """Read anew what still waits."""
        del client_id
        self.load()

    # Keys

    @property
    def row(self) -> ToConfirm | None:
        """The client under the mark."""
        at = self.lines.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def action_confirm(self) -> None:
        """Confirm the marked client."""
        if self.row is not None:
            self._confirm(self.row)

    @work(exclusive=True, group="client")
    async def _confirm(self, row: ToConfirm) -> None:
        from salesdesk.screens.handing import confirm_client

        with self.app.errors_said():
            await confirm_client(self.app, row.client_id, row.name)

    def action_give_back(self) -> None:
        """Give the marked client back."""
        if self.row is not None:
            self._give_back(self.row)

    @work(exclusive=True, group="client")
    async def _give_back(self, row: ToConfirm) -> None:
        from salesdesk.screens.handing import give_back

        with self.app.errors_said():
            await give_back(self.app, row.client_id, row.name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the card of the marked client."""
        if self.row is not None:
            self.dismiss(self.row.client_id)

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)
