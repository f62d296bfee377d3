"""Rejected: what was closed without a sale in a period, why, what a lead said of it, what came back since."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select, true
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.periods import Period
from salesdesk.codes import Verdict
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, Column, Report, Unit, Values, placed, ratio
from salesdesk.lead.grouping import CALENDAR, CLIENT_DIMENSIONS, OPERATOR, Grouping, grouping
from salesdesk.lead.money import in_currency, is_foreign, is_own, other_currencies, together
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.totals import grouped_and_whole
from salesdesk.lead.unusual import Unusual, unusual
from salesdesk.lead.won_back import won_since
from salesdesk.models import Deal, Review, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

CHANGE, DEAL = table_of(StageChange), table_of(Deal)
LATER, JUDGED = CHANGE.alias("later"), CHANGE.alias("judged")
REVIEW = table_of(Review)
_AFTER = or_(LATER.c.at > CHANGE.c.at, and_(LATER.c.at == CHANGE.c.at, LATER.c.id > CHANGE.c.id))

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
    rows, total = _counted(session, context, asked)
    names = _grouping(asked).groups(session, context, [*rows])
    return Report(
        "rejected",
        asked.by,
        asked.period,
        context.catalogues.team.currency,
        COLUMNS,
        placed([(names[value], values) for value, values in rows.items()], "clients"),
        total,
        main="clients",
        unusual=unusual_reasons(session, context, asked.period, asked.operator_id),
    )


def unusual_reasons(
    session: Session, context: Context, period: Period, operator_id: int | None = None
) -> tuple[Unusual, ...]:
    """Point out the reasons that one operator (None: any) gave far more often than the others in a period."""
    given = (
        select(
            CHANGE.c.operator_id, CHANGE.c.reason, func.count(CHANGE.c.client_id.distinct()).label("clients")
        )
        .where(*_last_ones(context, period))
        .group_by(CHANGE.c.operator_id, CHANGE.c.reason)
    )
    found = session.execute(given, {OPERATORS: operators_of(session, None)}).all()
    # Named afterwards: joined to them, the rejections would be looked for anew for each person.
    people = {
        row.id: row for row in session.execute(select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name))
    }
    counts = {(people[row.operator_id].login, row.reason): int(row.clients) for row in found}
    names = {row.login: row.name for row in people.values()}
    whose = {row.login for row in people.values() if operator_id in {None, row.id}}
    return tuple(one for one in unusual(counts, names) if one.operator in whose)


def _counted(session: Session, context: Context, asked: Asked) -> tuple[dict[object, Values], Values]:
    """Give each group's figures, and those of all together."""
    currency = context.catalogues.team.currency
    rows = selected(context, asked).cte("rows")
    counts = counting(context, rows)
    figures = (
        func.count(rows.c.client_id.distinct()).label("clients"),
        func.count(case((counts["deals"], 1))).label("deals"),
        in_currency(rows, currency).label("amount"),
        func.count(case((counts["other_currencies"], 1))).label("foreign"),
        func.count(case((counts["won_back"], rows.c.client_id)).distinct()).label("back"),
        func.count(case((counts["reviewed"], rows.c.client_id)).distinct()).label("reviewed"),
        func.count(case((counts["returned"], rows.c.client_id)).distinct()).label("returned"),
    )
    bound = {OPERATORS: operators_of(session, asked.operator_id)}
    groups, whole = grouped_and_whole(session, rows, figures, bound)
    foreign = other_currencies(session, rows, currency, "grp", bound=bound) if whole.foreign else {}
    since = _since(session, context, rows, bound, "grp") if whole.returned else {}
    in_all = _since(session, context, rows, bound) if whole.returned else {}
    return {
        row.grp: _values(row, foreign.get((row.grp,), {}), since.get((row.grp,))) for row in groups
    }, _values(whole, together(foreign.values()), in_all.get(()))


def _since(
    session: Session, context: Context, rows: FromClause, bound: Mapping[str, object], *keys: str
) -> dict[tuple[object, ...], tuple[int, int]]:
    """Count by `keys` the clients that were sent back and have bought since, and what they brought."""
    won = won_since(context, rows, *keys).subquery("won")
    groups = [won.c[key] for key in keys]
    statement = select(
        func.count(won.c.client_id.distinct()),
        in_currency(won, context.catalogues.team.currency),
        *groups,
    ).group_by(*groups)
    found = session.execute(statement, bound)
    return {tuple(group): (int(clients), int(amount)) for clients, amount, *group in found}


def _values(row: Row[Any], foreign: Mapping[str, int], since: tuple[int, int] | None) -> Values:
    won, amount = since or (0, 0)
    return {
        "clients": int(row.clients),
        "deals": int(row.deals),
        "amount": int(row.amount),
        "won_back": int(row.back),
        "won_back_share": ratio(row.back, row.clients),
        "reviewed": int(row.reviewed),
        "returned": int(row.returned),
        "won_after_return": won,
        "amount_after_return": amount,
        "other_currencies": foreign,
    }


def counting(context: Context, rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the selected rejections each figure is counted from."""
    currency = context.catalogues.team.currency
    every = true()
    return {
        "clients": every,
        "deals": rows.c.deal_id.is_not(None),
        "amount": is_own(rows, currency),
        "won_back": rows.c.back == 1,
        "won_back_share": every,
        "reviewed": rows.c.reviewed == 1,
        "returned": rows.c.returned_at.is_not(None),
        "won_after_return": rows.c.returned_at.is_not(None),
        "amount_after_return": rows.c.returned_at.is_not(None),
        "other_currencies": is_foreign(rows, currency),
    }


def _verdicts() -> FromClause:
    """Select what was said of rejections: by client and instant, since one call may end several deals."""
    returned = case((REVIEW.c.verdict == Verdict.RETURNED, REVIEW.c.at))
    return (
        select(REVIEW.c.client_id, JUDGED.c.at, func.min(returned).label("returned_at"))
        .join(JUDGED, JUDGED.c.id == REVIEW.c.change_id)
        .group_by(REVIEW.c.client_id, JUDGED.c.at)
        .subquery("verdicts")
    )


def selected(context: Context, asked: Asked) -> Select[Any]:
    """Select the rejections, each with its group: the last of each deal, or of a client that had none."""
    closing = _closing(context)
    back = there_is(
        LATER.c.client_id == CHANGE.c.client_id,
        LATER.c.from_stage.in_(closing),
        LATER.c.to_stage.in_([code for code in context.catalogues.stages if code not in closing]),
        LATER.c.at <= context.now,
        _AFTER,
    )
    grouped, judged = _grouping(asked), _verdicts()
    tables = CHANGE.outerjoin(DEAL, DEAL.c.id == CHANGE.c.deal_id).outerjoin(
        judged, and_(judged.c.client_id == CHANGE.c.client_id, judged.c.at == CHANGE.c.at)
    )
    return (
        select(
            grouped.expression.label("grp"),
            CHANGE.c.id,
            CHANGE.c.client_id,
            CHANGE.c.operator_id,
            CHANGE.c.at,
            CHANGE.c.reason,
            CHANGE.c.from_stage,
            DEAL.c.id.label("deal_id"),
            DEAL.c.title,
            DEAL.c.product,
            DEAL.c.stage,
            DEAL.c.amount_minor,
            DEAL.c.currency,
            case((back, 1), else_=0).label("back"),
            case((judged.c.client_id.is_not(None), 1), else_=0).label("reviewed"),
            judged.c.returned_at,
        )
        .select_from(grouped.join_client(tables, CHANGE.c.client_id))
        .where(*_last_ones(context, asked.period))
    )


def _last_ones(context: Context, period: Period) -> list[ColumnElement[bool]]:
    """Say which changes of stage are the last rejections of a period."""
    closing = _closing(context)
    again = there_is(
        LATER.c.client_id == CHANGE.c.client_id,
        _deal(LATER.c) == _deal(CHANGE.c),
        LATER.c.to_stage.in_(closing),
        LATER.c.at < period.end,
        _AFTER,
    )
    return [
        CHANGE.c.at >= period.start,
        CHANGE.c.at < period.end,
        CHANGE.c.to_stage.in_(closing),
        among(CHANGE.c.operator_id, OPERATORS),
        ~again,
    ]


def _closing(context: Context) -> list[str]:
    return [code for code, entry in context.catalogues.stages.items() if not entry.in_work]


def _deal(columns: Any) -> ColumnElement[int]:  # noqa: ANN401  # the columns of the table or of its alias
    return func.coalesce(columns.deal_id, 0)


def _grouping(asked: Asked) -> Grouping:
    return grouping(asked.by, asked.period, CHANGE.c.at, _OWN)
