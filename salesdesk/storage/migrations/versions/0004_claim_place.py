"""Claims: whose they are is found by an index, and how far along the pool who takes the next one has come."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("place", sa.BigInteger(), nullable=True))
    op.create_index("ix_claim_operator_id", "claim", ["operator_id", "place", "client_id"], unique=False)
