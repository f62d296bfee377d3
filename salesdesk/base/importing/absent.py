"""Clients of a source that its file no longer names: told apart, and what is done about them."""

from collections.abc import Iterator

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from salesdesk.base.importing.incoming import Incoming
from salesdesk.base.importing.known import Known, clients_of
from salesdesk.base.importing.updating import Pair
from salesdesk.codes import AbsentPolicy
from salesdesk.i18n import _
from salesdesk.models import Client
from salesdesk.storage.journal import table_of

_CLIENT = table_of(Client).c
_CHUNK = 1000
_REJECTED = "rejected"
_OF_SOURCE = (
    select(_CLIENT.id, _CLIENT.external_id)
    .where(
        _CLIENT.source == bindparam("source"),
        _CLIENT.external_id.is_not(None),
        _CLIENT.id > bindparam("after"),
        _CLIENT.id <= bindparam("last"),
    )
    .order_by(_CLIENT.id)
    .limit(_CHUNK)
)
_LAST = select(func.coalesce(func.max(_CLIENT.id), 0))


class Absent:
    """Remembers which clients a file speaks of, a bit for each, and finds the others of its sources."""

    def __init__(self, session: Session, source: str, policy: AbsentPolicy) -> None:
        self._session = session
        self._source = source
        self._policy = policy
        self._last = int(session.execute(_LAST).scalar_one())
        self._named = bytearray(self._last // 8 + 1)
        # Without a day: the note has one, and the next import has nothing to add.
        self._note = _("No longer in the list “{source}”.").format(source=source)
        self.unreadable = 0
        """Rows that were refused: any client may have stood in them."""

    def name(self, client_id: int) -> None:
        """See that the file speaks of a client."""
        if client_id <= self._last:
            self._named[client_id >> 3] |= 1 << (client_id & 7)

    def pairs(self, below: Iterator[int]) -> Iterator[list[Pair]]:
        """Give the clients that no row speaks of, a chunk at a time, each with what is to be said of it."""
        after = 0
        while True:
            wanted = {"source": self._source, "after": after, "last": self._last}
            found = [*self._session.execute(_OF_SOURCE, wanted)]
            if not found:
                return
            after = found[-1].id
            ids = [row.id for row in found if not self._named[row.id >> 3] >> (row.id & 7) & 1]
            cards = clients_of(self._session, ids)
            yield [self._pair(cards[each], next(below)) for each in ids if each in cards]

    def _pair(self, known: Known, row: int) -> Pair:
        client = known.client
        incoming = Incoming(row, client.source, client.external_id or "", {}, notes=[self._note])
        if self._policy is AbsentPolicy.REJECT and client.won_at is None and not client.do_not_call:
            # Whom somebody has called stays where the calls put it: so it is with every row of a file.
            incoming.stage, incoming.staged = _REJECTED, True
        return Pair(incoming, known)
