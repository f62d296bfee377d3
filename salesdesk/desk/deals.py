"""Deals on the card: added, changed, moved along the pipeline."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.amounts import parse_amount
from salesdesk.base.cells import line_of
from salesdesk.base.deal_course import deal_ends
from salesdesk.base.visible import read_again, take_visible
from salesdesk.context import Context
from salesdesk.desk.changed_meanwhile import changed_here
from salesdesk.desk.editing import finish, require
from salesdesk.desk.handing_on import hand_on_after
from salesdesk.desk.pipeline import DEAL, follow_deals, keep_change, move_deal, moves_at, open_deals
from salesdesk.desk.work import keep_owed
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Client, Deal
from salesdesk.rows import DealRow
from salesdesk.storage.journal import Journal


def save_deal(  # noqa: PLR0913  # a deal has so many fields
    session: Session,
    context: Context,
    client_id: int,
    deal_id: int | None,
    *,
    title: str,
    amount: str,
    stage: str,
    product: str = "",
    reject_reason: str | None = None,
    seen: DealRow | None = None,
) -> int:
    """Add a deal to a client, or change one that was `seen`; its stage's change is kept.

    Raises InputError, ConflictError.
    """
    values = _values(context, title, product, amount, stage, reject_reason)
    journal = Journal(session)
    client = take_visible(session, context, client_id)
    if deal_id is None:
        deal_id = _open(journal, context, client, stage, values)
    else:
        deal = require(session, Deal, deal_id, client_id)
        changed = changed_here(session, Deal, deal, seen, values | {"stage": stage})
        stage = changed.pop("stage", deal.stage)
        journal.change(Deal, deal, **changed)
        move_deal(journal, context, client, deal, stage, reject_reason)
    _expect(journal, context, client_id)
    keep_owed(journal, context, client_id)
    hand_on_after(journal, context, client_id, client.stage)
    finish(journal, context, client_id, "save_deal")
    return deal_id


def _values(
    context: Context, title: str, product: str, amount: str, stage: str, reason: str | None
) -> dict[str, Any]:
    entry = context.catalogues.stage(stage)
    if not entry.in_work:
        if not reason:
            raise InputError(_("Say why it is closed: the reject reason is missing."), "reject_reason")
        context.catalogues.reason(reason)
    try:
        minor = parse_amount(amount).minor if amount.strip() else 0
    except InputError as error:
        raise InputError(str(error), "amount") from error
    return {
        "title": line_of(title),
        "product": line_of(product) or None,
        "amount_minor": minor,
        "reject_reason": None if entry.in_work else reason,
    }


def _open(journal: Journal, context: Context, client: Row[Any], stage: str, values: dict[str, Any]) -> int:
    entry = context.catalogues.stage(stage)
    further = bool(open_deals(journal, context, client.id))
    at = moves_at(journal, context, client)
    deal_id = journal.add(
        Deal,
        client_id=client.id,
        owner_id=client.owner_id or context.me.id,
        currency=context.catalogues.team.currency,
        stage=stage,
        stage_since=at,
        opened_at=at,
        closed_at=at if deal_ends(context, entry) else None,
        source="",
        **values,
    )
    before = None if further else client.stage
    keep_change(journal, context, client.id, deal_id, before, stage, values["reject_reason"], at=at)
    follow_deals(journal, context, client, entry, at)
    return deal_id


def _expect(journal: Journal, context: Context, client_id: int) -> None:
    """Expect of a client what its open deals in the base's currency come to."""
    client = read_again(journal.session, client_id)
    total = journal.session.execute(
        select(func.sum(DEAL.c.amount_minor)).where(
            DEAL.c.client_id == client_id,
            DEAL.c.closed_at.is_(None),
            DEAL.c.currency == context.catalogues.team.currency,
        )
    ).scalar()
    if total is not None:
        journal.change(Client, client, expected_minor=int(total))
