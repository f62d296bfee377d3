"""`report` and `funnel`: what a lead asks of a period."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.errors import InputError
from salesdesk.i18n import N_, ngettext

if TYPE_CHECKING:
    from salesdesk.lead.figures import Report
    from salesdesk.lead.periods import Period

PeriodOption = Annotated[
    str,
    typer.Option(
        "--period",
        metavar="P",
        help=N_(
            "2026-11-23, 2026-W47, 2026-11, 2026Q4, 2026, today, yesterday, this-week, last-month… "
            "or FROM..TO (this-month)."
        ),
    ),
]
USUAL_PERIOD = "this-month"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "report",
        help=N_("Figures of a period: calls, sales, rejected, vip, operators, quality, reviews."),
        cls=Command,
    )(report)
    app.command(
        "funnel", help=N_("How clients went from stage to stage in a period, and how many."), cls=Command
    )(funnel)


def report(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            show_default=False,
            help=N_("The report: calls, sales, rejected, vip, operators, quality or reviews."),
        ),
    ],
    *,
    period: PeriodOption = USUAL_PERIOD,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="DIM",
            help=N_("A row for each operator, day, week, month, hour, weekday, outcome, goal, region…"),
        ),
    ] = None,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=N_("The figures of one person alone."))
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help=N_("Write a spreadsheet with a chart, too.")),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help=N_("Write a CSV file, too."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a report."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit
        from salesdesk.cli.report_shapes import report_document
        from salesdesk.lead.reports.asking import report as ask

        with _wrong_calls("by"):
            found = desk.read(ask, name, period=_period(desk, period), by=by, operator=operator)
        files = _write(desk, found, xlsx, csv)
        if as_json:
            document = report_document(found, desk.context.catalogues.team.zone)
            emit(document | ({"files": files} if files else {}))
        elif files:
            _say_written(found, files)
        else:
            _print(desk, found)


def funnel(
    ctx: typer.Context,
    *,
    period: PeriodOption = USUAL_PERIOD,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="DIM",
            help=N_("A funnel for each operator, campaign, industry, region, source or class."),
        ),
    ] = None,
    cohort: Annotated[
        bool,
        typer.Option("--cohort", help=N_("Follow those who entered the pipeline in the period, until now.")),
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help=N_("Put the period before beside it."))] = False,
    as_json: AsJson = False,
) -> None:
    """Print the funnel."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit
        from salesdesk.cli.report_shapes import funnel_document
        from salesdesk.cli.report_text import print_funnel
        from salesdesk.lead.funnel import funnel as ask

        with _wrong_calls("by"):
            found = desk.read(ask, period=_period(desk, period), by=by, cohort=cohort, compare=compare)
        if as_json:
            emit(funnel_document(found))
        else:
            print_funnel(desk.context, found)


def _period(desk: Desk, text: str) -> "Period":
    from salesdesk.lead.periods import parse_period

    with _wrong_calls("period"):
        return parse_period(text, desk.context.today, desk.context.catalogues.team.zone)


@contextmanager
def _wrong_calls(field: str) -> Iterator[None]:
    """Take what is wrong with an option for a wrong call."""
    try:
        yield
    except InputError as error:
        if error.field == field:
            raise WrongCallError(str(error)) from error
        raise


def _write(desk: Desk, found: "Report", xlsx: Path | None, csv: Path | None) -> list[str]:
    """Write the files that were asked for, and name them."""
    if xlsx is None and csv is None:
        return []
    from salesdesk.lead.sheet import sheet

    laid_out = sheet(desk.context, found)
    if xlsx is not None:
        from salesdesk.lead.workbook import write_workbook

        write_workbook(laid_out, xlsx, desk.context.now)
    if csv is not None:
        from salesdesk.lead.delimited import write_csv

        write_csv(laid_out, csv)
    return [str(path) for path in (xlsx, csv) if path is not None]


def _say_written(found: "Report", files: list[str]) -> None:
    from salesdesk.cli.printing import say

    count = len(found.rows)
    for file in files:
        say(
            ngettext("{count} row written to {file}", "{count} rows written to {file}", count).format(
                count=count, file=file
            )
        )


def _print(desk: Desk, found: "Report") -> None:
    from salesdesk.cli.report_text import print_report

    print_report(desk.context, found)
