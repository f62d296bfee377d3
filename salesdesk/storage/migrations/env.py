"""Runs migrations on the connection that `storage.schema` gives, or on SALESDESK_DB for developers."""

import os
from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel import AutoString

from salesdesk.models import SQLModel
from salesdesk.models.types import Code, Instant
from salesdesk.storage.engine import base_url, make_engine

SEARCH_TABLES = {"client_search"}
"""The full-text index is kept by `storage.search_index`; its shadow tables are the database's own."""


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as what they are in the base: migrations must outlive the models."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Code):
        return "sa.String(24)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length})" if item.length else "sa.String()"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the full-text index out of comparisons."""
    return not (kind == "table" and name is not None and name.split("_data")[0].startswith("client_search"))


def run(connection: Connection) -> None:
    """Run what is due in the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        include_name=include_name,
        compare_type=False,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(base_url(os.environ["SALESDESK_DB"])).begin() as own:
        run(own)
