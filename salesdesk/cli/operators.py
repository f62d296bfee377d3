"""`operators list|add`: who works at this base."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.help import Command, Group
from salesdesk.cli.options import AsJson
from salesdesk.codes import Role, Specialty
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.models import Operator


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    group.command("list", help=N_("Who works at this base."), cls=Command)(list_operators)
    group.command("add", help=N_("Add somebody who works at this base."), cls=Command)(add)
    app.add_typer(group, name="operators", help=N_("Who works at this base."))


def _role(value: str) -> str:
    return _one_of(value, [*Role])


def _specialty(value: str) -> str:
    return _one_of(value, [*Specialty])


def _one_of(value: str, codes: list[str]) -> str:
    if value not in codes:
        raise typer.BadParameter(
            _("“{value}” is none of {codes}.").format(value=value, codes=", ".join(codes))
        )
    return value


def list_operators(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Print who works at this base."""
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.cli.printing import emit, table
        from salesdesk.team.operators import operators

        found = desk.read(operators)
        if as_json:
            emit({"rows": [_shape(operator) for operator in found]})
            return
        heads = (_("Login"), _("Full name"), _("Role"), _("Specialty"))
        table(
            heads,
            [
                (one.login, one.name, wording.role(one.role), wording.specialty(one.specialty))
                for one in found
            ],
        )


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
            "--role", metavar="operator|lead|admin", parser=_role, help=N_("What the person may do.")
        ),
    ] = "operator",
    specialty: Annotated[
        str,
        typer.Option(
            "--specialty",
            metavar="telemarketing|sales|accounts|logistics",
            parser=_specialty,
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
            emit(_shape(made))
        else:
            say(
                _("{name} works here now: salesdesk --operator {login}").format(
                    name=made.name, login=made.login
                )
            )


def _shape(operator: "Operator") -> dict[str, object]:
    return {
        "id": operator.id,
        "login": operator.login,
        "name": operator.name,
        "role": operator.role,
        "specialty": operator.specialty,
        "active": operator.active,
    }
