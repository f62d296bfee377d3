"""What is owed to a client."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from salesdesk.codes import MANY_MOVES, Band, Hold, StepKind
from salesdesk.models.types import Code, Id, Instant, Model, one_of, only

OPEN = only("closed_at IS NULL")
LISTED = only("closed_at IS NULL AND hold IS NULL")
HELD = only("closed_at IS NULL AND hold IS NOT NULL")
MOVED = only(f"closed_at IS NULL AND moves >= {MANY_MOVES}")


class NextAction(Model, table=True):
    """What is owed to a client, by whom, when, with which goal. At most one is open per client.

    `band`, `sort_key` and `zone` repeat the client's, so that one index in sort order holds an
    operator's list; `base.placement` keeps them in step.
    """

    __tablename__ = "next_action"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("band", Band),
        one_of("hold", Hold),
        Index("ix_next_action_open", "client_id", unique=True, **OPEN),
        Index(
            "ix_next_action_queue",
            "operator_id", "band", "sort_key", "client_id", "due_at", "zone", "promise",
            **LISTED,
        ),
        Index(
            "ix_next_action_due",
            "operator_id", "promise", "due_at", "band", "zone",
            **LISTED,
        ),
        Index("ix_next_action_held", "operator_id", **HELD),
        Index("ix_next_action_moved", "operator_id", "promise", "hold", **MOVED),
        Index("ix_next_action_due_at", "due_at", "client_id", "closed_at", **OPEN),
        Index("ix_next_action_client_id", "client_id"),
        Index("ix_next_action_closed_at", "closed_at", **only("closed_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    kind: StepKind = Field(default=StepKind.CALL, sa_type=Code(StepKind))
    goal: str = Field(foreign_key="call_goal.code")
    due_at: datetime = Field(sa_type=Instant, description="not before; the agreed time of a promise")
    promise: bool = Field(default=False, description="a clock time was agreed with the client")
    first_due_at: datetime = Field(sa_type=Instant, description="survives every move")
    moves: int = 0
    attempt: int = Field(default=1, description="which dial in a row the next one will be")
    hold: Hold | None = Field(default=None, sa_type=Code(Hold))
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    call_id: int | None = Field(default=None, sa_type=Id, description="what closed it; loose: see models")
    band: Band = Field(sa_type=Code(Band))
    sort_key: int = Field(sa_type=BigInteger)
    zone: str


class NextActionPast(Model, table=True):
    """What a next action was until an instant: when it was due then, and whose it was.

    Written whenever one of these changes, so that the tails of any past day can be counted.
    """

    __tablename__ = "next_action_past"
    __table_args__ = (
        one_of("hold", Hold),
        Index("ix_next_action_past_next_action_id", "next_action_id", "until"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    next_action_id: int = Field(sa_type=Id, foreign_key="next_action.id", ondelete="CASCADE")
    until: datetime = Field(sa_type=Instant)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    due_at: datetime = Field(sa_type=Instant)
    promise: bool
    hold: Hold | None = Field(default=None, sa_type=Code(Hold))
