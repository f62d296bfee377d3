"""The rows of a rehearsal: what becomes of each, a page at a time; ⏎ shows what changes, field by field."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk.codes import DuplicatePolicy, ImportKind, RowFate
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.import_wording import change_words, duplicate_policy, duplicate_words, row_fate
from salesdesk.lead.written import Written
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.counting import counting
from salesdesk.screens.import_step import KEYS_OF_THE_DESK
from salesdesk.screens.import_words import changed_field
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.progress_line import grouped
from salesdesk.widgets.written_table import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesdesk.base.importing import Outcome, OutcomeLog

_PAGE = 200
_ALL = "all"
ROWS_COMMANDS = (
    Command(
        "outcomes.open", "enter", "open", N_("changes"), N_("What the row changes, field by field"), LIST
    ),
    Command(
        "outcomes.kind", "k", "kind", N_("kind"), N_("Choose which rows: added, duplicates, refused"), LIST
    ),
    Command("outcomes.card", "c", "card", N_("card"), N_("Open the card of the client in the base"), CLIENT),
    Command("outcomes.next", "n", "next", N_("further"), N_("The rows after these"), LIST),
    Command("outcomes.previous", "p", "previous", N_("back up"), N_("The rows before these"), LIST),
    Command("outcomes.back", "escape,q", "back", N_("back"), N_("Back to the counts"), LIST),
)


class ImportRowsScreen(TableScreen):
    """A page of the rows of one kind, or of all."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*ROWS_COMMANDS), KEYS_OF_THE_DESK]

    def __init__(self, outcomes: "OutcomeLog", kind: ImportKind, fate: RowFate | None) -> None:
        super().__init__()
        self._outcomes = outcomes
        self._kind = kind
        self._fate = fate
        self._offset = 0
        self._counts: Mapping[RowFate, int] = {}
        self._rows: tuple[Outcome, ...] = ()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the marked row has, and the pages that there are."""
        marked = self._marked
        offered = {
            "open": marked is not None,
            "card": marked is not None and card_of(marked) is not None,
            "next": self._offset + len(self._rows) < self._total,
            "previous": self._offset > 0,
        }
        return offered[action] if action in offered else super().check_action(action, parameters)

    def action_not_now(self) -> None:
        """Say why the desk's key does nothing here."""
        self.app.say(_("First leave the import: esc."))

    # Reading

    def load(self) -> None:
        """Read the page anew."""
        self._load(self._offset)

    @work(exclusive=True, group="outcomes")
    async def _load(self, offset: int) -> None:
        with counting(self, anew=bool(self._rows)):
            self._counts = await asyncio.to_thread(self._outcomes.counts)
            self._rows = await asyncio.to_thread(self._outcomes.page, self._fate, _PAGE, offset)
        self._offset = offset
        self._show()
        self.table.move_cursor(row=0, animate=False)
        self.refresh_bindings()

    @property
    def _total(self) -> int:
        return sum(self._counts.values()) if self._fate is None else self._counts.get(self._fate, 0)

    @property
    def _marked(self) -> "Outcome | None":
        at = self.table.cursor_coordinate.row if self.is_mounted else 0
        return self._rows[at] if at < len(self._rows) else None

    # Showing

    def _show(self) -> None:
        self.entitle(self._head())
        self.table.display = bool(self._rows)
        if not self._rows:
            if self._counts:
                self.face.say(_("No row comes to that."), _("k chooses other rows"))
            return
        self.face.hide()
        at = self.table.cursor_coordinate.row
        fill(self.table, self._written(), self.size.width)
        self.table.move_cursor(row=min(at, len(self._rows) - 1), animate=False)
        self.table.focus()

    def _head(self) -> str:
        what = _("all rows") if self._fate is None else row_fate(self._fate)
        parts = [_("Rows of the rehearsal: {what}").format(what=what)]
        if self._total > len(self._rows):
            first, last = self._offset + 1, self._offset + len(self._rows)
            parts.append(
                _("{first}–{last} of {total}").format(
                    first=grouped(first), last=grouped(last), total=grouped(self._total)
                )
            )
        else:
            parts.append(grouped(self._total))
        if self._fate is None:
            counted = [(fate, self._counts[fate]) for fate in RowFate if fate in self._counts]
            parts += [f"{row_fate(fate)} {grouped(count)}" for fate, count in counted]
        return " · ".join(parts)

    def _written(self) -> Written:
        return Written(
            "", (_("Row"), _("What"), _("Name"), _("Why")),
            tuple(
                (
                    "" if one.row is None else grouped(one.row), row_fate(one.fate), plain(one.name),
                    plain(self._why(one)),
                )
                for one in self._rows
            ),
            right=(0,), elastic=(3, 2),
        )  # fmt: skip

    def _why(self, one: "Outcome") -> str:
        parts = [one.why] if one.why else []
        parts += [duplicate_words(each) for each in one.duplicate_of[:1]]
        parts += [change_words(each, changed_field(each.field, self._kind)) for each in one.changes]
        return "; ".join(parts)

    # Going on

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Offer what this row has."""
        event.stop()
        self.refresh_bindings()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show what the row changes."""
        if self._marked is not None:
            self.app.push_screen(ImportRowScreen(self._marked, self._kind))

    def action_card(self) -> None:
        """Open the card of the client in the base."""
        client_id = card_of(self._marked) if self._marked is not None else None
        if client_id is not None:
            self.app.open_card(client_id)

    @work(exclusive=True, group="outcomes")
    async def action_kind(self) -> None:
        """Choose which rows to look at."""
        total = sum(self._counts.values())
        everything = _("all rows")
        options = [(_ALL, f"{everything} · {grouped(total)}")]
        options += [
            (fate.value, f"{row_fate(fate)} · {grouped(self._counts[fate])}")
            for fate in RowFate
            if fate in self._counts
        ]
        chosen = await self.app.push_screen_wait(
            ChooseScreen(_("Which rows?"), keyed(options), self._fate.value if self._fate else _ALL)
        )
        if chosen is not None:
            self._fate = None if chosen == _ALL else RowFate(chosen)
            self._load(0)

    def action_next(self) -> None:
        """Go to the rows after these."""
        self._load(self._offset + len(self._rows))

    def action_previous(self) -> None:
        """Go to the rows before these."""
        self._load(max(self._offset - _PAGE, 0))


def card_of(outcome: "Outcome") -> int | None:
    """Give the client of the base that a row speaks of, or is likeliest to be."""
    if outcome.client is not None:
        return outcome.client
    return next((each.client for each in outcome.duplicate_of if each.client is not None), None)


ROW_COMMANDS = (
    Command("outcome.card", "c", "card", N_("card"), N_("Open the card of the client in the base"), CLIENT),
    Command("outcome.back", "escape,q,enter", "back", N_("back"), N_("Back to the rows"), LIST),
)


class ImportRowScreen(TableScreen):
    """What one row of a rehearsal changes, field by field, and whom it is like."""

    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*ROW_COMMANDS), KEYS_OF_THE_DESK]

    def __init__(self, outcome: "Outcome", kind: ImportKind) -> None:
        super().__init__()
        self._outcome = outcome
        self._kind = kind

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.load()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the card where there is one."""
        if action == "card":
            return card_of(self._outcome) is not None
        return super().check_action(action, parameters)

    def action_not_now(self) -> None:
        """Say why the desk's key does nothing here."""
        self.app.say(_("First leave the import: esc."))

    def load(self) -> None:
        """Write the fields down; there is nothing to read."""
        one = self._outcome
        row = "" if one.row is None else _("row {row}").format(row=grouped(one.row)) + " · "
        self.entitle(f"{row}{plain(one.name)} · {row_fate(one.fate)}")
        said = [plain(one.why)] if one.why else []
        said += [plain(duplicate_words(each)) for each in one.duplicate_of]
        if one.policy is not None:
            said.append(_("Likely duplicates: {policy}.").format(policy=duplicate_policy(one.policy)))
        self.table.display = bool(one.changes)
        if not one.changes:
            self.face.say(self._nothing(), "\n".join(said))
            return
        self.face.hide()
        self.note("\n".join(said))
        rows = tuple(
            (changed_field(each.field, self._kind), plain(each.was or "–"), plain(each.becomes or "–"))
            for each in one.changes
        )
        heads = (_("Field"), _("In the base"), _("Will be"))
        fill(self.table, Written("", heads, rows, right=(), elastic=(2, 1)), self.size.width)

    @property
    def _is_added(self) -> bool:
        return self._outcome.policy in {None, DuplicatePolicy.ADD}

    def _nothing(self) -> str:
        said = {
            RowFate.ADD: _("A new client: nothing of it stands in the base yet."),
            RowFate.DUPLICATE: _("It is likely in the base already, and would be added all the same.")
            if self._is_added
            else "",
            RowFate.REJECT: _("The row is refused."),
            RowFate.UNCHANGED: _("Nothing differs from what is in the base."),
        }
        return said.get(self._outcome.fate) or _("Nothing changes.")

    def action_card(self) -> None:
        """Open the card of the client in the base."""
        client_id = card_of(self._outcome)
        if client_id is not None:
            self.app.open_card(client_id)
