"""By what figures are told apart: people, clients, time, catalogues; how a group is found and named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, literal, select
from sqlmodel import Session

from salesdesk import wording
from salesdesk.base.periods import Kind, Period, code_of, title_of, whole
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.formatting import weekday
from salesdesk.i18n import _
from salesdesk.lead.local_time import SLOT, bucket, first_day
from salesdesk.models import Campaign, Client, Operator
from salesdesk.storage.journal import table_of

CLIENT, OPERATOR, CAMPAIGN = table_of(Client), table_of(Operator), table_of(Campaign)


def said(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Take an empty text for one that is not said: both are one group."""
    return func.nullif(column, "")


CLIENT_DIMENSIONS: Mapping[str, ColumnElement[Any]] = {
    "campaign": CLIENT.c.campaign,
    "industry": said(CLIENT.c.industry),
    "region": said(CLIENT.c.region),
    "source": said(CLIENT.c.source),
    "class": CLIENT.c.client_class,
}
CALENDAR = ("day", "week", "month", "quarter", "year")
CLOCK = ("hour", "weekday")
_MONDAY = date(1970, 1, 5)
"""Weekdays are named by it and the days after."""

Key = str | int | None


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how documents name it, how people do, and where it stands (None: by its figures)."""

    key: Key
    title: str
    place: int | None = None


@dataclass(frozen=True)
class Grouping:
    """What figures are grouped by, over the tables of one report."""

    by: str | None
    expression: ColumnElement[Any]
    of_client: bool
    period: Period

    def join_client(self, tables: FromClause, client_id: ColumnElement[Any]) -> FromClause:
        """Put the client beside the rows, where it is asked for anything."""
        return tables.join(CLIENT, CLIENT.c.id == client_id) if self.of_client else tables

    def groups(self, session: Session, context: Context, values: Sequence[object]) -> dict[object, Group]:
        """Name the groups that were found."""
        names = _titles(session, context, self.by, values)
        return {value: self._group(value, names) for value in values}

    def _group(self, value: object, names: Mapping[object, Group]) -> Group:
        if value is None:
            return Group(None, _("not said"))
        if self.by in CALENDAR and isinstance(value, int):
            unit = Kind(self.by)
            first = first_day(value, unit, self.period)
            last = whole(unit, first, self.period.zone).last
            return Group(code_of(unit, first), title_of(unit, first, last), value)
        if self.by in {*CLOCK, SLOT} and isinstance(value, int):
            return _of_clock(self.by, value)
        return names.get(value) or Group(str(value), str(value))


def grouping(
    by: str | None, period: Period, at: ColumnElement[Any], own: Mapping[str, ColumnElement[Any]]
) -> Grouping:
    """Group by a dimension: of the report's `own`, of the client, or of the time `at`."""
    if by is None:
        return Grouping(None, literal(0), of_client=False, period=period)
    if by in own:
        return Grouping(by, own[by], of_client=False, period=period)
    if by in CLIENT_DIMENSIONS:
        return Grouping(by, CLIENT_DIMENSIONS[by], of_client=True, period=period)
    return Grouping(by, bucket(at, by, period), of_client=False, period=period)


def literal_grouping(by: str, period: Period) -> Grouping:
    """Name the groups of figures that were counted elsewhere."""
    return Grouping(by, literal(0), of_client=False, period=period)


def known_dimension(by: str, what: str, dimensions: Sequence[str]) -> None:
    """Refuse what figures cannot be told apart by. Raises InputError, which names what they can be."""
    if by in dimensions:
        return
    if not dimensions:
        raise InputError(_("{report} cannot be told apart by anything.").format(report=what), "by")
    raise InputError(
        _("{report} cannot be by “{by}”. It can be by {dimensions}.").format(
            report=what, by=by, dimensions=", ".join(dimensions)
        ),
        "by",
    )


def _of_clock(by: str, value: int) -> Group:
    if by == "hour":
        return Group(value, f"{value:02}:00", value)
    if by == SLOT:
        day, hour = divmod(value, 24)
        return Group(f"{day + 1}-{hour:02}", f"{weekday(_MONDAY + timedelta(days=day))} {hour:02}:00", value)
    return Group(value + 1, weekday(_MONDAY + timedelta(days=value)), value)


def _titles(
    session: Session, context: Context, by: str | None, values: Sequence[object]
) -> dict[object, Group]:
    """Look up the people, campaigns and entries of catalogues that the values stand for."""
    if by == "operator":
        rows = session.execute(select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name)).all()
        return {row.id: Group(row.login, row.name) for row in rows}
    if by == "campaign":
        titles = session.execute(select(CAMPAIGN.c.code, CAMPAIGN.c.title)).all()
        return {code: Group(code, title or code) for code, title in titles}
    catalogues = context.catalogues
    entries: Mapping[str, wording.Titled] = {
        "outcome": catalogues.outcomes,
        "goal": catalogues.goals,
        "script": catalogues.scripts,
        "reason": catalogues.reasons,
        "stage": catalogues.stages,
        "item": catalogues.checklist,
    }.get(by or "", {})
    order = [*entries]
    return {
        code: Group(code, wording.titled(entries, code), order.index(code))
        for code in map(str, values)
        if code in entries
    }
