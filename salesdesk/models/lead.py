"""What a lead keeps: plans and costs, reviews, stand-ups, what was read."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from salesdesk.codes import CardRule, Measure, Verdict
from salesdesk.models.types import Code, Id, Instant, Model, one_of, only

MONTH = 7
"""Months are text, `2026-11`: they sort as they follow one another."""


class Target(Model, table=True):
    """A plan for a month: of one operator, or of the whole team."""

    __table_args__ = (
        one_of("measure", Measure),
        Index(
            "ix_target_operator", "month", "operator_id", "measure",
            unique=True, **only("operator_id IS NOT NULL"),
        ),
        Index("ix_target_team", "month", "measure", unique=True, **only("operator_id IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    operator_id: int | None = Field(
        default=None, sa_type=Id, foreign_key="operator.id", description="None: the team's"
    )
    month: str = Field(max_length=MONTH)
    measure: Measure = Field(sa_type=Code(Measure))
    value: int = Field(sa_type=BigInteger, description="so many; of the amount minor units")


class OperatorCost(Model, table=True):
    """What an operator costs a month, from a month on until another row says otherwise."""

    __tablename__ = "operator_cost"
    __table_args__ = (Index("ix_operator_cost_operator_id", "operator_id", "month", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    month: str = Field(max_length=MONTH)
    amount_minor: int = Field(sa_type=BigInteger)


class Review(Model, table=True):
    """What a lead said of a rejected client."""

    __table_args__ = (one_of("verdict", Verdict), Index("ix_review_client_id", "client_id", "at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    change_id: int = Field(sa_type=Id, description="the change of stage that rejected it; loose: see models")
    reviewer_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    verdict: Verdict = Field(sa_type=Code(Verdict))
    note: str | None = None


class CallReview(Model, table=True):
    """A call that a lead listened to or read, scored by the checklist."""

    __tablename__ = "call_review"
    __table_args__ = (
        Index("ix_call_review_call_id", "call_id", "reviewer_id", unique=True),
        Index("ix_call_review_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    call_id: int = Field(sa_type=Id, foreign_key="call.id", ondelete="CASCADE")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id", description="whose call it was")
    reviewer_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    remarks: str | None = None


class CallScore(Model, table=True):
    """How one item of the checklist was met in a reviewed call; what did not apply has no row."""

    __tablename__ = "call_score"
    __table_args__ = (Index("ix_call_score_review_id", "review_id", "item", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    review_id: int = Field(sa_type=Id, foreign_key="call_review.id", ondelete="CASCADE")
    item: str = Field(foreign_key="checklist_item.code", max_length=32)
    score: int = Field(ge=0, le=2, description="0 no, 1 partly, 2 yes")


class ReadMark(Model, table=True):
    """That a lead has read a call's note or a message."""

    __tablename__ = "read_mark"
    __table_args__ = (
        Index("ix_read_mark_call_id", "call_id", "reader_id", unique=True),
        Index("ix_read_mark_message_id", "message_id", "reader_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    reader_id: int = Field(sa_type=Id, foreign_key="operator.id")
    call_id: int | None = Field(default=None, sa_type=Id, foreign_key="call.id", ondelete="CASCADE")
    message_id: int | None = Field(default=None, sa_type=Id, foreign_key="message.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=Instant)


class StandUp(Model, table=True):
    """A stand-up: whose, held by whom, when."""

    __tablename__ = "stand_up"
    __table_args__ = (Index("ix_stand_up_operator_id", "operator_id", "started_at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    lead_id: int = Field(sa_type=Id, foreign_key="operator.id")
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)


class StandUpCard(Model, table=True):
    """A card of a stand-up, and what was decided: a next action, a note, or nothing."""

    __tablename__ = "stand_up_card"
    __table_args__ = (
        one_of("rule", CardRule),
        Index("ix_stand_up_card_stand_up_id", "stand_up_id", "position"),
        Index("ix_stand_up_card_client_id", "client_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    stand_up_id: int = Field(sa_type=Id, foreign_key="stand_up.id", ondelete="CASCADE")
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    position: int
    rule: CardRule = Field(sa_type=Code(CardRule))
    plan: str | None = Field(default=None, description="what the operator means to do")
    remarks: str | None = Field(default=None, description="what the lead says of it")
    next_action_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    note_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
