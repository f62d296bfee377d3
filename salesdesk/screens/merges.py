"""What was merged, the latest first; each is taken back from here, however long ago it was."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.counting import counting
from salesdesk.screens.table_screen import TableScreen
from salesdesk.screens.working import watched
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from salesdesk.base.merging import MergeRow, MergeUndone

_LIMIT = 500
_NUMBER, _WHEN, _WHO = 6, 12, 12
_PADDING, _SCROLLBAR = 2, 2
_ALONE, _RUN = "alone", "run"

MERGES_COMMANDS = (
    Command("merges.card", "enter", "card", N_("card"), N_("Open the card that stays"), CLIENT),
    Command("merges.undo", "t", "take_back", N_("take back"), N_("Have the merged cards back"), CLIENT),
    Command("merges.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("merges.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


class MergesScreen(TableScreen):
    """The merges of the past."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = bindings(*MERGES_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[MergeRow, ...] | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    @property
    def row(self) -> "MergeRow | None":
        """The merge under the cursor."""
        at = self.table.cursor_coordinate.row
        return self.rows[at] if self.rows and at < len(self.rows) else None

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="merges")
    async def _load(self) -> None:
        try:
            with counting(self, anew=self.rows is not None):
                await self.app.ready()
                from salesdesk.base.merging import merges

                self.rows = await self.app.gateway.read(merges, _LIMIT)
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        self._show()

    def _show(self) -> None:
        rows = self.rows
        if rows is None:
            return
        self.entitle(" · ".join((
            _("Merged"), merges_counted(len(rows)),
        )))  # fmt: skip
        self.table.display = bool(rows)
        if not rows:
            self.face.say(_("Nothing was merged yet."), _("esc goes back"))
            return
        self.face.hide()
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        widths = self._widths()
        heads = (_("No."), _("When"), _("Who"), _("Stays"), _("Went into it"))
        self.add_columns(zip(heads, widths, strict=True), self._cells(rows[0], widths))
        for row in rows:
            self.table.add_row(*self._cells(row, widths))
        self.table.move_cursor(row=min(at, len(rows) - 1), animate=False)

    def _widths(self) -> tuple[int, ...]:
        room = self.size.width - _NUMBER - _WHEN - _WHO - _PADDING * 5 - _SCROLLBAR
        return _NUMBER, _WHEN, _WHO, room // 2, room - room // 2

    def _cells(self, row: "MergeRow", widths: tuple[int, ...]) -> list[Text]:
        clock = self.app.clock
        style = "dim" if row.undone_at is not None else ""
        back = "↶ " if row.undone_at is not None else ""
        others = ", ".join(f"{client} {plain(name)}" for client, name in row.others)
        return [
            Text(f"{back}{row.merge_id}", style, justify="right"),
            Text(formatting.day_and_time(row.at, clock.now(), clock.zone), style),
            Text(fit(row.operator, widths[2]), style),
            Text(fit(f"{row.client_id} {row.name or ''}", widths[3]), style or "bold"),
            Text(fit(others, widths[4]), style),
        ]

    def on_resize(self) -> None:
        """Share the new width out."""
        if self.is_mounted:
            self._show()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more of the merge under the cursor."""
        event.stop()
        row = self.row
        if row is None:
            return
        lines = [f"{client} {plain(name)}" for client, name in row.others[:5]]
        if row.undone_at is not None:
            clock = self.app.clock
            when = formatting.moment(row.undone_at, clock.now(), clock.zone)
            lines.append("↶ " + _("taken back {when}").format(when=when))
        elif row.run_id is not None:
            lines.append(_("merged at once with others, as merge {number}").format(number=row.run_id))
        self.note("\n".join(lines))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_card()

    def action_card(self) -> None:
        """Open the card that stays."""
        if self.row is not None:
            self.app.open_card(self.row.client_id)

    def action_take_back(self) -> None:
        """Take the merge under the cursor back."""
        if self.row is not None and self.row.undone_at is None:
            self.run_worker(self._take_back(self.row), group="client", exclusive=True)

    async def _take_back(self, row: "MergeRow") -> None:
        with self.app.errors_said():
            from salesdesk.base.merging import undo_merge

            number, alone = row.merge_id, False
            if row.run_id is not None:
                offers = keyed([(_ALONE, _("this merge alone")), (_RUN, _("all that were merged at once"))])
                chosen = await self.app.push_screen_wait(ChooseScreen(_("Take back"), offers))
                if chosen is None:
                    return
                alone = chosen == _ALONE
                number = row.merge_id if alone else row.run_id
            undone = await watched(
                self.app, _("Take back"), merges_counted,
                lambda progress: self.app.gateway.write(
                    undo_merge, number, alone=alone,
                    progress=progress.report, cancelled=lambda: progress.cancelled,
                ),
            )  # fmt: skip
            self.app.say(undone_words(undone), title=_("Taken back"))
            self.app.client_changed(undone.client_id)


def merges_counted(count: int) -> str:
    """Say how many merges."""
    return ngettext("{count} merge", "{count} merges", count).format(count=count)


def undone_words(undone: "MergeUndone") -> str:
    """Say which cards are there again, and what stays as it is."""
    lines = [f"{client} {plain(name)}" for client, name in undone.back[:5]]
    more = len(undone.back) - len(lines)
    if more > 0:
        lines.append(ngettext("… and {count} more", "… and {count} more", more).format(count=more))
    if undone.stayed:
        stayed = "; ".join(map(plain, undone.stayed[:3]))
        lines.append(_("Changed since, so it stays: {what}").format(what=stayed))
    return "\n".join(lines)
