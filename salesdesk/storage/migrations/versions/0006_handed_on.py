"""Handed on: clients that go from specialty to specialty, by the rule of a stage or by choice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SPECIALTIES = "'telemarketing', 'sales', 'accounts', 'logistics'"


def upgrade() -> None:
    # The check with the column: to add it later, SQLite would have to make the table anew.
    op.execute(
        "ALTER TABLE stage ADD COLUMN hand_on VARCHAR(24) "
        f"CONSTRAINT ck_stage_hand_on_code CHECK (hand_on IN ({SPECIALTIES}))"
    )
    op.add_column("stage", sa.Column("confirm_hours", sa.Integer(), nullable=True))
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "hand_on",
        sa.Column("id", whole, nullable=False),
        sa.Column("client_id", whole, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_id", whole, nullable=False),
        sa.Column("to_id", whole, nullable=False),
        sa.Column("from_specialty", sa.String(24), nullable=False),
        sa.Column("to_specialty", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(32), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("confirm_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("declined_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"from_specialty IN ({SPECIALTIES})", name=op.f("ck_hand_on_from_specialty_code")),
        sa.CheckConstraint(f"to_specialty IN ({SPECIALTIES})", name=op.f("ck_hand_on_to_specialty_code")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_hand_on_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_id"], ["operator.id"], name=op.f("fk_hand_on_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["operator.id"], name=op.f("fk_hand_on_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_on")),
    )
    op.create_index("ix_hand_on_client_id", "hand_on", ["client_id", "id"])
    op.create_index(
        "ix_hand_on_open",
        "hand_on",
        ["to_id", "confirm_by", "client_id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
