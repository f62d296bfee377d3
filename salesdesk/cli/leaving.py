"""`operators absent|retire`: who is away until a day, and who works here no more."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.handing_over import handed_shape, load_shape, print_receivers
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, DryRun
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.cli.shapes import Document
    from salesdesk.lead.retiring import Retired
    from salesdesk.team.absence import Absence

Login = Annotated[str, typer.Argument(metavar="LOGIN", show_default=False, help=N_("Who it is."))]


def add_to(group: typer.Typer) -> None:
    """Add the commands to those about operators."""
    group.command("absent", help=N_("Say that somebody is absent, or here again."), cls=Command)(absent)
    group.command(
        "retire",
        help=N_("Let somebody work here no more: the login is closed at once, clients go to others."),
        cls=Command,
    )(retire)


def absent(
    ctx: typer.Context,
    login: Login,
    *,
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help=N_("The day on which they are back."))
    ] = "",
    substitute: Annotated[
        str | None,
        typer.Option("--substitute", metavar="LOGIN", help=N_("Who keeps their promises until then.")),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help=N_("They are here again."))] = False,
    as_json: AsJson = False,
) -> None:
    """Say that somebody is absent, or here again."""
    if back == bool(until) or (back and substitute is not None):
        raise WrongCallError(_("Say until which day, or that they are back: --until DATE or --back."))
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.lead.handing_over import read_until
        from salesdesk.team.absence import set_absent, set_back

        try:
            done = (
                desk.write(set_back, login)
                if back
                else desk.write(set_absent, login, read_until(desk.context, until), substitute)
            )
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            emit(_absence_shape(done))
        elif done.until is None:
            say(_("{name} is here.").format(name=done.name))
        else:
            say(
                _("{name} is absent, and back on {day}.").format(name=done.name, day=f"{done.until:%d.%m.%Y}")
            )
            if done.substitute is not None:
                say(_("Promises are in the list of {login} meanwhile.").format(login=done.substitute))


def retire(
    ctx: typer.Context,
    login: Login,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="LOGIN,…", help=N_("Who gets their clients, evenly; else nobody."))
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let somebody work here no more."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit
        from salesdesk.cli.progress import Bar
        from salesdesk.lead.retiring import rehearse_retire
        from salesdesk.lead.retiring import retire as let_go
        from salesdesk.lead.sharing_out import read_to

        try:
            given = (login, read_to(to) if to else ())
            with Bar(_("Handing over")) as bar, stopping() as stopped:
                done = (
                    desk.read(rehearse_retire, *given, cancelled=stopped.is_set)
                    if dry_run
                    else desk.write(let_go, *given, progress=bar.report, cancelled=stopped.is_set)
                )
        except InputError as wrong:
            raise naming_option(wrong) from wrong.__cause__
        if as_json:
            emit(_retired_shape(done) | {"dry_run": dry_run})
            return
        _print_retired(done, desk.context.catalogues.team.currency, dry_run=dry_run)


def _print_retired(done: "Retired", currency: str, *, dry_run: bool) -> None:
    from salesdesk.cli.printing import say
    from salesdesk.lead.load_words import load_words

    if not dry_run:
        say(
            _("{name} works here no more: the login {login} is closed.").format(
                name=done.name, login=done.login
            )
        )
    if done.handed is not None:
        print_receivers(done.handed)
        said = load_words(done.handed.load, currency)
        say(_("From {name}: {what}.").format(name=done.handed.name, what=said))
    elif done.left.clients or done.left.next_actions or done.left.deals:
        said = load_words(done.left, currency)
        say(_("Left in this name, among the tails “of the absent”: {what}.").format(what=said))
        say(_("To hand it over: salesdesk handover {login} TO").format(login=done.login))
    if done.stood_in_for:
        names = ", ".join(done.stood_in_for)
        say(_("Nobody stands in any more for: {names}").format(names=names))
    if dry_run:
        say(_("Rehearsal, nothing is changed."))


def _absence_shape(done: "Absence") -> "Document":
    return {
        "operator": done.login,
        "absent_until": None if done.until is None else done.until.isoformat(),
        "substitute": done.substitute,
    }


def _retired_shape(done: "Retired") -> "Document":
    return {
        "operator": done.login,
        "handed_over": None if done.handed is None else handed_shape(done.handed),
        "left": load_shape(done.left),
        "stood_in_for": [*done.stood_in_for],
    }
