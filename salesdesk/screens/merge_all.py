"""All likely duplicates from a score on: rehearsed first, then merged as one thing that can be taken back."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from salesdesk.base.merging import MergeRun, PlannedGroup
    from salesdesk.context import Context
    from salesdesk.storage.base import Base

_SCORE, _PADDING, _SCROLLBAR = 6, 2, 2

ALL_COMMANDS = (
    Command("merge_all.merge", "m,f2", "merge", N_("merge"), N_("Merge them as it was rehearsed"), LIST),
    Command("merge_all.card", "enter", "card", N_("card"), N_("Open the card that stays"), CLIENT),
    Command("merge_all.back", "escape,q", "back", N_("back"), N_("Stop what runs; otherwise back"), LIST),
)


class MergeAllScreen(TableScreen):
    """Tells what would be merged; and merges it."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*ALL_COMMANDS)

    def __init__(self, min_score: float) -> None:
        super().__init__()
        self.run_done: MergeRun | None = None
        self._min_score = min_score
        self._rehearsed: MergeRun | None = None
        self._progress: Progress | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to merge once it was rehearsed and while there is something to merge."""
        if action == "merge":
            return self.run_done is None and self._rehearsed is not None and self._rehearsed.groups > 0
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Rehearse."""
        if self.run_done is None and self._progress is None:
            self._begin(dry_run=True)

    def action_merge(self) -> None:
        """Merge as it was rehearsed."""
        if self._progress is None and self.run_done is None:
            self._begin(dry_run=False)

    def _begin(self, *, dry_run: bool) -> None:
        self._progress = Progress(self._say_progress)
        self.run_worker(self._run(self._progress, dry_run=dry_run), group="merge all", exclusive=True)

    async def _run(self, progress: Progress, *, dry_run: bool) -> None:
        def work_through(base: "Base", context: "Context") -> "MergeRun":
            from salesdesk.base.merging import merge_all

            with base.read() if dry_run else base.write() as session:
                return merge_all(
                    session, context, self._min_score, dry_run=dry_run, progress=progress.report,
                    cancelled=lambda: progress.cancelled,
                )  # fmt: skip

        self._say_progress(0, None)
        try:
            with self.app.errors_said():
                await self.app.ready()
                run = await self.app.gateway.job(work_through)
                if dry_run:
                    self._rehearsed = run
                else:
                    self.run_done = run
                    self.app.client_changed(None)
        finally:
            self._progress = None
        if self.is_attached:
            self._show()
            self.refresh_bindings()

    def _say_progress(self, done: int, total: int | None) -> None:
        if self._progress is None or not self.is_attached:
            return
        far = f" {done * 100 // total} %" if total else ""
        words = _("Rehearsing…") if self._rehearsed is None else _("Merging…")
        if self._rehearsed is None:
            self.face.say(words + far, _("esc stops it"))
        self.entitle(f"{words}{far} · " + _("esc stops it"))

    def on_unmount(self) -> None:
        """Let nothing outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()

    def action_back(self) -> None:
        """Stop what runs, or go back."""
        if self._progress is not None:
            self._progress.cancel()
        else:
            self.dismiss(None)

    # Showing

    def _show(self) -> None:
        run = self.run_done or self._rehearsed
        if run is None:
            if self._progress is None and self.is_attached:
                self.entitle(_("Merge all likely duplicates"))
                self.face.say(_("Nothing was rehearsed."), _("esc goes back"))
            return
        done = self.run_done is not None
        cards = ngettext("{count} card", "{count} cards", run.cards).format(count=run.cards)
        said = _("Merged: {cards} into {groups}") if done else _("Rehearsal: {cards} into {groups}")
        self.entitle(" · ".join((said.format(cards=cards, groups=run.groups), from_score(self._min_score))))
        self.table.display = bool(run.first)
        if not run.first:
            self.note("")
            self.face.say(_("No likely duplicates from this score on."), _("esc goes back"))
            return
        self.face.hide()
        widths = self._widths()
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        for head, width in zip((_("Score"), _("Stays"), _("Goes into it")), widths, strict=True):
            self.table.add_column(head, width=width)
        for group in run.first:
            self.table.add_row(*_cells(group, widths))
        self.table.move_cursor(row=at, animate=False)
        self._say_moves(run, done=done)

    def _say_moves(self, run: "MergeRun", *, done: bool) -> None:
        from salesdesk.wording import merge_moves

        moves = merge_moves(run.moved) or _("nothing")
        said = _("Went over: {moved}") if done else _("Goes over: {moved}")
        lines = [said.format(moved=moves)]
        if run.groups > len(run.first):
            lines.append(_("… {count} in all").format(count=run.groups))
        if run.left_out:
            count = run.left_out
            left = ngettext("{count} group was left out: {why}", "{count} groups were left out: {why}", count)
            lines.append(left.format(count=count, why=plain(run.why or "")))
        hint = _("u takes all of it back") if done else _("m merges; nothing is kept yet")
        self.note("\n".join((*lines, hint)))

    def _widths(self) -> tuple[int, int, int]:
        room = self.size.width - _SCORE - _PADDING * 3 - _SCROLLBAR
        return _SCORE, room // 2, room - room // 2

    def on_resize(self) -> None:
        """Share the new width out."""
        if self.is_mounted:
            self._show()

    def client_changed(self, client_id: int | None) -> None:
        """Take note that it was taken back: then it is rehearsed anew."""
        if client_id is not None and self.run_done is not None:
            self.run_done = None
            self._rehearsed = None
            self.load()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    def action_card(self) -> None:
        """Open the card that stays."""
        run = self.run_done or self._rehearsed
        at = self.table.cursor_coordinate.row
        if run is not None and at < len(run.first):
            self.app.open_card(run.first[at].keep)


def from_score(score: float) -> str:
    """Say from which score on, with no more places than it has."""
    places = len(f"{score:g}".partition(".")[2])
    return _("from {score} on").format(score=formatting.number(score, places))


def _cells(group: "PlannedGroup", widths: tuple[int, int, int]) -> list[Text]:
    others = ", ".join(f"{client} {plain(name)}" for client, name in group.others)
    return [
        Text(formatting.number(group.score, 2), justify="right"),
        Text(fit(f"{group.keep} {group.name}", widths[1]), "bold"),
        Text(fit(others, widths[2])),
    ]
