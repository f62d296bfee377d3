"""A clean base: segments, duplicates, merges, known files, forbidden numbers, guessed logins, handovers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LISTED = [
    "name_key", "id", "stage", "owner_id", "client_class", "band", "do_not_call", "campaign", "interest",
    "attempts", "expected_minor", "last_call_at", "created_at", "source", "city", "region", "industry",
]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "known_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_known_mapping_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_mapping")),
    )
    with op.batch_alter_table("known_mapping", schema=None) as batch_op:
        batch_op.create_index("ix_known_mapping_mark", ["mark", "kind"], unique=True)

    op.create_table(
        "merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_merge_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.create_index("ix_merge_client_id", ["client_id"], unique=False)
        batch_op.create_index("ix_merge_run_id", ["run_id"], unique=False)

    op.create_table(
        "segment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filter", sa.String(), nullable=False),
        sa.Column("sort", sa.String(24), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_segment_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.create_index("ix_segment_owner_id", ["owner_id", "name_key"], unique=True)

    op.create_table(
        "forbidden_number",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_forbidden_number_batch_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_forbidden_number")),
    )
    with op.batch_alter_table("forbidden_number", schema=None) as batch_op:
        batch_op.create_index("ix_forbidden_number_batch_id", ["batch_id"], unique=False)

    op.create_table(
        "likely_duplicate",
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["client.id"], name=op.f("fk_likely_duplicate_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["client.id"], name=op.f("fk_likely_duplicate_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_likely_duplicate")),
    )
    with op.batch_alter_table("likely_duplicate", schema=None) as batch_op:
        batch_op.create_index("ix_likely_duplicate_score", ["score"], unique=False)
        batch_op.create_index("ix_likely_duplicate_second_id", ["second_id"], unique=False)

    op.create_table(
        "merged_client",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["client.id"], name=op.f("fk_merged_client_kept_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["merge.id"], name=op.f("fk_merged_client_merge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_merged_client")),
    )
    with op.batch_alter_table("merged_client", schema=None) as batch_op:
        batch_op.create_index("ix_merged_client_kept_id", ["kept_id"], unique=False)
        batch_op.create_index("ix_merged_client_merge_id", ["merge_id"], unique=False)
        batch_op.create_index("ix_merged_client_source_external_id", ["source", "external_id"], unique=False)

    op.create_table(
        "not_duplicate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["client.id"], name=op.f("fk_not_duplicate_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_not_duplicate_operator_id")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["client.id"], name=op.f("fk_not_duplicate_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicate")),
    )
    with op.batch_alter_table("not_duplicate", schema=None) as batch_op:
        batch_op.create_index("ix_not_duplicate_first_id", ["first_id", "second_id"], unique=True)
        batch_op.create_index("ix_not_duplicate_second_id", ["second_id"], unique=False)

    op.create_table(
        "login_guess",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_guess")),
    )

    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("back_at", sa.BigInteger(), nullable=True),
        sa.Column("stayed", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["operator.id"], name=op.f("fk_handover_from_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_handover_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    _index_some("ix_handover_until", "handover", ["until"], "back_at IS NULL")

    for name in ("external_id", "source"):
        op.add_column("call", sa.Column(name, sa.String(), nullable=True))
    op.create_index(
        "ix_call_source_external_id",
        "call",
        ["source", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    for table in ("client", "contact"):
        op.create_index(
            f"ix_{table}_email",
            table,
            [sa.text("lower(substr(email, 1, 100))")],
            sqlite_where=sa.text("email IS NOT NULL"),
            postgresql_where=sa.text("email IS NOT NULL"),
        )
    op.add_column("import_batch", sa.Column("options", sa.JSON(), nullable=True))
    _index_some("ix_deal_open_client", "deal", ["client_id", "closed_at"], "closed_at IS NULL")
    for name, table, columns in (
        ("ix_deal_client_id", "deal", ["client_id", "stage"]),
        ("ix_phone_client_id", "phone", ["client_id", "state"]),
    ):
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    _index_some("ix_deal_reject_reason", "deal", ["reject_reason", "client_id"], "reject_reason IS NOT NULL")
    _index_some("ix_stage_change_reason", "stage_change", ["reason", "client_id"], "reason IS NOT NULL")
    _index_some(
        "ix_next_action_due_at", "next_action", ["due_at", "client_id", "closed_at"], "closed_at IS NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_client_name_key", "client")
        op.create_index("ix_client_listed", "client", LISTED)
        for column in ("city", "region", "industry"):
            op.create_index(f"ix_client_{column}", "client", [column])
        _index_some("ix_deal_product", "deal", ["product"], "product IS NOT NULL")


def _index_some(name: str, table: str, columns: list[str], which: str) -> None:
    """Index those rows alone of which a condition holds."""
    op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
