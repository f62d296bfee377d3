"""What the base keeps of what follows from other columns: computed anew, chunk by chunk, and compared."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.checking.problem import CURE, Problem
from salesdesk.base.folding import name_key
from salesdesk.base.placement import CLIENT, NEXT_ACTION, Standing, standing
from salesdesk.base.search_document import documents
from salesdesk.codes import Hold, PhoneState
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.models import Call, Phone
from salesdesk.storage.integrity import indexed, strays_in_index
from salesdesk.storage.journal import table_of

CHUNK = 2000
_EXAMPLES = 5

C, N, P, CALLS = CLIENT.c, NEXT_ACTION.c, table_of(Phone).c, table_of(Call).c

KINDS = {
    "client_keys": (
        N_("clients stand at another place in the lists than their data says"),
        CURE,
    ),
    "next_action_keys": (
        N_("next actions stand at another place in the lists than their client"),
        CURE,
    ),
    "name_keys": (
        N_("clients are sorted and found under another name than their own"),
        CURE,
    ),
    "last_call": (
        N_("clients were called later than their card and the lists know"),
        CURE,
    ),
    "search_missing": (N_("clients cannot be found by search"), CURE),
    "search_stale": (
        N_("clients are found by what they were, not by what they are"),
        CURE,
    ),
    "search_stray": (
        N_("the search index knows clients that are gone"),
        N_("Harmless: a search passes them by. salesdesk db check --cure takes them out."),
    ),
}

ROWS = (
    select(
        CLIENT,
        exists().where(P.client_id == C.id, P.state == PhoneState.GOOD).label("number"),
        select(func.max(CALLS.started_at))
        .where(CALLS.client_id == C.id)
        .correlate(CLIENT)
        .scalar_subquery()
        .label("called_at"),
        N.id.label("action_id"),
        N.kind,
        N.hold,
        N.band.label("action_band"),
        N.sort_key.label("action_sort_key"),
        N.zone.label("action_zone"),
    )
    .select_from(CLIENT.outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None))))
    .order_by(C.id)
)


@dataclass(slots=True)
class Difference:
    """A client that is not what it should be: which rules it breaks, and what would put it right."""

    client: int
    action: int | None
    codes: list[str] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    action_columns: dict[str, Any] = field(default_factory=dict)
    document: str | None = None


def out_of_step(
    session: Session, context: Context, progress: Callable[[int, int], None] | None = None
) -> Iterator[Problem]:
    """Compare every client with what its derived columns and its search document should be."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[int]] = {code: [] for code in KINDS}
    total = session.execute(select(func.count()).select_from(CLIENT)).scalar_one()
    last, seen = -1, 0
    while rows := chunk(session, last):
        for one in differences(session, context, rows):
            for code in one.codes:
                counts[code] += 1
                if len(examples[code]) < _EXAMPLES:
                    examples[code].append(one.client)
        last, seen = rows[-1].id, seen + len(rows)
        if progress is not None:
            progress(seen, total)
    strays = strays_in_index(session)
    counts["search_stray"], examples["search_stray"] = len(strays), strays[:_EXAMPLES]
    for code, (what, cure) in KINDS.items():
        if counts[code]:
            yield Problem(code, counts[code], _(what), _(cure), tuple(examples[code]))


def chunk(session: Session, after: int) -> Sequence[Row[Any]]:
    """Read the next clients, by their ids, with what their derived columns depend on."""
    return session.execute(ROWS.where(C.id > after).limit(CHUNK)).all()


def differences(session: Session, context: Context, rows: Sequence[Row[Any]]) -> Iterator[Difference]:
    """Give the clients, of some that were read with `ROWS`, which are not what they should be."""
    ids = [row.id for row in rows]
    kept = indexed(session, ids[0], ids[-1])
    wanted = dict(documents(session, ids))
    for row in rows:
        one = Difference(row.id, row.action_id)
        where = standing(context, row, number=row.number, next_action=row.action_id is not None)
        if row.called_at is not None and (row.last_call_at is None or row.last_call_at < row.called_at):
            one.codes.append("last_call")
            one.columns["last_call_at"] = row.called_at
            where = replace(where, last_call_at=row.called_at)
        if any(getattr(row, column) != value for column, value in where.keys.items()):
            one.codes.append("client_keys")
            one.columns |= where.keys
        if row.action_id is not None and not _in_step(row, action := _action_keys(row, where)):
            one.codes.append("next_action_keys")
            one.action_columns |= action
        if row.name_key != name_key(row.name):
            one.codes.append("name_keys")
            one.columns["name_key"] = name_key(row.name)
        if row.id not in kept or set(kept[row.id].split()) != set(wanted[row.id].split()):
            one.codes.append("search_stale" if row.id in kept else "search_missing")
            one.document = wanted[row.id]
        if one.codes:
            yield one


def _action_keys(row: Row[Any], where: Standing) -> dict[str, Any]:
    hold = row.hold if row.hold == Hold.ATTEMPTS_USED_UP else where.hold(row.kind, 0, None)
    return {"band": where.band, "sort_key": where.sort_key, "zone": row.zone, "hold": hold}


def _in_step(row: Row[Any], wanted: Mapping[str, Any]) -> bool:
    return (row.action_band, row.action_sort_key, row.action_zone, row.hold) == tuple(wanted.values())
