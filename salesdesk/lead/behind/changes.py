"""Behind the figures of the funnel: who came to a stage and what became of them, or their deals."""

from sqlalchemy import CTE, ColumnElement, case, func, literal, select

from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.behind.opening import (
    AMOUNT,
    NAME,
    OF_CLIENT,
    STAGE,
    TITLE,
    WHO,
    Kind,
    Opening,
    Wanted,
    clients_of,
    of_client,
    people_of,
)
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.flow import DEAL, Flow, by_client, deals_that_came, entries, fates, gone, leaving, stays
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.money import is_own

_CAME = Column("at", N_("Came"), Unit.INSTANT)
_DAYS = Column("days", N_("Days there"), Unit.DAYS)
_CHANGES = (
    NAME,
    TITLE,
    _CAME,
    Column("fate", N_("What became of it"), Unit.TEXT),
    _DAYS,
    Column("visit", N_("Coming, number"), Unit.COUNT),
    WHO,
)
_DEALS = (NAME, TITLE, AMOUNT, STAGE, _CAME, _DAYS, WHO)
_STAYS = (NAME, TITLE, _CAME, _DAYS, WHO)
_LEFT = (
    *OF_CLIENT,
    Column("at", N_("Left"), Unit.INSTANT),
    Column("to_stage", N_("To stage"), Unit.TEXT),
    WHO,
)


def opened(context: Context, wanted: Wanted, flow: Flow, stage: str) -> Opening:
    """Open a figure of one stage of the funnel."""
    if wanted.figure in {"left_forward", "left_rejected"}:
        return _left(wanted, flow, stage)
    came = entries(flow)
    place = flow.along.index(stage)
    if wanted.figure == "amount":
        return _worth(context, wanted, came, place)
    if wanted.figure == "median_days":
        return _stayed(wanted, came, place)
    return _clients(wanted, came, place)


def _clients(wanted: Wanted, came: CTE, place: int) -> Opening:
    """Give each client once, with the deal that speaks for it."""
    client = by_client(came)
    fate = fates(client)
    e = came.c
    speaks = func.row_number().over(
        partition_by=(e.grp, e.place, e.client_id),
        order_by=(
            case((e.nth == 1, 0), else_=1), e.advanced.desc(), e.still.desc(), e.rejected.desc(), e.at, e.id,
        ),
    )  # fmt: skip
    spoken = (
        select(e.grp, e.client_id, e.deal_id, e.operator_id, e.at, e.stayed, speaks.label("nth"))
        .where(e.place == place, wanted.here(e.grp))
        .subquery("spoken")
    )
    became = case(
        *((fate[name], literal(name)) for name in ("advanced", "still", "rejected")), else_=literal("aside")
    )
    counted = fate["entered" if wanted.figure == "conversion" else wanted.figure]
    together = (
        people_of(spoken)
        .join(client, (client.c.client_id == spoken.c.client_id) & _same(client.c.grp, spoken.c.grp))
        .outerjoin(DEAL, DEAL.c.id == spoken.c.deal_id)
    )
    statement = (
        select(
            spoken.c.client_id,
            CLIENT.c.name,
            DEAL.c.title,
            spoken.c.at,
            became.label("fate"),
            spoken.c.stayed.label("days"),
            client.c.visit,
            OPERATOR.c.login.label("operator"),
        )
        .select_from(together)
        .where(spoken.c.nth == 1, client.c.place == place, counted)
        .order_by(spoken.c.at.desc(), spoken.c.client_id)
    )
    return Opening(Kind.CHANGES, _CHANGES, statement)


def _same(one: ColumnElement[object], other: ColumnElement[object]) -> ColumnElement[bool]:
    return one.is_not_distinct_from(other)


def _worth(context: Context, wanted: Wanted, came: CTE, place: int) -> Opening:
    """Give the deals in the team's currency, the largest first."""
    rows = deals_that_came(came)
    statement = (
        select(
            rows.c.client_id,
            CLIENT.c.name,
            rows.c.title,
            rows.c.amount_minor.label("amount"),
            rows.c.stage,
            rows.c.at,
            rows.c.stayed.label("days"),
            OPERATOR.c.login.label("operator"),
        )
        .select_from(people_of(rows))
        .where(wanted.here(rows.c.grp), rows.c.place == place, is_own(rows, context.catalogues.team.currency))
        .order_by(rows.c.amount_minor.desc(), rows.c.id)
    )
    return Opening(Kind.DEALS, _DEALS, statement)


def _stayed(wanted: Wanted, came: CTE, place: int) -> Opening:
    """Give the deals that left the stage, the longest stay first."""
    rows = stays(came).subquery("rows")
    statement = (
        select(
            rows.c.client_id,
            CLIENT.c.name,
            DEAL.c.title,
            rows.c.at,
            rows.c.stayed.label("days"),
            OPERATOR.c.login.label("operator"),
        )
        .select_from(people_of(rows).outerjoin(DEAL, DEAL.c.id == rows.c.deal_id))
        .where(wanted.here(rows.c.grp), rows.c.place == place)
        .order_by(rows.c.stayed.desc(), rows.c.at, rows.c.client_id)
    )
    return Opening(Kind.DEALS, _STAYS, statement)


def _left(wanted: Wanted, flow: Flow, stage: str) -> Opening:
    """Give each client that left the stage in the period, at the last time it did."""
    changes = gone(flow)
    last = (
        select(
            changes,
            func.row_number()
            .over(partition_by=changes.c.client_id, order_by=(changes.c.at.desc(), changes.c.id.desc()))
            .label("nth"),
        )
        .where(wanted.here(changes.c.grp), changes.c.from_stage == stage, leaving(changes)[wanted.figure])
        .subquery("last")
    )
    statement = (
        select(last.c.client_id, *of_client(), last.c.at, last.c.to_stage, OPERATOR.c.login.label("operator"))
        .select_from(clients_of(last).outerjoin(OPERATOR, OPERATOR.c.id == last.c.operator_id))
        .where(last.c.nth == 1)
        .order_by(last.c.at.desc(), last.c.client_id)
    )
    return Opening(Kind.CLIENTS, _LEFT, statement)
