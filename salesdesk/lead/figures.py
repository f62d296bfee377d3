"""A report as plain values: which figures it has, a row for each group, and the total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesdesk.base.periods import Period
from salesdesk.lead.grouping import Group, Key
from salesdesk.lead.unusual import Unusual

Value = int | float | str | datetime | Mapping[str, int] | None
Values = Mapping[str, Value]


class Unit(StrEnum):
    """What a figure is: how it is written depends on it."""

    COUNT = "count"
    AMOUNT = "amount"
    """Minor units of the team's currency."""
    AMOUNTS = "amounts"
    """Currency to minor units: what is never added to the rest."""
    SECONDS = "seconds"
    RATIO = "ratio"
    SHARE = "share"
    """Of one: 0.25 is a quarter."""
    DAYS = "days"
    TEXT = "text"
    INSTANT = "instant"
    FLAG = "flag"
    """Yes or no."""
    OF_ROW = "of_row"
    """Each row says what its figures are: here a count, there money."""


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: its key in documents, its title (a message, translated where it is shown), its unit."""

    key: str
    title: str
    unit: Unit

    def unit_in(self, of_row: Unit) -> Unit:
        """Tell the unit of a cell, in a row of this unit."""
        return of_row if self.unit is Unit.OF_ROW else self.unit


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The figures of one group, or one of them; `unit` is that of the columns which leave it to the row."""

    group: Key
    title: str
    values: Values
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `by` names the groups (None: each row stands for itself), `main` the figure of its chart.

    `totals` are rows of all together, for a report whose figures have different units; `method` says
    under the table how they came about. `unusual` is what stands out; None for a report that looks for
    nothing of the kind.
    """

    name: str
    by: str | None
    period: Period
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[ReportRow, ...]
    total: Values
    main: str | None = None
    totals: tuple[ReportRow, ...] = ()
    method: str = ""
    unusual: tuple[Unusual, ...] | None = None

    @property
    def last_rows(self) -> tuple[ReportRow, ...]:
        """Give the totals that do not stand among the rows already."""
        return () if {row.group for row in self.totals} & {row.group for row in self.rows} else self.totals


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for; `operator_id` cuts it to one person."""

    period: Period
    by: str | None
    operator_id: int | None = None


def placed(rows: Sequence[tuple[Group, Values]], main: str) -> tuple[ReportRow, ...]:
    """Put rows in order: of time or of a catalogue where they have one, else the largest figure first."""

    def key(row: tuple[Group, Values]) -> tuple[bool, int, float, str]:
        group, values = row
        figure = values[main]
        size = float(figure) if isinstance(figure, int | float) else 0.0
        return group.key is None, -1 if group.place is None else group.place, -size, group.title

    return tuple(ReportRow(group.key, group.title, values) for group, values in sorted(rows, key=key))


def ratio(part: float, whole: float, digits: int = 4) -> float | None:
    """Divide; None where there is nothing to divide by."""
    return round(part / whole, digits) if whole else None
