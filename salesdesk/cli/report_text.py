"""Reports and the funnel as tables for people."""

from salesdesk.cli.printing import say, table
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.lead.behind.opening import Behind
from salesdesk.lead.behind.written import written_behind
from salesdesk.lead.figures import Report
from salesdesk.lead.funnel import Funnel
from salesdesk.lead.written import Written, written_funnel, written_report


def print_report(context: Context, report: Report) -> None:
    """Print a report: its rows, and the total."""
    _print(written_report(context, report))


def print_funnel(context: Context, found: Funnel) -> None:
    """Print a funnel: a row for each stage, of each group where there are groups."""
    _print(written_funnel(context, found))


def print_behind(context: Context, behind: Behind) -> None:
    """Print the rows behind a figure."""
    _print(written_behind(context, behind), nothing=_("No rows."))


def _print(written: Written, nothing: str | None = None) -> None:
    say(written.title)
    if not written.rows:
        say(nothing or _("Nothing happened in this period."))
        return
    table(written.heads, written.rows, right=written.right, elastic=written.elastic)
    for words in (written.below, written.method):
        if words:
            say(words)
