"""Moving a client and its deal along the pipeline; every move is kept for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.engine import Row

from salesdesk.base.deal_course import BESIDE, deal_ends, stage_order
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models import Client, Deal, StageChange
from salesdesk.models.catalogue import StageEntry
from salesdesk.storage.journal import Journal, table_of

DEAL, CHANGE = table_of(Deal), table_of(StageChange)

_CLIENT: BindParameter[int] = bindparam("client")
_LATEST = select(func.max(CHANGE.c.at)).where(CHANGE.c.client_id == _CLIENT)
_ANY_DEAL = select(DEAL.c.id).where(DEAL.c.client_id == _CLIENT).limit(1)
_OPEN_DEALS = (
    select(DEAL)
    .where(DEAL.c.client_id == _CLIENT, DEAL.c.closed_at.is_(None))
    .order_by(DEAL.c.stage_since.desc(), DEAL.c.id.desc())
)


class Moved(NamedTuple):
    """Where a client stands once it has moved: the stage, and what of its row is to be written for that."""

    entry: StageEntry | None
    columns: Mapping[str, Any]


def move_stage(
    journal: Journal, context: Context, client: Row[Any], stage: str | None, *, reason: str | None = None
) -> StageEntry | None:
    """Move a client, and the deal that is open, to a stage; tell the stage it is at then.

    A deal is opened where the pipeline is entered without one: a stage belongs to an amount.
    """
    moved = move_along(journal, context, client, stage, reason=reason)
    journal.change(Client, client, **moved.columns)
    return moved.entry


def move_along(
    journal: Journal, context: Context, client: Row[Any], stage: str | None, *, reason: str | None = None
) -> Moved:
    """Do all of `move_stage` but write the client: for who writes more of it."""
    entry = context.stage(stage)
    if entry is None or stage == client.stage:
        return Moved(entry, {})
    deals = open_deals(journal, context, client.id)
    # Beside the pipeline stands the client with all that it has open; along it one deal moves at a time.
    moved = [deal for deal in deals if deal.stage != entry.code][: None if entry.band == Band.OTHER else 1]
    at = moves_at(journal, context, client, *moved)
    for deal in moved:
        _move_deal(journal, context, deal, entry, reason, at)
        keep_change(journal, context, client.id, deal.id, deal.stage, entry.code, reason, at=at)
    if not deals:
        deal_id = None if entry.band == Band.OTHER else _open_deal(journal, context, client, entry, at)
        keep_change(journal, context, client.id, deal_id, client.stage, entry.code, reason, at=at)
    if entry.band != Band.OTHER and deal_ends(context, entry):
        # That order is done; another that is open is what the client is in work for.
        return _by_deals(journal, context, client, entry, at)
    return _stands(client, entry, at, won=entry.won)


def move_deal(
    journal: Journal, context: Context, client: Row[Any], deal: Row[Any], stage: str, reason: str | None
) -> None:
    """Move one deal; the client stands where its open deal that is furthest along does."""
    entry = context.catalogues.stage(stage)
    if deal.stage == stage:
        return
    at = moves_at(journal, context, client, deal)
    _move_deal(journal, context, deal, entry, reason, at)
    keep_change(journal, context, client.id, deal.id, deal.stage, stage, reason, at=at)
    follow_deals(journal, context, client, entry, at)


def moves_at(journal: Journal, context: Context, client: Row[Any], *deals: Row[Any]) -> datetime:
    """Tell when a client and its deals move: now, and never before what they have been through."""
    latest = journal.session.connection().execute(_LATEST, {"client": client.id})
    been = (moment for deal in deals for moment in (deal.opened_at, deal.stage_since))
    return context.not_before(client.stage_since, latest.scalar(), *been)


def follow_deals(
    journal: Journal, context: Context, client: Row[Any], moved: StageEntry, at: datetime
) -> None:
    """Let a client stand where its open deal furthest along does; with none open, where one moved to."""
    journal.change(Client, client, **_by_deals(journal, context, client, moved, at).columns)


def _by_deals(journal: Journal, context: Context, client: Row[Any], moved: StageEntry, at: datetime) -> Moved:
    leading = next(iter(open_deals(journal, context, client.id)), None)
    entry = moved if leading is None else context.catalogues.stage(leading.stage)
    return _stands(client, entry, at, won=moved.won)


def _stands(client: Row[Any], entry: StageEntry, at: datetime, *, won: bool) -> Moved:
    since = client.stage_since if entry.code == client.stage else at
    won_at = client.won_at or (at if won else None)
    return Moved(entry, {"stage": entry.code, "stage_since": since, "won_at": won_at})


def open_deals(journal: Journal, context: Context, client_id: int) -> list[Row[Any]]:
    """Read the client's open deals: the furthest along the pipeline first, of equals the one moved last."""
    found = journal.session.connection().execute(_OPEN_DEALS, {"client": client_id}).all()
    along = stage_order(context)
    return sorted(found, key=lambda deal: along.get(deal.stage, BESIDE), reverse=True)


def _move_deal(  # what is moved, where to, why, when
    journal: Journal, context: Context, deal: Row[Any], entry: StageEntry, reason: str | None, at: datetime
) -> None:
    journal.change(
        Deal,
        deal,
        stage=entry.code,
        stage_since=at,
        closed_at=at if deal_ends(context, entry) else None,
        reject_reason=reason if not entry.in_work else None,
    )


def _open_deal(journal: Journal, context: Context, client: Row[Any], entry: StageEntry, at: datetime) -> int:
    known = journal.session.connection().execute(_ANY_DEAL, {"client": client.id}).first()
    return journal.add(
        Deal,
        client_id=client.id,
        owner_id=client.owner_id or context.me.id,
        title="",
        # What is expected of the client is the amount of its first deal; a further one has its own.
        amount_minor=0 if known else client.expected_minor,
        currency=context.catalogues.team.currency,
        stage=entry.code,
        stage_since=at,
        opened_at=at,
        closed_at=at if deal_ends(context, entry) else None,
        source="",
    )


def keep_change(
    journal: Journal,
    context: Context,
    client_id: int,
    deal_id: int | None,
    old: str | None,
    new: str,
    reason: str | None,
    *,
    at: datetime,
) -> None:
    """Write down a change of stage; None as `old` where a further deal begins."""
    journal.add(
        StageChange,
        client_id=client_id,
        deal_id=deal_id,
        operator_id=context.me.id,
        at=at,
        from_stage=old,
        to_stage=new,
        reason=reason,
    )
