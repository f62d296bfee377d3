"""The imports of a base, the last first: what each brought, and whether it can still be taken back."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.codes import ImportState
from salesdesk.context import Context
from salesdesk.models import ImportBatch, Operator
from salesdesk.team.rights import leads


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import as it stands in the base."""

    batch: int
    at: datetime
    operator: str
    kind: str
    source: str
    file: str
    rows: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    absent: int
    state: ImportState

    @property
    def undoable(self) -> bool:
        """Whether it can be taken back."""
        return self.state is ImportState.DONE

    def as_json(self, zone: tzinfo) -> dict[str, Any]:
        """Give what `salesdesk import list --json` prints."""
        return {
            "batch": self.batch, "at": self.at.astimezone(zone).isoformat(), "operator": self.operator,
            "kind": self.kind, "source": self.source, "file": self.file, "rows": self.rows,
            "added": self.added, "updated": self.updated, "unchanged": self.unchanged,
            "rejected": self.rejected, "skipped": self.skipped, "absent": self.absent,
            "state": self.state.value,
        }  # fmt: skip


def past_imports(session: Session, context: Context, limit: int = 100) -> tuple[PastImport, ...]:
    """Give the imports of this base, the last one first; an operator's own."""
    wanted = (
        select(ImportBatch, col(Operator.login))
        .join(Operator, col(Operator.id) == col(ImportBatch.operator_id))
        .order_by(col(ImportBatch.id).desc())
        .limit(limit)
    )
    if not leads(context):
        wanted = wanted.where(col(ImportBatch.operator_id) == context.me.id)
    found = session.execute(wanted)
    return tuple(_row(batch, login) for batch, login in found)


def _row(batch: ImportBatch, login: str) -> PastImport:
    said = batch.options or {}
    return PastImport(
        batch.id or 0, batch.started_at, login, batch.kind, batch.source, batch.file_name, batch.rows,
        batch.added, batch.updated, batch.unchanged, batch.rejected, _number(said, "skipped"),
        _number(said, "absent"), ImportState(batch.state),
    )  # fmt: skip


def _number(said: dict[str, Any], name: str) -> int:
    return int(said.get(name, 0))
