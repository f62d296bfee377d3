"""Rejected: what was closed without a sale in a period, why, what a lead said of it, what came back since."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select
from sqlmodel import Session

from salesdesk.codes import Verdict
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, OPERATOR, Grouping, grouping
from salesdesk.lead.money import in_currency, other_currencies
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.periods import Period
from salesdesk.lead.unusual import Unusual, unusual
from salesdesk.lead.won_back import won_since
from salesdesk.models import Deal, Review, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

CHANGE, DEAL, REVIEW = table_of(StageChange), table_of(Deal), table_of(Review)
LATER, JUDGED = CHANGE.alias("later"), CHANGE.alias("judged")

COLUMNS = (
    Column("clients", N_("Clients"), Unit.COUNT),
    Column("deals", N_("Deals"), Unit.COUNT),
    Column("amount", N_("Amount"), Unit.AMOUNT),
    Column("won_back", N_("Won back"), Unit.COUNT),
    Column("won_back_share", N_("Won back, share"), Unit.SHARE),
    Column("reviewed", N_("Reviewed"), Unit.COUNT),
    Column("returned", N_("Sent back"), Unit.COUNT),
    Column("won_after_return", N_("Won since"), Unit.COUNT),
    Column("amount_after_return", N_("Amount since"), Unit.AMOUNT),
    Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS),
)
_OWN = {"reason": CHANGE.c.reason, "operator": CHANGE.c.operator_id, "stage": CHANGE.c.from_stage}
DIMENSIONS = ("reason", "operator", "stage", *CALENDAR, *CLIENT_DIMENSIONS)


def rejected(session: Session, context: Context, asked: Asked) -> Report:
    """Count the clients rejected in a period."""
    rows = _counted(session, context, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    total = _counted(session, context, Asked(asked.period, None, asked.operator_id))
    return Report(
        "rejected",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "clients"),
        next(iter(total.values()), NOTHING),
        main="clients",
        unusual=unusual_reasons(session, context, asked.period, asked.operator_id),
    )


def unusual_reasons(
    session: Session, context: Context, period: Period, operator_id: int | None = None
) -> tuple[Unusual, ...]:
    """Point out the reasons that one operator (None: any) gave far more often than the others in a period."""
    rows = _rejections(context, Asked(period, "operator"), CHANGE.c.reason).subquery()
    given = select(rows.c.grp, rows.c.reason, func.count(rows.c.client_id.distinct()).label("clients"))
    found = session.execute(
        given.group_by(rows.c.grp, rows.c.reason), {OPERATORS: operators_of(session, None)}
    ).all()
    # Named afterwards: joined to them, the rejections would be looked for anew for each person.
    people = {
        row.id: row for row in session.execute(select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name))
    }
    counts = {(people[row.grp].login, row.reason): int(row.clients) for row in found}
    names = {row.login: row.name for row in people.values()}
    whose = {row.login for row in people.values() if operator_id in {None, row.id}}
    return tuple(one for one in unusual(counts, names) if one.operator in whose)


def _counted(session: Session, context: Context, asked: Asked) -> dict[object, Values]:
    currency = context.catalogues.team.currency
    rows = _rejections(context, asked).subquery()
    statement = select(
        rows.c.grp,
        func.count(rows.c.client_id.distinct()).label("clients"),
        func.count(rows.c.deal_id).label("deals"),
        in_currency(rows, currency).label("amount"),
        func.count(case((rows.c.currency != currency, 1))).label("foreign"),
        func.count(case((rows.c.back == 1, rows.c.client_id)).distinct()).label("back"),
        func.count(case((rows.c.reviewed == 1, rows.c.client_id)).distinct()).label("reviewed"),
        func.count(case((rows.c.returned_at.is_not(None), rows.c.client_id)).distinct()).label("returned"),
    ).group_by(rows.c.grp)
    bound = {OPERATORS: operators_of(session, asked.operator_id)}
    found = session.execute(statement, bound).all()
    foreign = (
        other_currencies(session, rows, currency, "grp", bound=bound)
        if any(row.foreign for row in found)
        else {}
    )
    since = _since(session, context, rows, bound) if any(row.returned for row in found) else {}
    return {
        row.grp: {
            "clients": int(row.clients),
            "deals": int(row.deals),
            "amount": int(row.amount),
            "won_back": int(row.back),
            "won_back_share": ratio(row.back, row.clients),
            "reviewed": int(row.reviewed),
            "returned": int(row.returned),
            "won_after_return": since.get(row.grp, (0, 0))[0],
            "amount_after_return": since.get(row.grp, (0, 0))[1],
            "other_currencies": foreign.get((row.grp,), {}),
        }
        for row in found
    }


def _since(
    session: Session, context: Context, rows: FromClause, bound: dict[str, Any]
) -> dict[object, tuple[int, int]]:
    """Count by group the clients that were sent back and have bought since, and what they brought."""
    won = won_since(context, rows, "grp").subquery()
    statement = select(
        won.c.grp,
        func.count(won.c.client_id.distinct()).label("clients"),
        in_currency(won, context.catalogues.team.currency).label("amount"),
    ).group_by(won.c.grp)
    return {row.grp: (int(row.clients), int(row.amount)) for row in session.execute(statement, bound)}


def _verdicts() -> FromClause:
    """Select what was said of rejections: by client and instant, since one call may end several deals."""
    returned = case((REVIEW.c.verdict == Verdict.RETURNED, REVIEW.c.at))
    return (
        select(REVIEW.c.client_id, JUDGED.c.at, func.min(returned).label("returned_at"))
        .join(JUDGED, JUDGED.c.id == REVIEW.c.change_id)
        .group_by(REVIEW.c.client_id, JUDGED.c.at)
        .subquery("verdicts")
    )


def _rejections(context: Context, asked: Asked, *also: ColumnElement[Any]) -> Select[Any]:
    """Select the last rejection in the period of each deal, or of a client that had none."""
    stages = context.catalogues.stages
    closing = [code for code, entry in stages.items() if not entry.in_work]
    after = or_(LATER.c.at > CHANGE.c.at, and_(LATER.c.at == CHANGE.c.at, LATER.c.id > CHANGE.c.id))
    again = exists().where(
        LATER.c.client_id == CHANGE.c.client_id,
        _deal(LATER.c) == _deal(CHANGE.c),
        LATER.c.to_stage.in_(closing),
        LATER.c.at < asked.period.end,
        after,
    )
    back = exists().where(
        LATER.c.client_id == CHANGE.c.client_id,
        LATER.c.from_stage.in_(closing),
        LATER.c.to_stage.in_([code for code in stages if code not in closing]),
        LATER.c.at <= context.now,
        after,
    )
    grouped, said = _grouping(asked), _verdicts()
    tables = CHANGE.outerjoin(DEAL, DEAL.c.id == CHANGE.c.deal_id).outerjoin(
        said, and_(said.c.client_id == CHANGE.c.client_id, said.c.at == CHANGE.c.at)
    )
    return (
        select(
            grouped.expression.label("grp"),
            CHANGE.c.client_id,
            DEAL.c.id.label("deal_id"),
            DEAL.c.amount_minor,
            DEAL.c.currency,
            case((back, 1), else_=0).label("back"),
            case((said.c.client_id.is_not(None), 1), else_=0).label("reviewed"),
            said.c.returned_at,
            *also,
        )
        .select_from(grouped.join_client(tables, CHANGE.c.client_id))
        .where(
            CHANGE.c.at >= asked.period.start,
            CHANGE.c.at < asked.period.end,
            CHANGE.c.to_stage.in_(closing),
            among(CHANGE.c.operator_id, OPERATORS),
            ~again,
        )
    )


def _deal(columns: Any) -> ColumnElement[int]:  # noqa: ANN401  # the columns of the table or of its alias
    return func.coalesce(columns.deal_id, 0)


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, CHANGE.c.at, _OWN)


NOTHING: Values = {
    "clients": 0, "deals": 0, "amount": 0, "won_back": 0, "won_back_share": None, "reviewed": 0,
    "returned": 0, "won_after_return": 0, "amount_after_return": 0, "other_currencies": {},
}  # fmt: skip
