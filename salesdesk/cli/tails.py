"""`tails`: what was forgotten, by whom, and what it costs."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, one_of, whole
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.cli.shapes import Shapes
    from salesdesk.lead.board_rows import TailDay
    from salesdesk.lead.rows import OperatorTails, TailBoard, TailRow
    from salesdesk.lead.tails import Counts

_BY = ("operator", "client", "age")
ROWS = 500
DAYS = 14


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tails", help=N_("What was forgotten, by whom, and what it costs."), cls=Command)(tails)


def tails(
    ctx: typer.Context,
    *,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="operator|client|age", parser=one_of(_BY), help=N_("What a row stands for.")
        ),
    ] = "operator",
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more clients than these (500).")),
    ] = ROWS,
    history: Annotated[
        bool, typer.Option("--history", help=N_("The tails at the close of each past day, too."))
    ] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", parser=whole(1), help=N_("So many past days (14)."))
    ] = DAYS,
    operator: Annotated[
        str | None,
        typer.Option("--operator", metavar="LOGIN", help=N_("The past days of one person alone.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what was forgotten."""
    with sit_down(ctx) as desk:
        from salesdesk.lead.rows import Neglect, TailPick
        from salesdesk.lead.tails import board, tail_clients, unowed

        found, defects = desk.read(board), desk.read(unowed)
        clients = desk.read(tail_clients, TailPick(), limit) if by == "client" else ()
        past = _history(desk, days, operator) if history else None
        if as_json:
            unconfirmed = desk.read(tail_clients, TailPick(neglect=Neglect.UNCONFIRMED), limit)
            _emit(desk, by, found, defects, clients, unconfirmed, past)
        elif past is not None:
            _history_table(past)
        elif by == "client":
            _clients_table(desk, clients)
        elif by == "age":
            _ages_table(found)
        else:
            _operators_table(found, defects)


def _history(desk: Desk, days: int, operator: str | None) -> "tuple[TailDay, ...]":
    from salesdesk.lead.tail_history import history

    try:
        return desk.read(history, days, operator)
    except InputError as error:
        raise WrongCallError(str(error)) from error


# -- as JSON --------------------------------------------------------------------------------------


def _emit(
    desk: Desk,
    by: str,
    found: "TailBoard",
    defects: "Counts",
    clients: "tuple[TailRow, ...]",
    unconfirmed: "tuple[TailRow, ...]",
    past: "tuple[TailDay, ...] | None",
) -> None:
    from salesdesk.cli.printing import emit
    from salesdesk.cli.shapes import Shapes, money

    total = found.total
    shapes = Shapes(desk.context.catalogues.team.zone)
    rows = {
        "operator": [_operator(row, defects[row.operator_id]) for row in found.operators],
        "client": [_client(row, shapes) for row in clients],
        "age": [
            {"age": age.value, "tails": count, "amount": money(found.amounts[age])}
            for age, count in total.ages.items()
        ],
    }
    emit(
        {
            "by": by,
            "date": desk.context.today.isoformat(),
            "total": total.total,
            "amount": money(total.amount_minor),
            "buckets": {age.value: count for age, count in total.ages.items()},
            "no_next_action": defects.total(),
            "moved": total.moved,
            "absent": total.absent,
            "held": total.held,
            "unconfirmed": total.unconfirmed,
            "unconfirmed_amount": money(found.unconfirmed_minor),
            "unconfirmed_rows": [_unconfirmed(row, shapes) for row in unconfirmed],
            "rotting": [
                {"stage": row.stage, "deals": row.deals, "amount": money(row.amount_minor)}
                for row in found.rotting
            ],
            "rows": rows[by],
            **({} if past is None else {"history": [_day(one) for one in past]}),
        }
    )


def _day(one: "TailDay") -> dict[str, object]:
    return {
        "date": one.day.isoformat(),
        "total": one.total,
        "buckets": {age.value: count for age, count in one.ages.items()},
        "done": {how.value: count for how, count in one.done.items()},
        "median_days_late": one.median_days_late,
    }


def _operator(row: "OperatorTails", defects: int) -> dict[str, object]:
    from salesdesk.cli.shapes import money

    return {
        "operator": row.login or None,
        "name": row.name or None,
        **{age.value: count for age, count in row.ages.items()},
        "total": row.total,
        "amount": money(row.amount_minor),
        "no_next_action": defects,
        "moved": row.moved,
        "rotting": row.rotting,
        "absent": row.absent,
        "held": row.held,
        "unconfirmed": row.unconfirmed,
    }


def _unconfirmed(row: "TailRow", shapes: "Shapes") -> dict[str, object]:
    from salesdesk.cli.shapes import money

    return {
        "client": row.client_id,
        "name": row.name,
        "from": row.giver,
        "to": row.operator,
        "confirm_by": shapes.at(row.confirm_by),
        "amount": money(row.amount_minor),
    }


def _client(row: "TailRow", shapes: "Shapes") -> dict[str, object]:
    from salesdesk.cli.shapes import money

    return {
        "client": row.client_id,
        "external_id": row.external_id,
        "name": row.name,
        "operator": row.operator or None,
        "stage": row.stage,
        "class": row.client_class,
        "due_at": shapes.at(row.due_at),
        "first_due_at": shapes.at(row.first_due_at),
        "days_late": row.days_late,
        "age": row.age,
        "promise": row.promise,
        "moves": row.moves,
        "goal": row.goal,
        "amount": money(row.amount_minor),
    }


# -- for people -----------------------------------------------------------------------------------


def _operators_table(found: "TailBoard", defects: "Counts") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.formatting import amount_short
    from salesdesk.wording import age

    rows = [(row.name or _("nobody"), row, defects[row.operator_id]) for row in found.operators]
    if not rows and not defects:
        say(_("Nothing is forgotten."))
        return
    heads = (*(age(one) for one in found.total.ages), _("all"), _("amount"), _("no next action"), _("moved"),
             _("not moving"), _("of the absent"), _("held"), _("not confirmed"))  # fmt: skip
    table(
        (_("Operator"), *heads),
        [
            (
                name, *(count or "–" for count in row.ages.values()), row.total,
                amount_short(row.amount_minor), owed_nothing or "–", row.moved or "–",
                row.rotting or "–", row.absent or "–", row.held or "–", row.unconfirmed or "–",
            )
            for name, row, owed_nothing in [*rows, (_("All"), found.total, defects.total())]
        ],
        right=tuple(range(1, len(heads) + 1)),
        elastic=(0,),
    )  # fmt: skip


def _history_table(past: "tuple[TailDay, ...]") -> None:
    from salesdesk.cli.printing import table
    from salesdesk.formatting import weekday
    from salesdesk.lead.board_words import median_words
    from salesdesk.wording import age, lateness

    heads = (_("tails"), *(age(one) for one in past[0].ages), *(lateness(one) for one in past[0].done))
    table(
        (_("Day"), *heads, _("days late, median")),
        [
            (
                f"{one.day:%d.%m.%Y} {weekday(one.day)}", one.total,
                *(count or "–" for count in (*one.ages.values(), *one.done.values())),
                median_words(one.median_days_late),
            )
            for one in past
        ],
        right=tuple(range(1, len(heads) + 2)),
    )  # fmt: skip


def _ages_table(found: "TailBoard") -> None:
    from salesdesk.cli.printing import table
    from salesdesk.formatting import amount_short
    from salesdesk.wording import age

    table(
        (_("Age"), _("tails"), _("amount")),
        [(age(one), count, amount_short(found.amounts[one])) for one, count in found.total.ages.items()],
        right=(1, 2),
    )


def _clients_table(desk: Desk, clients: "tuple[TailRow, ...]") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.formatting import amount_short, days_late, moment
    from salesdesk.wording import titled

    if not clients:
        say(_("Nothing is forgotten."))
        return
    context = desk.context
    table(
        (_("Client"), _("Name"), _("Operator"), _("Due"), _("Late"), _("Moves"), _("Amount"), _("Goal")),
        [
            (
                row.client_id, row.name, row.operator,
                moment(row.due_at, context.now, context.clock.zone) if row.due_at else "",
                days_late(row.days_late) if row.days_late else "", row.moves or "",
                amount_short(row.amount_minor), titled(context.catalogues.goals, row.goal),
            )
            for row in clients
        ],
        right=(0, 4, 5, 6),
        elastic=(1, 7),
        spare=(2,),
    )  # fmt: skip
