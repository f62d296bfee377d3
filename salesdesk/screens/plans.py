"""Plans and costs of a month: a row for each operator and the team's, a column for each figure."""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events, work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.codes import Measure
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.rows import PlanRow, Plans
from salesdesk.screens.edit_client import amount_text
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.plan_value import PlanValueScreen
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import fit

if TYPE_CHECKING:
    from salesdesk.base.periods import Period

_NAME_LEAST, _NAME_MOST, _WIDE = 10, 32, 130
_SAY_WORKING_AFTER = 0.3
_NONE, _SUM = "–", "Σ"
_SHORT = {
    Measure.CALLS: N_("calls"),
    Measure.CONTACTS: N_("contacts"),
    Measure.HIT: N_("goals"),
    Measure.PROPOSALS: N_("prop."),
    Measure.INVOICES: N_("inv."),
    Measure.WON: N_("won"),
    Measure.AMOUNT: N_("amount"),
}
PLANS_COMMANDS = (
    Command("plans.edit", "enter", "edit", N_("change"), N_("Change this figure; a digit does it too"), LIST),
    Command("plans.earlier", "p", "earlier", N_("earlier"), N_("The month before"), LIST),
    Command("plans.later", "n", "later", N_("later"), N_("The month after"), LIST),
    Command(
        "plans.copy", "c", "copy",
        N_("as before"), N_("Copy the plans of the month before; what is planned stays"), LIST,
    ),
    Command("plans.undo", "u", "app.undo", N_("undo"), N_("Take the last change back"), LIST),
    Command("plans.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("plans.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip


class PlansScreen(TableScreen):
    """Plans are changed where they stand; an empty figure of the team is the sum of the operators'."""

    SLOW_FROM = ALWAYS_SLOW
    CURSOR = "cell"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*PLANS_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._month: Period | None = None
        self._plans: Plans | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    # Reading

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="plans")
    async def _load(self) -> None:
        saying = self.set_timer(_SAY_WORKING_AFTER, self._say_working)
        try:
            with self.reading():
                await self.app.ready()
                from salesdesk.base.periods import Kind, whole
                from salesdesk.lead.plans import plans

                clock = self.app.clock
                month = self._month or whole(Kind.MONTH, clock.today(), clock.zone)
                found = await self.app.gateway.read(plans, month.code)
        except SalesdeskError as error:
            self.table.display = False
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            saying.stop()
        self._month, self._plans = month, found
        self._show()

    def _say_working(self) -> None:
        if self._plans is None:
            self.face.say(_("Counting…"), _("esc goes back"))

    # Showing

    def on_resize(self) -> None:
        """Write amounts as long as there is room."""
        self._show()

    def _show(self) -> None:
        found, month = self._plans, self._month
        if found is None or month is None:
            return
        self.entitle(" · ".join([_("Plans and costs"), month.title]))
        self.note(_advice(found))
        self.face.hide()
        self.table.display = True
        at = self.table.cursor_coordinate
        self.table.clear(columns=True)
        rows = (*found.operators, found.team)
        lines = [self._heads(), *(self._figures(found, row) for row in rows)]
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        room = self.app.size.width - sum(width + 2 for width in widths) - 4
        width = min(_NAME_MOST, max(_NAME_LEAST, room))
        self.table.add_column(_("Operator"), width=width)
        for head, most in zip(lines[0], widths, strict=True):
            self.table.add_column(Text(head, justify="right"), width=most)
        for row, figures in zip(rows, lines[1:], strict=True):
            team = row.operator_id is None
            style = "bold" if team else ""
            self.table.add_row(
                Text(fit(_("Team") if team else row.name, width), style),
                *(Text(figure, style, justify="right") for figure in figures),
            )
        self.table.move_cursor(row=at.row, column=max(at.column, 1), animate=False)

    @property
    def _narrow(self) -> bool:
        return self.app.size.width < _WIDE

    def _heads(self) -> list[str]:
        if self._narrow:
            return [*(_(_SHORT[one]) for one in Measure), _("cost")]
        return [*map(wording.measure, Measure), _("Cost")]

    def _figures(self, found: Plans, row: PlanRow) -> list[str]:
        cost = _NONE if row.cost_minor is None else self._money(found, row.cost_minor)
        if row.operator_id is None and row.cost_minor is not None:
            cost = _SUM + cost
        return [*(self._figure(found, row, one) for one in Measure), cost]

    def _figure(self, found: Plans, row: PlanRow, one: Measure) -> str:
        value = row.values.get(one)
        if value is None:
            return _NONE
        text = self._money(found, value) if one is Measure.AMOUNT else str(value)
        summed = row.operator_id is None and one not in found.explicit
        return _SUM + text if summed else text

    def _money(self, found: Plans, minor: int) -> str:
        if self._narrow:
            return formatting.amount_short(minor) or "0"
        return formatting.amount(minor, found.currency)

    # Which month

    def action_earlier(self) -> None:
        """Go to the month before."""
        if self._month is not None:
            self._month = self._month.before
            self.load()

    def action_later(self) -> None:
        """Go to the month after."""
        if self._month is not None:
            self._month = self._month.after
            self.load()

    # Changing

    def on_key(self, event: events.Key) -> None:
        """Begin a figure with a digit."""
        digit = event.character or ""
        if digit.isascii() and digit.isdigit():
            event.stop()
            self._edit(digit)

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Change what was clicked."""
        event.stop()
        self.action_edit()

    def action_edit(self) -> None:
        """Change the figure under the cursor."""
        self._edit("")

    def _edit(self, begun: str) -> None:
        found, month = self._plans, self._month
        row, column = self.table.cursor_coordinate
        if found is None or month is None or not column:
            return
        one = (*found.operators, found.team)[row]
        measure = None if column > len(Measure) else [*Measure][column - 1]
        if measure is None and one.operator_id is None:
            self.app.say(_("The cost of the team is the sum of its operators'."))
            return
        self.app.hold_keys()
        self._ask(one, measure, month, begun)

    @work(exclusive=True, group="ask")
    async def _ask(self, row: PlanRow, measure: Measure | None, month: "Period", begun: str) -> None:
        async def save(text: str) -> None:
            from salesdesk.lead.plans import read_money, read_value, set_cost, set_plan

            opened = self.app.gateway.opened
            if opened is None:
                raise SalesdeskError(_("The base is not open yet. Wait a moment."))
            context, gateway = opened.context, self.app.gateway
            if measure is not None:
                values = {measure: read_value(context, measure, text)}
                await gateway.write(set_plan, row.login, month.code, values)
            elif row.login is not None:
                await gateway.write(set_cost, row.login, read_money(context, text), month.code)

        what = _("Cost") if measure is None else wording.measure(measure)
        whose = _("Team") if row.login is None else row.name
        title = f"{what} · {whose} · {month.title}"
        asked = PlanValueScreen(title, self._typed(row, measure), _hint(row, measure), save, begun)
        if await self.app.push_screen_wait(asked):
            self.load()

    def _typed(self, row: PlanRow, measure: Measure | None) -> str:
        """Give what stands there as one would type it; of the team only what was set for it."""
        if measure is None:
            return "" if row.cost_minor is None else amount_text(row.cost_minor) or "0"
        value = row.values.get(measure)
        summed = row.operator_id is None and self._plans is not None and measure not in self._plans.explicit
        if value is None or summed:
            return ""
        return (amount_text(value) or "0") if measure is Measure.AMOUNT else str(value)

    @work(exclusive=True, group="copy")
    async def action_copy(self) -> None:
        """Copy the plans of the month before."""
        month = self._month
        if month is None:
            return
        with self.app.errors_said():
            from salesdesk.lead.plans import copy_plans

            copied = await self.app.gateway.write(copy_plans, month.before.code, month.code)
            self.app.say(ngettext("{count} plan copied", "{count} plans copied", copied).format(count=copied))
            self.load()


def _advice(found: Plans) -> str:
    planned = bool(found.team.values)
    return "" if planned else _("Nothing is planned: type a figure, or c copies the month before.")


def _hint(row: PlanRow, measure: Measure | None) -> str:
    if measure is None:
        said = "" if row.cost_since is None else _("Said from {month} on.").format(month=row.cost_since) + " "
        return said + _("A month, from this one on. Empty takes back what this month says.")
    if row.operator_id is None:
        return _("Empty: the sum of the operators'.")
    return _("1,200 or 1.2 k; empty takes the plan away.")
