"""What a lead keeps: plans, costs, reviews, stand-ups, read marks; and who is owed nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UNOWED = """
    UPDATE client SET unowed = :yes
    WHERE NOT do_not_call
      AND stage IN (SELECT code FROM stage WHERE in_work)
      AND NOT EXISTS (SELECT 1 FROM next_action WHERE client_id = client.id AND closed_at IS NULL)
"""

_WIDER = (
    (
        "ix_call_operator_id",
        "call",
        ["operator_id", "started_at", "client_id", "outcome", "goal_result", "talk_seconds", "goal"],
        None,
    ),
    (
        "ix_deal_open",
        "deal",
        ["stage", "owner_id", "stage_since", "amount_minor"],
        "closed_at IS NULL",
    ),
    (
        "ix_stage_change_client_id",
        "stage_change",
        ["client_id", "at", "to_stage", "from_stage", "deal_id", "operator_id"],
        None,
    ),
    (
        "ix_stage_change_at",
        "stage_change",
        ["at", "to_stage", "from_stage", "client_id", "deal_id", "operator_id", "reason"],
        None,
    ),
)


def upgrade() -> None:
    op.create_table(
        "checklist_item",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("hint", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_checklist_item")),
    )
    op.create_table(
        "operator_cost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_operator_cost_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_cost")),
    )
    with op.batch_alter_table("operator_cost", schema=None) as batch_op:
        batch_op.create_index("ix_operator_cost_operator_id", ["operator_id", "month"], unique=True)

    op.create_table(
        "stand_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["operator.id"], name=op.f("fk_stand_up_lead_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_stand_up_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_up")),
    )
    with op.batch_alter_table("stand_up", schema=None) as batch_op:
        batch_op.create_index("ix_stand_up_operator_id", ["operator_id", "started_at"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("measure", sa.String(24), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "measure IN ('calls', 'contacts', 'hit', 'proposals', 'invoices', 'won', 'amount')",
            name=op.f("ck_target_measure_code"),
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_target_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(
            "ix_target_operator",
            ["month", "operator_id", "measure"],
            unique=True,
            sqlite_where=sa.text("operator_id IS NOT NULL"),
            postgresql_where=sa.text("operator_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_target_team",
            ["month", "measure"],
            unique=True,
            sqlite_where=sa.text("operator_id IS NULL"),
            postgresql_where=sa.text("operator_id IS NULL"),
        )

    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("verdict IN ('accepted', 'returned')", name=op.f("ck_review_verdict_code")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_review_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["operator.id"], name=op.f("fk_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("ix_review_client_id", ["client_id", "at"], unique=False)

    op.create_table(
        "stand_up_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stand_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(24), nullable=False),
        sa.Column("plan", sa.String(), nullable=True),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.Column("next_action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "rule IN ('oldest_tail', 'largest_stuck', 'promise_today', 'rejected', 'random')",
            name=op.f("ck_stand_up_card_rule_code"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_stand_up_card_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stand_up_id"], ["stand_up.id"], name=op.f("fk_stand_up_card_stand_up_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_up_card")),
    )
    with op.batch_alter_table("stand_up_card", schema=None) as batch_op:
        batch_op.create_index("ix_stand_up_card_client_id", ["client_id"], unique=False)
        batch_op.create_index("ix_stand_up_card_stand_up_id", ["stand_up_id", "position"], unique=False)

    op.create_table(
        "call_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_review_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_call_review_operator_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["operator.id"], name=op.f("fk_call_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_review")),
    )
    with op.batch_alter_table("call_review", schema=None) as batch_op:
        batch_op.create_index("ix_call_review_at", ["at"], unique=False)
        batch_op.create_index("ix_call_review_call_id", ["call_id", "reviewer_id"], unique=True)

    op.create_table(
        "next_action_past",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("promise", sa.Boolean(), nullable=False),
        sa.Column("hold", sa.String(24), nullable=True),
        sa.CheckConstraint(
            "hold IN ('attempts_used_up', 'no_number')", name=op.f("ck_next_action_past_hold_code")
        ),
        sa.ForeignKeyConstraint(
            ["next_action_id"],
            ["next_action.id"],
            name=op.f("fk_next_action_past_next_action_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_next_action_past_operator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_action_past")),
    )
    with op.batch_alter_table("next_action_past", schema=None) as batch_op:
        batch_op.create_index("ix_next_action_past_next_action_id", ["next_action_id", "until"], unique=False)

    op.create_table(
        "read_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_read_mark_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_read_mark_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reader_id"], ["operator.id"], name=op.f("fk_read_mark_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
    )
    with op.batch_alter_table("read_mark", schema=None) as batch_op:
        batch_op.create_index("ix_read_mark_call_id", ["call_id", "reader_id"], unique=True)
        batch_op.create_index("ix_read_mark_message_id", ["message_id", "reader_id"], unique=True)

    op.create_table(
        "call_score",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["checklist_item.code"], name=op.f("fk_call_score_item")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["call_review.id"], name=op.f("fk_call_score_review_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_score")),
    )
    with op.batch_alter_table("call_score", schema=None) as batch_op:
        batch_op.create_index("ix_call_score_review_id", ["review_id", "item"], unique=True)

    op.add_column("call", sa.Column("recording", sa.String(), nullable=True))

    op.add_column("client", sa.Column("unowed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_client_unowed",
        "client",
        ["owner_id"],
        unique=False,
        sqlite_where=sa.text("unowed = 1"),
        postgresql_where=sa.text("unowed"),
    )

    with op.batch_alter_table("next_action", schema=None) as batch_op:
        batch_op.create_index(
            "ix_next_action_closed_at",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )

    # Said in SQL: a batch would write the whole table anew, only to add a foreign key.
    op.execute(
        f"ALTER TABLE note ADD COLUMN to_operator_id {_id()} CONSTRAINT fk_note_to_operator_id REFERENCES operator (id)"
    )
    op.add_column("note", sa.Column("seen_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_note_unseen",
        "note",
        ["to_operator_id"],
        unique=False,
        sqlite_where=sa.text("to_operator_id IS NOT NULL AND seen_at IS NULL"),
        postgresql_where=sa.text("to_operator_id IS NOT NULL AND seen_at IS NULL"),
    )
    op.create_index(
        "ix_client_vip",
        "client",
        ["id"],
        sqlite_where=sa.text("client_class = 'VIP'"),
        postgresql_where=sa.text("client_class = 'VIP'"),
    )
    for name, table, columns, where in _WIDER:
        op.drop_index(name, table)
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    op.execute(sa.text(_UNOWED).bindparams(yes=True))


def _id() -> str:
    return "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
