"""`report` and `funnel`: what a lead asks of a period."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesdesk.base.periods import Period
    from salesdesk.lead.figures import Report
    from salesdesk.lead.funnel import Funnel
    from salesdesk.lead.questions import Question
    from salesdesk.lead.rows import Spot
    from salesdesk.lead.sheet import Sheet

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
ROWS = 500
TOTAL = "total"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "report",
        help=N_(
            "Figures of a period: calls, sales, rejected, vip, operators, pace, quality, reviews and others."
        ),
        cls=Command,
    )(report)
    app.command(
        "funnel", help=N_("How clients went from stage to stage in a period, and how many."), cls=Command
    )(funnel)


Rows = Annotated[
    str | None,
    typer.Option(
        "--rows",
        metavar="GROUP",
        show_default=False,
        help=N_(
            "The rows behind a figure: of a group as JSON names it, `total` for all, empty for not said."
        ),
    ),
]
FigureOption = Annotated[
    str | None,
    typer.Option("--figure", metavar="KEY", help=N_("Which figure is opened by --rows; the main one.")),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more rows than these (500).")),
]
Offset = Annotated[
    int, typer.Option("--offset", metavar="N", parser=whole(0), help=N_("Leave out so many rows (0)."))
]
Xlsx = Annotated[
    Path | None, typer.Option("--xlsx", metavar="FILE", help=N_("Write a spreadsheet with a chart, too."))
]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help=N_("Write a CSV file, too."))]


def report(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            show_default=False,
            help=N_("The report: calls, answers, sales, rejected, vip, operators, pace, quality or reviews."),
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
    xlsx: Xlsx = None,
    csv: Csv = None,
    rows: Rows = None,
    figure: FigureOption = None,
    limit: Limit = None,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Print a report, or the rows behind one of its figures."""
    with sit_down(ctx) as desk:
        from salesdesk.lead.questions import Question

        question = Question(name, _period(desk, period), by, operator=operator)
        if rows is not None or figure is not None:
            _open(desk, question, _spot(rows), figure, limit, offset, as_json=as_json)
            return
        from salesdesk.cli.printing import emit
        from salesdesk.cli.report_shapes import report_document
        from salesdesk.lead.reports.asking import report as ask

        with _wrong_calls("by"):
            found = desk.read(ask, name, period=question.period, by=by, operator=operator)
        files = _write(desk, partial(_sheet_of_report, desk, found), xlsx, csv)
        if as_json:
            document = report_document(found, desk.context.catalogues.team.zone)
            emit(document | ({"files": files} if files else {}))
        elif files:
            _say_written(len(found.rows), files)
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
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=N_("The figures of one person alone."))
    ] = None,
    cohort: Annotated[
        bool,
        typer.Option("--cohort", help=N_("Follow those who entered the pipeline in the period, until now.")),
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help=N_("Put the period before beside it."))] = False,
    xlsx: Xlsx = None,
    csv: Csv = None,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows", metavar="STAGE", show_default=False, help=N_("The clients behind a figure of a stage.")
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--group",
            metavar="GROUP",
            show_default=False,
            help=N_("Of which group of --by the rows are; of all where it is not said."),
        ),
    ] = None,
    figure: FigureOption = None,
    limit: Limit = None,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Print the funnel, or the rows behind one of its figures."""
    with sit_down(ctx) as desk:
        from salesdesk.lead.questions import FUNNEL, Question
        from salesdesk.lead.rows import Spot

        question = Question(FUNNEL, _period(desk, period), by, cohort, operator=operator)
        if rows is None and (figure is not None or group is not None):
            raise WrongCallError(_("Say of which stage: --rows STAGE."))
        if rows is not None:
            spot = Spot(group or None, total=group is None or by is None, stage=rows)
            _open(desk, question, spot, figure, limit, offset, as_json=as_json)
            return
        from salesdesk.cli.printing import emit
        from salesdesk.cli.report_shapes import funnel_document
        from salesdesk.cli.report_text import print_funnel
        from salesdesk.lead.funnel import funnel as ask

        with _wrong_calls("by"):
            found = desk.read(
                ask, period=question.period, by=by, cohort=cohort, compare=compare, operator=operator
            )
        files = _write(desk, partial(_sheet_of_funnel, desk, found), xlsx, csv)
        if as_json:
            emit(funnel_document(found) | ({"files": files} if files else {}))
        elif files:
            _say_written(len(found.stages), files)
        else:
            print_funnel(desk.context, found)


def _spot(rows: str | None) -> "Spot":
    """Say of which group: `total` and nothing said are all together, an empty one is what is not said."""
    from salesdesk.lead.rows import EVERYTHING, Spot

    return EVERYTHING if rows in {None, TOTAL} else Spot(rows or None)


def _open(
    desk: Desk,
    question: "Question",
    spot: "Spot",
    figure: str | None,
    limit: int | None,
    offset: int,
    *,
    as_json: bool,
) -> None:
    """Print the rows behind a figure."""
    from salesdesk.cli.printing import emit
    from salesdesk.cli.report_shapes import behind_document
    from salesdesk.cli.report_text import print_behind
    from salesdesk.lead.behind.asking import behind
    from salesdesk.team.limits import rows_wanted

    most = desk.read(rows_wanted, limit, usual=ROWS, offset=offset)
    with _wrong_calls("by", "rows", "figure"):
        found = desk.read(behind, question, spot, figure, limit=most, offset=offset)
    desk.note_list(len(found.rows))
    if as_json:
        emit(behind_document(found, desk.context.catalogues.team.zone))
    else:
        print_behind(desk.context, found)


def _period(desk: Desk, text: str) -> "Period":
    from salesdesk.base.periods import parse_period

    with _wrong_calls("period"):
        return parse_period(text, desk.context.today, desk.context.catalogues.team.zone)


@contextmanager
def _wrong_calls(*fields: str) -> Iterator[None]:
    """Take what is wrong with an option for a wrong call."""
    try:
        yield
    except InputError as error:
        if error.field in fields:
            raise WrongCallError(str(error)) from error
        raise


def _sheet_of_report(desk: Desk, found: "Report") -> "Sheet":
    from salesdesk.lead.sheet import sheet

    return sheet(desk.context, found)


def _sheet_of_funnel(desk: Desk, found: "Funnel") -> "Sheet":
    from salesdesk.lead.funnel_sheet import funnel_sheet

    return funnel_sheet(desk.context, found)


def _write(desk: Desk, lay_out: "Callable[[], Sheet]", xlsx: Path | None, csv: Path | None) -> list[str]:
    """Write the files that were asked for, and name them."""
    if xlsx is None and csv is None:
        return []
    laid_out = lay_out()
    if xlsx is not None:
        from salesdesk.lead.workbook import write_workbook

        write_workbook(laid_out, xlsx, desk.context.now)
    if csv is not None:
        from salesdesk.lead.delimited import write_csv

        write_csv(laid_out, csv)
    return [str(path) for path in (xlsx, csv) if path is not None]


def _say_written(count: int, files: list[str]) -> None:
    from salesdesk.cli.printing import say

    for file in files:
        say(
            ngettext("{count} row written to {file}", "{count} rows written to {file}", count).format(
                count=count, file=file
            )
        )


def _print(desk: Desk, found: "Report") -> None:
    from salesdesk.cli.report_text import print_report

    print_report(desk.context, found)
