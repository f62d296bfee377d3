"""Finding a client as one types: company, person, any run of phone digits, tax id, e-mail, city."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.folding import fold, name_key
from salesdesk.context import Context
from salesdesk.models import Client, Contact, Phone
from salesdesk.rows import SearchResult, SearchRow
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.search_index import RUN, SHORTEST_RUN, match, match_digits

CANDIDATES = 100
"""How many clients are counted at the most, unless more are asked for: a common prefix would be slow."""

RANKED = 40
"""How many of them are read and ranked. What is surest comes first: the ends of numbers, then names."""

C, P, PERSON = table_of(Client).c, table_of(Phone).c, table_of(Contact).c

_PHONE_LIKE = re.compile(r"[\d\s()+\-.]{3,}")

# Made once: making a statement takes longer than the database takes to answer it.
_NAMES = (
    select(C.id)
    .where(C.name_key >= bindparam("key"), C.name_key < bindparam("beyond"))
    .order_by(C.name_key)
    .limit(bindparam("most"))
)
_ENDS = (
    select(P.client_id)
    .where(P.last4 == bindparam("last4"), P.digits.like(bindparam("ending")))
    .order_by(P.client_id)
    .limit(bindparam("most"))
)
_HOLDS = select(P.client_id).where(among(P.client_id, "among"), P.digits.like(bindparam("holding")))
_CLIENTS: Select[Any] = select(
    C.id, C.external_id, C.name, C.name_key, C.city, C.stage, C.tax_id, C.email, C.last_call_at
).where(among(C.id, "clients"))
_NUMBERS = (
    select(P.client_id, func.coalesce(P.e164, P.raw))
    .where(among(P.client_id, "clients"))
    .order_by(P.position.desc(), P.id.desc())
)
_PEOPLE = select(PERSON.client_id, PERSON.name).where(among(PERSON.client_id, "clients")).order_by(PERSON.id)


def search(session: Session, context: Context, text: str, limit: int = 20) -> SearchResult:
    """Find clients by what was typed so far, best first; nothing for nothing typed."""
    del context
    words = fold(text).split()
    if not words:
        return SearchResult((), 0)
    most, ranked = max(CANDIDATES, limit), max(RANKED, limit)
    digits = re.sub(r"\D", "", text) if _PHONE_LIKE.fullmatch(text.strip()) else ""
    ends, holds, cut = _by_digits(session, digits, most // 2) if digits else ([], [], False)
    matched = match(session, words, most)
    ids = [*dict.fromkeys((*ends, *holds, *_by_name(session, text, ranked // 2), *matched))][:most]
    rows = session.connection().execute(_CLIENTS, {"clients": ids[:ranked]}).all()
    key, called = name_key(text), dict.fromkeys(holds, 2) | dict.fromkeys(ends, 1)
    best = sorted(rows, key=lambda row: _rank(row, words, key, called))[:limit]
    people, numbers = _about(session, [row.id for row in best])
    shown = tuple(
        _search_row(row, words, digits, people.get(row.id, ()), numbers.get(row.id)) for row in best
    )
    return SearchResult(shown, len(ids), total_is_exact=not cut and max(len(ids), len(matched)) < most)


def _by_name(session: Session, text: str, most: int) -> list[int]:
    """Give clients whose folded name begins with what was typed: those are never cut away."""
    key = name_key(text)
    if len(key) < 2:  # one letter begins too many names to tell anything
        return []
    given = {"key": key, "beyond": key + "\U0010ffff", "most": most}
    return list(session.connection().execute(_NAMES, given).scalars().all())


def _by_digits(session: Session, digits: str, most: int) -> tuple[list[int], list[int], bool]:
    """Give clients with a number that ends with this run, and those with one that holds it.

    No more than `most` of each, and whether there may be more.
    """
    run = digits[1:] if len(digits) == 11 and digits[0] == "8" else digits  # a Russian trunk prefix
    ends: list[int] = []
    holds: list[int] = []
    if len(run) >= 4:  # the last four are indexed by themselves
        ending = {"last4": run[-4:], "ending": f"%{run}", "most": most}
        ends += session.connection().execute(_ENDS, ending).scalars().all()
    cut = len(ends) == most
    if len(run) >= SHORTEST_RUN and not cut:
        holds += match_digits(session, run, most)
        cut = len(holds) == most
        if len(run) > RUN:
            given = {"among": holds, "holding": f"%{run}%"}
            holds = [*session.connection().execute(_HOLDS, given).scalars().all()]
    return ends, holds, cut


def _about(session: Session, ids: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, str]]:
    """Read the people of clients, and the first number of each."""
    given = {"clients": ids}
    people: dict[int, list[str]] = {}
    for client_id, name in session.connection().execute(_PEOPLE, given).all():
        people.setdefault(client_id, []).append(name)
    numbers = dict(session.connection().execute(_NUMBERS, given).all())
    return people, numbers


def _rank(row: Row[Any], words: Sequence[str], key: str, called: dict[int, int]) -> tuple[Any, ...]:
    """Rank a match: the whole name, a number, the name's beginning, every word in the name, the rest."""
    name = row.name_key
    if name == key:
        place = 0
    elif row.id in called:
        place = called[row.id]
    elif name.startswith(key):
        place = 3
    elif _all_begin(words, name.split()):
        place = 4
    else:
        place = 5
    # Among equals those that somebody works with come first.
    return place, row.stage is None, row.last_call_at is None, name, row.id


def _all_begin(words: Iterable[str], among: Sequence[str]) -> bool:
    return all(any(word.startswith(wanted) for word in among) for wanted in words)


def _search_row(
    row: Row[Any], words: Sequence[str], digits: str, people: Sequence[str], number: str | None
) -> SearchRow:
    matched, person = _matched(row, words, digits, people)
    return SearchRow(
        client_id=row.id,
        external_id=row.external_id,
        name=row.name,
        phone=number,
        city=row.city,
        stage=row.stage,
        contact=person or next(iter(people), None),
        matched=matched,
    )


def _matched(
    row: Row[Any], words: Sequence[str], digits: str, people: Sequence[str]
) -> tuple[str, str | None]:
    """Tell what of a client it was that matched, and which of its people."""
    if _all_begin(words, row.name_key.split()) or _all_begin(words, fold(row.name).split()):
        return "name", None
    for person in people:
        if _all_begin(words, fold(person).split()):
            return "contact", person
    fields = (("tax_id", row.tax_id), ("email", row.email), ("city", row.city))
    for field, value in fields:
        if value and _all_begin(words, fold(value).split()):
            return field, None
    return ("phone" if digits else "name"), None
