"""The filter as a form: a line for each field, with what it may be offered as one types."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.screens.form import Field, FormScreen
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput
from salesdesk.widgets.piece_suggester import PieceSuggester

if TYPE_CHECKING:
    from salesdesk.base.filters import Filter
    from salesdesk.base.filters.form import Form
    from salesdesk.shell import Shell

_OPERATOR = "op_"
_JOINED = "joined"
_OFFERED = 12

TITLES: Mapping[str, str] = {
    "name": N_("Name"), "city": N_("City"), "region": N_("Region"), "industry": N_("Industry"),
    "stage": N_("Stage"), "class": N_("Class"), "owner": N_("Owner"), "last_call": N_("Last call"),
    "next": N_("Next action"), "amount": N_("Amount"), "interest": N_("Interest"), "deal": N_("Deal"),
    "product": N_("Product"), "campaign": N_("Campaign"), "source": N_("Source"), "attempts": N_("Attempts"),
    "do_not_call": N_("Do not call"), "created": N_("In the base since"), "missing": N_("Lacks"),
    "doubtful": N_("Doubtful"), "untouched": N_("Untouched"), "worked": N_("Worked with"),
    "segment": N_("Segment"), "band": N_("Part of the day"), "phone": N_("Phone"), "email": N_("E-mail"),
    "tax_id": N_("Tax id"), "reject_reason": N_("Rejected for"),
}  # fmt: skip
"""The fields of the form in their order; what a filter knows besides stands behind them."""

_HINTS: Mapping[str, str] = {
    "last_call": N_("30d, 2026-11, never"),
    "next": N_("today, 3d, none"),
    "created": N_("2026-11, 2026Q4, 90d"),
    "untouched": N_("6mo"),
    "amount": N_("450000, 200k, 100k..500k"),
    "interest": N_("0 to 5"),
    "phone": N_("whole, or some of its digits"),
}


class FilterFormScreen(FormScreen[str]):
    """Dismissed with the line that the form says, or with None."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["form.tcss", "filter_form.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("form.save", "f2", "save", N_("show"), N_("Show the clients, from any field"), CLIENT),
    )
    UNSAVED: ClassVar[str] = N_("F2 shows these clients, esc once more leaves the filter as it was.")

    def __init__(self, app: "Shell", form: "Form") -> None:
        from salesdesk.base.filters.fields import FIELDS

        self._names = [*TITLES, *(name for name in FIELDS if name not in TITLES)]
        self._form = form
        self._suggesters: dict[str, PieceSuggester] = {}
        super().__init__(_("Which clients"), self._all_fields(), self._filled)
        self._shell = app

    def _all_fields(self) -> list[Field]:
        from salesdesk.base.filters.form import operators_of

        joined = (("all", _("all of this")), ("any", _("any of this")))
        fields = [Field(_JOINED, _("Holds"), "any" if self._form.any else "all", joined, optional=False)]
        for name in self._names:
            line = self._form.lines.get(name)
            operators = tuple((each, operator_words(each)) for each in operators_of(name))
            usual = line.operator if line else _usual(name)
            fields.append(Field(_OPERATOR + name, "", usual, operators, optional=False))
            hint = _(_HINTS[name]) if name in _HINTS else ""
            fields.append(Field(name, field_title(name), line.text if line else "", hint=hint))
        return fields

    def compose(self) -> ComposeResult:
        """Lay the form out: the field, how it is compared, with what."""
        fields = {field.name: field for field in self._fields}
        with VerticalScroll(id="form", can_focus=False):
            with Horizontal(classes="field"):
                yield Static(Content(fields[_JOINED].label), classes="field-label")
                yield _select(fields[_JOINED])
            for name in self._names:
                with Horizontal(classes="field"):
                    yield Static(Content(fields[name].label), classes="field-label")
                    yield _select(fields[_OPERATOR + name])
                    yield LineInput(
                        fields[name].value, placeholder=fields[name].hint, id=f"field-{name}", compact=True
                    )
                yield Static(markup=False, id=f"wrong-{name}", classes="wrong")
        yield Static(id="filter-offers", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin with the first field to be typed in."""
        super().on_mount()
        self.query_one(f"#field-{self._names[0]}").focus()

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Go from text to text: how it is compared is as usual, and shift+tab comes to it."""
        return super().focus_next("Input" if selector == "*" else selector)

    async def _filled(self, values: Mapping[str, str]) -> str:
        opened = await self._shell.ready()
        from salesdesk.base.filters.form import Form, Line, from_form
        from salesdesk.base.filters.worded import worded

        context = opened.context.fresh()
        lines = {name: Line(values[_OPERATOR + name], values[name]) for name in self._names}
        return worded(from_form(Form(values[_JOINED] == "any", lines), context), context)

    # What is offered

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer what the field may be."""
        if isinstance(event.widget, Input):
            self._offer(event.widget)
        else:
            self.query_one("#filter-offers", Static).update("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits what is typed."""
        event.stop()
        if event.input.has_focus:
            self._offer(event.input)

    @work(exclusive=True, group="offers")
    async def _offer(self, typed: Input) -> None:
        name = (typed.id or "").removeprefix("field-")
        with self.app.errors_said():
            if name not in self._suggesters:
                from salesdesk.base.filters.form import offers

                self._suggesters[name] = PieceSuggester(await self.app.gateway.read(offers, name))
                typed.suggester = self._suggesters[name]
            found = self._suggesters[name].matching(typed.value, _OFFERED)
            hint = "→ " + " · ".join(found) if found else ""
            self.query_one("#filter-offers", Static).update(hint)


async def filter_form(app: "Shell", where: "Filter") -> FilterFormScreen:
    """Make the form of a filter. Raises InputError for one that no form can hold."""
    from salesdesk.base.filters.form import as_form
    from salesdesk.errors import InputError

    form = as_form(where)
    if form is None:
        raise InputError(_("This line says more than a form can hold: change it where it stands, with /."))
    return FilterFormScreen(app, form)


def field_title(name: str) -> str:
    """Name a field for a person."""
    return _(TITLES[name]) if name in TITLES else name


def operator_words(operator: str) -> str:
    """Say an operator."""
    denied, bare = operator.startswith("not "), operator.removeprefix("not ")
    words = {
        "=": _("is"), "!=": _("is not"), "~": _("contains"), "<": _("less than"), "<=": _("at most"),
        ">": _("more than"), ">=": _("at least"),
    }[bare]  # fmt: skip
    return _("not: {words}").format(words=words) if denied else words


def _usual(name: str) -> str:
    from salesdesk.base.filters.form import operators_of

    own = operators_of(name)
    if name in {"name", "phone"}:
        return "~"
    return ">" if name in {"last_call", "untouched"} else own[0]


def _select(field: Field) -> Select[str]:
    options = [(Content(title), code) for code, title in field.choices]
    return Select(options, value=field.value, allow_blank=False, id=f"field-{field.name}", compact=True)
