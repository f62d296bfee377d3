"""The funnel as a table for a file: a row for each stage, of each group where there are groups."""

from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.funnel import COLUMNS, Funnel, StageFigures
from salesdesk.lead.sheet import Cell, Sheet, cell, group_head
from salesdesk.wording import titled

_OTHER = Column("other_currencies", N_("Other currencies"), Unit.AMOUNTS)


def funnel_sheet(context: Context, found: Funnel) -> Sheet:
    """Lay the funnel out; with the period before, each figure of then stands beside that of now."""
    columns = [column for column in COLUMNS if not (found.cohort and column.key.startswith("left_"))]
    if any(row.other_currencies for row in found.stages):
        columns.append(_OTHER)
    then = (
        ()
        if found.before is None
        else tuple(_("{figure}, before").format(figure=_(column.title)) for column in columns)
    )
    before = {} if found.before is None else {_place(row): row for row in found.before.stages}
    grouped = found.by is not None

    def cells(row: StageFigures | None) -> tuple[Cell, ...]:
        values = (row or StageFigures("", None)).values
        return tuple(cell(context, column, values[column.key]) for column in columns)

    def line(row: StageFigures) -> tuple[Cell, ...]:
        group = ((row.group.title if row.group else ""),) if grouped else ()
        earlier = cells(before.get(_place(row))) if found.before is not None else ()
        return (*group, titled(context.catalogues.stages, row.stage), *cells(row), *earlier)

    labels = 1 + grouped
    units = tuple(column.unit for column in columns)
    return Sheet(
        name=_("Funnel"),
        title=_("Funnel: {period}").format(period=found.period.title),
        units=((Unit.TEXT,) * labels) + units * (1 if found.before is None else 2),
        heads=(
            *((group_head(found.by),) if grouped else ()),
            _("Stage"),
            *(_(column.title) for column in columns),
            *then,
        ),
        rows=tuple(map(line, found.stages)),
        total=None,
        main=labels,
        over_time=False,
        labels=labels,
    )


def _place(row: StageFigures) -> tuple[object, str]:
    return row.group and row.group.key, row.stage
