"""Which clients a person may have a whole list of."""

from typing import Any

from sqlalchemy import ColumnCollection, ColumnElement, or_, true

from salesdesk.context import Context
from salesdesk.models import Client
from salesdesk.storage.journal import table_of
from salesdesk.team.rights import leads

C = table_of(Client).c


def visible_to(context: Context, of: ColumnCollection[str, ColumnElement[Any]] = C) -> ColumnElement[bool]:
    """Tell which clients may leave the base in this person's hands: an operator's own, and nobody's.

    A list is as good as a file of them. One client at a time, by search and card, is everybody's: whoever
    is rung up must be able to say who calls. `of`: the clients' columns, where they go by another name.
    """
    if leads(context):
        return true()
    return or_(of.owner_id == context.me.id, of.owner_id.is_(None))
