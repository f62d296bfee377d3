"""Money: deals, and the history of their stages."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from salesdesk.models.types import Id, Instant, Model, only


class Deal(Model, table=True):
    """One possible or actual order of a client."""

    __table_args__ = (
        Index("ix_deal_source_external_id", "source", "external_id", unique=True),
        Index(
            "ix_deal_open", "stage", "owner_id", "stage_since", "amount_minor", **only("closed_at IS NULL")
        ),
        # With the column of its condition: SQLite would look that up in the row.
        Index("ix_deal_open_client", "client_id", "closed_at", **only("closed_at IS NULL")),
        Index("ix_deal_client_id", "client_id", "stage"),
        Index("ix_deal_reject_reason", "reject_reason", "client_id", **only("reject_reason IS NOT NULL")),
        # On PostgreSQL the short ones alone, and those with a longer one by themselves: `storage.walking`.
        Index("ix_deal_product", "product", **only("product IS NOT NULL")),
        Index("ix_deal_long", "id").ddl_if(dialect="postgresql"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    owner_id: int | None = Field(default=None, sa_type=Id, foreign_key="operator.id")
    title: str = ""
    product: str | None = None
    amount_minor: int = Field(default=0, sa_type=BigInteger, description="minor units of `currency`")
    currency: str = Field(max_length=3)
    stage: str = Field(foreign_key="stage.code")
    stage_since: datetime = Field(sa_type=Instant)
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant, description="won or rejected")
    reject_reason: str | None = Field(default=None, foreign_key="reject_reason.code")
    external_id: str | None = None
    source: str = ""


class StageChange(Model, table=True):
    """Who moved what from where to where, and when. Written once, never updated."""

    __tablename__ = "stage_change"
    __table_args__ = (
        # The first two hold all that the funnel and the reports ask of a change.
        Index(
            "ix_stage_change_client_id",
            "client_id", "at", "to_stage", "from_stage", "deal_id", "operator_id",
        ),
        Index(
            "ix_stage_change_at",
            "at", "to_stage", "from_stage", "client_id", "deal_id", "operator_id", "reason",
        ),
        Index("ix_stage_change_reason", "reason", "client_id", **only("reason IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    deal_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    at: datetime = Field(sa_type=Instant)
    from_stage: str | None = Field(
        default=None, foreign_key="stage.code", description="None: was never in conversation"
    )
    to_stage: str = Field(foreign_key="stage.code")
    reason: str | None = Field(default=None, foreign_key="reject_reason.code")
