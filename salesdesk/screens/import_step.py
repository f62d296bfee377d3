"""What the steps of an import have in common."""

from textual.binding import Binding

from salesdesk.i18n import _
from salesdesk.screens.desk_screen import DeskScreen

KEYS_OF_THE_DESK = Binding("u,i,o", "not_now", show=False)
"""The desk's own undo, import and settings would take the ground from under an import."""


class ImportStep(DeskScreen[bool]):
    """A step after the choice of the file. Dismissed with True when something was imported."""

    def action_not_now(self) -> None:
        """Say why the desk's key does nothing here."""
        self.app.say(_("First leave the import: esc."))
