"""Today: whom to call now, and why."""

from textual.app import ComposeResult

from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.widgets.keys_bar import KeysBar


class TodayScreen(DeskScreen[None]):
    """The list of the day, beneath every other screen."""

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield KeysBar()
