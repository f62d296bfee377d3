"""`operators list|add|role|cost|password`: who works at this base, what they may and cost, how they log in.

`operators absent|retire` stand beside it, in `leaving`.
"""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli import leaving
from salesdesk.cli.asked import sit_down
from salesdesk.cli.help import Command, Group
from salesdesk.cli.options import AsJson, one_of
from salesdesk.codes import Role, Specialty
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from salesdesk.cli.asked import Desk
    from salesdesk.context import Context
    from salesdesk.models import Operator


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    group.command("list", help=N_("Who works at this base."), cls=Command)(list_operators)
    group.command("add", help=N_("Add somebody who works at this base."), cls=Command)(add)
    group.command("role", help=N_("Let somebody do more here, or less."), cls=Command)(role)
    group.command("cost", help=N_("Say what somebody costs a month, from a month on."), cls=Command)(cost)
    group.command("password", help=N_("Give somebody a password to log in with."), cls=Command)(password)
    leaving.add_to(group)
    app.add_typer(group, name="operators", help=N_("Who works at this base."))


def list_operators(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Print who works at this base."""
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.cli.printing import emit, table
        from salesdesk.team.operators import operators

        found = desk.read(operators)
        if as_json:
            emit({"rows": [_shape(desk.context, operator, found) for operator in found]})
            return
        logins = {one.id: one.login for one in found}
        table(
            (_("Login"), _("Full name"), _("Role"), _("Specialty"), _("Away")),
            [
                (
                    one.login, one.name, wording.role(one.role), wording.specialty(one.specialty),
                    _away(desk.context, one, logins),
                )
                for one in found
            ],
        )  # fmt: skip


def add(
    ctx: typer.Context,
    login: Annotated[
        str,
        typer.Argument(
            metavar="LOGIN", show_default=False, help=N_("The name to sit down under: --operator.")
        ),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", show_default=False, help=N_("The name that others see."))
    ] = None,
    *,
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="operator|lead|admin",
            parser=one_of([*Role]),
            help=N_("What the person may do."),
        ),
    ] = "operator",
    specialty: Annotated[
        str,
        typer.Option(
            "--specialty",
            metavar="telemarketing|sales|accounts|logistics",
            parser=one_of([*Specialty]),
            help=N_("Which part of the way the person works on."),
        ),
    ] = "sales",
    as_json: AsJson = False,
) -> None:
    """Add somebody."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.team.operators import add_operator

        made = desk.write(add_operator, login, name, role=Role(role), specialty=Specialty(specialty))
        if as_json:
            emit(_shape(desk.context, made, ()))
        else:
            for line in _welcome(desk, made):
                say(line)


def _welcome(desk: "Desk", made: "Operator") -> "Iterator[str]":
    from salesdesk.team.passwords import kept_by_server
    from salesdesk.team.sitting_down import wants_passwords

    if desk.read(kept_by_server):
        yield _("{name} works here now, and may log in once there is a password: {way}").format(
            name=made.name, way=f"salesdesk operators password {made.login}"
        )
        return
    yield _("{name} works here now: salesdesk --operator {login}").format(name=made.name, login=made.login)
    if desk.read(wants_passwords):
        yield _("Anybody can be anybody here until there are passwords: salesdesk operators password")


def role(
    ctx: typer.Context,
    login: Annotated[str, typer.Argument(metavar="LOGIN", show_default=False, help=N_("Who it is."))],
    to: Annotated[
        str,
        typer.Argument(
            metavar="operator|lead|admin",
            show_default=False,
            parser=one_of([*Role]),
            help=N_("What the person may do."),
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what somebody may do."""
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.cli.printing import emit, say
        from salesdesk.team.roles import set_role

        done = desk.write(set_role, login, Role(to))
        if as_json:
            emit({"operator": done.login, "role": done.role, "before": done.before})
        else:
            said = _("{name} ({login}): {role}, was {before}.")
            say(
                said.format(
                    name=done.name,
                    login=done.login,
                    role=wording.role(done.role),
                    before=wording.role(done.before),
                )
            )


def cost(
    ctx: typer.Context,
    login: Annotated[str, typer.Argument(metavar="LOGIN", show_default=False, help=N_("Who it is."))],
    amount: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT",
            show_default=False,
            help=N_("How much a month: 80 000; - takes back what was said from that month on."),
        ),
    ],
    *,
    month: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="MONTH", help=N_("From which month on, until something else is said (this).")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what somebody costs."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.shapes import money
        from salesdesk.formatting import amount as written
        from salesdesk.lead.plans import read_cost, read_month, set_cost

        minor = None if amount.strip() == "-" else read_cost(desk.context, amount)
        changed = desk.write(set_cost, login, minor, month)
        since = read_month(desk.context, month)
        if as_json:
            cost = None if minor is None else money(minor)
            emit({"operator": login, "from": since, "cost": cost, "changed": changed})
        elif minor is None:
            say(_("What {login} costs from {month} on is as before.").format(login=login, month=since))
        else:
            cost = written(minor, desk.context.catalogues.team.currency)
            say(
                _("{login} costs {amount} a month from {month} on.").format(
                    login=login, amount=cost, month=since
                )
            )


def password(
    ctx: typer.Context,
    login: Annotated[str, typer.Argument(metavar="LOGIN", show_default=False, help=N_("Who it is."))],
) -> None:
    """Ask for a password, twice and unseen; a program writes it to standard input, once."""
    with sit_down(ctx, beginning=login) as desk:
        from salesdesk.cli.printing import say
        from salesdesk.team.passwords import set_password

        given = desk.write(set_password, login, _typed())
        say(_("{login} has a new password.").format(login=given))


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass(_("New password:") + " ")
    if getpass.getpass(_("Once more:") + " ") != typed:
        raise InputError(_("The two are not the same. Nothing was changed."))
    return typed


def _away(context: "Context", operator: "Operator", logins: "Mapping[int | None, str]") -> str:
    if not operator.active:
        return _("works here no more")
    if operator.absent_until is None or operator.absent_until <= context.now:
        return ""
    until = operator.absent_until.astimezone(context.clock.zone)
    said = _("until {day}").format(day=f"{until:%d.%m.%Y}")
    return f"{said}: {logins[operator.substitute_id]}" if operator.substitute_id else said


def _absence(context: "Context", operator: "Operator", found: "Sequence[Operator]") -> dict[str, object]:
    """Shape until when somebody is absent, and who stands in for them; nothing of an absence that is over."""
    until = operator.absent_until
    if until is None or until <= context.now:
        return {"absent_until": None, "substitute": None}
    names = {one.id: one.login for one in found}
    return {
        "absent_until": until.astimezone(context.clock.zone).date().isoformat(),
        "substitute": names.get(operator.substitute_id),
    }


def _shape(context: "Context", operator: "Operator", found: "Sequence[Operator]") -> dict[str, object]:
    return {
        "id": operator.id,
        "login": operator.login,
        "name": operator.name,
        "role": operator.role,
        "specialty": operator.specialty,
        "active": operator.active,
        **_absence(context, operator, found),
    }
