"""Moving a client and its deal along the pipeline; every move is kept for ever."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models import Client, Deal, StageChange
from salesdesk.models.catalogue import StageEntry
from salesdesk.storage.journal import Journal, table_of

DEAL = table_of(Deal)


def move_stage(
    journal: Journal, context: Context, client: Row[Any], stage: str | None, *, reason: str | None = None
) -> StageEntry | None:
    """Move a client, and the deal that is open, to a stage; tell the stage it is at then.

    A deal is opened where the pipeline is entered without one: a stage belongs to an amount.
    """
    entry = context.stage(stage)
    if entry is None or stage == client.stage:
        return entry
    deal = open_deal(journal, client.id)
    if deal is not None:
        _move_deal(journal, context, deal, entry, reason)
        deal_id = deal.id
    else:
        deal_id = _open_deal(journal, context, client, entry) if entry.band != Band.OTHER else None
    keep_change(journal, context, client.id, deal_id, client.stage, entry.code, reason)
    won_at = client.won_at or (context.now if entry.won else None)
    journal.change(Client, client, stage=entry.code, stage_since=context.now, won_at=won_at)
    return entry


def move_deal(
    journal: Journal, context: Context, client: Row[Any], deal: Row[Any], stage: str, reason: str | None
) -> None:
    """Move one deal; the client goes with it where it is the deal that the client stands by."""
    entry = context.catalogues.stage(stage)
    if deal.stage == stage:
        return
    leading = open_deal(journal, client.id)
    _move_deal(journal, context, deal, entry, reason)
    keep_change(journal, context, client.id, deal.id, deal.stage, stage, reason)
    if leading is None or leading.id == deal.id:
        won_at = client.won_at or (context.now if entry.won else None)
        journal.change(Client, client, stage=stage, stage_since=context.now, won_at=won_at)


def open_deal(journal: Journal, client_id: int) -> Row[Any] | None:
    """Read the client's open deal that moved last."""
    return journal.session.execute(
        select(DEAL)
        .where(DEAL.c.client_id == client_id, DEAL.c.closed_at.is_(None))
        .order_by(DEAL.c.stage_since.desc(), DEAL.c.id.desc())
        .limit(1)
    ).first()


def _move_deal(
    journal: Journal, context: Context, deal: Row[Any], entry: StageEntry, reason: str | None
) -> None:
    ends = not entry.in_work or entry.code == _last_won(context)
    journal.change(
        Deal,
        deal,
        stage=entry.code,
        stage_since=context.now,
        closed_at=context.now if ends else None,
        reject_reason=reason if not entry.in_work else None,
    )


def _last_won(context: Context) -> str | None:
    """Name the end of the pipeline: an order there is done, and the next one is a deal of its own."""
    return next(
        (code for code in reversed([*context.catalogues.stages]) if context.catalogues.stages[code].won), None
    )


def _open_deal(journal: Journal, context: Context, client: Row[Any], entry: StageEntry) -> int:
    known = journal.session.execute(select(DEAL.c.id).where(DEAL.c.client_id == client.id).limit(1)).first()
    return journal.add(
        Deal,
        client_id=client.id,
        owner_id=client.owner_id or context.me.id,
        title="",
        # What is expected of the client is the amount of its first deal; a further one has its own.
        amount_minor=0 if known else client.expected_minor,
        currency=context.catalogues.team.currency,
        stage=entry.code,
        stage_since=context.now,
        opened_at=context.now,
        closed_at=None,
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
) -> None:
    """Write down a change of stage; None as `old` where a further deal begins."""
    journal.add(
        StageChange,
        client_id=client_id,
        deal_id=deal_id,
        operator_id=context.me.id,
        at=context.now,
        from_stage=old,
        to_stage=new,
        reason=reason,
    )
