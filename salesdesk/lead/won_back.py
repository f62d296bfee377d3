"""What came of rejected clients that a lead sent back into work: who bought since, and for how much."""

from sqlalchemy import FromClause, Select, and_, func, or_, select
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.codes import Verdict
from salesdesk.context import Context
from salesdesk.lead.money import in_currency
from salesdesk.lead.review_rows import Verdicts
from salesdesk.models import Deal, Review, StageChange
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

REVIEW, DEAL = table_of(Review), table_of(Deal)
WON, SOONER = table_of(StageChange).alias("won"), table_of(StageChange).alias("sooner")


def verdicts(session: Session, context: Context, period: Period) -> Verdicts:
    """Count the clients that got a verdict in a period, and what those sent back have brought until now."""
    given = and_(REVIEW.c.at >= period.start, REVIEW.c.at < period.end)
    counted = {
        row.verdict: row.clients
        for row in session.execute(
            select(REVIEW.c.verdict, func.count(REVIEW.c.client_id.distinct()).label("clients"))
            .where(given)
            .group_by(REVIEW.c.verdict)
        )
    }
    returned = (
        select(REVIEW.c.client_id, func.min(REVIEW.c.at).label("returned_at"))
        .where(given, REVIEW.c.verdict == Verdict.RETURNED)
        .group_by(REVIEW.c.client_id)
        .subquery()
    )
    won = won_since(context, returned).subquery()
    brought = session.execute(
        select(
            func.count(won.c.client_id.distinct()).label("clients"),
            in_currency(won, context.catalogues.team.currency).label("amount"),
        )
    ).one()
    return Verdicts(
        accepted=counted.get(Verdict.ACCEPTED, 0),
        returned=counted.get(Verdict.RETURNED, 0),
        won=brought.clients,
        amount_minor=int(brought.amount),
    )


def won_since(context: Context, returned: FromClause, *keys: str) -> Select[tuple[object, ...]]:
    """Select the deals of returned clients that were won since (`client_id`, `returned_at`), each once.

    A deal is won by its first change to a won stage, as in the report of sales. `keys` are columns
    of `returned` for each of which a deal stands once.
    """
    stages = [code for code, entry in context.catalogues.stages.items() if entry.won]
    before = there_is(
        SOONER.c.client_id == WON.c.client_id,
        SOONER.c.deal_id == WON.c.deal_id,
        SOONER.c.to_stage.in_(stages),
        or_(SOONER.c.at < WON.c.at, and_(SOONER.c.at == WON.c.at, SOONER.c.id < WON.c.id)),
    )
    return (
        select(
            *(returned.c[key] for key in keys), DEAL.c.client_id, DEAL.c.id, DEAL.c.title,
            DEAL.c.stage, DEAL.c.amount_minor, DEAL.c.currency, WON.c.at, WON.c.operator_id,
        )
        .distinct()
        .select_from(
            returned.join(
                WON, and_(WON.c.client_id == returned.c.client_id, WON.c.at >= returned.c.returned_at)
            ).join(DEAL, DEAL.c.id == WON.c.deal_id)
        )
        .where(WON.c.to_stage.in_(stages), WON.c.at <= context.now, ~before)
    )  # fmt: skip
