"""A note about a client."""

from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.note_area import NoteArea


class NoteScreen(DeskModal[int]):
    """Writes a note down. Dismissed with a number once it is written, or with None."""

    CSS_PATH = "note.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("note.save", "enter,f2", "save", N_("save"), N_("Save the note"), CLIENT),
        Command("note.cancel", "escape", "cancel", N_("back"), N_("Leave without saving"), CLIENT),
        HELP,
    )
    area = getters.query_one(NoteArea)

    def __init__(self, client_id: int, name: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.client_name = plain(name)
        self._saving = False
        self._sure = False
        self._token = ""

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="note-box"):
            yield NoteArea()
            yield Static(markup=False, id="note-wrong")
        yield KeysBar()

    def relabel(self) -> None:
        """Name the client."""
        self.query_one("#note-box").border_title = Content(self.heading)

    @property
    def heading(self) -> str:
        """Say what is written here."""
        return _("Note: {name}").format(name=self.client_name)

    async def keep(self, text: str) -> int:
        """Keep what was written; give a number that says so. Raises SalesdeskError."""
        from salesdesk.storage.receipts import new_token

        self._token = self._token or new_token()
        lost = self.app.lost_server
        if await lost.keeping.note(self.client_id, self.client_name, text, self._token):
            lost.say_kept(self.client_name)
        return self.client_id

    def action_save(self) -> None:
        """Save, once."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        try:
            note_id = await self.keep(self.area.text)
        except SalesdeskError as error:
            self._say(str(error))
        else:
            self.dismiss(note_id)
        finally:
            self._saving = False

    def action_cancel(self) -> None:
        """Leave without saving; what is typed is thrown away only by a second press."""
        if self.area.text.strip() and not self._sure:
            self._sure = True
            self._say(_("Not saved yet: F2 saves, esc once more throws it away."))
            return
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#note-wrong", Static).update(f"! {text}")
