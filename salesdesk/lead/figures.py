"""A report as plain values: which figures it has, a row for each group, and the total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesdesk.lead.grouping import Group, Key
from salesdesk.lead.periods import Period
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


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: its key in documents, its title (a message, translated where it is shown), its unit."""

    key: str
    title: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The figures of one group."""

    group: Key
    title: str
    values: Values


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `by` names the groups (None: each row stands for itself), `main` the figure of its chart.

    `unusual` is what stands out in it; None for a report that looks for nothing of the kind.
    """

    name: str
    by: str | None
    period: Period
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[ReportRow, ...]
    total: Values
    main: str | None = None
    unusual: tuple[Unusual, ...] | None = None


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
