"""Clients, their people and their numbers."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from salesdesk.codes import Band, ClientClass, PhoneState
from salesdesk.models.types import MAILBOX, Code, Id, Instant, Model, Sorted, one_of, only


class Client(Model, table=True):
    """A company in the base, bought or not.

    `band`, `sort_key`, `zone`, `pool` and `unowed` follow from the other columns and are kept so that
    the list of the day and the tails are cut by an index; `base.placement` alone writes them.
    """

    __table_args__ = (
        one_of("band", Band),
        one_of("client_class", ClientClass),
        Index("ix_client_source_external_id", "source", "external_id", unique=True),
        Index(
            "ix_client_pool",
            "owner_id", "sort_key", "id", "zone",
            **only("pool = 1"),
        ),
        Index(
            "ix_client_owner_id",
            "owner_id", "stage",
            **only("stage IS NOT NULL"),
        ),
        Index("ix_client_unowed", "owner_id", **only("unowed = 1")),
        # Whose a client is, of any, and one's own by name: SQLite reads that in the index of the list.
        Index("ix_client_owner", "owner_id", "name_key").ddl_if(dialect="postgresql"),
        Index("ix_client_name_key", "name_key").ddl_if(dialect="postgresql"),
        # All that the usual filters ask for, in the order of the list: neither is a row looked at that
        # they do not choose, nor one that only has to be counted. PostgreSQL reads the table at several
        # places at once, and takes no text of any length into an index.
        Index(
            "ix_client_listed",
            "name_key", "id", "stage", "owner_id", "client_class", "band", "do_not_call", "campaign",
            "interest", "attempts", "expected_minor", "last_call_at", "created_at", "source", "city",
            "region", "industry",
        ).ddl_if(dialect="sqlite"),
        # Which spellings there are, and the clients of a rare one or of none; on PostgreSQL of the short ones
        # alone, and those with a longer one by themselves.
        *(Index(f"ix_client_{column}", column) for column in ("city", "region", "industry")),
        Index("ix_client_long", "id").ddl_if(dialect="postgresql"),
        Index("ix_client_vip", "id", **only("client_class = 'VIP'")),
        Index("ix_client_zone", "zone"),
        Index(
            "ix_client_tax_id",
            "tax_id",
            **only("tax_id IS NOT NULL"),
        ),
        # A migration that makes a table anew must make such an index again: SQLite shows no expressions.
        Index("ix_client_email", text(MAILBOX), **only("email IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    name: str
    name_key: str = Field(sa_type=Sorted, description="the name folded for search and sort: base.folding")
    external_id: str | None = Field(default=None, description="what the source calls it")
    source: str = Field(default="", description="where it came from; external_id is unique in it")
    campaign: str | None = Field(default=None, foreign_key="campaign.code")
    tax_id: str | None = None
    industry: str | None = None
    region: str | None = None
    city: str | None = None
    address: str | None = None
    postal_code: str | None = None
    website: str | None = None
    email: str | None = None
    client_class: ClientClass = Field(default=ClientClass.C, sa_type=Code(ClientClass))
    stage: str | None = Field(
        default=None, foreign_key="stage.code", description="None: never in conversation"
    )
    stage_since: datetime | None = Field(default=None, sa_type=Instant)
    interest: int = Field(default=0, ge=0, le=5)
    expected_minor: int = Field(
        default=0, sa_type=BigInteger, description="minor units of the base's currency"
    )
    owner_id: int | None = Field(default=None, sa_type=Id, foreign_key="operator.id")
    do_not_call: bool = False
    won_at: datetime | None = Field(default=None, sa_type=Instant, description="first time a deal was won")
    last_call_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = Field(default=0, description="dials in a row that nobody answered")
    band: Band = Field(default=Band.TELEMARKETING, sa_type=Code(Band))
    sort_key: int = Field(default=0, sa_type=BigInteger, description="scheduler.sort_key")
    zone: str = Field(description="IANA name of the client's own zone")
    pool: bool = Field(
        default=False, description="cold, callable and owed nothing: waits in the telemarketing band"
    )
    unowed: bool = Field(default=False, description="in work and owed nothing, which should not be")
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class Contact(Model, table=True):
    """A person at a client."""

    __table_args__ = (Index("ix_contact_email", text(MAILBOX), **only("email IS NOT NULL")),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE", index=True)
    name: str
    position: str | None = None
    email: str | None = None


class Phone(Model, table=True):
    """A number of a client or of one of its people; `raw` is what was written, for ever."""

    __table_args__ = (
        one_of("state", PhoneState),
        Index("ix_phone_client_id", "client_id", "state"),
        Index("ix_phone_e164", "e164"),
        # All that a search of the last digits asks for, so that it need not look at the rows.
        Index("ix_phone_last4", "last4", "client_id", "digits"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    contact_id: int | None = Field(default=None, sa_type=Id, description="loose: see models")
    raw: str
    e164: str | None = Field(default=None, max_length=20, description="None: a local number, or none at all")
    extension: str | None = Field(default=None, max_length=20)
    digits: str = Field(
        description="every digit, of e164 where there is one: what a search of digits runs over"
    )
    last4: str = Field(max_length=4)
    state: PhoneState = Field(default=PhoneState.GOOD, sa_type=Code(PhoneState))
    position: int = 0
