"""Export from a screen: where to, how far it is, stopped at any time; then there is no file."""

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.typed_path import shown_path, typed_path
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput
from salesdesk.widgets.progress_line import Pace, ProgressLine, grouped

if TYPE_CHECKING:
    from salesdesk.base.exporting import Exported
    from salesdesk.base.filters import Filter
    from salesdesk.context import Context
    from salesdesk.storage.base import Base

_USUAL = "~/clients.xlsx"


class ExportScreen(DeskModal[bool]):
    """Asks for a path and writes the clients there. Dismissed with True once there is a file."""

    CSS_PATH = "export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("export.write", "enter,f2", "write", N_("write it"), N_("Write the file"), LIST),
        Command("export.stop", "escape", "stop", N_("back"), N_("Stop what runs; otherwise back"), LIST),
        HELP,
    )
    input = getters.query_one(LineInput)
    progress_line = getters.query_one(ProgressLine)

    def __init__(self, where: "Filter", count: int) -> None:
        super().__init__()
        self._where = where
        self._count = count
        self._progress: Progress | None = None
        self._begun = 0.0
        self._replacing = ""

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="export"):
            yield LineInput(_USUAL, select_on_focus=False, compact=True)
            yield Static(id="export-hint", markup=False)
            yield ProgressLine()
            yield Static(id="export-wrong", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self.input.focus()
        self.input.cursor_position = len(self.input.value)

    def on_unmount(self) -> None:
        """Let no export outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        title = ngettext("Export {count} client to", "Export {count} clients to", self._count)
        self.query_one("#export").border_title = Content(title.format(count=grouped(self._count)))
        self.query_one("#export-hint", Static).update(
            _("The ending says the form: .xlsx, .csv, .vcf (vCard). Phones stay text, no formula is written.")
        )

    def action_write(self) -> None:
        """Write the file, once; over one that is there only after a second press."""
        if self._progress is not None:
            return
        path = typed_path(self.input.value)
        if path.exists() and self._replacing != self.input.value:
            self._replacing = self.input.value
            self._say_wrong(_("There is such a file already: enter once more replaces it."))
            return
        self._progress = Progress(self._show_progress)
        self._begun = monotonic()
        self.progress_line.begin(_("Exporting…"))
        self.query_one("#export-hint", Static).update(_("esc stops it"))
        self._write(self._progress)

    @work
    async def _write(self, progress: Progress) -> None:
        from salesdesk.base.exporting import export, note_export

        path, where = typed_path(self.input.value), self._where

        def job(base: "Base", context: "Context") -> "Exported":
            with base.read() as session:
                done = export(
                    session, context, "clients", path, where,
                    progress=progress.report, cancelled=lambda: progress.cancelled,
                )  # fmt: skip
            with base.write() as session:
                note_export(session, context, "clients", done)
            return done

        try:
            done = await self.app.gateway.job(job)
        except SalesdeskError as error:
            self._say_wrong(str(error))
        else:
            rows = ngettext("{count} row", "{count} rows", done.rows).format(count=grouped(done.rows))
            self.app.say(f"{shown_path(done.file)}: {rows}", title=_("Exported"))
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._progress = None
            self.progress_line.end()
            self.relabel()

    def _show_progress(self, done: int, total: int | None) -> None:
        if self._progress is None or not self.is_mounted:
            return
        share = done / total if total else None
        counted = ngettext("{count} client", "{count} clients", done).format(count=grouped(done))
        self.progress_line.show(Pace(done, share, monotonic() - self._begun), counted)

    def _say_wrong(self, text: str) -> None:
        self.query_one("#export-wrong", Static).update(f"! {text}")

    def action_stop(self) -> None:
        """Stop what runs; otherwise go back."""
        if self._progress is not None:
            self._progress.cancel()
        else:
            self.dismiss(False)  # noqa: FBT003  # the result of the modal
