"""`now` and `dropped`: what operators are at, and which companies they have let go of after one call."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.cli.reports import USUAL_PERIOD, PeriodOption
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.periods import Period
    from salesdesk.cli.shapes import Document, Shapes
    from salesdesk.lead.board_rows import Dropped, DroppedRow, Now, OperatorNow

ROWS = 500


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "now", help=N_("Who is on which card or idle since when, and what they did today."), cls=Command
    )(now)
    app.command(
        "dropped", help=N_("Companies that were called once in a period, and by nobody since."), cls=Command
    )(dropped)


def now(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Print what the operators are at."""
    with sit_down(ctx) as desk:
        from salesdesk.lead.operators_now import operators_now

        found = desk.read(operators_now)
        if as_json:
            _emit_now(desk, found)
        else:
            _print_now(desk, found)


def dropped(
    ctx: typer.Context,
    *,
    period: PeriodOption = USUAL_PERIOD,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=N_("Those of one person alone."))
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more clients than these (500).")),
    ] = ROWS,
    as_json: AsJson = False,
) -> None:
    """Print the companies dropped after one call."""
    with sit_down(ctx) as desk:
        from salesdesk.lead.dropped import dropped as ask

        when = _period(desk, period)
        found = desk.read(ask, when, operator, limit)
        if as_json:
            _emit_dropped(desk, when, found)
        else:
            _print_dropped(desk, found)


def _period(desk: Desk, text: str) -> "Period":
    from salesdesk.base.periods import parse_period

    try:
        return parse_period(text, desk.context.today, desk.context.catalogues.team.zone)
    except InputError as error:
        raise WrongCallError(str(error)) from error


# -- as JSON --------------------------------------------------------------------------------------


def _emit_now(desk: Desk, found: "Now") -> None:
    from salesdesk.cli.printing import emit
    from salesdesk.cli.shapes import Shapes

    shapes = Shapes(desk.context.catalogues.team.zone)
    emit(
        {
            "at": shapes.at(found.at),
            "working": found.working,
            "rows": [_operator(found, row, shapes) for row in found.operators],
        }
    )


def _operator(found: "Now", row: "OperatorNow", shapes: "Shapes") -> "Document":
    from salesdesk.lead.board_rows import calls_per_company_mark

    card = row.card
    idle = found.idle_since(row)
    return {
        "operator": row.login,
        "name": row.name,
        "absent": row.absent,
        "card": None
        if card is None
        else {"client": card.client_id, "name": card.name, "since": shapes.at(card.since)},
        "last_at": shapes.at(row.last_at),
        "idle_since": shapes.at(idle),
        "idle_minutes": None if idle is None else max(0, int((found.at - idle).total_seconds() // 60)),
        "calls": row.calls,
        "contacts": row.contacts,
        "hit": row.hit,
        "talk_seconds": row.talk_seconds,
        "companies": row.companies,
        "calls_per_company": row.calls_per_company,
        "calls_per_company_mark": calls_per_company_mark(row.calls_per_company, row.companies),
        "tails": row.tails,
    }


def _emit_dropped(desk: Desk, period: "Period", found: "Dropped") -> None:
    from salesdesk.cli.printing import emit
    from salesdesk.cli.shapes import Shapes

    shapes = Shapes(desk.context.catalogues.team.zone)
    emit(
        {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "period": period.code,
            "total": found.total,
            "rows": [_client(row, shapes) for row in found.rows],
        }
    )


def _client(row: "DroppedRow", shapes: "Shapes") -> "Document":
    from salesdesk.cli.shapes import money

    return {
        "client": row.client_id,
        "external_id": row.external_id,
        "name": row.name,
        "operator": row.operator,
        "called_at": shapes.at(row.called_at),
        "outcome": row.outcome,
        "reason": row.reason,
        "stage": row.stage,
        "expected_amount": money(row.amount_minor),
    }


# -- for people -----------------------------------------------------------------------------------


def _print_now(desk: Desk, found: "Now") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.formatting import duration
    from salesdesk.lead.board_rows import calls_per_company_mark
    from salesdesk.lead.board_words import ratio_words, what_now

    if not found.operators:
        say(_("Nobody calls at this base yet."))
        return
    zone = desk.context.catalogues.team.zone
    heads = (
        _("Operator"), _("What they do"), _("Calls"), _("Contacts"), _("Goals hit"), _("Talk time"),
        _("Calls per company"), _("Tails"),
    )  # fmt: skip
    table(
        heads,
        [
            (
                row.name, what_now(found, row, found.at, zone), row.calls, row.contacts, row.hit,
                duration(row.talk_seconds),
                ratio_words(
                    row.calls_per_company, calls_per_company_mark(row.calls_per_company, row.companies)
                ),
                row.tails,
            )
            for row in found.operators
        ],
        right=(2, 3, 4, 5, 7),
        elastic=(0, 1),
    )  # fmt: skip


def _print_dropped(desk: Desk, found: "Dropped") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.formatting import amount_short, day_and_time
    from salesdesk.wording import titled

    if not found.rows:
        say(_("No company was dropped after one call."))
        return
    context = desk.context
    catalogues = context.catalogues
    table(
        (_("Client"), _("Name"), _("Operator"), _("Called"), _("Outcome"), _("Reason"), _("Amount")),
        [
            (
                row.client_id, row.name, row.operator,
                day_and_time(row.called_at, context.now, catalogues.team.zone),
                titled(catalogues.outcomes, row.outcome), titled(catalogues.reasons, row.reason),
                amount_short(row.amount_minor),
            )
            for row in found.rows
        ],
        right=(0, 6),
        elastic=(1, 5),
        spare=(2,),
    )  # fmt: skip
    say(
        ngettext("{count} company was dropped", "{count} companies were dropped", found.total).format(
            count=found.total
        )
    )
