"""Whom a call was with, and who made it: found among the clients and the operators that there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.call_reader import IncomingCall
from salesdesk.base.importing.deal_clients import client_sources
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.i18n import _, ngettext
from salesdesk.models import Client, Operator, Phone
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

_CLIENT, _PHONE = table_of(Client), table_of(Phone)
_OF_CLIENT = (
    _CLIENT.c.id, _CLIENT.c.name, _CLIENT.c.name_key, _CLIENT.c.external_id, _CLIENT.c.owner_id,
    _CLIENT.c.last_call_at,
)  # fmt: skip
_NUMBERS = (
    select(*_OF_CLIENT, _PHONE.c.id.label("phone_id"), _PHONE.c.e164, _PHONE.c.digits)
    .join(_PHONE, _PHONE.c.client_id == _CLIENT.c.id)
    .order_by(_CLIENT.c.id, _PHONE.c.id)
)
_BY_NUMBER = _NUMBERS.where(among(_PHONE.c.e164, "numbers"))
_BY_DIGITS = _NUMBERS.where(
    among(_PHONE.c.last4, "ends"), among(_PHONE.c.digits, "digits"), _PHONE.c.e164.is_(None)
)
_BY_ID = select(*_OF_CLIENT).where(among(_CLIENT.c.external_id, "names")).order_by(_CLIENT.c.id)
# By the index, which begins with the source.
_BY_ID_IN_SOURCES = _BY_ID.where(among(_CLIENT.c.source, "sources"))
_BY_NAME = select(*_OF_CLIENT).where(among(_CLIENT.c.name_key, "keys")).order_by(_CLIENT.c.id)


class Callers:
    """Finds operators by what an exchange calls them. `said` is what a person explained: word to login."""

    def __init__(self, session: Session, said: Mapping[str, str]) -> None:
        self._ids: dict[str, int] = {}
        logins: dict[str, int] = {}
        # Of two people of one name the one who works here is meant, then the one who came first.
        for operator in session.scalars(
            select(Operator).order_by(col(Operator.active), col(Operator.id).desc())
        ):
            logins[fold(operator.login)] = operator.id or 0
            self._ids |= {fold(operator.name): operator.id or 0, fold(operator.login): operator.id or 0}
        self.unknown = sorted({login for login in said.values() if fold(login) not in logins})
        self._ids |= {word: logins[fold(login)] for word, login in said.items() if fold(login) in logins}

    def of(self, call: IncomingCall) -> int | None:
        """Give the operator of a call; None where nobody is called so."""
        return next((self._ids[fold(word)] for word in call.operators if fold(word) in self._ids), None)


class CalledClients:
    """Finds the clients of a chunk of calls by their numbers, or by what the file calls them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sources = client_sources(session)
        self._by_number: dict[str, list[Row[Any]]] = {}
        self._by_name: dict[str, list[Row[Any]]] = {}

    def look_up(self, chunk: Sequence[IncomingCall]) -> None:
        """Read what the base knows of the numbers and names of a chunk."""
        phones = [side.phone for call in chunk for side in call.sides if side.phone]
        self._by_number, self._by_name = defaultdict(list), defaultdict(list)
        wanted = {"numbers": sorted({phone.e164 for phone in phones if phone.e164})}
        for row in self._session.execute(_BY_NUMBER, wanted):
            self._by_number[row.e164].append(row)
        local = {phone.digits for phone in phones if phone.e164 is None and phone.digits}
        if local:
            wanted = {"digits": sorted(local), "ends": sorted({digits[-4:] for digits in local})}
            for row in self._session.execute(_BY_DIGITS, wanted):
                self._by_number[row.digits].append(row)
        names = {call.client for call in chunk if call.client}
        if names:
            by_id = _BY_ID if self._sources is None else _BY_ID_IN_SOURCES
            for row in self._session.execute(by_id, {"names": sorted(names), "sources": self._sources}):
                self._by_name[row.external_id].append(row)
            keys = {name_key(name) for name in names}
            for row in self._session.execute(_BY_NAME, {"keys": sorted(filter(None, keys))}):
                self._by_name[row.name_key].append(row)

    def is_inner(self, call: IncomingCall) -> bool:
        """Tell whether a call stayed in the house: a short number may also be a client's own."""
        return call.inner and not any(self._numbered(call))

    def of(self, call: IncomingCall, operator_id: int | None) -> tuple[int, int | None]:
        """Give the client of a call, and the number that was called. Raises RowRejectedError."""
        numbered = next(filter(None, self._numbered(call)), [])
        named = self._by_name.get(call.client) or self._by_name.get(name_key(call.client), [])
        if call.client and named:
            both = [row for row in numbered if row.id in {each.id for each in named}]
            return _one(both or named, operator_id)
        if numbered:
            return _one(numbered, operator_id)
        raise RowRejectedError(_unknown(call))

    def _numbered(self, call: IncomingCall) -> Iterable[list[Row[Any]]]:
        for side in call.sides:
            if side.phone is not None:
                yield self._by_number.get(side.phone.e164 or side.phone.digits, [])


def _one(found: Sequence[Row[Any]], operator_id: int | None) -> tuple[int, int | None]:
    """Of several clients of one number take the operator's own, else the one who was called last."""
    chosen = [*{row.id: row for row in reversed(found)}.values()]
    count = len(chosen)
    if count > 1:
        chosen = [row for row in chosen if operator_id and row.owner_id == operator_id] or chosen
    if len(chosen) > 1:
        latest = max((row.last_call_at for row in chosen if row.last_call_at), default=None)
        chosen = [row for row in chosen if latest is not None and row.last_call_at == latest]
    if len(chosen) != 1:
        raise RowRejectedError(
            ngettext(
                "{count} client has this number, and nothing tells which of them was called",
                "{count} clients have this number, and nothing tells which of them was called",
                count,
            ).format(count=count)
        )
    return chosen[0].id, getattr(chosen[0], "phone_id", None)


def _unknown(call: IncomingCall) -> str:
    """Say why nobody is found."""
    numbers = [side.raw for side in call.sides if side.phone is not None and not side.inner]
    if call.client:
        return _("there is no client {name}").format(name=call.client[:60])
    if not numbers:
        return _("no number: the caller is hidden")
    return _("no client has the number {number}").format(number=", ".join(numbers)[:60])
