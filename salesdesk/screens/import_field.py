"""Choosing what a column is: a list that narrows as one types."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from salesdesk.codes import ImportKind
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.import_words import field_order, field_title
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.filter_input import FilterInput
from salesdesk.widgets.keys_bar import KeysBar

LEFT_OUT = "-"


class ImportFieldScreen(DeskModal[str]):
    """Asks what a column holds. Dismissed with a field's code, with `-` for "not imported", or with None."""

    CSS_PATH = "import_field.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("field.take", "enter", "take", N_("choose"), N_("Take the marked field"), LIST),
        Command("field.down", "down", "down", N_("down"), N_("Mark the next one"), LIST, footer=False),
        Command("field.up", "up", "up", N_("up"), N_("Mark the one above"), LIST, footer=False),
        Command("field.cancel", "escape", "cancel", N_("back"), N_("Leave the column as it is"), DESK),
        HELP,
    )
    list = getters.query_one(OptionList)

    def __init__(
        self,
        column: str,
        sample: str,
        kind: ImportKind,
        fields: Sequence[str],
        chosen: str | None,
        taken: Mapping[str, str],
    ) -> None:
        """`fields` are those of a kind; `taken` names the column that has a field now."""
        super().__init__()
        self._kind = kind
        self._column = column
        self._sample = sample
        self._codes = [LEFT_OUT, *field_order(tuple(fields), kind)]
        self._chosen = chosen or LEFT_OUT
        self._taken = taken

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="field-choice"):
            yield Static(Content(plain(self._sample)), id="field-sample")
            yield FilterInput(id="field-text")
            fields = OptionList(markup=False, compact=True)
            fields.can_focus = False
            yield fields
        yield KeysBar()

    def relabel(self) -> None:
        """Offer the fields."""
        self.query_one("#field-choice").border_title = Content(
            _("What is “{column}”?").format(column=plain(self._column))
        )
        self.query_one(Input).placeholder = _("type a part of the field's name")
        self._offer(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._offer(event.value)

    def _offer(self, typed: str) -> None:
        words = typed.casefold().split()
        shown = [code for code in self._codes if all(word in self._searched(code) for word in words)]
        # A word that begins a field's name is meant more than one within it.
        if words:
            shown.sort(key=lambda code: not self._title(code).casefold().startswith(words[0]))
        self.list.clear_options()
        self.list.add_options([Option(self._line(code), id=code) for code in shown])
        if shown:
            at = shown.index(self._chosen) if not words and self._chosen in shown else 0
            self.list.highlighted = at

    def _title(self, code: str) -> str:
        return field_title(None if code == LEFT_OUT else code, self._kind)

    def _searched(self, code: str) -> str:
        """Give what typed words are looked for in: the field's words here, and its code."""
        return f"{self._title(code)} {code}".casefold()

    def _line(self, code: str) -> Content:
        now = self._taken.get(code)
        beside = _("now: {column}").format(column=plain(now)) if now and code != self._chosen else ""
        sign = "✓ " if code == self._chosen else "  "
        return Content.assemble(sign + self._title(code), (f"  {beside}" if beside else "", "$text-muted"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take with the mouse."""
        event.stop()
        self.dismiss(event.option_id)

    def action_take(self) -> None:
        """Take the marked one."""
        option = self.list.highlighted_option
        if option is not None:
            self.dismiss(option.id)

    def action_down(self) -> None:
        """Mark the next one."""
        self.list.action_cursor_down()

    def action_up(self) -> None:
        """Mark the one above."""
        self.list.action_cursor_up()

    def action_cancel(self) -> None:
        """Leave the column as it is."""
        self.dismiss(None)
