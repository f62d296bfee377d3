"""What of a client it was that matched, how well, and who comes first."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.folding import fold
from salesdesk.base.search_asked import Asked, Word
from salesdesk.context import Context
from salesdesk.models import Client, Contact, NextAction, Phone
from salesdesk.rows import SearchRow
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce

C, P, N, PERSON = (table_of(model).c for model in (Client, Phone, NextAction, Contact))

# Made once: making a statement takes longer than the database takes to answer it.
_CLIENTS: Select[Any] = select(
    C.id,
    C.external_id,
    C.name,
    C.name_key,
    C.city,
    C.stage,
    C.tax_id,
    C.email,
    C.last_call_at,
    C.owner_id,
    select(N.operator_id)
    .where(N.client_id == C.id, N.closed_at.is_(None))
    .scalar_subquery()
    .label("owed_by"),
).where(among(C.id, "clients"))
_NUMBERS = MadeOnce(
    lambda _dialect: (
        select(P.client_id, P.digits, func.coalesce(P.e164, P.raw).label("number"))
        .where(among(P.client_id, "clients"))
        .order_by(P.client_id, P.position, P.id)
    )
)
_PEOPLE = MadeOnce(
    lambda _dialect: (
        select(PERSON.client_id, PERSON.name, PERSON.email)
        .where(among(PERSON.client_id, "clients"))
        .order_by(PERSON.id)
    )
)
_FAR = 2**62


class Around:
    """The people and the numbers of clients; a server is asked for them with what is asked next."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        given = {"clients": ids}
        self._people, self._numbers = _PEOPLE.run(session, given), _NUMBERS.run(session, given)

    @cached_property
    def people(self) -> Mapping[int, Sequence[tuple[str, str]]]:
        """Names and e-mails of their people, by clients."""
        return _by_client((one.client_id, one.name, one.email or "") for one in self._people)

    @cached_property
    def numbers(self) -> Mapping[int, Sequence[tuple[str, str]]]:
        """Digits of their numbers, and the numbers as they are shown, by clients."""
        return _by_client((one.client_id, one.digits, one.number) for one in self._numbers)


def _by_client(found: Iterable[tuple[int, str, str]]) -> Mapping[int, Sequence[tuple[str, str]]]:
    by_client: dict[int, list[tuple[str, str]]] = {}
    for client_id, *pair in found:
        by_client.setdefault(client_id, []).append((pair[0], pair[1]))
    return by_client


def clients(session: Session, ids: Sequence[int]) -> list[Row[Any]]:
    """Read clients to be ranked."""
    return list(session.connection().execute(_CLIENTS, {"clients": ids}).all())


def ordered(
    context: Context, rows: Sequence[Row[Any]], asked: Asked, called: Mapping[int, int]
) -> list[Row[Any]]:
    """Put clients in order: how well they match, and then how near they are to who asks.

    `called` says of whom a number ends with the digits (1), and whose holds them (2).
    """
    me, whole = context.me.id, " ".join(word.said for word in asked.words)

    def place(row: Row[Any]) -> tuple[Any, ...]:
        owed_by, called_at = row.owed_by, row.last_call_at
        return (
            *_place(row, asked, whole, called),
            row.owner_id != me,
            2 if owed_by is None else int(owed_by != me),
            row.stage is None,
            -called_at.timestamp() if called_at is not None else _FAR,
            row.name_key,
            row.id,
        )

    return sorted(rows, key=place)


def _place(row: Row[Any], asked: Asked, whole: str, called: Mapping[int, int]) -> tuple[int, int]:
    """Rank a match: the whole name, a number, the name's beginning, every word in the name, the rest.

    And then by how many words are whole ones of the name, or how many are nowhere in it.
    """
    name = row.name_key
    line = f" {name} "
    if asked.key in {name, row.tax_id} or (row.email and fold(row.email) == whole):
        return 0, 0
    if row.id in called:
        return called[row.id], 0
    if name.startswith(asked.key):
        return 3, sum(not word.is_among(line) for word in asked.words)
    if all(word.begins(line) for word in asked.words):
        return 4, sum(not word.is_among(line) for word in asked.words)
    return 5, sum(not word.begins(line) for word in asked.words)


def shown(row: Row[Any], asked: Asked, around: Around) -> SearchRow | None:
    """Shape a client, with what of it matched; None where its digits only seemed to."""
    people, numbers = around.people.get(row.id, ()), around.numbers.get(row.id, ())
    contact, phone = (people[0][0] if people else None), (numbers[0][1] if numbers else None)
    matched, value = "name", row.name
    line = f" {row.name_key} "
    if not all(word.begins(line) for word in asked.words):
        found = _evidence(row, asked, people, numbers)
        if asked.has_runs and set().union(*(each[2] for each in found)) != set(range(len(asked.words))):
            return None
        matched, value, _words = max(found, key=lambda each: len(each[2]))
        held = {each[0]: each[1] for each in reversed(found) if each[2]}
        contact, phone = held.get("contact", contact), held.get("phone", phone)
    return SearchRow(
        client_id=row.id,
        external_id=row.external_id,
        name=row.name,
        phone=phone,
        city=row.city,
        stage=row.stage,
        contact=contact,
        matched=matched,
        matched_text=value,
    )


def _evidence(
    row: Row[Any], asked: Asked, people: Sequence[tuple[str, str]], numbers: Sequence[tuple[str, str]]
) -> list[tuple[str, str, frozenset[int]]]:
    """Give the fields in the order of their weight, what each says, and which words it has."""
    found = [("name", row.name, _having(asked.words, f"{row.name_key} {fold(row.name)}"))]
    found += [("contact", name, _having(asked.words, fold(name))) for name, _email in people]
    found += [
        ("phone", number, _holding(asked, digits))
        for digits, number in sorted(numbers, key=lambda each: not _ends(asked, each[0]))
    ]
    emails = [row.email, *(email for _name, email in people)]
    fields = (("tax_id", row.tax_id), *(("email", email) for email in emails), ("city", row.city))
    found += [(name, value, _having(asked.words, fold(value))) for name, value in fields if value]
    return found


def _having(words: Sequence[Word], folded: str) -> frozenset[int]:
    line = f" {folded} "
    return frozenset([place for place, word in enumerate(words) if word.begins(line)])


def _holding(asked: Asked, digits: str) -> frozenset[int]:
    if asked.digits:
        return frozenset(range(len(asked.words)) if asked.digits in digits else ())
    return frozenset(place for place, word in enumerate(asked.words) if word.digits and word.digits in digits)


def _ends(asked: Asked, digits: str) -> bool:
    runs = [asked.digits, *(word.digits for word in asked.words)]
    return any(run and digits.endswith(run) for run in runs)
