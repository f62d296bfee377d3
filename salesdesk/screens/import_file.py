"""Import, first step: which file. A typed path with completion, and the files of its folder beneath."""

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DirectoryTree, Input, Static

from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.recent_folder import keep_folder, recent_folder
from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.screens.typed_path import (
    candidates,
    is_folder,
    may_hold_table,
    shown_path,
    typed_name,
    typed_path,
)
from salesdesk.widgets.cells import plain
from salesdesk.widgets.file_tree import FileTree
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.path_input import PathInput

if TYPE_CHECKING:
    from salesdesk.base.importing import Preview
    from salesdesk.storage.base import Base

_FOLLOW_AFTER = 0.15
_SAY_WORKING_AFTER = 0.3


class ImportFileScreen(DeskScreen[None]):
    """Chooses the file, and goes on to what its columns are."""

    CSS_PATH = "import_file.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("import.open", "enter", "open", N_("open"), N_("Open the file, or go into the folder"), LIST),
        Command(
            "import.files", "down", "files", N_("files"), N_("Choose among the files of the folder"), LIST
        ),
        Command(
            "import.past", "f6", "past", N_("past imports"), N_("What was imported, and the way back"), LIST
        ),
        Command("import.leave", "escape", "leave", N_("back"), N_("Back to where you were"), DESK),
    )

    path_input = getters.query_one(PathInput)
    files = getters.query_one(FileTree)

    def __init__(self) -> None:
        super().__init__()
        self._folder = recent_folder()
        self._reading = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(id="import-file"):
            yield Static(id="import-title", markup=False)
            yield PathInput(candidates)
            yield Static(id="import-state", markup=False)
            yield FileTree(self._folder, may_hold_table)
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin in the folder of last time."""
        self._write_path(self._folder)
        self.path_input.focus()
        self.watch(self.files, "path", self._files_moved, init=False)

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.query_one("#import-title", Static).update(_("Import: which file?"))
        self.path_input.placeholder = _("path of a CSV, TSV, XLSX, XLS or ODS file")
        self._advise()

    def _write_path(self, path: Path) -> None:
        text = plain(shown_path(path))
        self.path_input.value = text.rstrip("/") + "/" if is_folder(path) else text
        self.path_input.cursor_position = len(self.path_input.value)

    def _advise(self) -> None:
        self._say(_("Type the path, tab completes it; or go down to the files."))

    def _say(self, text: str, *, wrong: bool = False) -> None:
        # A worker may say it when the screen is being left.
        for state in self.query("#import-state").results(Static):
            state.set_class(wrong, "-wrong")
            state.update(f"! {text}" if wrong else text)

    # The typed path and the files follow one another

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the files of the folder that is typed."""
        event.stop()
        self._advise()
        self.run_worker(self._follow(event.value), group="follow", exclusive=True)

    async def _follow(self, text: str) -> None:
        await asyncio.sleep(_FOLLOW_AFTER)
        folder = await asyncio.to_thread(_folder_of, text)
        if folder is not None:
            name = "" if is_folder(typed_path(text)) else typed_name(text)
            # The screen may have been left meanwhile.
            for files in self.query(FileTree):
                files.go(folder, name)

    def _files_moved(self, folder: Path) -> None:
        """Write down where the files are that one walks through."""
        if self.files.has_focus:
            with self.prevent(Input.Changed):
                self._write_path(folder)

    def on_file_tree_typed(self, event: FileTree.Typed) -> None:
        """Go on typing the path."""
        self.path_input.focus()
        self.path_input.cursor_position = len(self.path_input.value)
        self.path_input.insert_text_at_cursor(event.letter)

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        """Open the file that was chosen."""
        event.stop()
        if event.node.is_root:
            # The folder itself is gone, and the tree takes it for a file.
            return
        with self.prevent(Input.Changed):
            self._write_path(event.path)
        self._read(event.path)

    # Opening

    def action_open(self) -> None:
        """Open the file that is typed, or go into the folder."""
        path = typed_path(self.path_input.value)
        if not self.path_input.value.strip() or is_folder(path):
            self.files.focus()
        else:
            self._read(path)

    def action_files(self) -> None:
        """Go to the files."""
        self.files.focus()

    def action_past(self) -> None:
        """Show the imports that there were."""
        from salesdesk.screens.past_imports import PastImportsScreen

        self.app.push_screen(PastImportsScreen())

    def action_leave(self) -> None:
        """Stop reading, or leave."""
        if self._reading:
            self.workers.cancel_group(self, "read")
            self._advise()
        else:
            self.dismiss(None)

    def _read(self, path: Path) -> None:
        self.run_worker(self._go_on(path), group="read", exclusive=True)

    async def _go_on(self, path: Path) -> None:
        """Look into the file, and ask what its columns are; leave with what was imported."""
        from salesdesk.screens.import_mapping import ImportMappingScreen

        try:
            preview = await self._look(path)
        except SalesdeskError as error:
            self._say(str(error), wrong=True)
            return
        self._advise()
        keep_folder(path.parent)
        if await self.app.push_screen_wait(ImportMappingScreen(preview)):
            self.dismiss(None)

    async def _look(self, path: Path) -> "Preview":
        saying = self.set_timer(_SAY_WORKING_AFTER, partial(self._say, _("Reading the file… esc stops.")))
        self._reading = True
        try:
            await self.app.ready()
            from salesdesk.base.importing import look_unasked

            def look(base: "Base", _context: object) -> "Preview":
                with base.read() as session:
                    return look_unasked(path, session=session)

            return await self.app.gateway.job(look)
        finally:
            self._reading = False
            saying.stop()


def _folder_of(text: str) -> Path | None:
    """Find the folder that a typed path begins with; None where there is none."""
    path = typed_path(text)
    if is_folder(path):
        return path
    return path.parent if path.parent != path and is_folder(path.parent) else None
