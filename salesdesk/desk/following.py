"""Who comes after a client in the list of the day."""

from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.desk.queue import page

PAGE = 200
PAGES_MOST = 25
"""Beyond so many rows a client counts as being out of the list: nobody goes through it one by one so far."""


def client_after(session: Session, context: Context, client_id: int) -> int | None:
    """Give the client after this one; the first of the list after one that is not in it. None at the end."""
    cursor, first, found = None, None, False
    for _number in range(PAGES_MOST):
        rows = page(session, context, after=cursor, limit=PAGE)
        for row in rows.rows:
            if found:
                return row.client_id
            first = first or row.client_id
            found = row.client_id == client_id
        cursor = rows.next
        if cursor is None:
            break
    return None if found else first
