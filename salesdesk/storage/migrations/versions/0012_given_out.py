"""Whom an operator was given of the shared pool, found by an index of these lines of the trail alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    given = sa.text("action = 'given'")
    op.create_index(
        "ix_audit_event_given", "audit_event", ["operator_id", "at"],
        sqlite_where=given, postgresql_where=given,
    )  # fmt: skip
