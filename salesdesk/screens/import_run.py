"""Import, last step: rehearsed or run, with how far it is, what came of it, and the way back."""

from dataclasses import replace
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk.codes import ImportKind, RowFate
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.import_asking import ask_policies
from salesdesk.screens.import_meaning import (
    OPERATOR,
    kind_of,
    meaning_choice,
    operator_choice,
    with_meaning,
)
from salesdesk.screens.import_result import (
    counts_text,
    done_words,
    policies_words,
    problem_line,
    problem_whole,
    problems_head,
    product_line,
    product_whole,
    rejected_file,
    undone_words,
)
from salesdesk.screens.import_step import KEYS_OF_THE_DESK, ImportStep
from salesdesk.screens.whereabouts import base_words
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.pick_list import PickList
from salesdesk.widgets.progress_line import Pace, ProgressLine, grouped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesdesk.base.importing import (
        ImportOptions,
        ImportResult,
        OutcomeLog,
        Preview,
        Problem,
        UndoneImport,
    )
    from salesdesk.context import Context, Me
    from salesdesk.storage.base import Base


class _State(StrEnum):
    RUNNING = "running"
    FAILED = "failed"
    REHEARSED = "rehearsed"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


RUN_COMMANDS = (
    Command("run.import", "f2", "run", N_("import"), N_("Import the file as it was rehearsed"), LIST),
    Command("run.rows", "w", "rows", N_("rows"), N_("See what becomes of each row"), LIST),
    Command("run.policies", "p", "policies", N_("policies"), N_("Duplicates, absent clients"), LIST),
    Command("run.explain", "enter", "explain", N_("explain"), N_("Say what the marked word means"), LIST),
    Command("run.unsay", "u", "unsay", N_("unsay"), N_("Take back what was said of a word last"), LIST),
    Command("run.finish", "enter", "finish", N_("done"), N_("Leave the import"), LIST),
    Command("run.undo", "u", "undo_import", N_("take back"), N_("Take the whole import back"), LIST),
    Command("run.copy", "c", "copy_rejected", N_("copy path"), N_("Copy where the rejected rows are"), LIST),
    Command("run.stop", "escape", "back", N_("back"), N_("Stop what runs; otherwise back"), DESK),
)  # fmt: skip


class ImportRunScreen(ImportStep):
    """Runs an import. Dismissed with True when it was done and is not taken back."""

    CSS_PATH = "import_run.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*RUN_COMMANDS), KEYS_OF_THE_DESK]

    progress_line = getters.query_one(ProgressLine)
    problems = getters.query_one("#problems", PickList)

    def __init__(self, preview: "Preview", options: "ImportOptions", rows: int | None) -> None:
        """`rows` is how many the file has, None where nobody has counted."""
        super().__init__()
        self._preview = preview
        self._options = options
        self._rows = rows
        self._progress: Progress | None = None
        self._begun = 0.0
        self._state = _State.RUNNING
        self._result: ImportResult | None = None
        self._undone: UndoneImport | None = None
        self._refusal = ""
        self._changed = ""
        self._outcomes: OutcomeLog | None = None
        self._said_before: list[Mapping[str, Mapping[str, str]]] = []

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(id="import-run"):
            yield Static(id="run-title", markup=False)
            yield ProgressLine()
            yield Static(id="counts", markup=False)
            yield Static(id="problems-head", markup=False)
            yield PickList(id="problems")
            yield Static(id="problem", markup=False)
            yield Static(id="run-state", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin at once."""
        self._start()

    def on_unmount(self) -> None:
        """Let an import not outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None
        elif self._outcomes is not None:
            self._outcomes.close()

    def on_resize(self) -> None:
        """Share the new width out."""
        self._show_problems()

    # What is shown

    def relabel(self) -> None:
        """Put everything into the language in use."""
        opened = self.app.gateway.opened
        name = plain(self._preview.path.name)
        title = _("Rehearsal: {file}") if self._options.dry_run else _("Import: {file}")
        into = _("nothing is changed") if self._options.dry_run else base_words(opened) if opened else ""
        self.query_one("#run-title", Static).update(
            Content.assemble((title.format(file=name), "bold $primary"), (f"  → {into}", "$text-muted"))
        )
        counts, head = Content(""), ""
        if self._result is not None:
            counts, head = counts_text(self._result), problems_head(self._result)
        self.query_one("#counts", Static).update(counts)
        self.query_one("#problems-head", Static).update(head)
        self._show_problems()
        self._show_state()

    def _show_problems(self) -> None:
        found = self._result.problems if self._result is not None else ()
        width = max(self.size.width - 6, 40)
        marked = self.problems.highlighted or 0
        self.problems.clear_options()
        self.problems.add_options([Option(problem_line(one, width)) for one in found])
        products = self._result.unknown_products if self._result is not None else ()
        self.problems.add_options([Option(product_line(one, width)) for one in products])
        self.problems.display = bool(found or products)
        if found or products:
            self.problems.highlighted = marked

    def _show_state(self) -> None:
        state = self.query_one("#run-state", Static)
        state.set_class(self._state is _State.FAILED, "-wrong")
        state.update(self._state_words())
        self.refresh_bindings()

    def _state_words(self) -> str:
        if self._state is _State.RUNNING:
            return _("esc stops it, and nothing of it stays.")
        if self._state is _State.FAILED:
            return f"! {self._refusal}"
        if self._state is _State.REHEARSED:
            words = _("Nothing was changed. F2 imports, esc goes back to the columns.")
            return "\n".join(filter(None, (self._changed, policies_words(self._options), words)))
        if self._state is _State.UNDOING:
            return _("Taking the import back…")
        if self._state is _State.UNDONE and self._undone is not None:
            return undone_words(self._undone)
        return done_words(self._result) if self._result is not None else ""

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Write the marked problem whole: its line may be cut."""
        found = self._result.problems if self._result is not None else ()
        if event.option_index < len(found):
            whole = problem_whole(found[event.option_index])
            if self.check_action("explain", ()):
                means = _("⏎ says which operator it is")
                whole += "\n" + (means if self._marked_kind == OPERATOR else _("⏎ says what the word means"))
            self.query_one("#problem", Static).update(whole)
        elif self._result is not None:
            products = self._result.unknown_products
            self.query_one("#problem", Static).update(
                product_whole(products[event.option_index - len(found)])
            )
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done at this point."""
        offered = {
            "run": self._state is _State.REHEARSED,
            "rows": self._state is _State.REHEARSED and self._outcomes is not None,
            "policies": self._state is _State.REHEARSED and self._options.kind is ImportKind.CLIENTS,
            "explain": self._state is _State.REHEARSED and self._marked_kind is not None,
            "unsay": self._state is _State.REHEARSED and bool(self._said_before),
            "finish": self._state in {_State.DONE, _State.UNDONE},
            "undo_import": self._state is _State.DONE,
            "copy_rejected": self._result is not None and self._result.rejected_file is not None,
        }
        return offered[action] if action in offered else super().check_action(action, parameters)

    # Running

    def _start(self) -> None:
        self._state, self._result = _State.RUNNING, None
        self._progress = Progress(self._how_far)
        self._begun = monotonic()
        self.progress_line.begin(_("Reading…"))
        self._run(self._progress)

    @work(group="import")
    async def _run(self, progress: Progress) -> None:
        from salesdesk.base.importing import ImportDiffersError, OutcomeLog, run_import
        from salesdesk.desk.when import parse_when

        path, options = self._preview.path, replace(self._options, when=parse_when)
        if options.dry_run:
            if self._outcomes is not None:
                self._outcomes.close()
            self._outcomes = OutcomeLog()
            options = replace(options, outcomes=self._outcomes)

        def work(base: "Base", context: "Context") -> "ImportResult":
            refused = None if options.dry_run else rejected_file(path)
            with base.write() as session:
                return run_import(
                    session,
                    context,
                    path,
                    replace(options, rejected=refused),
                    progress=progress.report,
                    cancelled=lambda: progress.cancelled,
                )

        try:
            self._result = await self.app.gateway.job(work)
        except ImportDiffersError as error:
            self._rehearse_anew(str(error))
            return
        except SalesdeskError as error:
            self._state, self._refusal = _State.FAILED, str(error)
        else:
            self._rows = self._result.rows
            self._state = _State.REHEARSED if options.dry_run else _State.DONE
        self._progress = None
        self.progress_line.end()
        self.relabel()
        self.problems.focus()
        if self._state is _State.DONE:
            self.app.client_changed(None)

    def _rehearse_anew(self, why: str) -> None:
        """Show what it would come to now, since that is not what was said yes to."""
        self._changed = why + " " + _("These are the counts now.")
        self._options = replace(self._options, dry_run=True, rehearsed=None)
        self._start()
        self.relabel()

    def _how_far(self, done: int, total: int | None) -> None:
        if self._progress is None:
            return
        share = min(done / total, 1.0) if total else None
        seconds = monotonic() - self._begun
        if share is not None and self._rows is not None:
            rows = round(share * self._rows)
            counted = ngettext("{count} row", "{count} rows", rows).format(count=grouped(rows))
        else:
            rows, counted = 0, ""
        if share is not None and share >= 1:
            counted = _("finishing…")
        self.progress_line.show(Pace(rows, share, seconds), counted)

    def action_run(self) -> None:
        """Import what was rehearsed; where it would come to something else now, nothing is written."""
        rehearsed = self._result.rehearsed if self._result is not None else None
        self._options = replace(self._options, dry_run=False, rehearsed=rehearsed)
        self._changed = ""
        self._start()
        self.relabel()

    def action_rows(self) -> None:
        """Show what becomes of each row."""
        from salesdesk.screens.import_rows import ImportRowsScreen

        if self._outcomes is not None and self._result is not None:
            fate = RowFate.DUPLICATE if self._result.possible_duplicates else None
            self.app.push_screen(ImportRowsScreen(self._outcomes, self._result.kind, fate))

    @work(group="explain", exclusive=True)
    async def action_policies(self) -> None:
        """Say what is done with likely duplicates and with absent clients, and rehearse anew."""
        options = await ask_policies(self.app, self._options)
        if options is not None and options != self._options:
            self._options = options
            self._start()
            self.relabel()

    # Words of another system

    @property
    def options(self) -> "ImportOptions":
        """What was said of the file, with the meanings of words said here."""
        return self._options

    @property
    def _marked(self) -> "Problem | None":
        found = self._result.problems if self._result is not None else ()
        at = self.problems.highlighted
        return found[at] if at is not None and at < len(found) else None

    @property
    def _marked_kind(self) -> str | None:
        return kind_of(self._marked, self._preview.mapping) if self._marked is not None else None

    @work(group="explain", exclusive=True)
    async def action_explain(self) -> None:
        """Say what the marked word means here, and rehearse anew."""
        problem, kind = self._marked, self._marked_kind
        opened = self.app.gateway.opened
        if problem is None or kind is None or opened is None:
            return
        if kind == OPERATOR:
            choice = operator_choice(problem.value, await self._people())
        else:
            choice = meaning_choice(kind, problem.value, opened.context.catalogues, self._options.kind)
        code = await self.app.push_screen_wait(choice)
        if code is not None:
            values = with_meaning(self._options.values, kind, problem.value, code)
            self._said_before.append(self._options.values)
            self._mean(values)

    def action_unsay(self) -> None:
        """Take back what was said of a word last, and rehearse anew."""
        self._mean(self._said_before.pop())

    def _mean(self, values: "Mapping[str, Mapping[str, str]]") -> None:
        self._options = replace(self._options, values=values)
        self._start()
        self.relabel()

    async def _people(self) -> "Sequence[Me]":
        from salesdesk.team.people import people

        try:
            return await self.app.gateway.read(people)
        except SalesdeskError as error:
            self.app.complain(error)
            return ()

    # After it

    @work(group="undo import", exclusive=True)
    async def action_undo_import(self) -> None:
        """Take the whole import back."""
        from salesdesk.base.importing import undo_import

        if self._result is None or self._result.batch is None:
            return
        self._state = _State.UNDOING
        self._show_state()
        try:
            self._undone = await self.app.gateway.write(undo_import, self._result.batch)
            self._state = _State.UNDONE
        except SalesdeskError as error:
            self._state = _State.DONE
            self.app.complain(error)
        self._show_state()
        self.app.client_changed(None)

    def action_copy_rejected(self) -> None:
        """Copy where the rejected rows are."""
        if self._result is not None and self._result.rejected_file is not None:
            self.app.copy(self._result.rejected_file, self._result.rejected_file)

    def action_finish(self) -> None:
        """Leave the import."""
        self.dismiss(self._state is _State.DONE)

    def action_back(self) -> None:
        """Stop what runs; otherwise go back: after an import to the desk, else to the columns."""
        if self._progress is not None:
            self._progress.cancel()
            self.query_one("#run-state", Static).update(_("Stopping…"))
        elif self._state is not _State.UNDOING:
            self.action_finish()
