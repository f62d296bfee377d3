"""What the tests of imports share: a file in, whole tables out."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from salesdesk.base.importing import ImportOptions, run_import
from salesdesk.desk.when import parse_when
from salesdesk.models import (
    Client,
    Contact,
    Deal,
    ImportBatch,
    ImportRow,
    NextAction,
    Note,
    Operator,
    Phone,
    StageChange,
)

EVERYTHING = (Client, Contact, Phone, Deal, StageChange, NextAction, Note, Operator, ImportBatch, ImportRow)


@pytest.fixture
def bring(base, context, tmp_path):
    """Import text, or a file, as anna."""

    def bring(text, name="clients.csv", **options):
        path = text if isinstance(text, Path) else tmp_path / name
        if not isinstance(text, Path):
            path.write_text(text, encoding="utf-8")
        with base.write() as session:
            return run_import(session, context, path, ImportOptions(when=parse_when, **options))

    return bring


@pytest.fixture
def rows(base):
    """Read a whole table, in the order of its ids."""

    def rows(model):
        with base.read() as session:
            found = list(session.scalars(select(model)))
        return sorted(found, key=lambda row: getattr(row, "id", 0) or 0)

    return rows


@pytest.fixture
def counts(base):
    def counts():
        with base.read() as session:
            return {
                model.__name__: session.scalar(select(func.count()).select_from(model))
                for model in EVERYTHING
            }

    return counts
