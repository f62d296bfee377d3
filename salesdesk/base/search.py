"""Finding a client as one types: company, person, any run of phone digits, tax id, e-mail, city."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk.base.folding import fold, name_key
from salesdesk.context import Context
from salesdesk.models import Client, Contact, Phone
from salesdesk.rows import SearchResult, SearchRow
from salesdesk.storage.search_index import RUN, digit_runs, match

CANDIDATES = 200
"""How many the index may bring before they are ranked: ranking a common prefix whole would be slow."""

_PHONE_LIKE = re.compile(r"[\d\s()+\-.]{3,}")


def search(session: Session, context: Context, text: str, limit: int = 20) -> SearchResult:
    """Find clients by what was typed so far, best first; nothing for nothing typed."""
    del context
    words = fold(text).split()
    if not words:
        return SearchResult((), 0)
    digits = re.sub(r"\D", "", text) if _PHONE_LIKE.fullmatch(text.strip()) else ""
    ends, holds = _by_digits(session, digits) if digits else ([], [])
    found = [*ends, *holds, *_by_name(session, text), *match(session, words, CANDIDATES)]
    ids = [*dict.fromkeys(found)][:CANDIDATES]
    rows = _rows(session, ids)
    key, called = name_key(text), dict.fromkeys(holds, 2) | dict.fromkeys(ends, 1)
    ranked = sorted(rows, key=lambda row: _rank(row, words, key, called))
    people = _people(session, [row.id for row in ranked[:limit]])
    shown = tuple(_search_row(row, words, digits, people.get(row.id, ())) for row in ranked[:limit])
    return SearchResult(shown, len(ids), total_is_exact=len(ids) < CANDIDATES)


def _by_name(session: Session, text: str) -> list[int]:
    """Give clients whose folded name begins with what was typed: those are never cut away."""
    key = name_key(text)
    if len(key) < 2:  # one letter begins too many names to tell anything
        return []
    begins = select(col(Client.id)).where(
        col(Client.name_key) >= key, col(Client.name_key) < key + "\U0010ffff"
    )
    return list(session.scalars(begins.order_by(col(Client.name_key)).limit(CANDIDATES // 2)))


def _by_digits(session: Session, digits: str) -> tuple[list[int], list[int]]:
    """Give clients with a number that ends with this run, and those with one that holds it."""
    run = digits[1:] if len(digits) == 11 and digits[0] == "8" else digits  # a Russian trunk prefix
    ends: list[int] = []
    holds: list[int] = []
    if len(run) >= 4:  # the last four are indexed by themselves
        ending = select(col(Phone.client_id)).where(
            col(Phone.last4) == run[-4:], col(Phone.digits).endswith(run, autoescape=True)
        )
        ends += session.scalars(ending.order_by(col(Phone.client_id)).limit(CANDIDATES // 2))
    if len(run) >= RUN and len(ends) < CANDIDATES // 2:
        among = match(session, (), CANDIDATES, runs=digit_runs(run).split())
        holding = select(col(Phone.client_id)).where(
            col(Phone.client_id).in_(among), col(Phone.digits).contains(run, autoescape=True)
        )
        holds += session.scalars(holding)
    return ends, holds


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Row[Any]]:
    number = (
        select(func.coalesce(col(Phone.e164), col(Phone.raw)))
        .where(col(Phone.client_id) == col(Client.id))
        .order_by(col(Phone.position), col(Phone.id))
        .limit(1)
        .scalar_subquery()
    )
    columns = (
        col(Client.id), col(Client.external_id), col(Client.name), col(Client.name_key), col(Client.city),
        col(Client.stage), col(Client.tax_id), col(Client.email), col(Client.last_call_at),
        number.label("phone"),
    )  # fmt: skip
    return session.execute(select(*columns).where(col(Client.id).in_(ids))).all()


def _people(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    people: dict[int, list[str]] = {}
    found = select(col(Contact.client_id), col(Contact.name)).where(col(Contact.client_id).in_(ids))
    for client_id, name in session.execute(found.order_by(col(Contact.id))):
        people.setdefault(client_id, []).append(name)
    return people


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


def _search_row(row: Row[Any], words: Sequence[str], digits: str, people: Sequence[str]) -> SearchRow:
    person = next((name for name in people if _all_begin(words, fold(name).split())), None)
    return SearchRow(
        client_id=row.id,
        external_id=row.external_id,
        name=row.name,
        phone=row.phone,
        city=row.city,
        stage=row.stage,
        contact=person or next(iter(people), None),
        matched=_matched(row, words, digits, person),
    )


def _matched(row: Row[Any], words: Sequence[str], digits: str, person: str | None) -> str:
    if _all_begin(words, fold(row.name).split()):
        return "name"
    if person:
        return "contact"
    fields = (("tax_id", row.tax_id), ("email", row.email), ("city", row.city))
    for field, value in fields:
        if value and _all_begin(words, fold(value).split()):
            return field
    return "phone" if digits else "name"
