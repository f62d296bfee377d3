"""The report of answers as a grid: weekdays by hours, how many called and how many of them answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from salesdesk.lead.figures import Report, ratio

WEEKDAYS = range(1, 8)


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """An hour of a weekday; `rate` is None where nobody was called."""

    weekday: int
    hour: int
    calls: int = 0
    answered: int = 0
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerGrid:
    """The hours in which anybody was ever called, from the first to the last, of each weekday."""

    hours: tuple[int, ...]
    cells: Mapping[tuple[int, int], AnswerCell]

    def cell(self, weekday: int, hour: int) -> AnswerCell:
        """Give an hour of a weekday, called at or not."""
        return self.cells.get((weekday, hour)) or AnswerCell(weekday, hour)


def answer_grid(report: Report) -> AnswerGrid:
    """Lay the report out as a grid; what no hour of any day has is left out at both ends."""
    cells = {}
    for row in report.rows:
        weekday, hour, calls, answered = (
            value if isinstance(value, int) else 0
            for value in (row.values[key] for key in ("weekday", "hour", "calls", "answered"))
        )
        rate = row.values["rate"]
        cells[weekday, hour] = AnswerCell(
            weekday, hour, calls, answered, rate if isinstance(rate, int | float) else None
        )
    called = [hour for _weekday, hour in cells]
    return AnswerGrid(tuple(range(min(called), max(called) + 1)) if called else (), cells)


def together(cells: Iterable[AnswerCell]) -> AnswerCell:
    """Add up several hours: of all their calls, how many were answered."""
    several = [*cells]
    calls, answered = sum(cell.calls for cell in several), sum(cell.answered for cell in several)
    return AnswerCell(0, 0, calls, answered, ratio(answered, calls))
