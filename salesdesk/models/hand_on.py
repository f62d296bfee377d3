"""Clients handed on from one specialty to the next, and whether whoever got them has confirmed it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from salesdesk.codes import Specialty
from salesdesk.models.types import Code, Id, Instant, Model, one_of, only


class HandOn(Model, table=True):
    """A client that somebody gave to somebody: open until it is confirmed, declined, or otherwise over.

    It is over without either where a lead gave the client away, or its work ended, before anybody confirmed.
    """

    __tablename__ = "hand_on"
    __table_args__ = (
        one_of("from_specialty", Specialty),
        one_of("to_specialty", Specialty),
        Index("ix_hand_on_open", "to_id", "confirm_by", "client_id", **only("closed_at IS NULL")),
        Index("ix_hand_on_client_id", "client_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=Instant)
    from_id: int = Field(
        sa_type=Id, foreign_key="operator.id", description="who gave it, or whose a lead gave away"
    )
    to_id: int = Field(sa_type=Id, foreign_key="operator.id")
    from_specialty: Specialty = Field(sa_type=Code(Specialty))
    to_specialty: Specialty = Field(sa_type=Code(Specialty))
    stage: str | None = Field(
        default=None, max_length=32, description="the stage whose rule it was; none where somebody chose it"
    )
    note: str
    confirm_by: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    declined_at: datetime | None = Field(default=None, sa_type=Instant)
    why: str | None = Field(default=None, description="why it was declined")
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
