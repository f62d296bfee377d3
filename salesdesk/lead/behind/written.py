"""The rows behind a figure as text for people, in the language in use."""

from salesdesk.context import Context
from salesdesk.i18n import _, ngettext
from salesdesk.lead.behind.opening import Behind, BehindRow, Kind
from salesdesk.lead.figures import Unit
from salesdesk.lead.questions import FUNNEL
from salesdesk.lead.reports import asking
from salesdesk.lead.rows import Spot
from salesdesk.lead.written import WORDY, Written, texts
from salesdesk.wording import titled


def written_behind(context: Context, behind: Behind) -> Written:
    """Write the rows behind a figure; each is a client's."""
    columns = behind.columns
    return Written(
        title=" · ".join(_parts(context, behind)),
        heads=tuple(_(column.title) for column in columns),
        rows=tuple(tuple(texts(context, columns, row.values, _currency(behind, row))) for row in behind.rows),
        right=tuple(
            place for place, column in enumerate(columns) if column.unit not in WORDY | {Unit.INSTANT}
        ),
        elastic=tuple(place for place, column in enumerate(columns) if column.unit == Unit.TEXT),
        below=_below(behind),
        figures=tuple(column.key for column in columns),
        spots=tuple(Spot(client_id=row.client_id) for row in behind.rows),
    )


def _parts(context: Context, behind: Behind) -> list[str]:
    """Say of what: the report, the stage, the group, the figure, the period, and how many rows there are."""
    funnel = behind.report == FUNNEL
    stage = titled(context.catalogues.stages, behind.spot.stage)
    return [
        _("Funnel") if funnel else asking.title(behind.report),
        *([stage] if stage else []),
        *([behind.group_title] if behind.group_title else []),
        _(behind.figure.title),
        *([behind.period.title] if behind.report != "quality" else []),
        _counted(behind.kind, behind.total),
    ]


def _counted(kind: Kind, count: int) -> str:
    counted = {
        Kind.CALLS: ngettext("{count} call", "{count} calls", count),
        Kind.DEALS: ngettext("{count} deal", "{count} deals", count),
        Kind.CLIENTS: ngettext("{count} client", "{count} clients", count),
        Kind.CHANGES: ngettext("{count} client", "{count} clients", count),
    }
    return counted[kind].format(count=count)


def _below(behind: Behind) -> str:
    """Say which of them these are, where they are not all."""
    if len(behind.rows) == behind.total or not behind.rows:
        return ""
    return _("{first}–{last} of {total}").format(
        first=behind.offset + 1, last=behind.offset + len(behind.rows), total=behind.total
    )


def _currency(behind: Behind, row: BehindRow) -> str:
    return str(row.values.get("currency") or behind.currency)
