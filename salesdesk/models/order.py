"""Order: who did what, and how it is taken back."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from salesdesk.codes import ImportAction, ImportState
from salesdesk.models.types import Code, Id, Instant, Model, one_of, only


class AuditEvent(Model, table=True):
    """One use case that changed the base: who, when, and every row before and after.

    `changes` is a list of `[table, id, before, after]`: column to stored value, `before` null for
    a row that was added, `after` null for one that was removed. Undo plays it backwards.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_operator_id", "operator_id", "id"),
        Index("ix_audit_event_client_id", "client_id", "id"),
        Index("ix_audit_event_given", "operator_id", "at", **only("action = 'given'")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    at: datetime = Field(sa_type=Instant)
    operator_id: int | None = Field(default=None, sa_type=Id, foreign_key="operator.id")
    action: str = Field(max_length=40)
    client_id: int | None = Field(
        default=None, sa_type=Id, description="no foreign key: the trail outlives the client"
    )
    changes: list[object] = Field(sa_type=JSON)
    undone_at: datetime | None = Field(default=None, sa_type=Instant)


class ImportBatch(Model, table=True):
    """One run of an import, and what it did."""

    __tablename__ = "import_batch"
    __table_args__ = (one_of("state", ImportState),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    state: ImportState = Field(default=ImportState.RUNNING, sa_type=Code(ImportState))
    kind: str = Field(max_length=24)
    source: str
    file_name: str
    mapping: dict[str, str] = Field(sa_type=JSON, description="column to field")
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    options: dict[str, object] | None = Field(
        default=None, sa_type=JSON, description="what was said of duplicates and of clients that are absent"
    )


class ImportRow(Model, table=True):
    """A client that an import added or changed, and the columns it had before."""

    __tablename__ = "import_row"
    __table_args__ = (one_of("action", ImportAction), Index("ix_import_row_client_id", "client_id"))

    batch_id: int = Field(primary_key=True, sa_type=Id, foreign_key="import_batch.id", ondelete="CASCADE")
    row: int = Field(
        primary_key=True, description="the row's number in the file, from 1, the header not counted"
    )
    client_id: int = Field(sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    action: ImportAction = Field(sa_type=Code(ImportAction))
    before: list[object] | None = Field(
        default=None, sa_type=JSON, description="as AuditEvent.changes; null for an added client"
    )


class KnownMapping(Model, table=True):
    """What a person said of a file's columns, for files that look the same."""

    __tablename__ = "known_mapping"
    __table_args__ = (Index("ix_known_mapping_mark", "mark", "kind", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    mark: str = Field(max_length=64, description="a fingerprint of the folded columns, in their order")
    kind: str = Field(max_length=24)
    mapping: dict[str, str] = Field(sa_type=JSON, description="column to field")
    options: dict[str, object] = Field(sa_type=JSON, description="also said: words, dates, area code")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    used_at: datetime = Field(sa_type=Instant)


class ForbiddenNumber(Model, table=True):
    """A number that nobody may call, whether or not a client has it: from a do-not-call list."""

    __tablename__ = "forbidden_number"
    __table_args__ = (Index("ix_forbidden_number_batch_id", "batch_id"),)

    number: str = Field(primary_key=True, max_length=20, description="E.164; a local one as its digits")
    batch_id: int | None = Field(default=None, sa_type=Id, foreign_key="import_batch.id")
    at: datetime = Field(sa_type=Instant)


class Handover(Model, table=True):
    """Clients that somebody else has until a day, and what of them goes back then.

    `moved` names by their ids, each with who got it: `clients` (and whether each was closed by then), and
    `owed` and `deals`, next actions and deals that were this one's at clients of others (with the client).
    """

    __table_args__ = (Index("ix_handover_until", "until", **only("back_at IS NULL")),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    at: datetime = Field(sa_type=Instant)
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id", description="who did it")
    from_id: int = Field(sa_type=Id, foreign_key="operator.id", description="whose clients they are")
    until: datetime = Field(sa_type=Instant, description="when that day begins")
    moved: dict[str, list[list[int]]] = Field(sa_type=JSON)
    back_at: datetime | None = Field(default=None, sa_type=Instant)
    stayed: list[list[object]] | None = Field(
        default=None, sa_type=JSON, description="clients that did not come back, each with why"
    )
