"""What the lead's use cases give back: frozen, plain, and free of the database's packages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from salesdesk.codes import Age, Measure


class Neglect(StrEnum):
    """What else is let slip besides tails."""

    NO_NEXT_ACTION = "no_next_action"
    MOVED = "moved"
    ROTTING = "rotting"
    ABSENT = "absent"
    HELD = "held"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class OperatorTails:
    """The tails of one operator, or of all; amounts in minor units of the base's currency.

    `moved` are open promises that were moved three times or more, `absent` what an operator owes who
    is away, `held` what waits for the lead: attempts used up, or no number left, `unconfirmed` clients
    handed on to them that they have not confirmed in time.
    """

    operator_id: int | None
    login: str
    name: str
    ages: dict[Age, int]
    amount_minor: int
    moved: int = 0
    rotting: int = 0
    absent: int = 0
    held: int = 0
    unconfirmed: int = 0

    @property
    def total(self) -> int:
        """How many there are, of every age."""
        return sum(self.ages.values())


@dataclass(frozen=True, slots=True)
class RottingStage:
    """Open deals of one stage that have not moved for longer than the stage allows."""

    stage: str
    deals: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TailBoard:
    """Who has forgotten how much: a row for each operator who has, worst first, and all together."""

    operators: tuple[OperatorTails, ...]
    total: OperatorTails
    amounts: dict[Age, int]
    rotting: tuple[RottingStage, ...] = field(default=())
    unconfirmed_minor: int = 0
    """What is at stake with clients whose hand-over was not confirmed in time."""


@dataclass(frozen=True, slots=True)
class TailPick:
    """Which clients of the board: of one operator or of all, of one age or of all, or one neglect."""

    operator_id: int | None = None
    age: Age | None = None
    neglect: Neglect | None = None


@dataclass(frozen=True, slots=True)
class TailRow:
    """A client that was forgotten. Without a next action the times and the goal are None."""

    client_id: int
    external_id: str | None
    name: str
    operator_id: int | None
    operator: str
    stage: str | None
    client_class: str
    due_at: datetime | None
    first_due_at: datetime | None
    days_late: int
    age: Age | None
    promise: bool
    moves: int
    goal: str | None
    amount_minor: int
    zone: str
    giver: str = ""
    """Who handed it on, where that is what was not confirmed."""
    confirm_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure stands: of one group (None: not said) or of all; of the funnel, at which stage.

    `client_id` is for a row that tells of one client alone.
    """

    group: str | int | None = None
    total: bool = False
    stage: str | None = None
    client_id: int | None = None


EVERYTHING = Spot(total=True)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What one operator is to do in a month, and costs in it; or what the team is.

    `values` has the measures that have a plan, the amount in minor units. `login` is None for the
    team. `cost_minor` is None where nobody said it, or it is not for who sits here to know.
    """

    operator_id: int | None
    login: str | None
    name: str
    values: Mapping[Measure, int]
    cost_minor: int | None = None
    cost_since: str | None = None


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of a month, `2026-11`: a row for each operator, and the team's.

    The team's plan is what was set for it (`explicit`), else the sum of the operators'.
    """

    month: str
    currency: str
    operators: tuple[PlanRow, ...]
    team: PlanRow
    explicit: frozenset[Measure]
