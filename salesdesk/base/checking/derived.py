"""What the base keeps of what follows from other columns: computed anew, chunk by chunk, and compared."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.checking.problem import Problem
from salesdesk.base.folding import name_key
from salesdesk.base.placement import CLIENT, NEXT_ACTION, standing
from salesdesk.base.search_document import documents
from salesdesk.codes import Hold, PhoneState
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.models import Phone
from salesdesk.storage.integrity import indexed, strays_in_index
from salesdesk.storage.journal import table_of

_CHUNK = 2000
_EXAMPLES = 5

C, N, P = CLIENT.c, NEXT_ACTION.c, table_of(Phone).c

_KINDS = {
    "client_keys": (
        N_("clients stand at another place in the lists than their data says"),
        N_("Open and save their cards, or take back and repeat the import that brought them."),
    ),
    "next_action_keys": (
        N_("next actions stand at another place in the lists than their client"),
        N_("Open and save the clients' cards: that puts their next actions in place."),
    ),
    "name_keys": (
        N_("clients are sorted and found under another name than their own"),
        N_("Open and save their cards."),
    ),
    "search_missing": (N_("clients cannot be found by search"), N_("Open and save their cards.")),
    "search_stale": (
        N_("clients are found by what they were, not by what they are"),
        N_("Open and save their cards."),
    ),
    "search_stray": (
        N_("the search index knows clients that are gone"),
        N_("Harmless: a search passes them by."),
    ),
}

_ROWS = (
    select(
        CLIENT,
        exists().where(P.client_id == C.id, P.state == PhoneState.GOOD).label("number"),
        N.id.label("action_id"),
        N.kind,
        N.hold,
        N.band.label("action_band"),
        N.sort_key.label("action_sort_key"),
        N.zone.label("action_zone"),
    )
    .select_from(CLIENT.outerjoin(NEXT_ACTION, and_(N.client_id == C.id, N.closed_at.is_(None))))
    .order_by(C.id)
    .limit(_CHUNK)
)


def out_of_step(
    session: Session, context: Context, progress: Callable[[int, int], None] | None = None
) -> Iterator[Problem]:
    """Compare every client with what its derived columns and its search document should be."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[int]] = {code: [] for code in _KINDS}
    total = session.execute(select(func.count()).select_from(CLIENT)).scalar_one()
    last, seen = -1, 0
    while rows := session.execute(_ROWS.where(C.id > last)).all():
        for code, client in _differing(session, context, rows):
            counts[code] += 1
            if len(examples[code]) < _EXAMPLES:
                examples[code].append(client)
        last, seen = rows[-1].id, seen + len(rows)
        if progress is not None:
            progress(seen, total)
    strays = strays_in_index(session)
    counts["search_stray"], examples["search_stray"] = len(strays), strays[:_EXAMPLES]
    for code, (what, cure) in _KINDS.items():
        if counts[code]:
            yield Problem(code, counts[code], _(what), _(cure), tuple(examples[code]))


def _differing(session: Session, context: Context, rows: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401  # rows of _ROWS
    ids = [row.id for row in rows]
    kept = indexed(session, ids[0], ids[-1])
    wanted = dict(documents(session, ids))
    for row in rows:
        where = standing(context, row, number=row.number, next_action=row.action_id is not None)
        if any(getattr(row, column) != value for column, value in where.keys.items()):
            yield "client_keys", row.id
        if row.action_id is not None and not _in_step(row, where):
            yield "next_action_keys", row.id
        if row.name_key != name_key(row.name):
            yield "name_keys", row.id
        if row.id not in kept:
            yield "search_missing", row.id
        elif sorted(kept[row.id].split()) != sorted(wanted[row.id].split()):
            yield "search_stale", row.id


def _in_step(row: Row[Any], where: Any) -> bool:  # noqa: ANN401  # a Standing
    hold = row.hold if row.hold == Hold.ATTEMPTS_USED_UP else where.hold(row.kind, 0, None)
    return (row.action_band, row.action_sort_key, row.action_zone, row.hold) == (
        where.band,
        where.sort_key,
        row.zone,
        hold,
    )
