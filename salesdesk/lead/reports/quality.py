"""Quality: what the cards of the clients in work do not say, as of now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select, true
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.worked import in_work, stages_along, worked_with
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Asked, Column, Report, ReportRow, Unit, placed, ratio
from salesdesk.lead.grouping import CLIENT, Grouping, grouping
from salesdesk.models import Contact, Deal, NextAction, Phone
from salesdesk.storage.existing import there_is
from salesdesk.storage.journal import table_of

C = CLIENT.c
PHONE, CONTACT, DEAL, NEXT = (table_of(model) for model in (Phone, Contact, Deal, NextAction))

CHECKS: Mapping[str, str] = {
    "no_phone": N_("without a number to call"),
    "no_next_action": N_("in work, without a goal and next action"),
    "no_owner": N_("in work, without an owner"),
    "no_deal": N_("at a stage without a deal"),
    "no_contact": N_("without a contact"),
    "no_city": N_("without a city"),
    "no_region": N_("without a region"),
    "no_industry": N_("without an industry"),
    "no_email": N_("without an e-mail"),
}
DIMENSIONS = ("check", "operator")

BY_CHECK = (
    Column("count", N_("Clients"), Unit.COUNT),
    Column("share", N_("Share"), Unit.SHARE),
)
BY_OPERATOR = (
    Column("clients", N_("Clients"), Unit.COUNT),
    *(Column(code, title, Unit.COUNT) for code, title in CHECKS.items()),
    Column("defects", N_("Everything that is missing"), Unit.COUNT),
)


def quality(session: Session, context: Context, asked: Asked) -> Report:
    """Count what is missing: a row for each thing, or for each owner."""
    total = next(iter(_counted(session, context, asked, grouped_by(None, asked)).values()), _nothing())
    rows: tuple[ReportRow, ...]
    if asked.by == "operator":
        grouped = grouped_by("operator", asked)
        found = _counted(session, context, asked, grouped)
        names = grouped.groups(session, context, [*found])
        rows = placed([(names[who], values) for who, values in found.items()], "defects")
        columns: tuple[Column, ...] = BY_OPERATOR
    else:
        rows = tuple(
            ReportRow(code, _(title), {"count": total[code], "share": total[f"{code}_share"]})
            for code, title in CHECKS.items()
        )
        columns = BY_CHECK
    main = "defects" if asked.by == "operator" else "count"
    currency = context.catalogues.team.currency
    return Report("quality", asked.by, asked.period, currency, columns, rows, total, main=main)


def _counted(
    session: Session, context: Context, asked: Asked, grouped: Grouping
) -> dict[object, dict[str, int | float | None]]:
    rows = selected(context, asked, grouped).subquery("rows")
    counts = counting(rows)
    statement = select(
        rows.c.grp,
        func.count().label("clients"),
        *(func.sum(case((counts[code], 1), else_=0)).label(code) for code in CHECKS),
    ).group_by(rows.c.grp)
    return {row.grp: _values(row) for row in session.execute(statement)}


def counting(rows: FromClause) -> Mapping[str, ColumnElement[bool]]:
    """Say which of the selected cards each figure is counted from."""
    lacks = {code: rows.c[code] == 1 for code in CHECKS}
    return {"clients": true(), **lacks, "defects": or_(*lacks.values())}


def selected(context: Context, asked: Asked, grouped: Grouping) -> Select[Any]:
    """Select the clients that somebody works with, each with what it lacks."""
    working = in_work(context)
    population = worked_with(context)
    if asked.operator_id is not None:
        population = and_(population, C.owner_id == asked.operator_id)
    along = C.stage.in_(stages_along(context))
    lacks: Mapping[str, ColumnElement[bool]] = {
        "no_phone": ~there_is(PHONE.c.client_id == C.id, PHONE.c.state == PhoneState.GOOD),
        "no_next_action": and_(working, ~there_is(NEXT.c.client_id == C.id, NEXT.c.closed_at.is_(None))),
        "no_owner": and_(working, C.owner_id.is_(None)),
        "no_deal": and_(along, ~there_is(DEAL.c.client_id == C.id)),
        "no_contact": ~there_is(CONTACT.c.client_id == C.id),
        "no_city": func.coalesce(C.city, "") == "",
        "no_region": func.coalesce(C.region, "") == "",
        "no_industry": func.coalesce(C.industry, "") == "",
        "no_email": func.coalesce(C.email, "") == "",
    }
    return select(
        grouped.expression.label("grp"),
        C.id.label("client_id"),
        *(case((lacks[code], 1), else_=0).label(code) for code in CHECKS),
    ).where(population)


def _values(row: Row[Any]) -> dict[str, int | float | None]:
    counts = {code: int(row._mapping[code]) for code in CHECKS}  # noqa: SLF001  # the public name of a row's mapping
    clients = int(row.clients)
    shares = {f"{code}_share": ratio(count, clients) for code, count in counts.items()}
    return {"clients": clients, **counts, **shares, "defects": sum(counts.values())}


def _nothing() -> dict[str, int | float | None]:
    return (
        {"clients": 0, "defects": 0} | dict.fromkeys(CHECKS, 0) | {f"{code}_share": None for code in CHECKS}
    )


def grouped_by(by: str | None, asked: Asked) -> Grouping:
    """Tell cards apart by their owner, or not at all."""
    return grouping(by, asked.period, C.updated_at, {"operator": C.owner_id})
