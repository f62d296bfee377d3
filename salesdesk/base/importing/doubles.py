"""Whether a new row is likely a client that is there already, or an earlier row of the same file."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.base.importing.likely_for_now import Likely, Sketch, likely, reason_words
from salesdesk.base.importing.outcomes import DuplicateOf
from salesdesk.context import Context
from salesdesk.models import ImportRow
from salesdesk.storage.among import within
from salesdesk.storage.journal import table_of

if TYPE_CHECKING:
    from salesdesk.base.importing.incoming import Incoming

_ROW = table_of(ImportRow).c
_MOST_WAVES = 4


def waves(chunk: "Sequence[Incoming]") -> "Iterator[list[Incoming]]":
    """Cut a chunk so that rows which may be one client come one after another.

    The one before is written then, and is found in the base like any other client. Where many rows share
    something, the last of them come together: each is compared with those that came first.
    """
    left = [*chunk]
    for _wave in range(_MOST_WAVES - 1):
        taken: set[str] = set()
        now, later = [], []
        for incoming in left:
            marks = _marks(incoming)
            (now if taken.isdisjoint(marks) else later).append(incoming)
            taken.update(marks)
        if now:
            yield now
        left = later
        if not left:
            return
    yield left


def _marks(incoming: "Incoming") -> list[str]:
    """Give what two rows of one client are likely to share."""
    columns = incoming.columns
    marks = [phone.e164 or phone.digits for phone, _person in incoming.phones if phone.digits]
    marks += [columns[name] for name in ("tax_id", "email", "name_key") if columns.get(name)]
    return marks


def sketch(incoming: "Incoming") -> Sketch:
    """Give what of a row tells who it is."""
    columns = incoming.columns
    emails = [columns.get("email"), *(person.email for person in incoming.people)]
    return Sketch(
        name=columns["name"],
        tax_id=columns.get("tax_id"),
        city=columns.get("city"),
        region=columns.get("region"),
        address=columns.get("address"),
        emails=tuple(email for email in emails if email),
        numbers=tuple(phone.e164 for phone, _person in incoming.phones if phone.e164),
        website=columns.get("website"),
    )


class Doubles:
    """Finds whom the new rows of one import are likely to be."""

    def __init__(self, session: Session, context: Context, batch_id: int) -> None:
        self._session = session
        self._context = context
        self._batch_id = batch_id

    def of(self, fresh: "Sequence[Incoming]") -> list[tuple[Likely, ...]]:
        """Give for each row the clients that it is likely to be, the likeliest first."""
        return likely(self._session, self._context, [sketch(incoming) for incoming in fresh])

    def told(self, found: Sequence[Likely]) -> tuple[DuplicateOf, ...]:
        """Tell whom a row is likely to be; of a client that came with this file, its row."""
        ids = [each.client_id for each in found]
        rows = {
            client_id: row
            for client_id, row in self._session.execute(
                select(_ROW.client_id, _ROW.row).where(
                    within(_ROW.client_id, ids), _ROW.batch_id == self._batch_id, _ROW.action == "added"
                )
            )
        }
        return tuple(
            DuplicateOf(
                None if each.client_id in rows else each.client_id,
                each.name,
                each.score,
                tuple(reason_words(reason) for reason in each.why),
                rows.get(each.client_id),
            )
            for each in found
        )
