"""Open forms: two who have a form of one client open are told of each other."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "open_form",
        sa.Column("client_id", whole, nullable=False),
        sa.Column("operator_id", whole, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_open_form_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_open_form_operator_id")),
        sa.PrimaryKeyConstraint("client_id", "operator_id", name=op.f("pk_open_form")),
    )
