"""A look through the whole base: who is likely the same client as who else. What is found is kept."""

import gc
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlalchemy import bindparam, delete, func, insert, select
from sqlmodel import Session

from salesdesk.base.duplicates.blocks import MOST_CLIENTS, pairs_of
from salesdesk.base.duplicates.comparing import Evidence, compare, differ_in_words, reasons
from salesdesk.base.duplicates.counting import counted
from salesdesk.base.duplicates.frequencies import Frequencies
from salesdesk.base.duplicates.packed import Packed
from salesdesk.base.duplicates.reasons import Reason, Why
from salesdesk.base.duplicates.traits import traits_of
from salesdesk.context import Context
from salesdesk.errors import InputError, StoppedError
from salesdesk.i18n import _
from salesdesk.models import Client, Contact, LikelyDuplicate, NotDuplicate, Phone, Setting
from salesdesk.storage.journal import table_of

SCANNED = "duplicates"
"""The setting that holds when the base was looked through."""
KEPT = 0.3
"""Pairs from this score on are kept: a person may ask for more than what is likely."""

CERTAIN = 0.999
"""Nothing is surer than that."""

Progress = Callable[[int, int | None], None]
_PAGE = 5000
_C, _P, _O = table_of(Client).c, table_of(Phone).c, table_of(Contact).c
_CLIENTS = (
    select(
        _C.id,
        _C.name,
        _C.name_key,
        _C.tax_id,
        _C.city,
        _C.region,
        _C.address,
        _C.website,
        _C.postal_code,
        _C.email,
    )
    .where(_C.id > bindparam("after"))
    .order_by(_C.id)
    .limit(_PAGE)
)
_NUMBERS = select(_P.client_id, func.coalesce(_P.e164, _P.digits)).where(
    _P.client_id > bindparam("after"), _P.client_id <= bindparam("last")
)
_PEOPLE = select(_O.client_id, _O.email).where(
    _O.client_id > bindparam("after"), _O.client_id <= bindparam("last"), _O.email.is_not(None)
)


class ScanStoppedError(StoppedError):
    """Somebody stopped the look through the base."""


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two clients that are likely one."""

    first_id: int
    second_id: int
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a look through the base found."""

    clients: int
    pairs: tuple[FoundPair, ...]


def scan(
    session: Session,
    context: Context,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Look through the base, keep what is found in place of what was; tell how many pairs there are.

    Takes as long as `find`, in the caller's unit of work; who must not hold up others for so long calls
    `find` in a unit that reads, and `keep` in one that writes. Raises ScanStoppedError.
    """
    return keep(session, context, find(session, context, progress=progress, cancelled=cancelled))


def find(
    session: Session,
    context: Context,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """Look through the base. Raises ScanStoppedError once `cancelled` says so."""
    del context
    with _no_collecting():
        search = _Search(session, progress or (lambda _done, _of: None), cancelled or (lambda: False))
        return search.found()


def keep(session: Session, context: Context, found: Found) -> int:
    """Keep what was found in place of what was, but pairs of which one is no longer there."""
    session.execute(delete(table_of(LikelyDuplicate)))
    there = _there(session)
    rows = [
        {
            "first_id": pair.first_id,
            "second_id": pair.second_id,
            "score": round(pair.score * 1000),
            "why": [[reason.code, reason.about] for reason in pair.why],
        }
        for pair in found.pairs
        if pair.first_id in there and pair.second_id in there
    ]
    for start in range(0, len(rows), _PAGE):
        session.execute(insert(table_of(LikelyDuplicate)), rows[start : start + _PAGE])
    session.merge(Setting(key=SCANNED, value={"at": context.now.isoformat(), "clients": found.clients}))
    return len(rows)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Millions of small tuples hold no rings: looking for some takes longer than making them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Search:
    """One look through the base under way. A client is known by its place in the order of ids."""

    def __init__(self, session: Session, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self._session = session
        self._progress = progress
        self._cancelled = cancelled
        self._ids = array("q")
        self._clients = Packed()
        self._done = 0
        self._total = 0

    def found(self) -> Found:
        """Do it."""
        self._read()
        self._look()
        base = counted(self._clients)
        self._look()
        apart = self._apart()
        pairs = pairs_of(self._clients, base, self._look)
        self._total = self._done + len(pairs)
        kept = []
        for part in pairs.parts():
            self._look(len(part))
            for first, those in groupby(part, itemgetter(0)):
                ours = self._clients[first]
                kept += [
                    (first, second, evidence)
                    for _first, second in those
                    if (evidence := compare(ours, self._clients[second], base)).score >= KEPT
                    and (first, second) not in apart
                ]
        return Found(len(self._ids), tuple(self._told(kept, base)))

    def _look(self, done: int = 0) -> None:
        """See whether somebody wants it stopped, and tell how far it is."""
        if self._cancelled():
            raise ScanStoppedError(_("Stopped: what was found before is kept."))
        self._done += done
        self._progress(self._done, self._total or None)

    def _read(self) -> None:
        """Read the base, page by page."""
        total = self._session.scalar(select(func.count()).select_from(table_of(Client))) or 0
        if total > MOST_CLIENTS:
            raise InputError(_("The base is too large to be looked through for duplicates."))
        self._total = total * 4
        after = 0
        while rows := self._session.execute(_CLIENTS, {"after": after}).all():
            page = {"after": after, "last": rows[-1][0]}
            numbers: dict[int, list[str]] = defaultdict(list)
            mails: dict[int, list[str]] = defaultdict(list)
            for client_id, number in self._session.execute(_NUMBERS, page):
                numbers[client_id].append(number)
            for client_id, mail in self._session.execute(_PEOPLE, page):
                mails[client_id].append(mail)
            for client_id, name, key, tax_id, city, region, address, website, postal, mail in rows:
                emails = mails.get(client_id, [])
                traits = traits_of(
                    key, tax_id, city, region, address, [mail, *emails] if mail else emails,
                    numbers.get(client_id, ()), website, postal, name,
                )  # fmt: skip
                self._clients.append(traits)
                self._ids.append(client_id)
            after = rows[-1][0]
            self._look(len(rows))

    def _apart(self) -> set[tuple[int, int]]:
        """Read the pairs that a person said are two clients."""
        said = table_of(NotDuplicate).c
        pairs = self._session.execute(select(said.first_id, said.second_id)).all()
        named = {client_id for pair in pairs for client_id in pair}
        places = {client_id: at for at, client_id in enumerate(self._ids) if client_id in named}
        return {
            (places[first], places[second]) for first, second in pairs if first in places and second in places
        }

    def _told(self, kept: Sequence[tuple[int, int, Evidence]], base: Frequencies) -> Iterator[FoundPair]:
        """Say why of each pair; numbers as the base has them."""
        spelt = self._spelt({at for first, second, _evidence in kept for at in (first, second)})
        for first, second, evidence in kept:
            ours, theirs = self._clients[first], self._clients[second]
            why = reasons(ours, theirs, evidence, spelt.get(first, ()))
            if differ_in_words(ours, theirs, evidence, base):
                why += (Reason(Why.NAMES_DIFFER),)
            yield FoundPair(self._ids[first], self._ids[second], min(round(evidence.score, 3), CERTAIN), why)

    def _spelt(self, places: set[int]) -> dict[int, list[str]]:
        """Read the numbers of some clients in full."""
        numbers: dict[int, list[str]] = defaultdict(list)
        wanted = sorted(at for at in places if self._clients[at].phones)
        by_id = {self._ids[at]: at for at in wanted}
        asked = sorted(by_id)
        for start in range(0, len(asked), _PAGE):
            of = _P.client_id.in_(asked[start : start + _PAGE])
            for client_id, number in self._session.execute(select(_P.client_id, _P.e164).where(of)):
                if number:
                    numbers[by_id[client_id]].append(number)
        return numbers


def _there(session: Session) -> set[int]:
    return set(session.scalars(select(_C.id)))
