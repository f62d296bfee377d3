"""Cleaning: what is missing or doubtful, kind by kind, what to do about it; and whose cards are full."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting
from salesdesk.codes import Role
from salesdesk.commands import LIST, Command, bindings, for_leads
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.keeping_up import ALWAYS_SLOW
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.lead.cleaning import Found, FullCards

_WIDE = 110
_EVERYBODY = "everybody"
_MONTHS = (1, 3, 6, 12)

CLEANING_COMMANDS = (
    Command("cleaning.open", "enter", "open", N_("clients"), N_("Show the clients of this kind"), LIST),
    Command(
        "cleaning.whose", "w", "whose", N_("whose"), N_("The cards of one person, or of everybody"), LIST
    ),
    Command("cleaning.full", "c", "full", N_("full cards"), N_("Whose cards are full"), LIST),
    Command("cleaning.months", "p", "months", N_("months"), N_("Untouched for how many months"), LIST),
    Command("cleaning.cold", "k", "cold", N_("cold base"), N_("Count the cold base too, or leave it"), LIST),
    Command("cleaning.reload", "r", "reload", N_("reload"), N_("Count anew"), LIST, footer=False),
    Command("cleaning.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)
_LEADS_KEYS = for_leads(*(command for command in CLEANING_COMMANDS if command.action == "whose"))


class CleaningScreen(TableScreen):
    """Counts kind after kind, each shown as soon as it is there."""

    SLOW_FROM = ALWAYS_SLOW
    FIXED_COLUMNS = 0
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*CLEANING_COMMANDS), _LEADS_KEYS]

    def __init__(self) -> None:
        super().__init__()
        self._kinds: tuple[str, ...] = ()
        self._found: dict[str, Found] = {}
        self._full: tuple[FullCards, ...] | None = None
        self._whose: tuple[str, str] | None = None
        self._months = 6
        self._cold = False
        self._cards = False
        self._counting = False

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def on_resize(self) -> None:
        """Lay the lines out for another width."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer others' cards to leads alone."""
        if action == "whose" and not self._leads:
            return False
        if action in {"open", "months", "cold"} and self._cards:
            return False
        return super().check_action(action, parameters)

    @property
    def _leads(self) -> bool:
        opened = self.app.gateway.opened
        return opened is not None and opened.context.me.role is not Role.OPERATOR

    # Counting

    def load(self) -> None:
        """Count anew; what was counted before stands until then."""
        self._load()

    @work(exclusive=True, group="cleaning")
    async def _load(self) -> None:
        self._counting = True
        try:
            with self.reading():
                await self._count()
        except SalesdeskError as error:
            self.face.say(str(error), _("r tries again"))
            return
        finally:
            self._counting = False
        self._show()

    async def _count(self) -> None:
        opened = await self.app.ready()
        from salesdesk.lead.cleaning import found, full_cards, kinds_for

        login = self._whose[0] if self._whose else None
        self._kinds = kinds_for(opened.context)
        self._show()
        for code in self._kinds:
            self._found[code] = await self.app.gateway.read(
                found, code, operator=login, months=self._months, cold=self._cold
            )
            self._show()
        self._full = await self.app.gateway.read(full_cards, login)

    # Showing

    def _show(self) -> None:
        self.entitle(self._head())
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        if not self._kinds:
            return
        self.face.hide()
        if self._cards:
            self._show_cards()
        else:
            self._show_kinds()
        self.table.move_cursor(row=min(at, max(self.table.row_count - 1, 0)), animate=False)

    def _head(self) -> str:
        parts = [_("Cleaning"), plain(self._whose[1]) if self._whose else ""]
        if self._cold and not self._cards:
            parts.append(_("with the cold base"))
        if self._full:
            clients, full = sum(one.clients for one in self._full), sum(one.full for one in self._full)
            count = ngettext("{count} card", "{count} cards", clients).format(count=grouped(clients))
            share = formatting.share(full / clients if clients else None)
            parts += [count, _("full: {share}").format(share=share)]
        if self._counting:
            parts.append(_("Counting…"))
        return " · ".join(part for part in parts if part)

    def _show_kinds(self) -> None:
        rest = max(self.size.width - (60 if self.size.width >= _WIDE else 50), 20)
        wide = 32 if self.size.width >= _WIDE else 29
        columns = [("", 1), (_("What is wrong"), wide), (_("Clients"), 9), (_("What to do"), rest)]
        rows = [self._kind_cells(code, wide, rest) for code in self._kinds]
        self.add_columns(columns, rows[0])
        for row in rows:
            self.table.add_row(*row)
        self._say_advice()

    def _kind_cells(self, code: str, width: int, rest: int) -> list[Text]:
        from salesdesk.lead.cleaning import KINDS

        kind, found = KINDS[code], self._found.get(code)
        title = _(kind.title)
        if code == "untouched":
            title = _("untouched for {months} months").format(months=self._months)
        wrong = found is not None and found.count > 0
        return [
            Text("?" if kind.doubt and wrong else "!" if wrong else "✓" if found else " "),
            Text(fit(title, width), "bold" if wrong else ""),
            Text("…" if found is None else grouped(found.count), justify="right"),
            Text(fit(_(kind.advice), rest)),
        ]

    def _say_advice(self) -> None:
        """Say the advice whole where the table cuts it."""
        from salesdesk.lead.cleaning import KINDS

        at = self.table.cursor_coordinate.row
        code = self._kinds[at] if at < len(self._kinds) else None
        self.note("" if code is None or self._cards else _(KINDS[code].advice))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what to do about the kind under the cursor."""
        event.stop()
        if self._kinds and not self._cards:
            self._say_advice()

    def _show_cards(self) -> None:
        self.note(_("A card is full when the report “quality” finds nothing missing on it."))
        columns = [(_("Operator"), 28), (_("Cards"), 9), (_("Full"), 9), (_("Share"), 8)]
        rows = [self._card_cells(one) for one in self._full or ()]
        if not rows:
            self.face.say(_("Nobody has cards to look at yet."), _("c goes back to what is wrong"))
            return
        self.add_columns(columns, rows[0])
        for row in rows:
            self.table.add_row(*row)

    @staticmethod
    def _card_cells(one: "FullCards") -> list[Text]:
        return [
            Text(fit(one.name or _("nobody's"), 28), "bold"),
            Text(grouped(one.clients), justify="right"),
            Text(grouped(one.full), justify="right"),
            Text(formatting.share(one.share), justify="right"),
        ]

    # Keys

    def action_open(self) -> None:
        """Show the clients of the kind."""
        at = self.table.cursor_coordinate.row
        found = self._found.get(self._kinds[at]) if at < len(self._kinds) and not self._cards else None
        opened = self.app.gateway.opened
        if found is None or opened is None:
            return
        from salesdesk.base.filters.worded import worded_line
        from salesdesk.screens.clients import ClientsScreen

        line = worded_line(found.filter, opened.context.fresh())
        self.app.push_screen(ClientsScreen(line, _(found.kind.title)), lambda _result: self.load())

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_full(self) -> None:
        """Show whose cards are full, or go back to what is wrong."""
        self._cards = not self._cards
        self.table.move_cursor(row=0, animate=False)
        self._show()
        self.refresh_bindings()

    def action_months(self) -> None:
        """Look at another number of months."""
        self._months = _MONTHS[(_MONTHS.index(self._months) + 1) % len(_MONTHS)]
        self._found.pop("untouched", None)
        self.load()

    def action_cold(self) -> None:
        """Count the cold base too, or leave it out again."""
        self._cold = not self._cold
        self._found.clear()
        self.load()

    @work(exclusive=True, group="ask")
    async def action_whose(self) -> None:
        """Choose whose cards to look at."""
        with self.app.errors_said():
            await self.app.ready()
            from salesdesk.team.people import people

            who = {one.login: one.name for one in await self.app.gateway.read(people)}
            titles = [(_EVERYBODY, _("everybody")), *((login, plain(name)) for login, name in who.items())]
            chosen = await self.app.push_screen_wait(ChooseScreen(_("Whose"), keyed(titles)))
            if chosen is not None:
                self._whose = (chosen, who[chosen]) if chosen in who else None
                self._found, self._full = {}, None
                self.load()
