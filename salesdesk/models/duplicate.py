"""Duplicates: likely pairs, what was decided of them, and cards that were made one."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from salesdesk.models.types import Id, Instant, Model


class LikelyDuplicate(Model, table=True):
    """Two clients that the last look through the base took for one; `first_id` is the smaller."""

    __tablename__ = "likely_duplicate"
    __table_args__ = (
        Index("ix_likely_duplicate_score", "score"),
        Index("ix_likely_duplicate_second_id", "second_id"),
    )

    first_id: int = Field(primary_key=True, sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    second_id: int = Field(primary_key=True, sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    score: int = Field(ge=0, le=1000, description="in thousandths")
    why: list[object] = Field(sa_type=JSON, description="reasons, as codes with what they speak of")


class NotDuplicate(Model, table=True):
    """Two clients that a person said are not one; `first_id` is the smaller."""

    __tablename__ = "not_duplicate"
    __table_args__ = (
        Index("ix_not_duplicate_first_id", "first_id", "second_id", unique=True),
        Index("ix_not_duplicate_second_id", "second_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    first_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    second_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)


class Merge(Model, table=True):
    """Cards that were made one, with every row before and after: what takes it back, years later."""

    __table_args__ = (Index("ix_merge_client_id", "client_id"), Index("ix_merge_run_id", "run_id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    at: datetime = Field(sa_type=Instant)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    client_id: int = Field(sa_type=Id, description="the card that stays; loose: it may be merged in turn")
    run_id: int | None = Field(
        default=None, sa_type=Id, description="the id of the first merge of those that were made at once"
    )
    changes: list[object] = Field(sa_type=JSON, description="as AuditEvent.changes")
    undone_at: datetime | None = Field(default=None, sa_type=Instant)


class MergedClient(Model, table=True):
    """The number of a card that is no more, and the card that took it in."""

    __tablename__ = "merged_client"
    __table_args__ = (
        Index("ix_merged_client_kept_id", "kept_id"),
        Index("ix_merged_client_merge_id", "merge_id"),
        Index("ix_merged_client_source_external_id", "source", "external_id"),
    )

    client_id: int = Field(primary_key=True, sa_type=Id)
    kept_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    merge_id: int = Field(sa_type=Id, foreign_key="merge.id", ondelete="CASCADE")
    source: str = Field(default="", description="what imports know it by, so that none adds it again")
    external_id: str | None = None
    name: str = Field(default="", description="what those who knew the card look for")
