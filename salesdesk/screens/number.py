"""A number shown large, for one who dials on a telephone beside the desk."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Digits, Static

from salesdesk import formatting
from salesdesk.commands import CALL, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar


class NumberScreen(DeskModal[None]):
    """Shows a number; it was copied already."""

    CSS_PATH = "number.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("number.close", "escape,enter,q", "dismiss", N_("close"), N_("Back to where you were"), CALL),
        Command("number.copy", "c", "copy", N_("copy"), N_("Copy the number once more"), CALL),
    )

    def __init__(self, number: str, name: str) -> None:
        super().__init__()
        self.number = number
        self.client = name

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="number"):
            yield Static(Text(plain(self.client)), id="number-of")
            yield Digits(formatting.phone(self.number))
            yield Static(markup=False, id="number-advice")
        yield KeysBar()

    def relabel(self) -> None:
        """Say that the number was copied."""
        self.query_one("#number-advice", Static).update(
            _("Dial it on your telephone. The number is copied. `dial` in the settings names a dial program.")
        )

    def action_copy(self) -> None:
        """Copy the number."""
        self.app.copy(self.number, self.number)
