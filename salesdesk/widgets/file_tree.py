"""A folder's files to choose from: only what may hold a table, and folders."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text, TextType
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import DirectoryTree

from salesdesk.commands import LIST, Command, bindings
from salesdesk.i18n import N_
from salesdesk.widgets.cells import plain


class FileTree(DirectoryTree):
    """Shows a folder. Folders are told by a sign, not by a picture whose width terminals disagree about."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "

    class Typed(Message):
        """A letter was typed over the files."""

        def __init__(self, letter: str) -> None:
            self.letter = letter
            super().__init__()

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("files.open", "enter", "select_cursor", N_("open"), N_("Open the file or the folder"), LIST),
        Command("files.up", "backspace,left", "up", N_("folder above"), N_("Go to the folder above"), LIST),
    )

    def __init__(self, path: Path, wanted: Callable[[Path], bool], id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        self._wanted = wanted
        self._beginning = ""
        super().__init__(path, id=id)

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out what is hidden and what cannot be a table."""
        return [
            path for path in paths if self._begins(path) and (self._safe_is_dir(path) or self._wanted(path))
        ]

    def _begins(self, path: Path) -> bool:
        if path.parent == Path(self.path).resolve() and self._beginning:
            return path.name.lower().startswith(self._beginning.lower())
        return not path.name.startswith(".")

    def go(self, folder: Path, beginning: str = "") -> None:
        """Show a folder, or of it what begins so."""
        moved, self._beginning = beginning != self._beginning, beginning
        if folder != self.path:
            self.path = folder
        elif moved:
            self.reload()

    def process_label(self, label: TextType) -> Text:
        """Take names of files as text, whatever signs are in them."""
        return Text(plain(str(label)))

    def on_focus(self) -> None:
        """Begin with the first thing in the folder, not with the folder itself."""
        if self.cursor_line < 1 <= self.last_line:
            self.cursor_line = 1

    def on_key(self, event: events.Key) -> None:
        """Give letters to whoever takes a typed path: no key of the desk is meant here."""
        if event.character is not None and event.is_printable:
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(event.character))

    def action_up(self) -> None:
        """Go to the folder above."""
        folder = Path(self.path).absolute()
        if folder.parent != folder:
            self.go(folder.parent)
