"""The imports that there were, the last first: what each brought, and the way back."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk.codes import ImportKind
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.import_wording import import_state
from salesdesk.lead.written import Written
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.counting import counting
from salesdesk.screens.import_result import undone_words
from salesdesk.screens.import_step import KEYS_OF_THE_DESK
from salesdesk.screens.import_words import kind_title
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.progress_line import grouped
from salesdesk.widgets.written_table import fill

if TYPE_CHECKING:
    from salesdesk.base.importing import PastImport

_YES, _NO = "yes", "no"
PAST_COMMANDS = (
    Command(
        "past_imports.undo", "t,delete", "take_back", N_("take back"), N_("Take the whole import back"), LIST
    ),
    Command("past_imports.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("past_imports.back", "escape,q", "back", N_("back"), N_("Back to the choice of the file"), LIST),
)

_WIDE = 110
"""From so many cells on there is room for words over the counts."""


class PastImportsScreen(TableScreen):
    """A line for each import."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*PAST_COMMANDS), KEYS_OF_THE_DESK]

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[PastImport, ...] | None = None
        self._working = False

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take back what can be."""
        if action == "take_back":
            return self._marked is not None and self._marked.undoable and not self._working
        return super().check_action(action, parameters)

    def action_not_now(self) -> None:
        """Say why the desk's key does nothing here."""
        self.app.say(_("First leave the import: esc."))

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="past imports")
    async def _load(self) -> None:
        try:
            with counting(self, anew=self._found is not None):
                await self.app.ready()
                from salesdesk.base.importing import past_imports

                self._found = await self.app.gateway.read(past_imports)
        except SalesdeskError as error:
            self.table.display = False
            self.face.say(str(error), _("r tries again"))
            return
        self._show()
        self.refresh_bindings()

    @property
    def _marked(self) -> "PastImport | None":
        at = self.table.cursor_coordinate.row if self.is_mounted else 0
        return self._found[at] if self._found and at < len(self._found) else None

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        self.entitle(_("Imports so far"))
        self.table.display = bool(found)
        if not found:
            self.face.say(_("Nothing was imported yet."), _("esc goes back"))
            return
        self.face.hide()
        at = self.table.cursor_coordinate.row
        fill(self.table, self._written(found), self.size.width)
        self.table.move_cursor(row=min(at, len(found) - 1), animate=False)
        self.table.focus()

    def _written(self, found: "tuple[PastImport, ...]") -> Written:
        opened = self.app.gateway.opened
        zone = opened.context.catalogues.team.zone if opened is not None else None
        wide = self.size.width >= _WIDE
        # Where room is short, the counts have the signs that they have when an import has ended.
        counts = (_("Added"), _("Updated"), _("Refused"), _("Rows")) if wide else ("+", "~", "!")
        heads = (_("No."), _("When"), _("State"), _("File"), *counts, _("Kind"), _("Who"))
        rows = []
        for one in found:
            when = one.at.astimezone(zone).strftime("%d.%m.%y %H:%M")
            told = map(grouped, (one.added, one.updated, one.rejected, one.rows)[: len(counts)])
            what = (str(one.batch), when, import_state(one.state), plain(one.file), *told)
            rows.append((*what, kind_title(ImportKind(one.kind)), plain(one.operator)))
        right, last = range(4, 4 + len(counts)), len(heads) - 1
        return Written("", heads, tuple(rows), right=(0, *right), elastic=(3, last - 1, last))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Offer what this one allows."""
        event.stop()
        self.refresh_bindings()

    @work(exclusive=True, group="take back")
    async def action_take_back(self) -> None:
        """Take the marked import back, once more asked for."""
        marked = self._marked
        if marked is None:
            return
        title = _("Take import {batch} back, {file}?").format(batch=marked.batch, file=plain(marked.file))
        options = keyed(
            [(_NO, _("no, leave it")), (_YES, _("yes: what it added goes, what it changed returns"))]
        )
        if await self.app.push_screen_wait(ChooseScreen(title, options, _NO)) != _YES:
            return
        from salesdesk.base.importing import undo_import

        self._working = True
        self.refresh_bindings()
        self.note(_("Taking the import back…"))
        try:
            undone = await self.app.gateway.write(undo_import, marked.batch)
        except SalesdeskError as error:
            self.note("")
            self.app.complain(error)
        else:
            self.note(undone_words(undone))
            self.app.client_changed(None)
        self._working = False
        self.load()
