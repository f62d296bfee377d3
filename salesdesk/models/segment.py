"""Segments: sets of clients, told by what they are."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from salesdesk.models.types import Id, Instant, Model


class Segment(Model, table=True):
    """A saved filter. Who belongs to it is asked anew each time."""

    __table_args__ = (Index("ix_segment_owner_id", "owner_id", "name_key", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    name: str = Field(max_length=80)
    name_key: str = Field(max_length=80, description="folded, so that one name is one segment")
    owner_id: int = Field(sa_type=Id, foreign_key="operator.id")
    filter: str = Field(description="as base.filters writes it")
    sort: str | None = Field(default=None, max_length=24)
    shared: bool = Field(default=False, description="everybody may use it, not change it")
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
