"""The tails of past days: whether they grow, and how late what was owed is done."""

from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType

from salesdesk.codes import Lateness
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.formatting import day_short, weekday
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.board_rows import TailDay
from salesdesk.lead.board_words import median_words
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain

_NONE = "–"
_DAY, _TAILS, _MEDIAN = 9, 6, 7
_LATENESS = {
    Lateness.IN_TIME: (N_("in time"), 7),
    Lateness.DAYS_1: (N_("+1 d"), 5),
    Lateness.DAYS_2_3: (N_("+2–3 d"), 6),
    Lateness.DAYS_4_7: (N_("+4–7 d"), 6),
    Lateness.OLDER: (N_("later"), 5),
}
"""What was done, by how late: head and width."""
_DAYS = (14, 30, 90)
_SAY_WORKING_AFTER = 0.3
_EVERYBODY = ""
_EIGHTHS = " ▏▎▍▌▋▊▉"

HISTORY_COMMANDS = (
    Command("tail_history.who", "o", "who", N_("operator"), N_("The past days of one operator"), LIST),
    Command("tail_history.days", "p", "days", N_("days"), N_("The last 14, 30 or 90 days"), LIST),
    Command("tail_history.reload", "r", "reload", N_("reload"), N_("Count anew"), LIST, footer=False),
    Command("tail_history.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)


class TailHistoryScreen(TableScreen):
    """A line for each past day, the last one first."""

    SLOW_FROM = ALWAYS_SLOW
    BINDINGS: ClassVar[list[BindingType]] = bindings(*HISTORY_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[TailDay, ...] | None = None
        self._days = _DAYS[0]
        self._login: str | None = None
        self._operator = ""

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    # Counting

    def load(self) -> None:
        """Count anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="history")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                await self.app.ready()
                from salesdesk.lead.tail_history import history

                self._found = await self.app.gateway.read(history, self._days, self._login)
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._show()

    def _say_working(self) -> None:
        self.table.clear(columns=True)
        self.face.say(_("Counting…"), _("esc goes back"))

    # Showing

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        self.entitle(self._head(found))
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        if not any(one.total or one.done_total for one in found):
            self.face.say(
                _("Nothing was forgotten in these days, and nothing done."), _("p looks further back")
            )
            return
        self.face.hide()
        for at_place, (title, width) in enumerate(self._columns()):
            self.table.add_column(Text(title, justify="right" if at_place else "left"), width=width)
        most = max(one.total for one in found)
        for one in reversed(found):
            self.table.add_row(*self._cells(one, most), key=one.day.isoformat())
        self.table.move_cursor(row=at, animate=False)

    def _head(self, found: tuple[TailDay, ...]) -> str:
        done, late = (sum(one.done_total for one in found), sum(one.done_late for one in found))
        parts = [
            _("Tails of past days"),
            *([plain(self._operator)] if self._operator else []),
            ngettext("{count} day", "{count} days", len(found)).format(count=len(found)),
            _("done {done}, of it late {late}").format(done=done, late=late),
        ]
        return " · ".join(parts)

    @property
    def _bar_width(self) -> int:
        """Give the bar what is left beside the figures; each column has a cell of room to both sides."""
        others = (_DAY, _TAILS, _MEDIAN, *(width for _title, width in _LATENESS.values()))
        return max(self.size.width - sum(others) - 2 * len(others) - 4, 0)

    def _columns(self) -> list[tuple[str, int]]:
        heads = [(_("Day"), _DAY), (_("Tails"), _TAILS)]
        if self._bar_width:
            heads.append(("", self._bar_width))
        heads += [(_(title), width) for title, width in _LATENESS.values()]
        return [*heads, (_("median"), _MEDIAN)]

    def _cells(self, one: TailDay, most: int) -> list[Text]:
        day = f"{weekday(one.day)} {day_short(one.day, self.app.clock.today())}"
        cells = [Text(day), Text(str(one.total or _NONE), "bold", justify="right")]
        if self._bar_width:
            cells.append(Text(_bar(one.total, most, self._bar_width)))
        cells += [Text(str(one.done[how] or _NONE), justify="right") for how in Lateness]
        return [*cells, Text(median_words(one.median_days_late), justify="right")]

    # Which

    def action_days(self) -> None:
        """Look further back, and from the furthest at the last days again."""
        self._days = _DAYS[(_DAYS.index(self._days) + 1) % len(_DAYS)]
        self.load()

    @work(exclusive=True, group="choose")
    async def action_who(self) -> None:
        """Choose whose past days."""
        with self.app.errors_said():
            from salesdesk.team.people import people

            who = await self.app.gateway.read(people)
            names = [(_EVERYBODY, _("All together")), *((one.login, plain(one.name)) for one in who)]
            ask = ChooseScreen(_("Whose"), keyed(names), self._login or _EVERYBODY)
            login = await self.app.push_screen_wait(ask)
            if login is None:
                return
            self._login = login or None
            self._operator = dict(names)[login] if login else ""
            self.load()


def _bar(value: int, most: int, width: int) -> str:
    """Draw how much a value is of the most, to an eighth of a cell."""
    eighths = round(value * width * 8 / most) if most else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
