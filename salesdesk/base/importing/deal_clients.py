"""Whose deals a file tells of: found by the ids of any source, else by name, made where nobody is found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.folding import name_key
from salesdesk.base.importing.deal_reader import IncomingDeal
from salesdesk.i18n import ngettext
from salesdesk.models import Client, MergedClient
from salesdesk.storage.among import among
from salesdesk.storage.ids import reserve_ids
from salesdesk.storage.journal import table_of

_CLIENT, _MERGED = table_of(Client), table_of(MergedClient)
_C = _CLIENT.c
_COLUMNS = (_C.id, _C.source, _C.external_id, _C.name_key)
_BY_ID = select(*_COLUMNS).where(among(_C.external_id, "ids")).order_by(_C.id)
# By the index, which begins with the source.
_BY_ID_IN_SOURCES = _BY_ID.where(among(_C.source, "sources"))
_BY_NAME = select(*_COLUMNS).where(among(_C.name_key, "keys")).order_by(_C.id)
_MERGED_IDS = (
    select(_C.id, _MERGED.c.source, _MERGED.c.external_id, _C.name_key)
    .join(_MERGED, _MERGED.c.kept_id == _C.id)
    .where(among(_MERGED.c.external_id, "ids"))
    .order_by(_C.id)
)
_SOURCES = select(_C.source).distinct().limit(bindparam("most"))
_MOST_SOURCES = 100


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client that is in the base only since its deal is: as yet a name, and the id in the source."""

    id: int
    source: str
    external_id: str | None
    name: str
    name_key: str


Found = Row[Any] | NewClient


def client_sources(session: Session) -> list[str] | None:
    """Give where clients come from; None where there are so many that they are no help in a search."""
    known = sorted(set(session.scalars(_SOURCES, {"most": _MOST_SOURCES})))
    return known if len(known) < _MOST_SOURCES else None


class DealClients:
    """Finds the clients of a chunk of deals, and makes those that are missing."""

    def __init__(self, session: Session, source: str) -> None:
        self._session = session
        self._source = source
        known = client_sources(session)
        self._sources = None if known is None else sorted({*known, source})
        self.made: dict[int, NewClient] = {}
        self._spare: list[int] = []
        self._most = 0
        self._by_id: dict[str, list[Found]] = {}
        self._by_name: dict[str, list[Found]] = {}

    def look_up(self, chunk: Sequence[IncomingDeal]) -> None:
        """Read what the base knows of the clients that a chunk names."""
        self.made, self._spare, self._most = {}, [], len(chunk)
        self._by_id, self._by_name = defaultdict(list), defaultdict(list)
        ids = {text for deal in chunk for text in (deal.client_ref, deal.client_name) if text}
        for row in self._with_ids(sorted(ids)):
            self._by_id[row.external_id].append(row)
        for row in self._session.execute(_MERGED_IDS, {"ids": sorted(ids)}):
            # The source still knows a card that went into another one: that one has its deals.
            if all(known.id != row.id for known in self._by_id[row.external_id]):
                self._by_id[row.external_id].append(row)
        keys = {name_key(deal.client_name) for deal in chunk if deal.client_name}
        for row in self._session.execute(_BY_NAME, {"keys": sorted(keys)}):
            self._by_name[row.name_key].append(row)

    def _with_ids(self, ids: list[str]) -> Iterable[Row[Any]]:
        if self._sources is None:
            return self._session.execute(_BY_ID, {"ids": ids})
        return self._session.execute(_BY_ID_IN_SOURCES, {"ids": ids, "sources": self._sources})

    def of(self, deal: IncomingDeal) -> tuple[int, str | None]:
        """Give the client of a deal, and what is doubtful about it."""
        found = self._named(deal)
        if not found:
            return self._make(deal), None
        own = [client for client in found if client.source == self._source]
        doubt = None
        if len(own or found) > 1:
            count = len(own or found)
            doubt = ngettext(
                "{count} client is called so; the deal went to {client}",
                "{count} clients are called so; the deal went to {client}",
                count,
            ).format(count=count, client=(own or found)[0].id)
        return (own or found)[0].id, doubt

    def means(self, deal: IncomingDeal, client: Row[Any]) -> bool:
        """Tell whether a deal's row may mean this client."""
        if client.external_id and client.external_id in {deal.client_ref, deal.client_name}:
            return True
        return not deal.client_name or name_key(deal.client_name) == client.name_key

    def _named(self, deal: IncomingDeal) -> list[Found]:
        for text in filter(None, (deal.client_ref, deal.client_name)):
            if text in self._by_id:
                return self._by_id[text]
        alike = self._by_name.get(name_key(deal.client_name), []) if deal.client_name else []
        if deal.client_ref:
            # Another id in this source is another client, whatever its name.
            alike = [client for client in alike if client.source != self._source or not client.external_id]
        return alike

    def _make(self, deal: IncomingDeal) -> int:
        name = deal.client_name or deal.client_ref
        # On SQLite the same would be given again until they are used: all of a chunk's at once.
        self._spare = self._spare or reserve_ids(self._session, Client, self._most)[::-1]
        client_id = self._spare.pop()
        made = NewClient(client_id, self._source, deal.client_ref or None, name, name_key(name))
        self.made[client_id] = made
        if deal.client_ref:
            self._by_id[deal.client_ref] = [made]
        self._by_name.setdefault(made.name_key, []).append(made)
        return client_id
