"""What reviews give back: rejected clients and calls as a lead looks at them; frozen and plain."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.codes import GoalResult
from salesdesk.rows import Due

if TYPE_CHECKING:
    from salesdesk.base.periods import Period

# -- rejected clients -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RejectedPick:
    """Which rejected clients: rejected in a period, by a person, for a reason; None is any."""

    period: "Period | None" = None
    operator_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A client that stands closed, and that no lead has looked at since.

    `change_id` and `at` are of the change of stage that closed it. `amount_minor` is what the deals
    rejected with it are worth, or what was expected where there was none.
    """

    change_id: int
    client_id: int
    name: str
    client_class: str
    reason: str | None
    operator_id: int
    operator: str
    at: datetime
    from_stage: str | None
    amount_minor: int
    calls: int
    last_call_at: datetime | None
    do_not_call: bool


@dataclass(frozen=True, slots=True)
class LastCall:
    """A call worth reading or hearing before a verdict: one that was answered, noted or recorded."""

    call_id: int
    at: datetime
    operator: str
    outcome: str
    goal: str | None
    goal_result: GoalResult | None
    reason: str | None
    talk_seconds: int
    note: str | None
    recording: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is usual for a client that goes back into work: where it stands then, its goal, whose it is."""

    client_id: int
    name: str
    zone: str
    stage: str
    goal: str
    login: str


@dataclass(frozen=True, slots=True)
class Return:
    """How a client goes back into work: what the call is to achieve, when, and by whom."""

    goal: str
    due: Due
    login: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the verdicts of a period came to until now: clients, and what those won since have brought."""

    accepted: int
    returned: int
    won: int
    amount_minor: int


# -- calls ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallPick:
    """Which calls: begun in a period, by a person (None: anybody), with so long a talk at least."""

    period: "Period"
    operator_id: int | None = None
    least_talk: int = 0


@dataclass(frozen=True, slots=True)
class CallRow:
    """An answered call. `score` is a share of one; None where nobody has reviewed it."""

    call_id: int
    client_id: int
    client: str
    operator_id: int
    operator: str
    at: datetime
    talk_seconds: int
    outcome: str
    goal: str | None
    goal_result: GoalResult | None
    recording: str | None
    noted: bool
    reviews: int
    score: float | None


@dataclass(frozen=True, slots=True)
class CallReviewRow:
    """What one lead said of a call."""

    reviewer: str
    at: datetime
    score: float | None
    remarks: str | None


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A call with all that its review needs: what was said in it, and what one has said of it before."""

    call: CallRow
    note: str | None
    reason: str | None
    scores: dict[str, int]
    remarks: str
    reviewed: bool
    others: tuple[CallReviewRow, ...]
