"""The JSON of reports and of the funnel. Keys are the contract."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from salesdesk.cli.shapes import Document, money
from salesdesk.lead.behind.opening import Behind
from salesdesk.lead.figures import Column, Report, ReportRow, Unit, Value
from salesdesk.lead.funnel import Funnel, StageFigures


def report_document(report: Report, zone: tzinfo) -> Document:
    """Shape a report. A row names its group twice: as `group`, and as what it is told apart by."""
    columns = {column.key: column for column in report.columns}
    document: Document = {
        "report": report.name,
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "period": report.period.code,
        "by": report.by,
        "currency": report.currency,
        "rows": [_row(report, row, columns, zone) for row in report.rows],
        "total": _values(ReportRow(None, "", report.total), columns, zone)
        | {str(row.group): _values(row, columns, zone) for row in report.totals},
    }
    if report.unusual is not None:
        document["unusual"] = [
            {
                "operator": one.operator,
                "reason": one.reason,
                "count": one.count,
                "of": one.of,
                "others_count": one.others_count,
                "others_of": one.others_of,
                "others_share": round(one.others_share, 4),
            }
            for one in report.unusual
        ]
    return document | ({"method": report.method} if report.method else {})


def _row(report: Report, row: ReportRow, columns: Mapping[str, Column], zone: tzinfo) -> Document:
    values = _values(row, columns, zone)
    if report.by is None:
        return values
    return {report.by: row.group, "group": row.group, "title": row.title, **values}


def _values(row: ReportRow, columns: Mapping[str, Column], zone: tzinfo) -> Document:
    units = {key: column.unit_in(row.unit) for key, column in columns.items()}
    return {key: _value(value, units.get(key), zone) for key, value in row.values.items()}


def _value(value: Value, unit: Unit | None, zone: tzinfo) -> object:
    if isinstance(value, Mapping):
        return {currency: money(minor) for currency, minor in value.items()}
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    return money(value) if unit == Unit.AMOUNT and isinstance(value, int) else value


def behind_document(behind: Behind, zone: tzinfo) -> Document:
    """Shape the rows behind a figure. `total` is how many there are, whatever the page."""
    columns = {column.key: column for column in behind.columns}
    spot = behind.spot
    return {
        "report": behind.report,
        "from": behind.period.first.isoformat(),
        "to": behind.period.last.isoformat(),
        "period": behind.period.code,
        "by": behind.by,
        "group": None if spot.total else spot.group,
        "title": behind.group_title,
        "whole": spot.total,
        **({} if spot.stage is None else {"stage": spot.stage}),
        "figure": behind.figure.key,
        "kind": behind.kind,
        "currency": behind.currency,
        "rows": [
            {"client": row.client_id, **_values(ReportRow(None, "", row.values), columns, zone)}
            for row in behind.rows
        ],
        "total": behind.total,
    }


def funnel_document(found: Funnel) -> Document:
    """Shape a funnel; with the period before, each stage has its figures then as `before`."""
    earlier = (
        {}
        if found.before is None
        else {(row.group and row.group.key, row.stage): row for row in found.before.stages}
    )
    document: Document = {
        "from": found.period.first.isoformat(),
        "to": found.period.last.isoformat(),
        "period": found.period.code,
        "by": found.by,
        "cohort": found.cohort,
        "currency": found.currency,
        "clients": found.clients,
    }
    if found.before is not None:
        document["before"] = {
            "from": found.before.period.first.isoformat(),
            "to": found.before.period.last.isoformat(),
            "clients": found.before.clients,
        }
    document["stages"] = [
        _stage(found, row)
        | (
            {}
            if found.before is None
            else {"before": _figures(earlier.get((row.group and row.group.key, row.stage)), row.stage)}
        )
        for row in found.stages
    ]
    return document


def _stage(found: Funnel, row: StageFigures) -> Document:
    document: Document = {"stage": row.stage}
    if found.by is not None and row.group is not None:
        document |= {found.by: row.group.key, "group": row.group.key, "title": row.group.title}
    return document | _figures(row, row.stage)


def _figures(row: StageFigures | None, stage: str) -> Document:
    row = row or StageFigures(stage, None)
    return {
        "entered": row.entered,
        "advanced": row.advanced,
        "rejected": row.rejected,
        "still": row.still,
        "aside": row.aside,
        "conversion": row.conversion,
        "amount": money(row.amount_minor),
        "other_currencies": {code: money(minor) for code, minor in (row.other_currencies or {}).items()},
        "median_days": row.median_days,
        "reentered": row.reentered,
        "left_forward": row.left_forward,
        "left_rejected": row.left_rejected,
    }
