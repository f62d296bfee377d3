"""Plans that stay: PostgreSQL plans what a call asks anew every few days, not every few minutes."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CLEANED = "autovacuum_vacuum_threshold = {0}, autovacuum_vacuum_scale_factor = {1}"
_ADDED_TO = "autovacuum_vacuum_insert_threshold = {0}, autovacuum_vacuum_insert_scale_factor = {1}"
_COUNTED = "autovacuum_analyze_threshold = {0}, autovacuum_analyze_scale_factor = {1}"
# Whenever a table was cleaned, or its statistics were taken, every desk must plan anew whatever asks it; and
# the first two are asked by the rule of each client. What waits until then: rows of the past, of which a
# page is rid before, and how many are due by when, which shifts by a day or two.
_SELDOM = {
    "client": (_CLEANED.format(2000, 0.3), _COUNTED.format(2000, 0.3)),
    "next_action": (_CLEANED.format(2000, 0.5), _ADDED_TO.format(2000, 1), _COUNTED.format(2000, 1)),
    # New tables of a base grow by a tenth each minute.
    "audit_event": (_ADDED_TO.format(10000, 0.2), _COUNTED.format(10000, 0.1)),
    "receipt": (
        _CLEANED.format(10000, 0.2), _ADDED_TO.format(10000, 0.2), _COUNTED.format(10000, 0.1)
    ),
    # As claims: few rows that come and go, looked up by their keys alone.
    "draft": (_CLEANED.format(20000, 0), _ADDED_TO.format(-1, 0), _COUNTED.format(1000000000, 0)),
    "open_form": (_CLEANED.format(20000, 0), _ADDED_TO.format(-1, 0), _COUNTED.format(1000000000, 0)),
}  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Whose promises somebody keeps is asked at nearly every statement.
    op.create_index("ix_operator_substitute_id", "operator", ["substitute_id"])
    for table, settings in _SELDOM.items():
        op.execute(f"ALTER TABLE {table} SET ({', '.join(settings)})")
