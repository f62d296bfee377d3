"""Of new clients, each: whom of the base it may be. For an import's chunk, and while one is being typed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, func, literal_column, select
from sqlmodel import Session

from salesdesk.base.duplicates.comparing import LIKELY, compare, reasons
from salesdesk.base.duplicates.frequencies import Frequencies, shared_values
from salesdesk.base.duplicates.reasons import Reason, reason_words
from salesdesk.base.duplicates.traits import Traits, mail_key, phone_key, tax_key, traits_of
from salesdesk.base.folding import name_key
from salesdesk.context import Context
from salesdesk.models import Client, Contact, Phone
from salesdesk.models.types import MAILBOX
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

__all__ = ["Likely", "Reason", "Sketch", "likely", "reason_words"]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of a client that is not in the base yet; numbers in E.164, or a local one's digits."""

    name: str
    tax_id: str | None = None
    city: str | None = None
    region: str | None = None
    address: str | None = None
    emails: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    website: str | None = None
    postal_code: str | None = None

    @property
    def traits(self) -> Traits:
        """Give it as it is compared."""
        return traits_of(
            name_key(self.name), self.tax_id, self.city, self.region, self.address, self.emails, self.numbers,
            self.website, self.postal_code, self.name,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """A client of the base that a new one may be."""

    client_id: int
    name: str
    score: float
    why: tuple[Reason, ...]


MOST = 40
"""So many clients of one number, mailbox or name tell nobody apart, and are not looked at one by one."""
_MAILBOX_SIZE = 100
SHOWN = 5
"""No more are given for one new client."""

_C, _P, _O = table_of(Client).c, table_of(Phone).c, table_of(Contact).c
_MAILBOX: "ColumnElement[str]" = literal_column(MAILBOX, String)
_BY_E164 = select(_P.e164, _P.client_id).where(among(_P.e164, "values"))
_BY_LAST4 = select(_P.digits, _P.client_id).where(among(_P.last4, "values"))
_BY_TAX_ID = select(_C.tax_id, _C.id).where(among(_C.tax_id, "values"), _C.tax_id.is_not(None))
_BY_NAME = select(_C.name_key, _C.id).where(among(_C.name_key, "values"))
_BY_MAIL = select(_MAILBOX, _C.id).where(among(_MAILBOX, "values"), _C.email.is_not(None))
_BY_PERSONS_MAIL = select(_MAILBOX, _O.client_id).where(among(_MAILBOX, "values"), _O.email.is_not(None))
_CLIENTS = select(
    _C.id, _C.name, _C.name_key, _C.tax_id, _C.city, _C.region, _C.address, _C.email, _C.website,
    _C.postal_code,
).where(among(_C.id, "ids"))  # fmt: skip
_NUMBERS = select(_P.client_id, func.coalesce(_P.e164, _P.digits)).where(among(_P.client_id, "ids"))
_PEOPLE = select(_O.client_id, _O.email).where(among(_O.client_id, "ids"), _O.email.is_not(None))
_SIZE = select(func.max(_C.id))


def likely(
    session: Session, context: Context, sketches: Sequence[Sketch], *, beside: Sequence[int] = ()
) -> list[tuple[Likely, ...]]:
    """Tell of each new client whom of the base it may be, best first; most of them nobody.

    They are looked up by number, tax id, e-mail and name alone, in a few statements for all of them: what is
    written otherwise is found by a look through the whole base (`scanning`). `beside` are clients that
    each is compared with as well.
    """
    del context
    found = _Found(session, sketches, beside)
    return [found.likely(sketch) for sketch in sketches]


def mailbox(mail: str) -> str:
    """Give an e-mail address as the base is asked for it (`MAILBOX`); nothing for a placeholder."""
    return mail_key(mail[:_MAILBOX_SIZE])


class _Found:
    """Clients of the base that share something with any of the new ones."""

    def __init__(self, session: Session, sketches: Sequence[Sketch], beside: Sequence[int]) -> None:
        self._beside = beside
        self._by: dict[str, list[int]] = defaultdict(list)
        self._counts: Counter[str] = Counter()
        self._names: Counter[tuple[str, ...]] = Counter()
        self._look_up(session, sketches)
        wanted = set(beside).union(*(found for found in self._by.values() if len(found) <= MOST))
        self._rows: dict[int, Row[Any]] = {}
        self._traits: dict[int, Traits] = {}
        if wanted:
            self._read(session, sorted(wanted))
        # A switchboard is counted whole, and not by those of its clients that were read.
        for key, clients in self._by.items():
            if key[0] == "p" and (number := phone_key(key[1:], "")):
                self._counts[f"p{number}"] = max(len(clients), self._counts[f"p{number}"])
        self._base = Frequencies(session.scalar(_SIZE) or 0, names=self._names, values=self._counts)

    def _look_up(self, session: Session, sketches: Sequence[Sketch]) -> None:
        numbers = {number for sketch in sketches for number in sketch.numbers}
        whole = sorted(number for number in numbers if number.startswith("+"))
        local = sorted(number for number in numbers if not number.startswith("+"))
        tax_ids = sorted({sketch.tax_id for sketch in sketches if sketch.tax_id})
        names = sorted({name_key(sketch.name) for sketch in sketches})
        mails = sorted({mailbox(mail) for sketch in sketches for mail in sketch.emails} - {""})
        asked = [
            (_BY_E164, whole, "p"), (_BY_TAX_ID, tax_ids, "t"), (_BY_NAME, names, "n"),
            (_BY_MAIL, mails, "m"), (_BY_PERSONS_MAIL, mails, "m"),
        ]  # fmt: skip
        for statement, values, kind in asked:
            if values:
                for value, client_id in session.execute(statement, {"values": values}):
                    self._by[kind + value].append(client_id)
        if local:
            wanted = set(local)
            last4 = sorted({number[-4:] for number in local})
            for digits, client_id in session.execute(_BY_LAST4, {"values": last4}):
                if digits in wanted:
                    self._by["p" + digits].append(client_id)

    def _read(self, session: Session, wanted: Sequence[int]) -> None:
        numbers, emails = defaultdict(list), defaultdict(list)
        for client_id, number in session.execute(_NUMBERS, {"ids": wanted}):
            numbers[client_id].append(number)
        for client_id, email in session.execute(_PEOPLE, {"ids": wanted}):
            emails[client_id].append(email)
        for row in session.execute(_CLIENTS, {"ids": wanted}):
            mails = [*([row.email] if row.email else []), *emails[row.id]]
            self._rows[row.id] = row
            self._traits[row.id] = traits_of(
                row.name_key, row.tax_id, row.city, row.region, row.address, mails, numbers[row.id],
                row.website, row.postal_code, row.name,
            )  # fmt: skip
            self._counts.update(shared_values(self._traits[row.id]))

    def likely(self, sketch: Sketch) -> tuple[Likely, ...]:
        """Compare a new client with those that share something with it."""
        keys = _keys(sketch)
        candidates = set(self._beside).union(
            *(self._by[key] for key in keys if key in self._by and len(self._by[key]) <= MOST)
        )
        if not candidates:
            return ()
        traits = sketch.traits
        # The new one makes a value one more client's, and a name too.
        self._names[traits.words] = 1 + len(self._by.get("n" + name_key(sketch.name), ()))
        found = []
        for each in candidates:
            theirs = self._traits.get(each)
            seen = compare(traits, theirs, self._base) if theirs else None
            if theirs and seen and seen.score >= LIKELY:
                why = reasons(traits, theirs, seen, sketch.numbers)
                found.append(Likely(each, self._rows[each].name, min(0.999, round(seen.score, 3)), why))
        return tuple(sorted(found, key=lambda one: (-one.score, one.client_id))[:SHOWN])


def _keys(sketch: Sketch) -> Iterable[str]:
    yield from (f"p{number}" for number in sketch.numbers)
    if sketch.tax_id and tax_key(sketch.tax_id):
        yield f"t{sketch.tax_id}"
    yield from (f"m{mailbox(mail)}" for mail in sketch.emails)
    yield f"n{name_key(sketch.name)}"
