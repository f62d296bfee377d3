"""`plan set|list|copy`: what operators and the team are to do in a month."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import WrongCallError
from salesdesk.cli.help import Command, Group
from salesdesk.cli.options import AsJson
from salesdesk.codes import Measure
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.lead.rows import PlanRow, Plans

TEAM = "team"
Month = Annotated[str, typer.Argument(metavar="MONTH", show_default=False, help=N_("The month: 2026-11."))]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    group.command("set", help=N_("Plan a month of an operator, or of the team."), cls=Command)(set_plans)
    group.command("list", help=N_("The plans and costs of a month."), cls=Command)(list_plans)
    group.command("copy", help=N_("Plan a month as another one was; what is planned stays."), cls=Command)(
        copy
    )
    app.add_typer(group, name="plan", help=N_("What operators and the team are to do in a month."))


def set_plans(
    ctx: typer.Context,
    who: Annotated[
        str,
        typer.Argument(metavar="LOGIN|team", show_default=False, help=N_("Whose plan: a login, or team.")),
    ],
    month: Month,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="MEASURE=VALUE…",
            show_default=False,
            help=N_(
                "calls, contacts, hit, proposals, invoices, won, amount; nothing after = takes a plan away."
            ),
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Plan a month."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.lead.plans import plans, set_plan
        from salesdesk.lead.rows import PlanRow

        login = None if who == TEAM else who
        changed = desk.write(set_plan, login, month, dict(_read(desk, one) for one in values))
        found = desk.read(plans, month)
        rows = (*found.operators, found.team)
        row = next((row for row in rows if row.login == login), PlanRow(None, login, who, {}))
        if as_json:
            emit({"operator": login, "month": found.month, "changed": changed, "plan": _plan(row)})
        else:
            say(
                ngettext("{count} plan changed", "{count} plans changed", changed).format(count=changed)
                + f": {row.name}, {found.month}"
            )


def _read(desk: Desk, text: str) -> tuple[Measure, int | None]:
    from salesdesk.errors import InputError
    from salesdesk.lead.plans import read_value

    code, equals, value = text.partition("=")
    if not equals or code not in [*Measure]:
        raise WrongCallError(
            _("“{text}” is no plan. Write MEASURE=VALUE: {measures}.").format(
                text=text, measures=", ".join(Measure)
            )
        )
    try:
        return Measure(code), read_value(desk.context, Measure(code), value)
    except InputError as error:
        raise WrongCallError(f"{code}: {error}") from error


def list_plans(
    ctx: typer.Context,
    *,
    month: Annotated[
        str | None, typer.Option("--month", metavar="MONTH", help=N_("2026-11, last-month… (this month)."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the plans of a month."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.shapes import money
        from salesdesk.lead.plans import plans
        from salesdesk.wording import measure

        found = desk.read(plans, month)
        if as_json:
            emit(
                {
                    "month": found.month,
                    "currency": found.currency,
                    "rows": [
                        {
                            "operator": row.login,
                            "name": row.name,
                            "plan": _plan(row),
                            "cost": None if row.cost_minor is None else money(row.cost_minor),
                            "cost_since": row.cost_since,
                        }
                        for row in found.operators
                    ],
                    "team": {
                        "plan": _plan(found.team),
                        "explicit": [one for one in Measure if one in found.explicit],
                    },
                }
            )
            return
        say(_("Plans: {month}").format(month=found.month))
        heads = (_("Operator"), *(measure(one) for one in Measure), _("Cost"))
        rows = [_cells(found, row) for row in (*found.operators, found.team)]
        table(heads, rows, right=tuple(range(1, len(heads))), elastic=(0,))


def _plan(row: "PlanRow") -> Mapping[str, int | str]:
    from salesdesk.cli.shapes import money

    return {one: money(value) if one is Measure.AMOUNT else value for one, value in row.values.items()}


def _cells(found: "Plans", row: "PlanRow") -> list[str]:
    from salesdesk.formatting import amount

    def written(one: Measure) -> str:
        value = row.values.get(one)
        if value is None:
            return "–"
        text = amount(value, found.currency) if one is Measure.AMOUNT else str(value)
        return text if row.login is not None or one in found.explicit else f"Σ {text}"

    cost = "–" if row.cost_minor is None else amount(row.cost_minor, found.currency)
    return [row.name, *(written(one) for one in Measure), cost]


def copy(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FROM", show_default=False, help=N_("The month to copy: 2026-10."))
    ],
    month: Annotated[
        str, typer.Argument(metavar="TO", show_default=False, help=N_("The month to plan: 2026-11."))
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy the plans of a month."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.lead.plans import copy_plans, read_month

        copied = desk.write(copy_plans, source, month)
        if as_json:
            emit(
                {
                    "from": read_month(desk.context, source),
                    "to": read_month(desk.context, month),
                    "copied": copied,
                }
            )
        else:
            say(ngettext("{count} plan copied", "{count} plans copied", copied).format(count=copied))
