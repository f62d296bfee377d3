"""Short ways on PostgreSQL to the spellings of a city, and to the clients of one: as SQLite has them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A server takes no text of any length into an index.
_SHORT = 100
_SPELT = {"client": ("city", "region", "industry"), "deal": ("product",)}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in _SPELT.items():
        for column in columns:
            _index_some(f"ix_{table}_{column}", table, column, f"length({column}) <= {_SHORT}")
        longer = " OR ".join(f"length({column}) > {_SHORT}" for column in columns)
        _index_some(f"ix_{table}_long", table, "id", longer)


def _index_some(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], postgresql_where=sa.text(which))
