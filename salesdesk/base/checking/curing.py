"""Bringing what follows from other columns back in step with them, a chunk of clients at a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from salesdesk.base.checking.derived import KINDS, ROWS, C, Difference, N, chunk, differences
from salesdesk.base.checking.numbers import MENDED, mend_numbers
from salesdesk.base.checking.people import ENDLESS, ENDLESS_WHAT, drop_endless_claims
from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.storage import search_index
from salesdesk.storage.among import among
from salesdesk.storage.integrity import damage, strays_in_index
from salesdesk.team.rights import only_for_leads

START = -1
_OTHERS = {**MENDED, ENDLESS: ENDLESS_WHAT}
_TAKEN = select(C.id).where(among(C.id, "ids")).order_by(C.id).with_for_update()
_AGAIN = ROWS.where(among(C.id, "ids"))
_ROW = "row_id"


@dataclass(frozen=True, slots=True)
class Cured:
    """What a chunk of clients needed, by the code of the problem. `last` is None once all were looked at."""

    last: int | None
    seen: int
    counts: Mapping[str, int]


def cure(session: Session, context: Context, after: int = START) -> Cured:
    """Put the next clients after an id right, and at the end what the index holds of nobody.

    Each chunk is a unit of work of its own: nobody who calls waits long. Nothing of it goes into the
    journal: no word that a person wrote is changed, and to undo it would be to break it again.
    Raises NotAllowedError for an operator, and for a file that is damaged: writing to it could lose more.
    """
    only_for_leads(context)
    if after == START and any(damage(session)):
        raise NotAllowedError(
            _("The file is damaged, so nothing is cured. Restore the last backup: salesdesk db restore FILE")
        )
    rows = chunk(session, after)
    if not rows:
        counts = {"search_stray": _drop_strays(session), ENDLESS: drop_endless_claims(session, context.now)}
        return Cured(None, 0, counts)
    first, last = rows[0].id, rows[-1].id
    counts = mend_numbers(session, first, last)
    if any(counts.values()):
        rows = session.execute(ROWS.where(C.id.between(first, last))).all()
    wrong = [one.client for one in differences(session, context, rows)] if rows else []
    found: list[Difference] = []
    if wrong:
        # Whoever else would change them waits; what was changed meanwhile is read again.
        session.execute(_TAKEN, {"ids": wrong})
        again = session.execute(_AGAIN, {"ids": wrong}).all()
        found += differences(session, context, again) if again else ()
        _write(session, found)
    return Cured(last, len(rows), counts | Counter(code for one in found for code in one.codes))


def cure_codes() -> tuple[str, ...]:
    """Give the codes of the problems that can be cured."""
    return (*KINDS, *_OTHERS)


def what_was_wrong(code: str) -> str:
    """Say what such a problem was."""
    return _(KINDS[code][0] if code in KINDS else _OTHERS[code])


def _write(session: Session, found: list[Difference]) -> None:
    changed = (
        (CLIENT, C.id, [(one.client, one.columns) for one in found]),
        (NEXT_ACTION, N.id, [(one.action, one.action_columns) for one in found]),
    )
    for table, key, rows in changed:
        # Rows of which the same columns are wrong go in one statement.
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row_id, columns in rows:
            if columns:
                alike.setdefault(tuple(columns), []).append({_ROW: row_id, **columns})
        for same in alike.values():
            session.connection().execute(update(table).where(key == bindparam(_ROW)), same)
    search_index.replace(session, [(one.client, one.document) for one in found if one.document is not None])


def _drop_strays(session: Session) -> int:
    count = 0
    while strays := strays_in_index(session):
        search_index.drop(session, strays)
        count += len(strays)
    return count
