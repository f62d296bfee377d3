"""Search: a client found as one types, from any screen."""

import re
from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import formatting, wording
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.rows import SearchResult, SearchRow
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.edit_client import new_client_form
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput

FEWEST = 12
"""Rows that are asked for where the list has no height yet."""
"""Seconds: keys that come faster than this are searched for at once."""
SAY_WORKING_AFTER = 0.3

_PHONE_LIKE = re.compile(r"[\d\s()+\-.]{4,}")
_MATCHED = {
    "name": N_("name"),
    "contact": N_("contact"),
    "phone": N_("phone"),
    "tax_id": N_("tax id"),
    "email": N_("e-mail"),
    "city": N_("city"),
}


class SearchScreen(DeskModal[int]):
    """Finds a client. Dismissed with its id, or with None."""

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("search.open", "enter", "open", N_("open"), N_("Open the marked client"), LIST),
        Command("search.down", "down", "down", N_("down"), N_("Mark the next one"), LIST, footer=False),
        Command("search.up", "up", "up", N_("up"), N_("Mark the one above"), LIST, footer=False),
        Command(
            "search.page_down", "pagedown", "page_down", N_("page down"), N_("A page on"), LIST, footer=False
        ),
        Command("search.page_up", "pageup", "page_up", N_("page up"), N_("A page back"), LIST, footer=False),
        Command("search.add", "f2", "add", N_("add a client"), N_("Add a client with what is typed"), DESK),
        Command("search.cancel", "escape", "cancel", N_("back"), N_("Back to where you were"), DESK),
        HELP,
    )
    found = getters.query_one("#found", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[SearchRow, ...] = ()
        self._searched: str | None = None

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="search"):
            yield LineInput(id="search-text", compact=True)
            yield Static(id="search-state", markup=False)
            found = OptionList(id="found", markup=False, compact=True)
            found.can_focus = False
            yield found
        yield KeysBar()

    def relabel(self) -> None:
        """Say what may be typed."""
        self.query_one("#search").border_title = _("Search")
        self.query_one(Input).placeholder = _("name, person, phone digits, tax id")
        self._say(_("Type at least two letters, or four digits of a number."))

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value.strip()

    def _say(self, text: str) -> None:
        self.query_one("#search-state", Static).update(text)

    # Searching

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what stands there now; what was asked before does not matter any more."""
        event.stop()
        self._search_now()

    @work(exclusive=True, group="search")
    async def _search_now(self) -> None:
        await self._search()

    async def _search(self) -> None:
        text = self.text
        if len(text) < 2:  # one letter begins every tenth name
            self._show(SearchResult((), 0), text)
            self._say(_("Type at least two letters, or four digits of a number."))
            return
        saying = self.set_timer(SAY_WORKING_AFTER, lambda: self._say(_("Searching…")))
        try:
            await self.app.ready()
            from salesdesk.base.search import search

            result = await self.app.gateway.read(search, text, limit=self._room)
        except SalesdeskError as error:
            self._say(f"! {error}")
            return
        finally:
            saying.stop()
        self._show(result, text)
        self._say_found(result, text)

    @property
    def _room(self) -> int:
        """How many clients can be seen at once: to lay out more would only make the next letter wait."""
        return max(FEWEST, self.found.scrollable_content_region.height)

    def _say_found(self, result: SearchResult, text: str) -> None:
        if not result.rows:
            self._say(_("Nobody found for “{text}”. F2 adds a client with it.").format(text=plain(text)))
            return
        words = ngettext("{count} client", "{count} clients", result.total).format(count=result.total)
        if not result.total_is_exact:
            words = _("{count} clients or more: type on").format(count=result.total)
        elif result.total > len(result.rows):
            words += " · " + _("the first {count} are shown: type on").format(count=len(result.rows))
        self._say(words)

    def _show(self, result: SearchResult, text: str) -> None:
        self._rows, self._searched = result.rows, text
        width = self.found.scrollable_content_region.width or self.size.width - 8
        self.found.clear_options()
        self.found.add_options(
            [Option(self._line(row, max(width - 2, 30)), id=str(row.client_id)) for row in result.rows]
        )
        if result.rows:
            self.found.highlighted = 0

    def _line(self, row: SearchRow, width: int) -> Content:
        """Write a client on one line: who, where, whom to ask for, the number, the stage, what matched."""
        opened = self.app.gateway.opened
        stages = opened.context.catalogues.stages if opened is not None else {}
        number = formatting.phone(row.phone) if row.phone else ""
        stage = wording.titled(stages, row.stage) or _("cold")
        matched = _(_MATCHED[row.matched]) if row.matched in _MATCHED and row.matched != "name" else ""
        about = " · ".join(plain(part) for part in (row.city, row.contact) if part)
        rest = width - 17 - 14 - 9 - 4
        name = rest * 3 // 5
        return Content.assemble(
            (fit(row.name, name), "bold"),
            " ",
            fit(about, rest - name),
            " ",
            fit(number, 17),
            " ",
            (fit(stage, 14), "$secondary"),
            " ",
            (fit(matched, 9), "$secondary"),
        )

    # The list, while the typing goes on

    def action_down(self) -> None:
        """Mark the next one."""
        self.found.action_cursor_down()

    def action_up(self) -> None:
        """Mark the one above."""
        self.found.action_cursor_up()

    def action_page_down(self) -> None:
        """Go a page on."""
        self.found.action_page_down()  # type: ignore[no-untyped-call]  # Textual leaves it untyped

    def action_page_up(self) -> None:
        """Go a page back."""
        self.found.action_page_up()  # type: ignore[no-untyped-call]  # the same

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.dismiss(int(event.option.id or 0))

    def action_open(self) -> None:
        """Open the marked client; what was typed a moment ago is searched for first."""
        self.run_worker(self._open(), group="open", exclusive=True)

    async def _open(self) -> None:
        if self._searched != self.text:
            self.workers.cancel_group(self, "search")
            await self._search()
        marked = self.found.highlighted
        if marked is not None and marked < len(self._rows):
            self.dismiss(self._rows[marked].client_id)
        elif len(self.text) >= 2:  # as above
            self.action_add()

    def action_add(self) -> None:
        """Add a client with what is typed: digits are its number, anything else its name."""
        self.run_worker(self._add(), group="add", exclusive=True)

    async def _add(self) -> None:
        text = self.text
        name, phone = ("", text) if _PHONE_LIKE.fullmatch(text) else (text, "")
        client_id = await self.app.push_screen_wait(new_client_form(self.app.gateway, name, phone))
        if client_id is not None:
            self.app.client_changed(client_id)
            self.dismiss(client_id)

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)
