"""Talk: calls, messages, notes, and what is still being typed."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from salesdesk.codes import GoalResult
from salesdesk.models.types import Code, Id, Instant, Model, one_of, only


class Call(Model, table=True):
    """One dial, answered or not. Immutable once the time to undo it is over."""

    __table_args__ = (
        one_of("goal_result", GoalResult),
        Index("ix_call_client_id", "client_id", "started_at"),
        # All that reports ask of calls, so that they need not look at the rows.
        Index(
            "ix_call_operator_id",
            "operator_id", "started_at", "client_id", "outcome", "goal_result", "talk_seconds", "goal",
        ),
        Index(
            "ix_call_source_external_id",
            "source", "external_id",
            unique=True,
            **only("external_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    deal_id: int | None = Field(default=None, sa_type=Id, description="loose, as phone_id")
    phone_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    started_at: datetime = Field(sa_type=Instant)
    talk_seconds: int = Field(default=0, ge=0)
    outcome: str = Field(foreign_key="outcome.code")
    goal: str | None = Field(
        default=None, foreign_key="call_goal.code", description="None only where nobody answered"
    )
    goal_result: GoalResult | None = Field(default=None, sa_type=Code(GoalResult))
    reason: str | None = Field(default=None, foreign_key="reject_reason.code")
    attempt: int = Field(default=1, description="which dial in a row that nobody had answered this one was")
    stage: str | None = Field(
        default=None, foreign_key="stage.code", description="the client's stage when the call began"
    )
    note: str | None = None
    recording: str | None = Field(default=None, description="where its sound is: a path or an address")
    external_id: str | None = Field(default=None, description="what an exchange calls it; None: logged here")
    source: str | None = Field(default=None, description="the exchange; external_id is unique in it")


class Message(Model, table=True):
    """A letter or a message to or from a client."""

    __table_args__ = (Index("ix_message_client_id", "client_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    contact_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    incoming: bool = False
    channel: str = Field(default="email", max_length=24)
    text: str


class Note(Model, table=True):
    """Something worth remembering about a client; what a lead has for an operator says to whom."""

    __table_args__ = (
        Index("ix_note_client_id", "client_id", "at"),
        Index("ix_note_unseen", "to_operator_id", **only("to_operator_id IS NOT NULL AND seen_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    text: str
    to_operator_id: int | None = Field(default=None, sa_type=Id, foreign_key="operator.id")
    seen_at: datetime | None = Field(
        default=None, sa_type=Instant, description="when the one it is for had seen it"
    )


class Draft(Model, table=True):
    """What an operator has half-typed about a call: kept as they type, gone once it is logged."""

    client_id: int = Field(primary_key=True, sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(primary_key=True, sa_type=Id, foreign_key="operator.id")
    body: dict[str, object] = Field(sa_type=JSON)
    saved_at: datetime = Field(sa_type=Instant)


class Receipt(Model, table=True):
    """What came in under a token that its sender made: sent again, it is found and not done again."""

    token: str = Field(primary_key=True, max_length=32)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    result: dict[str, object] = Field(sa_type=JSON, description="what the first try gave back")
