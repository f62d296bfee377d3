"""Whether a new row is likely a client that is there already, or an earlier row of the same file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from rapidfuzz.distance import OSA
from sqlalchemy import String, func, literal_column, select, union
from sqlmodel import Session

from salesdesk.base.duplicates.likely import Likely, Sketch, likely, mailbox, reason_words
from salesdesk.base.duplicates.placing import city_key
from salesdesk.base.duplicates.reasons import Why
from salesdesk.base.importing.outcomes import DuplicateOf
from salesdesk.codes import ImportAction
from salesdesk.context import Context
from salesdesk.models import Client, Contact, ImportRow, Phone
from salesdesk.models.types import MAILBOX
from salesdesk.storage.among import among, within
from salesdesk.storage.journal import table_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, CompoundSelect, Select

    from salesdesk.base.importing.incoming import Incoming

_ROW, _CLIENT, _PHONE = table_of(ImportRow).c, table_of(Client).c, table_of(Phone).c
_NUMBERS = select(_PHONE.e164, func.count()).where(among(_PHONE.e164, "values")).group_by(_PHONE.e164)
_TAX_IDS = select(_CLIENT.tax_id).where(among(_CLIENT.tax_id, "values")).distinct()
_NAMES = (
    select(_CLIENT.name_key, func.count()).where(among(_CLIENT.name_key, "values")).group_by(_CLIENT.name_key)
)
_MAILBOX: "ColumnElement[str]" = literal_column(MAILBOX, String)
_MAILS = union(
    *(
        select(_MAILBOX).select_from(table).where(among(_MAILBOX, "values"), table.c.email.is_not(None))
        for table in (table_of(Client), table_of(Contact))
    )
)
_TOWNS = select(_CLIENT.name_key, _CLIENT.city).where(among(_CLIENT.name_key, "values"))
_ADDRESSED = select(_CLIENT.id).where(among(_CLIENT.id, "values"), _CLIENT.address.is_not(None))
_SAME_PLACE = frozenset({Why.TAX_ID, Why.ADDRESS, Why.ADDRESS_ALIKE})
_SHARED = 3
"""A number that so many have is a switchboard."""
_MOST_WAVES = 4
T = TypeVar("T", int, str)
_ONE_TOWN = 0.75
_MOST_NAMED = 12
"""A name that more clients have tells nobody apart without a number or a tax id."""


def waves(chunk: "Sequence[Incoming]") -> "Iterator[list[Incoming]]":
    """Cut a chunk so that rows which may be one client come one after another.

    The one before is written then, and is found in the base like any other client. Where many rows share
    something, the last of them come together: each is compared with those that came first.
    """
    left = [*chunk]
    for _wave in range(_MOST_WAVES - 1):
        taken: set[str] = set()
        now: list[Incoming] = []
        later: list[Incoming] = []
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
    marks += [columns[name] for name in ("tax_id", "name_key") if columns.get(name)]
    marks += filter(None, map(mailbox, _emails(incoming)))
    return marks


def sketch(incoming: "Incoming") -> Sketch:
    """Give what of a row tells who it is."""
    columns = incoming.columns
    return Sketch(
        name=columns["name"],
        tax_id=columns.get("tax_id"),
        city=columns.get("city"),
        region=columns.get("region"),
        address=columns.get("address"),
        emails=_emails(incoming),
        numbers=tuple(phone.e164 or phone.digits for phone, _person in incoming.phones if phone.digits),
        website=columns.get("website"),
    )


def _emails(incoming: "Incoming") -> tuple[str, ...]:
    emails = [incoming.columns.get("email"), *(person.email for person in incoming.people)]
    return tuple(email for email in emails if email)


def _is_worth(incoming: "Incoming", known: set[str], towns: Mapping[str, set[str]]) -> bool:
    columns = incoming.columns
    if columns.get("tax_id") in known or any(
        phone.e164 in known or (phone.digits and phone.e164 is None) for phone, _person in incoming.phones
    ):
        return True
    emails = _emails(incoming)
    if not known.isdisjoint(map(mailbox, emails)):
        return True
    same = towns.get(columns["name_key"])
    if not same:
        return False
    if emails or columns.get("website") or columns.get("address"):
        return True
    return any(_may_be_one_town(columns.get("city") or "", town) for town in same)


@lru_cache(maxsize=20_000)
def _may_be_one_town(one: str, other: str) -> bool:
    """Tell whether two towns may be one, or one of them is not known."""
    first, second = city_key(one) if one else "", city_key(other) if other else ""
    if not first or not second:
        return True
    few, many = sorted((set(first.split()), set(second.split())), key=len)
    return few <= many or OSA.normalized_similarity(first, second) >= _ONE_TOWN


class Doubles:
    """Finds whom the new rows of one import are likely to be."""

    def __init__(self, session: Session, context: Context, batch_id: int) -> None:
        self._session = session
        self._context = context
        self._batch_id = batch_id
        self._often: Counter[str] = Counter()
        self._rows: dict[int, int] = {}

    def see(self, chunk: "Sequence[Incoming]") -> None:
        """Count the numbers of a chunk before it is compared wave by wave."""
        self._often = Counter(
            phone.e164 or phone.digits for each in chunk for phone, _person in each.phones if phone.digits
        )

    def _is_branch(self, one: Likely) -> bool:
        """Tell of two with addresses that differ whether they are two branches of a firm, not one that moved.

        Branches share name, site and number; a number that two have alone is of one client there twice.
        What looks through the whole base sees how many share it, an import only those who came before.
        """
        if not _SAME_PLACE.isdisjoint(reason.code for reason in one.why):
            return False
        numbers = [reason.about for reason in one.why if reason.code == Why.NUMBER]
        return not any(self._often[number] < _SHARED for number in numbers)

    def of(self, fresh: "Sequence[Incoming]") -> list[tuple[Likely, ...]]:
        """Give for each row the clients that it is likely to be, the likeliest first."""
        worth = self._worth(fresh)
        found = likely(self._session, self._context, [sketch(fresh[at]) for at in worth]) if worth else []
        addressed = self._known(_ADDRESSED, {one.client_id for those in found for one in those})
        each: list[tuple[Likely, ...]] = [()] * len(fresh)
        for at, those in zip(worth, found, strict=True):
            placed = bool(fresh[at].columns.get("address"))
            each[at] = tuple(
                one for one in those if not (placed and one.client_id in addressed and self._is_branch(one))
            )
        return each

    def _worth(self, fresh: "Sequence[Incoming]") -> list[int]:
        """Give the places of rows that share enough with a client of the base to be compared with it.

        Most rows of a large file share a name with somebody in another town, and nothing else.
        """
        numbers = {phone.e164 for each in fresh for phone, _person in each.phones if phone.e164}
        tax_ids = {each.columns["tax_id"] for each in fresh if each.columns.get("tax_id")}
        had = {row[0]: row[1] for row in self._session.execute(_NUMBERS, {"values": sorted(numbers)})}
        for number, count in had.items():
            self._often[number] = max(self._often[number], count + 1)
        mails = {mailbox(mail) for each in fresh for mail in _emails(each)} - {""}
        known = set(had) | self._known(_TAX_IDS, tax_ids) | self._known(_MAILS, mails)
        towns = self._towns({each.columns["name_key"] for each in fresh})
        return [at for at, each in enumerate(fresh) if _is_worth(each, known, towns)]

    def _known(self, statement: "Select[Any] | CompoundSelect[Any]", values: set[T]) -> set[T]:
        return (
            set(self._session.execute(statement, {"values": sorted(values)}).scalars()) if values else set()
        )

    def _towns(self, names: set[str]) -> dict[str, set[str]]:
        """Give the towns of the clients of some names; of names that very many have, of none."""
        counted = self._session.execute(_NAMES, {"values": sorted(names)})
        few = sorted(name for name, count in counted if count <= _MOST_NAMED)
        towns: dict[str, set[str]] = defaultdict(set)
        for name, town in self._session.execute(_TOWNS, {"values": few}) if few else ():
            towns[name].add(town or "")
        return towns

    def trace(self, found: Iterable[Likely]) -> None:
        """Find which of the likely ones came with this file, and in which row: before they are told."""
        wanted = select(_ROW.client_id, _ROW.batch_id, _ROW.row).where(
            within(_ROW.client_id, sorted({each.client_id for each in found})),
            _ROW.action == ImportAction.ADDED,
        )
        # The batch is looked at here: asked of the database, it would go through all of the batch.
        self._rows = {
            each.client_id: each.row
            for each in self._session.execute(wanted)
            if each.batch_id == self._batch_id
        }

    def told(self, found: Sequence[Likely]) -> tuple[DuplicateOf, ...]:
        """Tell whom a row is likely to be; of a client that came with this file (`trace`), its row."""
        return tuple(
            DuplicateOf(
                None if each.client_id in self._rows else each.client_id,
                each.name,
                each.score,
                tuple(reason_words(reason) for reason in each.why),
                self._rows.get(each.client_id),
            )
            for each in found
        )
