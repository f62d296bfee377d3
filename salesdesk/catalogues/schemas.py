"""What stands in each file. Imports the database's packages: imported when a file is read, not before."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from salesdesk.catalogues.book import (
    CONFIRM_HOURS,
    EXPORT_ROWS_A_DAY,
    LIST_ROWS,
    LIST_ROWS_A_DAY,
    WHOSE_A_DAY,
)
from salesdesk.models.catalogue import (
    CallGoalEntry,
    ChecklistEntry,
    Entry,
    OutcomeEntry,
    RejectReasonEntry,
    ScriptEntry,
    ServicePolicyEntry,
    StageEntry,
)


@dataclass(frozen=True)
class Schema:
    """A file of entries: the name of its tables, the class of an entry, the codes that must stay."""

    file: str
    table: str
    entry: type[Entry]
    core: tuple[str, ...]


STAGES = Schema(
    "stages",
    "stage",
    StageEntry,
    ("new", "proposal", "invoice", "paid", "shipped", "paused", "dormant", "rejected"),
)
OUTCOMES = Schema(
    "outcomes",
    "outcome",
    OutcomeEntry,
    (
        "goal_reached", "talk_later", "interested", "invoice_requested", "not_now", "not_interested",
        "gatekeeper", "no_answer", "busy", "voicemail", "wrong_number", "not_in_service", "do_not_call",
    ),
)  # fmt: skip
GOALS = Schema(
    "goals",
    "goal",
    CallGoalEntry,
    (
        "find_need", "get_request", "agree_proposal", "confirm_proposal", "get_invoice", "get_payment_date",
        "confirm_shipment", "repeat_order", "get_referral",
    ),
)  # fmt: skip
REASONS = Schema(
    "reject_reasons",
    "reason",
    RejectReasonEntry,
    (
        "no_need", "no_money", "competitor", "price", "closed_down", "not_a_client",
        "refused_to_talk", "other",
    ),
)  # fmt: skip
POLICIES = Schema("policies", "policy", ServicePolicyEntry, ())
SCRIPTS = Schema("scripts", "script", ScriptEntry, ())
CHECKLIST = Schema("checklist", "item", ChecklistEntry, ())

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Whole = Annotated[int, Strict()]


class Part(BaseModel):
    """A table of team.toml; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class DayPart(Part):
    """The team's working day, in its zone."""

    start: Clock
    end: Clock
    half: Clock
    days: list[Weekday] = Field(min_length=1)
    minutes_per_call: Whole = Field(ge=1, le=240)


class CallingPart(Part):
    """When a client may be called, in the client's zone."""

    start: Clock
    end: Clock
    days: list[Weekday] = Field(min_length=1)


class PromisePart(Part):
    """How a promise is reminded of."""

    notice_minutes: Whole = Field(ge=0, le=240)


class UndoPart(Part):
    """How long a call can be taken back."""

    hours: Whole = Field(ge=1, le=720)


class LimitsPart(Part):
    """How many rows an operator may have of a list and of a day's exports; how often they ask for others'.

    And how many clients of the shared pool they are given; where that is not said they see all of it.
    """

    list_rows: Whole = Field(default=LIST_ROWS, ge=1, le=1_000_000)
    list_rows_a_day: Whole = Field(default=LIST_ROWS_A_DAY, ge=0, le=1_000_000)
    export_rows_a_day: Whole = Field(default=EXPORT_ROWS_A_DAY, ge=0, le=1_000_000)
    whose_a_day: Whole = Field(default=WHOSE_A_DAY, ge=0, le=1_000_000)
    pool_a_day: Whole | None = Field(default=None, ge=0, le=1_000_000)


class HandOnPart(Part):
    """In how many working hours a client that was handed on is to be confirmed."""

    confirm_hours: Whole = Field(default=CONFIRM_HOURS, ge=1, le=200)


class TeamFile(Part):
    """The whole of team.toml."""

    zone: str
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    day: DayPart
    calling: CallingPart
    promise: PromisePart
    undo: UndoPart
    # A team's file may be older than these.
    limits: LimitsPart = LimitsPart()
    hand_on: HandOnPart = HandOnPart()
