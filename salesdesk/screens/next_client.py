"""Who comes after a client in the list."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from salesdesk.context import Context

PAGE = 200
PAGES_MOST = 25


def client_after(session: "Session", context: "Context", client_id: int) -> int | None:
    """Give the client after this one; the first of the list after one that is not in it. None at the end."""
    from salesdesk.desk.queue import page

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
