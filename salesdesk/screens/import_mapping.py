"""Import, second step: which column is which field; found, shown, and corrected."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk.codes import ImportKind
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _
from salesdesk.screens import import_found
from salesdesk.screens.import_asking import (
    ask_area,
    ask_dates,
    ask_delimiter,
    ask_encoding,
    ask_kind,
    ask_policies,
    ask_sheet,
    ask_source,
    unread_words,
)
from salesdesk.screens.import_field import LEFT_OUT, ImportFieldScreen
from salesdesk.screens.import_result import policies_words
from salesdesk.screens.import_step import KEYS_OF_THE_DESK, ImportStep
from salesdesk.screens.whereabouts import base_words
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.pick_list import PickList

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, OpenDates, Preview
    from salesdesk.context import Context
    from salesdesk.storage.base import Base

_SAY_WORKING_AFTER = 0.3
MAPPING_COMMANDS = (
    Command("mapping.field", "enter", "field", N_("field"), N_("Choose what the marked column is"), LIST),
    Command("mapping.leave_out", "x,delete", "leave_out", N_("leave out"), N_("Do not import it"), LIST),
    Command("mapping.rehearse", "r", "rehearse", N_("rehearse"), N_("Try it: nothing is changed"), LIST),
    Command("mapping.run", "f2", "run", N_("import"), N_("Import the file"), LIST),
    Command("mapping.back", "escape", "back", N_("back"), N_("Back to the choice of the file"), DESK),
    Command("mapping.kind", "k", "kind", N_("rows"), N_("Say what the rows are"), LIST),
    Command("mapping.policies", "p", "policies", N_("policies"), N_("Duplicates, absent clients"), LIST),
    Command("mapping.source", "n", "source", N_("source"), N_("Name where the rows come from"), LIST),
    Command("mapping.sheet", "t", "sheet", N_("sheet"), N_("Choose another sheet of the workbook"), LIST),
    Command("mapping.encoding", "e", "encoding", N_("encoding"), N_("Choose another encoding"), LIST),
    Command("mapping.delimiter", "d", "delimiter", N_("delimiter"), N_("Say what is between cells"), LIST),
    Command("mapping.area", "a", "area", N_("area code"), N_("Say whose the local numbers are"), LIST),
    Command("mapping.dates", "w", "dates", N_("dates"), N_("Say anew how the dates are written"), LIST),
)  # fmt: skip


def _local_number(preview: "Preview", context: "Context") -> str | None:
    """Give a number of the file that has no area code, as it is written."""
    return preview.local_number(context.catalogues.team.country)


class ImportMappingScreen(ImportStep):
    """Shows and corrects what was found in a file. Dismissed with True when something was imported."""

    CSS_PATH = "import_mapping.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*MAPPING_COMMANDS), KEYS_OF_THE_DESK]

    columns = getters.query_one("#columns", PickList)

    def __init__(self, preview: "Preview") -> None:
        from salesdesk.base.importing import ImportOptions

        super().__init__()
        self.preview = preview
        self.options = ImportOptions(kind=preview.kind)
        self._turn = asyncio.Lock()
        self._kind_said = False
        self._looking: Progress | None = None
        self._asked: OpenDates | None = None
        self._rows: int | None = None
        self._local: str | None = None
        self._sheets: tuple[str, ...] = ()
        self._counting: Progress | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(id="mapping"):
            yield Static(id="mapping-title", markup=False)
            yield Static(id="mapping-found", markup=False)
            yield Static(id="mapping-head", markup=False)
            yield PickList(id="columns")
            yield Static(id="mapping-state", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin with the columns, and count the rows meanwhile."""
        self.columns.focus()
        self._count()

    def on_unmount(self) -> None:
        """Stop counting, and looking at the dates."""
        self._stop_counting()
        self._stop_looking()

    def on_resize(self) -> None:
        """Share the new width out."""
        self._show_columns()

    # What is shown

    def relabel(self) -> None:
        """Put everything into the language in use."""
        opened = self.app.gateway.opened
        self.query_one("#mapping-title", Static).update(
            Content.assemble(
                (_("Import: {file}").format(file=plain(self.preview.path.name)), "bold $primary"),
                (f"  → {base_words(opened)}" if opened is not None else "", "$text-muted"),
            )
        )
        self._show_found()
        self._show_columns()
        self._show_state()

    def _show_found(self) -> None:
        source = _("source: {name}").format(name=plain(self.preview.source))
        words = import_found.found_words(self.preview, self._rows, self._local)
        policies = policies_words(self.options)
        for found in self.query("#mapping-found").results(Static):
            found.update(
                Content.assemble(
                    (import_found.rows_words(self.preview), "bold"),
                    (" " + _("(k: another kind)"), "$text-muted"),
                    f"\n{words} · {source}{policies and ' · '}{policies}",
                )
            )

    def _show_columns(self) -> None:
        width = max(self.size.width - 6, 40)
        widths = import_found.widths_of(self.preview, width)
        self.query_one("#mapping-head", Static).update(import_found.head_line(widths))
        marked = self.columns.highlighted or 0
        count = len(self.preview.mapping.header)
        self.columns.clear_options()
        self.columns.add_options(
            [Option(import_found.column_line(self.preview, at, widths), id=str(at)) for at in range(count)]
        )
        self.columns.highlighted = min(marked, count - 1) if count else None

    def _show_state(self) -> None:
        lacking = import_found.lacking_words(self.preview)
        next_keys = _("r tries it and changes nothing, F2 imports.")
        if self.preview.remembered:
            next_keys = _("The columns are as you said before.") + " " + next_keys
        self._say(lacking or next_keys, wrong=bool(lacking))

    def _say(self, text: str, *, wrong: bool = False) -> None:
        # A worker may say it when the screen is being left.
        for state in self.query("#mapping-state").results(Static):
            state.set_class(wrong, "-wrong")
            state.update(f"! {text}" if wrong else text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what this kind of file has."""
        text = import_found.encoding_of(self.preview) is not None
        if action in {"encoding", "delimiter"}:
            return text
        if action == "sheet":
            return len(self._sheets) > 1
        if action == "dates":
            return self._asked is not None
        if action == "area":
            return self.preview.has_phones
        if action == "policies":
            return self.preview.kind is ImportKind.CLIENTS
        return super().check_action(action, parameters)

    # Counting

    def _count(self) -> None:
        self._stop_counting()
        self._rows = None
        self._counting = Progress()
        self.run_worker(self._count_rows(self.preview, self._counting), group="count", exclusive=True)

    def _stop_counting(self) -> None:
        if self._counting is not None:
            self._counting.cancel()

    async def _count_rows(self, preview: "Preview", counting: Progress) -> None:
        from salesdesk.base.reading.sheets import sheet_names

        self._sheets = await asyncio.to_thread(sheet_names, preview.table, preview.path)
        self.refresh_bindings()

        def count(_base: object, context: "Context") -> tuple[int, str | None]:
            rows = 0
            for _row in preview.table.rows():
                rows += 1
                if rows % 1000 == 0 and counting.cancelled:
                    break
            return rows, _local_number(preview, context)

        try:
            rows, local = await self.app.gateway.job(count)
        except SalesdeskError as error:
            self._say(str(error), wrong=True)
            return
        if not counting.cancelled and self.is_attached:
            self._rows, self._local = rows, local
            self._show_found()

    # Correcting

    @property
    def marked(self) -> int | None:
        """The column that is marked, from 0."""
        return self.columns.highlighted

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the field of the column that was chosen with Enter or the mouse."""
        event.stop()
        self.action_field()

    def action_field(self) -> None:
        """Choose what the marked column is."""
        if self.marked is not None:
            self._start(partial(self._choose_field, self.marked))

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it once what was asked before is done: whoever types ahead loses no correction."""

        async def in_turn() -> None:
            async with self._turn:
                await work()

        self.run_worker(in_turn(), group="correct")

    async def _choose_field(self, at: int) -> None:
        from salesdesk.base.fields import FIELDS, MANY

        mapping = self.preview.mapping
        fields = FIELDS[mapping.kind]
        single = [code for code in fields if code not in MANY]
        code = await self.app.push_screen_wait(
            ImportFieldScreen(
                mapping.header[at],
                import_found.samples_of(self.preview, at),
                mapping.kind,
                fields,
                mapping.fields[at],
                import_found.named_by(self.preview, single),
            )
        )
        if code is not None:
            await self._map(at, code)

    def action_leave_out(self) -> None:
        """Do not import the marked column."""
        if self.marked is not None:
            self._start(partial(self._map, self.marked, LEFT_OUT))

    async def _map(self, at: int, code: str) -> None:
        """Let a column be a field; of the fields that only one column may be, the last word counts."""
        from salesdesk.base.fields import MANY

        said = dict(self.options.map)
        if code != LEFT_OUT and code not in MANY:
            said = {column: field for column, field in said.items() if field != code}
        said[f"#{at + 1}"] = code
        if await self._look(replace(self.options, map=said)) and at + 1 < len(self.preview.mapping.header):
            self.columns.highlighted = at + 1

    def action_kind(self) -> None:
        """Say what the rows are."""
        self._start(self._ask_kind)

    async def _ask_kind(self) -> None:
        options = await ask_kind(self.app, self.options)
        if options is not None:
            self._kind_said = True
            if options.kind is not self.options.kind:
                # What was said of the columns was said of other fields.
                await self._look(replace(options, map={}))

    def action_dates(self) -> None:
        """Say anew how the dates are written."""
        if (asked := self._asked) is not None:
            self._ask(lambda: ask_dates(self.app, self.options, asked))

    def action_area(self) -> None:
        """Say whose the local numbers are."""
        self._ask(self._ask_area)

    async def _ask_area(self) -> "ImportOptions | None":
        now = self.preview.said.area_code or ""
        return await ask_area(self.app, self.options, now, self._local or "")

    def action_policies(self) -> None:
        """Say what is done with likely duplicates, and with clients that the file lacks."""
        self._ask(lambda: ask_policies(self.app, self.options))

    def action_source(self) -> None:
        """Name where the rows come from."""
        self._ask(lambda: ask_source(self.app, self.options, self.preview.source))

    def action_sheet(self) -> None:
        """Choose another sheet."""
        self._ask(lambda: ask_sheet(self.app, self.options, self._sheets))

    def action_encoding(self) -> None:
        """Choose another encoding."""
        self._ask(lambda: ask_encoding(self.app, self.options))

    def action_delimiter(self) -> None:
        """Say what stands between cells."""
        self._ask(lambda: ask_delimiter(self.app, self.options))

    def _ask(self, question: "Callable[[], Awaitable[ImportOptions | None]]") -> None:
        async def look_as_answered() -> None:
            options = await question()
            if options is not None:
                await self._look(options)

        self._start(look_as_answered)

    async def _look(self, options: "ImportOptions") -> bool:
        """Look into the file anew, as it is to be read now; where it cannot be, it stays as it was."""
        from salesdesk.base.importing import look, look_unasked

        path = self.preview.path
        rereads = (options.sheet, options.encoding, options.delimiter) != (
            self.options.sheet, self.options.encoding, self.options.delimiter,
        )  # fmt: skip
        if rereads:
            # What was said of columns by their numbers is not said of other columns.
            options = replace(options, map={}, dates=None)
            self._asked = None
        looks = look_unasked if rereads and not self._kind_said else look
        try:

            def look_anew(base: "Base", context: "Context") -> "tuple[Preview, str | None]":
                with base.read() as session:
                    found = looks(path, options, session)
                return found, _local_number(found, context)

            preview, self._local = await self.app.gateway.job(look_anew)
        except SalesdeskError as error:
            self._say(unread_words(error, options), wrong=True)
            return False
        self.preview, self.options = preview, replace(options, kind=preview.kind)
        self.relabel()
        if rereads:
            self._count()
        self.refresh_bindings()
        return True

    # Going on

    def action_rehearse(self) -> None:
        """Try the import without changing anything."""
        self._go_on(dry_run=True)

    def action_run(self) -> None:
        """Import."""
        self._go_on(dry_run=False)

    def _go_on(self, *, dry_run: bool) -> None:
        self._start(partial(self._run, dry_run=dry_run))

    async def _run(self, *, dry_run: bool) -> None:
        from salesdesk.screens.import_run import ImportRunScreen

        if not self.preview.is_enough:
            self._show_state()
            self.app.bell()
            return
        self._stop_counting()
        if not await self._dates_settled():
            return
        options = replace(self.options, dry_run=dry_run)
        run = ImportRunScreen(self.preview, options, self._rows)
        if await self.app.push_screen_wait(run):
            self.dismiss(result=True)
            return
        # The meanings of words that were said there hold for the next try.
        self.options = replace(
            self.options,
            values=run.options.values,
            duplicates=run.options.duplicates,
            absent=run.options.absent,
        )
        self._show_found()
        if self._rows is None:
            self._count()

    async def _dates_settled(self) -> bool:
        """Ask how the dates are written where a column leaves it open; False where it stays open."""
        try:
            while found := await self._open_dates():
                self._asked = found[0]
                self.refresh_bindings()
                options = await ask_dates(self.app, self.options, found[0])
                if options is None or not await self._look(options):
                    self._show_state()
                    return False
        except SalesdeskError as error:
            self._say(str(error), wrong=True)
            return False
        return True

    async def _open_dates(self) -> "tuple[OpenDates, ...]":
        looking = self._looking = Progress()
        preview = self.preview
        saying = self.set_timer(
            _SAY_WORKING_AFTER, partial(self._say, _("Looking how the dates are written… esc stops."))
        )
        try:
            return await self.app.gateway.job(
                lambda _base, _context: preview.open_dates(lambda: looking.cancelled)
            )
        finally:
            saying.stop()
            self._looking = None

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def action_back(self) -> None:
        """Stop looking at the dates; otherwise back to the choice of the file."""
        if self._looking is not None:
            self._stop_looking()
        else:
            self.dismiss(result=False)
