"""The initial schema."""

import sqlalchemy as sa
from alembic import op

from salesdesk.storage import search_index

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_goal",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("next_goal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_call_goal")),
    )
    op.create_table(
        "campaign",
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_campaign")),
    )
    op.create_table(
        "operator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("specialty", sa.String(24), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("absent_until", sa.BigInteger(), nullable=True),
        sa.Column("substitute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.CheckConstraint("role IN ('operator', 'lead', 'admin')", name=op.f("ck_operator_role_code")),
        sa.CheckConstraint(
            "specialty IN ('telemarketing', 'sales', 'accounts', 'logistics')",
            name=op.f("ck_operator_specialty_code"),
        ),
        sa.ForeignKeyConstraint(["substitute_id"], ["operator.id"], name=op.f("fk_operator_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("login", name=op.f("uq_operator_login")),
    )
    op.create_table(
        "outcome",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("terminal", sa.Boolean(), nullable=False),
        sa.Column("unworkable", sa.Boolean(), nullable=False),
        sa.Column("do_not_call", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("result", sa.String(24), nullable=True),
        sa.Column("next_kind", sa.String(24), nullable=False),
        sa.Column("next_goal", sa.String(), nullable=True),
        sa.Column("retry_minutes", sa.Integer(), nullable=True),
        sa.Column("retry_days", sa.Integer(), nullable=True),
        sa.Column("other_hour", sa.Boolean(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.Column("needs_time", sa.Boolean(), nullable=False),
        sa.Column("needs_date", sa.Boolean(), nullable=False),
        sa.Column("needs_reason", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "next_kind IN ('call', 'meeting', 'proposal', 'invoice', 'message')",
            name=op.f("ck_outcome_next_kind_code"),
        ),
        sa.CheckConstraint("result IN ('hit', 'partial', 'missed')", name=op.f("ck_outcome_result_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_outcome")),
    )
    op.create_table(
        "reject_reason",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("needs_note", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reject_reason")),
    )
    op.create_table(
        "script",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_script")),
    )
    op.create_table(
        "service_policy",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("client_class", sa.String(24), nullable=False),
        sa.Column("call_every_days", sa.Integer(), nullable=False),
        sa.Column("answer_within_hours", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "client_class IN ('VIP', 'A', 'B', 'C')", name=op.f("ck_service_policy_client_class_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service_policy")),
        sa.UniqueConstraint("client_class", name=op.f("uq_service_policy_client_class")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "stage",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("band", sa.String(24), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("rotting_days", sa.Integer(), nullable=False),
        sa.Column("next_days", sa.Integer(), nullable=False),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("in_work", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "band IN ('new', 'active', 'other', 'telemarketing')", name=op.f("ck_stage_band_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_stage")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_audit_event_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_client_id", ["client_id", "id"], unique=False)
        batch_op.create_index("ix_audit_event_operator_id", ["operator_id", "id"], unique=False)

    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "name_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("tax_id", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("client_class", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("stage_since", sa.BigInteger(), nullable=True),
        sa.Column("interest", sa.Integer(), nullable=False),
        sa.Column("expected_minor", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("do_not_call", sa.Boolean(), nullable=False),
        sa.Column("won_at", sa.BigInteger(), nullable=True),
        sa.Column("last_call_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(24), nullable=False),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("pool", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "band IN ('new', 'active', 'other', 'telemarketing')", name=op.f("ck_client_band_code")
        ),
        sa.CheckConstraint(
            "client_class IN ('VIP', 'A', 'B', 'C')", name=op.f("ck_client_client_class_code")
        ),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.code"], name=op.f("fk_client_campaign")),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_client_owner_id")),
        sa.ForeignKeyConstraint(["stage"], ["stage.code"], name=op.f("fk_client_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index("ix_client_name_key", ["name_key"], unique=False)
        batch_op.create_index(
            "ix_client_owner_id",
            ["owner_id", "stage"],
            unique=False,
            sqlite_where=sa.text("stage IS NOT NULL"),
            postgresql_where=sa.text("stage IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_client_pool",
            ["owner_id", "sort_key", "id", "zone"],
            unique=False,
            sqlite_where=sa.text("pool = 1"),
            postgresql_where=sa.text("pool"),
        )
        batch_op.create_index("ix_client_source_external_id", ["source", "external_id"], unique=True)
        batch_op.create_index(
            "ix_client_tax_id",
            ["tax_id"],
            unique=False,
            sqlite_where=sa.text("tax_id IS NOT NULL"),
            postgresql_where=sa.text("tax_id IS NOT NULL"),
        )
        batch_op.create_index("ix_client_zone", ["zone"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'undone')", name=op.f("ck_import_batch_state_code")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_import_batch_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("phone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("goal_result", sa.String(24), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "goal_result IN ('hit', 'partial', 'missed')", name=op.f("ck_call_goal_result_code")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_call_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["goal"], ["call_goal.code"], name=op.f("fk_call_goal")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_call_operator_id")),
        sa.ForeignKeyConstraint(["outcome"], ["outcome.code"], name=op.f("fk_call_outcome")),
        sa.ForeignKeyConstraint(["reason"], ["reject_reason.code"], name=op.f("fk_call_reason")),
        sa.ForeignKeyConstraint(["stage"], ["stage.code"], name=op.f("fk_call_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_client_id", ["client_id", "started_at"], unique=False)
        batch_op.create_index("ix_call_operator_id", ["operator_id", "started_at", "client_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_claim_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_claim_operator_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_claim")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_contact_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_client_id"), ["client_id"], unique=False)

    op.create_table(
        "deal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("stage_since", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("reject_reason", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_deal_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_deal_owner_id")),
        sa.ForeignKeyConstraint(
            ["reject_reason"], ["reject_reason.code"], name=op.f("fk_deal_reject_reason")
        ),
        sa.ForeignKeyConstraint(["stage"], ["stage.code"], name=op.f("fk_deal_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_client_id"), ["client_id"], unique=False)
        batch_op.create_index("ix_deal_source_external_id", ["source", "external_id"], unique=True)
        batch_op.create_index(
            "ix_deal_open",
            ["stage", "stage_since", "owner_id", "amount_minor"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "draft",
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_draft_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_draft_operator_id")),
        sa.PrimaryKeyConstraint("client_id", "operator_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.CheckConstraint("action IN ('added', 'updated')", name=op.f("ck_import_row_action_code")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_import_row_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "row", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_client_id", ["client_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_message_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_message_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_client_id", ["client_id", "at"], unique=False)

    op.create_table(
        "next_action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("promise", sa.Boolean(), nullable=False),
        sa.Column("first_due_at", sa.BigInteger(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("hold", sa.String(24), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("band", sa.String(24), nullable=False),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.CheckConstraint(
            "band IN ('new', 'active', 'other', 'telemarketing')", name=op.f("ck_next_action_band_code")
        ),
        sa.CheckConstraint(
            "hold IN ('attempts_used_up', 'no_number')", name=op.f("ck_next_action_hold_code")
        ),
        sa.CheckConstraint(
            "kind IN ('call', 'meeting', 'proposal', 'invoice', 'message')",
            name=op.f("ck_next_action_kind_code"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_next_action_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["goal"], ["call_goal.code"], name=op.f("fk_next_action_goal")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_next_action_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_action")),
    )
    with op.batch_alter_table("next_action", schema=None) as batch_op:
        batch_op.create_index("ix_next_action_client_id", ["client_id"], unique=False)
        batch_op.create_index(
            "ix_next_action_due",
            ["operator_id", "promise", "due_at", "band", "zone"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND hold IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND hold IS NULL"),
        )
        batch_op.create_index(
            "ix_next_action_held",
            ["operator_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND hold IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND hold IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_next_action_moved",
            ["operator_id", "promise", "hold"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND moves >= 3"),
            postgresql_where=sa.text("closed_at IS NULL AND moves >= 3"),
        )
        batch_op.create_index(
            "ix_next_action_open",
            ["client_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_next_action_queue",
            ["operator_id", "band", "sort_key", "client_id", "due_at", "zone", "promise"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND hold IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND hold IS NULL"),
        )

    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_note_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_note_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("ix_note_client_id", ["client_id", "at"], unique=False)

    op.create_table(
        "phone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("e164", sa.String(20), nullable=True),
        sa.Column("extension", sa.String(20), nullable=True),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("last4", sa.String(4), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('good', 'bad', 'do_not_call')", name=op.f("ck_phone_state_code")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_phone_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
    )
    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.create_index("ix_phone_client_id", ["client_id"], unique=False)
        batch_op.create_index("ix_phone_e164", ["e164"], unique=False)
        batch_op.create_index("ix_phone_last4", ["last4", "client_id", "digits"], unique=False)

    op.create_table(
        "stage_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_stage", sa.String(), nullable=True),
        sa.Column("to_stage", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_stage_change_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_stage"], ["stage.code"], name=op.f("fk_stage_change_from_stage")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_stage_change_operator_id")),
        sa.ForeignKeyConstraint(["reason"], ["reject_reason.code"], name=op.f("fk_stage_change_reason")),
        sa.ForeignKeyConstraint(["to_stage"], ["stage.code"], name=op.f("fk_stage_change_to_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
    )
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.create_index("ix_stage_change_at", ["at"], unique=False)
        batch_op.create_index("ix_stage_change_client_id", ["client_id", "at"], unique=False)

    search_index.create(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("the first schema has nothing below it; restore a backup instead")
