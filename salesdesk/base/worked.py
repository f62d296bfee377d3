"""Whose cards count: clients that somebody works with. One rule for the report, the filter and cleaning."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_

from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models import Client
from salesdesk.storage.journal import table_of

C = table_of(Client).c


def stages_in_work(context: Context) -> Sequence[str]:
    """Give the stages at which a client is owed something."""
    return [code for code, entry in context.catalogues.stages.items() if entry.in_work]


def stages_along(context: Context) -> Sequence[str]:
    """Give the stages at which there is a deal: those of the pipeline, not the ones beside it."""
    return [code for code, entry in context.catalogues.stages.items() if entry.band != Band.OTHER]


def in_work(context: Context) -> ColumnElement[bool]:
    """Tell which clients stand at a stage in work."""
    return and_(C.stage.is_not(None), C.stage.in_(stages_in_work(context)))


def worked_with(context: Context) -> ColumnElement[bool]:
    """Tell whom somebody works with: in work, or cold with an owner; nobody who is not to be called."""
    return and_(
        C.do_not_call.is_(False), or_(in_work(context), and_(C.stage.is_(None), C.owner_id.is_not(None)))
    )
