"""Catalogues: what a team edits in `data/`. Codes are stable, titles are translated.

Each class is at once the schema of its file and the table; a file's mistakes are found by
validating against `<Name>Entry`, the table adds where it stands and whether it is still in use.
"""

from typing import Annotated

from pydantic import Strict, StringConstraints
from sqlalchemy import JSON
from sqlmodel import Field
from sqlmodel._compat import SQLModelConfig

from salesdesk.codes import Band, ClientClass, GoalResult, Specialty, StepKind
from salesdesk.models.types import Code, Model, one_of

CodeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
"""Strict, so that `"10"`, `1.0` and `1` for true are told to the one who edits a file."""
Titles = dict[str, str]
"""Language to title: `{"en": …, "ru": …}`."""


class Entry(Model):
    """What every catalogue's entry has; unknown keys are refused."""

    model_config = SQLModelConfig(extra="forbid")

    code: CodeName
    title: Titles = Field(sa_type=JSON)


class Row(Model):
    """What the base adds to an entry: its place, and whether the files still name it."""

    position: int = 0
    active: bool = True


class StageEntry(Entry):
    """Where a deal stands in the pipeline, and what usually comes next there."""

    band: Band = Field(sa_type=Code(Band))
    goal: CodeName = Field(description="the usual goal of a call at this stage")
    probability: Whole = Field(ge=0, le=100, description="of winning, percent")
    rotting_days: Whole = Field(ge=1, le=3650, description="a deal that has not moved for so long is rotting")
    next_days: Whole = Field(ge=0, le=365, description="working days until the usual next action")
    won: Flag = False
    in_work: Flag = Field(default=True, description="a client here is owed a next action")
    hand_on: Specialty | None = Field(
        default=None, sa_type=Code(Specialty), description="to whom a client goes that comes to this stage"
    )
    confirm_hours: Whole | None = Field(
        default=None, ge=1, le=200, description="working hours to confirm it in; the team's where not said"
    )


class Stage(StageEntry, Row, table=True):
    """A stage of the pipeline."""

    __table_args__ = (one_of("band", Band), one_of("hand_on", Specialty))
    code: str = Field(primary_key=True, max_length=32)
    band: Band = Field(sa_type=Code(Band))
    hand_on: Specialty | None = Field(default=None, sa_type=Code(Specialty))


class OutcomeEntry(Entry):
    """What came of a call, and what follows from it."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
    answered: Flag = False
    contact: Flag = Field(default=False, description="the call reached somebody who can decide or tell")
    terminal: Flag = Field(default=False, description="ends the work with the client")
    unworkable: Flag = Field(default=False, description="the number is marked bad")
    do_not_call: Flag = False
    stage: CodeName | None = Field(default=None, description="the stage that the client's deal moves to")
    result: GoalResult | None = Field(default=None, description="the usual goal result")
    next_kind: StepKind = StepKind.CALL
    next_goal: CodeName | None = Field(default=None, description="the stage's goal, where not said")
    retry_minutes: Whole | None = Field(
        default=None, ge=1, le=10_080, description="call again no sooner than this"
    )
    retry_days: Whole | None = Field(
        default=None, ge=0, le=365, description="call again after so many working days"
    )
    other_hour: Flag = Field(default=False, description="never again at the hour of this call")
    max_attempts: Whole | None = Field(
        default=None, ge=1, le=100, description="then out of the cadence, to the lead"
    )
    needs_time: Flag = Field(default=False, description="a clock time must be agreed: a promise")
    needs_date: Flag = Field(default=False, description="a date must be given")
    needs_reason: Flag = Field(default=False, description="a reject reason must be given")


class Outcome(OutcomeEntry, Row, table=True):
    """An outcome of a call."""

    __table_args__ = (one_of("result", GoalResult), one_of("next_kind", StepKind))
    code: str = Field(primary_key=True, max_length=32)
    result: GoalResult | None = Field(default=None, sa_type=Code(GoalResult))
    next_kind: StepKind = Field(default=StepKind.CALL, sa_type=Code(StepKind))


class CallGoalEntry(Entry):
    """What a call is to achieve: concrete, so that it can be hit or missed."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
    next_goal: CodeName | None = Field(default=None, description="the usual goal once this one is hit")


class CallGoal(CallGoalEntry, Row, table=True):
    """A call goal."""

    __tablename__ = "call_goal"
    code: str = Field(primary_key=True, max_length=32)


class RejectReasonEntry(Entry):
    """Why a client was closed without a sale."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]$")]
    needs_note: Flag = False


class RejectReason(RejectReasonEntry, Row, table=True):
    """A reject reason."""

    __tablename__ = "reject_reason"
    code: str = Field(primary_key=True, max_length=32)


class ServicePolicyEntry(Entry):
    """What is owed to a class of clients, and what not to spend on it."""

    client_class: ClientClass = Field(sa_type=Code(ClientClass))
    call_every_days: Whole = Field(ge=1, le=365)
    answer_within_hours: Whole = Field(ge=1, le=720)
    rule: Titles = Field(sa_type=JSON, description="the policy in words, shown on the card")


class ServicePolicy(ServicePolicyEntry, Row, table=True):
    """A service policy."""

    __tablename__ = "service_policy"
    __table_args__ = (one_of("client_class", ClientClass),)
    code: str = Field(primary_key=True, max_length=32)
    client_class: ClientClass = Field(sa_type=Code(ClientClass), unique=True)


class ScriptEntry(Entry):
    """What to say for a goal: a Jinja2 template over the card, for each language."""

    goal: CodeName
    text: Titles = Field(sa_type=JSON)


class Script(ScriptEntry, Row, table=True):
    """A script."""

    code: str = Field(primary_key=True, max_length=32)


class ChecklistEntry(Entry):
    """What a reviewed call is scored by."""

    hint: Titles = Field(sa_type=JSON, description="what a yes means, shown beside the item")


class ChecklistItem(ChecklistEntry, Row, table=True):
    """An item of the checklist."""

    __tablename__ = "checklist_item"
    code: str = Field(primary_key=True, max_length=32)


class Campaign(Model, table=True):
    """Where clients came from; made by imports and by leads, not by a file."""

    code: str = Field(primary_key=True, max_length=80)
    title: str


class Setting(Model, table=True):
    """What holds for the whole base: the team's day, the currency, the catalogues' fingerprint."""

    key: str = Field(primary_key=True, max_length=40)
    value: dict[str, object] = Field(sa_type=JSON)
