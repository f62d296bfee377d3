"""What the board's use cases give back: who works on what now, past tails, companies that were dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from salesdesk.codes import Age, CallsMark, Lateness

TURNED_AWAY, USUAL, CLOSES = 1.5, 2.7, 3.0
"""Up to the first an operator is turned away at hello; the second is usual, the third of those who close."""


FEW = 10
"""Of fewer companies calls per company say nothing yet: in the morning each was called once."""


def calls_per_company_mark(value: float | None, companies: int) -> CallsMark | None:
    """Tell what calls per company say, to one decimal; nothing where few were called or nobody."""
    if value is None or companies < FEW:
        return None
    figure = round(value, 1)
    if figure <= TURNED_AWAY:
        return CallsMark.TURNED_AWAY
    if figure < USUAL:
        return CallsMark.BELOW_USUAL
    return CallsMark.USUAL if figure < CLOSES else CallsMark.CLOSES


@dataclass(frozen=True, slots=True)
class OnCard:
    """The client whose card somebody has open, and since when."""

    client_id: int
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OperatorNow:
    """What one person does now, and what today has come to.

    `last_at` is when a call ended or something was done last today; None: not yet. `tails` are those
    of now, whoever asks.
    """

    operator_id: int
    login: str
    name: str
    absent: bool
    card: OnCard | None
    last_at: datetime | None
    calls: int
    contacts: int
    hit: int
    talk_seconds: int
    companies: int
    calls_per_company: float | None
    tails: int


@dataclass(frozen=True, slots=True)
class Now:
    """Everybody, those first whom a lead should look at.

    `working` tells whether the team works now; `opened_at` when it began today, None on a day off.
    """

    at: datetime
    working: bool
    opened_at: datetime | None
    operators: tuple[OperatorNow, ...]

    def idle_since(self, row: OperatorNow) -> datetime | None:
        """Tell since when somebody does nothing here: the team's beginning where they did nothing yet.

        None for who has a card open or is absent, and out of hours for who did nothing.
        """
        if row.card is not None or row.absent:
            return None
        return row.last_at or (self.opened_at if self.working else None)


@dataclass(frozen=True, slots=True)
class CallToday:
    """A call of today, the client it was made to, and what came of it."""

    call_id: int
    client_id: int
    name: str
    started_at: datetime
    talk_seconds: int
    outcome: str
    goal: str | None
    goal_result: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class TailDay:
    """A past day: the tails that stood open at its close, and what was done of what was owed.

    `median_days_late` is of what was done late; None where nothing was.
    """

    day: date
    ages: Mapping[Age, int]
    done: Mapping[Lateness, int]
    median_days_late: float | None

    @property
    def total(self) -> int:
        """How many tails stood open, of every age."""
        return sum(self.ages.values())

    @property
    def done_total(self) -> int:
        """How much was done."""
        return sum(self.done.values())

    @property
    def done_late(self) -> int:
        """How much of it was done late."""
        return self.done_total - self.done[Lateness.IN_TIME]


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A company that was called once, and by nobody since."""

    client_id: int
    external_id: str | None
    name: str
    operator: str
    called_at: datetime
    outcome: str
    reason: str | None
    stage: str | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """Companies dropped after one call, the latest first; `total` is of all, though `rows` are limited."""

    total: int
    rows: tuple[DroppedRow, ...]
