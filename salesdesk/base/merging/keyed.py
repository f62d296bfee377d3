"""Rows that are found by their client, or by a pair of clients: drafts, claims, imports, decided pairs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.engine import Row

from salesdesk.context import Context
from salesdesk.models import Claim, Draft, ImportRow, LikelyDuplicate, MergedClient, NotDuplicate
from salesdesk.storage.journal import Journal, table_of

DRAFT, CLAIM, IMPORT = table_of(Draft), table_of(Claim), table_of(ImportRow)
LIKELY, NOT, MERGED = table_of(LikelyDuplicate), table_of(NotDuplicate), table_of(MergedClient)
_NOTE = "note"
_DRAFTS = select(DRAFT).where(DRAFT.c.client_id == bindparam("client"))
_CLAIMS = select(CLAIM).where(CLAIM.c.client_id.in_([bindparam("keep"), bindparam("other")]))
_IMPORTS = select(IMPORT.c.batch_id, IMPORT.c.row).where(IMPORT.c.client_id == bindparam("client"))
_LIKELY, _DECIDED = (
    select(table).where(
        or_(table.c.first_id == bindparam("client"), table.c.second_id == bindparam("client"))
    )
    for table in (LIKELY, NOT)
)
_MERGED = select(MERGED.c.client_id).where(MERGED.c.kept_id == bindparam("client"))


def move_keyed(journal: Journal, context: Context, other: int, keep: int) -> None:
    """Let them name the card that stays; what it has already stays its own."""
    del context
    _drafts(journal, other, keep)
    _claim(journal, other, keep)
    _imports(journal, other, keep)
    _likely(journal, other, keep)
    _decided(journal, other, keep)
    _earlier_merges(journal, other, keep)


def _rows(journal: Journal, statement: Select[Any], **clients: int) -> Sequence[Row[Any]]:
    return journal.session.connection().execute(statement, clients).all()


def _drafts(journal: Journal, other: int, keep: int) -> None:
    mine = {draft.operator_id: draft for draft in _rows(journal, _DRAFTS, client=keep)}
    for draft in _rows(journal, _DRAFTS, client=other):
        same = mine.get(draft.operator_id)
        if same is None:
            before = {"client_id": other, "operator_id": draft.operator_id}
            journal.change_keyed(Draft, before, client_id=keep)
            continue
        notes = [body[_NOTE] for body in (same.body, draft.body) if body.get(_NOTE)]
        if draft.body.get(_NOTE):
            before = {"client_id": keep, "operator_id": same.operator_id, "body": same.body}
            journal.change_keyed(Draft, before, body={**same.body, _NOTE: "\n".join(map(str, notes))})
        journal.remove_keyed(Draft, draft)


def _claim(journal: Journal, other: int, keep: int) -> None:
    claims = {claim.client_id: claim for claim in _rows(journal, _CLAIMS, keep=keep, other=other)}
    if other not in claims:
        return
    if keep in claims:
        journal.remove_keyed(Claim, claims[other])
    else:
        journal.change_keyed(Claim, {"client_id": other}, client_id=keep)


def _imports(journal: Journal, other: int, keep: int) -> None:
    for row in _rows(journal, _IMPORTS, client=other):
        before = {"batch_id": row.batch_id, "row": row.row, "client_id": other}
        journal.change_keyed(ImportRow, before, client_id=keep)


def _pair(one: int, two: int) -> dict[str, int]:
    return {"first_id": min(one, two), "second_id": max(one, two)}


def _partner(row: Row[Any], other: int) -> int:
    return int(row.second_id if row.first_id == other else row.first_id)


def _likely(journal: Journal, other: int, keep: int) -> None:
    """Let what was like the one card be like the other; of two scores of a pair the better is kept."""
    theirs = _rows(journal, _LIKELY, client=other)
    mine = {_partner(row, keep): row for row in _rows(journal, _LIKELY, client=keep) if theirs}
    for row in theirs:
        partner = _partner(row, other)
        if partner == keep or (partner in mine and mine[partner].score >= row.score):
            journal.remove_keyed(LikelyDuplicate, row)
            continue
        if partner in mine:
            journal.remove_keyed(LikelyDuplicate, mine[partner])
        journal.change_keyed(
            LikelyDuplicate, {"first_id": row.first_id, "second_id": row.second_id}, **_pair(keep, partner)
        )


def _decided(journal: Journal, other: int, keep: int) -> None:
    theirs = _rows(journal, _DECIDED, client=other)
    mine = {_partner(row, keep) for row in _rows(journal, _DECIDED, client=keep) if theirs}
    for row in theirs:
        partner = _partner(row, other)
        if partner == keep or partner in mine:
            journal.remove(NotDuplicate, row)
        else:
            journal.change(NotDuplicate, row, **_pair(keep, partner))


def _earlier_merges(journal: Journal, other: int, keep: int) -> None:
    """Let the numbers that went into the card which goes now find the one that stays."""
    for row in _rows(journal, _MERGED, client=other):
        journal.change_keyed(MergedClient, {"client_id": row.client_id, "kept_id": other}, kept_id=keep)
