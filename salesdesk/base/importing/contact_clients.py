"""Whose people a file tells of: clients found by id, tax id, name and place, or by a number alone."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.folding import fold
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import ngettext
from salesdesk.models import Client, Phone
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

if TYPE_CHECKING:
    from salesdesk.base.importing.incoming import Incoming

_C, _P = table_of(Client).c, table_of(Phone).c
_COLUMNS = (_C.id, _C.source, _C.external_id, _C.name, _C.name_key, _C.tax_id, _C.city)
_BY_ID = select(*_COLUMNS).where(among(_C.external_id, "wanted")).order_by(_C.id)
_BY_TAX_ID = select(*_COLUMNS).where(among(_C.tax_id, "wanted")).order_by(_C.id)
_BY_NAME = select(*_COLUMNS).where(among(_C.name_key, "wanted")).order_by(_C.id)
_BY_NUMBER = (
    select(*_COLUMNS, _P.e164)
    .join(table_of(Phone), _P.client_id == _C.id)
    .where(among(_P.e164, "wanted"))
    .order_by(_C.id)
)
_NAMED = 3

Found = Row[Any]


class AmbiguousError(SalesdeskError):
    """Several clients that a row may mean; its text names them."""


class ContactClients:
    """Finds the clients of a chunk of people."""

    def __init__(self, session: Session, source: str) -> None:
        self._session = session
        self._source = source
        self._by_id: dict[str, list[Found]] = {}
        self._by_tax_id: dict[str, list[Found]] = {}
        self._by_name: dict[str, list[Found]] = {}
        self._by_number: dict[str, list[Found]] = {}

    def look_up(self, chunk: "Sequence[Incoming]") -> None:
        """Read what the base knows of the clients that a chunk names."""
        self._by_id = self._read(_BY_ID, {each.external_id for each in chunk if each.id_given}, "external_id")
        self._by_tax_id = self._read(
            _BY_TAX_ID, {each.columns["tax_id"] for each in chunk if "tax_id" in each.columns}, "tax_id"
        )
        self._by_name = self._read(_BY_NAME, {each.columns["name_key"] for each in chunk}, "name_key")
        self._by_number = self._read(_BY_NUMBER, set().union(*map(_numbers, chunk)), "e164")

    def _read(self, statement: Any, wanted: set[str], column: str) -> dict[str, list[Found]]:  # noqa: ANN401  # a select of any columns
        found: dict[str, list[Found]] = defaultdict(list)
        if wanted:
            for row in self._session.execute(statement, {"wanted": sorted(wanted)}):
                found[getattr(row, column)].append(row)
        return found

    def of(self, incoming: "Incoming") -> int | None:
        """Give the client of a row; None for one that is not there. Raises AmbiguousError."""
        key = incoming.columns["name_key"]

        def same_name(client: Found) -> bool:
            return bool(client.name_key == key)

        if incoming.id_given and incoming.external_id in self._by_id:
            return self._one(self._by_id[incoming.external_id], incoming, same_name)
        tax_id = incoming.columns.get("tax_id")
        if tax_id in self._by_tax_id:
            return self._one(self._by_tax_id[tax_id], incoming, same_name)
        by_number = {client.id: client for number in _numbers(incoming) for client in self._number(number)}
        named = [client for client in self._by_name.get(key, ()) if not _another(client, tax_id)]
        if incoming.id_given:
            # Another id in this source is another client, whatever its name.
            named = [client for client in named if client.source != self._source]
        if named:
            return self._one(named, incoming, lambda client: client.id in by_number)
        return self._one([*by_number.values()], incoming, same_name) if incoming.alone else None

    def _number(self, number: str) -> list[Found]:
        return self._by_number.get(number, [])

    def _one(self, found: list[Found], incoming: "Incoming", likely: Callable[[Found], bool]) -> int | None:
        """Choose among those that may be meant: of this source, of this city, by what else they share."""
        city = fold(incoming.columns.get("city") or "")
        narrowing: tuple[Callable[[Found], bool], ...] = (
            lambda client: client.source == self._source,
            lambda client: bool(city) and fold(client.city or "") == city,
            likely,
        )
        left = [*{client.id: client for client in found}.values()]
        for narrows in narrowing:
            if len(left) > 1:
                left = [client for client in left if narrows(client)] or left
        if len(left) > 1:
            raise AmbiguousError(_of_whom(left))
        return left[0].id if left else None


def _numbers(incoming: "Incoming") -> set[str]:
    return {phone.e164 for phone, _person in incoming.phones if phone.e164}


def _another(client: Found, tax_id: str | None) -> bool:
    """Tell whether a client of the same name is another one for certain."""
    return bool(tax_id and client.tax_id and client.tax_id != tax_id)


def _of_whom(clients: list[Found]) -> str:
    named = [
        f"{client.id} {client.name}" + (f" ({client.city})" if client.city else "")
        for client in clients[:_NAMED]
    ]
    names = ", ".join(named) + ("…" if len(clients) > _NAMED else "")
    count = len(clients)
    return ngettext(
        "{count} client may be meant: {clients}", "{count} clients may be meant: {clients}", count
    ).format(count=count, clients=names)
