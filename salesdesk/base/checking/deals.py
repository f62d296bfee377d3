"""Deals: what their history says, whether they are over, and where their client stands."""

from collections.abc import Iterator

from sqlalchemy import exists, or_, select

from salesdesk.base.checking.problem import ON_CARDS, UNDO, Rule
from salesdesk.i18n import N_
from salesdesk.models import Client, Deal, Stage, StageChange
from salesdesk.storage.journal import table_of

CLIENT, DEAL, STAGE, CHANGE = table_of(Client), table_of(Deal), table_of(Stage), table_of(StageChange)


def rules_of_deals() -> Iterator[Rule]:
    """Give the rules that deals follow."""
    of_deal = (CHANGE.c.client_id == DEAL.c.client_id, CHANGE.c.deal_id == DEAL.c.id)
    latest = (
        select(CHANGE.c.to_stage)
        .where(*of_deal)
        .order_by(CHANGE.c.at.desc(), CHANGE.c.id.desc())
        .limit(1)
        .correlate(DEAL)
        .scalar_subquery()
    )
    closing = exists().where(STAGE.c.code == DEAL.c.stage, STAGE.c.in_work.is_(False))
    yield (
        "deal_stage",
        N_("deals stand at another stage than their history says"),
        ON_CARDS,
        select(DEAL.c.id).where(latest != DEAL.c.stage),
    )
    yield (
        "deal_without_history",
        N_("deals have moved, and no history says when"),
        N_(UNDO),
        select(DEAL.c.id).where(DEAL.c.stage_since != DEAL.c.opened_at, ~exists().where(*of_deal)),
    )
    yield (
        "deal_not_closed",
        N_("deals are rejected and still open, or closed before they were opened"),
        ON_CARDS,
        select(DEAL.c.id).where(
            or_(closing & DEAL.c.closed_at.is_(None), DEAL.c.closed_at < DEAL.c.opened_at)
        ),
    )
    yield (
        "rejected_without_reason",
        N_("deals are rejected without a reason"),
        N_("Open their cards and give the reason."),
        select(DEAL.c.id).where(closing, DEAL.c.reject_reason.is_(None)),
    )
    won = exists().where(STAGE.c.code == DEAL.c.stage, STAGE.c.won)
    yield (
        "never_won",
        N_("clients have bought, and are listed as if they never had"),
        ON_CARDS,
        select(CLIENT.c.id).where(
            CLIENT.c.won_at.is_(None), exists().where(DEAL.c.client_id == CLIENT.c.id, won)
        ),
    )
