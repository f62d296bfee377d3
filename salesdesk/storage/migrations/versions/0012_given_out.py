"""Whom an operator was given of the shared pool, and one's own clients by name: an index each.

Of the trail it has these lines alone; the other is for PostgreSQL: SQLite has it in the index of the list.
"""

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
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_client_owner", "client")
        op.create_index("ix_client_owner", "client", ["owner_id", "name_key"])
