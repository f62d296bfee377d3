"""Whose clients: PostgreSQL finds all of a person's by an index, those never worked with among them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_client_owner", "client", ["owner_id"])
