"""`handover`: clients from one operator to others, for good or until a day, and the way back."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, DryRun, one_of, whole, whole_word
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesdesk.base.giving import Load
    from salesdesk.cli.shapes import Document, Shapes
    from salesdesk.lead.coming_back import CameBack, HandoverRow, Stayed
    from salesdesk.lead.handing_over import HandedOver

RULES = ("even", "region", "class")
ROWS = 50


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "handover",
        help=N_(
            "Hand clients over, with what is owed to them, promises and open deals. `handover back [ID]` "
            "brings back what was handed over until a day, `handover list` shows it."
        ),
        cls=Command,
    )(handover)


def handover(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM TO | back [ID] | list",
            show_default=False,
            help=N_("Whose clients go to whom: anna boris, anna boris,carl or anna Moscow=boris,Omsk=carl."),
        ),
    ],
    *,
    clients: Annotated[
        str, typer.Option("--clients", metavar="FILTER", help=N_("Only those of them that a filter chooses."))
    ] = "",
    rule: Annotated[
        str,
        typer.Option(
            "--rule", metavar="|".join(RULES), parser=one_of(RULES), help=N_("By what to share them out.")
        ),
    ] = "even",
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help=N_("The day on which they come back."))
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole(1), help=N_("With `list`: no more rows (50)."))
    ] = ROWS,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Hand clients over, bring them back, or list what is away."""
    first, *rest = words
    if first == "list" and not rest:
        _list(ctx, limit, as_json=as_json)
    elif first == "back" and (not rest or (len(rest) == 1 and rest[0].isdecimal())):
        _back(ctx, whole_word(rest[0]) if rest else None, as_json=as_json)
    elif len(rest) != 1:
        raise WrongCallError(_("Say whose clients go to whom: handover FROM TO."))
    else:
        _hand_over(ctx, first, rest[0], clients, rule, until, dry_run=dry_run, as_json=as_json)


def _hand_over(  # what was said on the command line
    ctx: typer.Context,
    login: str,
    to: str,
    clients: str,
    rule: str,
    until: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit
        from salesdesk.cli.progress import Bar
        from salesdesk.lead.handing_over import hand_over, read_asked, rehearse_hand_over
        from salesdesk.lead.sharing_out import Rule

        try:
            given = desk.read(read_asked, login, to, clients=clients, until=until, rule=Rule(rule))
            with Bar(_("Handing over")) as bar, stopping() as stopped:
                done = (
                    desk.read(rehearse_hand_over, given, cancelled=stopped.is_set)
                    if dry_run
                    else desk.write(hand_over, given, progress=bar.report, cancelled=stopped.is_set)
                )
        except InputError as wrong:
            if wrong.field == "to":
                wrong.field = None  # it stands among the words here, not behind an option
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            emit(handed_shape(done) | {"dry_run": dry_run})
            return
        _print_handed(done, desk.context.catalogues.team.currency, dry_run=dry_run)


def _back(ctx: typer.Context, number: int | None, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.progress import Bar
        from salesdesk.lead.coming_back import come_back

        with Bar(_("Bringing back")) as bar, stopping() as stopped:
            back = desk.write(come_back, number, progress=bar.report, cancelled=stopped.is_set)
        if as_json:
            emit(_back_shape(back))
            return
        count = ngettext("{count} client", "{count} clients", back.load.clients)
        say(_("Back with {name}: {what}.").format(name=back.name, what=count.format(count=back.load.clients)))
        for line in _stayed_lines(back.stayed):
            say(line)


def _list(ctx: typer.Context, limit: int, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.shapes import Shapes
        from salesdesk.lead.coming_back import handovers

        rows = desk.read(handovers, limit)
        zone = desk.context.catalogues.team.zone
        if as_json:
            shapes = Shapes(zone)
            emit({"rows": [_row_shape(shapes, row) for row in rows]})
            return
        if not rows:
            say(_("Nothing was handed over for a while yet."))
            return
        table(
            (_("Number"), _("Whose"), _("To whom"), _("Clients"), _("Until"), _("Back"), _("Stayed")),
            [
                (
                    row.id, row.name, ", ".join(row.to), row.clients, _day(row.until),
                    _day(row.back_at.astimezone(zone).date()) if row.back_at else "",
                    len(row.stayed) or "",
                )
                for row in rows
            ],
            right=(0, 3, 6),
            elastic=(1, 2),
        )  # fmt: skip


# -- for people -----------------------------------------------------------------------------------


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _stayed_lines(stayed: "Sequence[Stayed]") -> list[str]:
    from salesdesk.wording import stayed as why

    lines = [f"{one.client_id} {one.name}: {why(one.why)}" for one in stayed[:ROWS]]
    if len(stayed) > ROWS:
        lines.append(_("… {count} in all").format(count=len(stayed)))
    return lines


def _print_handed(done: "HandedOver", currency: str, *, dry_run: bool) -> None:
    from salesdesk.cli.printing import say
    from salesdesk.lead.load_words import load_words

    print_receivers(done)
    say(_("From {name}: {what}.").format(name=done.name, what=load_words(done.load, currency)))
    if done.until is not None:
        say(_("They come back on {day}.").format(day=_day(done.until)))
    if done.handover is not None:
        say(_("Earlier: salesdesk handover back {number}").format(number=done.handover))
    if dry_run:
        say(_("Rehearsal, nothing is changed."))


def print_receivers(done: "HandedOver") -> None:
    """Print who gets how many, and who gets none."""
    from salesdesk.cli.printing import say, table

    table((_("Operator"), _("Clients")), [(one.name, one.clients) for one in done.receivers], right=(1,))
    if done.left:
        said = ngettext("{count} client stays", "{count} clients stay", done.left)
        say(said.format(count=done.left) + ": " + _("nobody was named for them"))
    if done.absent:
        say(_("Absent, and get none: {names}").format(names=", ".join(done.absent)))


# -- as JSON --------------------------------------------------------------------------------------


def load_shape(load: "Load") -> "Document":
    """Shape what hangs on clients."""
    from salesdesk.cli.shapes import money

    return {
        "clients": load.clients, "next_actions": load.next_actions, "promises": load.promises,
        "overdue": load.overdue, "deals": load.deals, "amount": money(load.amount_minor),
    }  # fmt: skip


def handed_shape(done: "HandedOver") -> "Document":
    """Shape what goes from whom to whom."""
    return {
        "from": done.login,
        **load_shape(done.load),
        "rows": [{"operator": one.login, "clients": one.clients} for one in done.receivers],
        "left": done.left,
        "absent": [*done.absent],
        "until": None if done.until is None else done.until.isoformat(),
        "handover": done.handover,
    }


def _back_shape(back: "CameBack") -> "Document":
    return {
        "handover": back.handover, "operator": back.login, **load_shape(back.load),
        "stayed": _stayed_shape(back.stayed),
    }  # fmt: skip


def _row_shape(shapes: "Shapes", row: "HandoverRow") -> "Document":
    return {
        "handover": row.id, "at": shapes.at(row.at), "by": row.by, "from": row.login, "to": [*row.to],
        "clients": row.clients, "until": row.until.isoformat(), "back_at": shapes.at(row.back_at),
        "stayed": _stayed_shape(row.stayed),
    }  # fmt: skip


def _stayed_shape(stayed: "Sequence[Stayed]") -> "list[Document]":
    return [{"client": one.client_id, "name": one.name, "why": one.why.value} for one in stayed]
