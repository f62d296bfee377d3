"""Search: a client found as one types, from any screen."""

import re
from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from salesdesk import wording
from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.rows import SearchResult
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.edit_client import new_client_form
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.found_list import FoundList
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput

SAY_WORKING_AFTER = 0.3
"""Seconds."""

_PHONE_LIKE = re.compile(r"[\d\s()+\-.]{4,}")
_WHOLE = re.compile(r"\+?(?:[\s()\-.]*\d){7,15}\s*")
"""What may be a whole number: only of one is the base asked once more."""


class SearchScreen(DeskModal[int]):
    """Finds a client. Dismissed with its id, or with None."""

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("search.open", "enter", "open", N_("open"), N_("Open the marked client"), LIST),
        Command("search.down", "down", "down", N_("down"), N_("Mark the next one"), LIST, footer=False),
        Command("search.up", "up", "up", N_("up"), N_("Mark the one above"), LIST, footer=False),
        Command("search.last", "pagedown", "last", N_("last"), N_("Mark the last one"), LIST, footer=False),
        Command("search.first", "pageup", "first", N_("first"), N_("Mark the first one"), LIST, footer=False),
        Command("search.add", "f2", "add", N_("add a client"), N_("Add a client with what is typed"), DESK),
        Command("search.cancel", "escape", "cancel", N_("back"), N_("Back to where you were"), DESK),
        HELP,
    )
    found = getters.query_one(FoundList)
    state = getters.query_one("#search-state", Static)

    def __init__(self) -> None:
        super().__init__()
        self.searched: str | None = None

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="search"):
            yield LineInput(id="search-text", compact=True)
            yield Static(id="search-state", markup=False)
            yield FoundList()
        yield KeysBar()

    def relabel(self) -> None:
        """Say what may be typed."""
        self.query_one("#search").border_title = _("Search")
        self.query_one(Input).placeholder = _("name, person, phone digits, tax id")
        self._say(_("Type at least two letters, or four digits of a number."))
        self.found.refresh()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value.strip()

    def _say(self, text: str) -> None:
        self.state.update(text, layout=False)

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

            result = await self.app.gateway.read(search, text, limit=max(self.found.size.height, 1))
            theirs = None if result.rows else await self._whose(text)
            if theirs is None and not result.rows and self._may_have_been_given(text):
                result = await self.app.gateway.read(search, text, limit=max(self.found.size.height, 1))
                if result.rows:
                    self.app.client_changed(None)
        except SalesdeskError as error:
            self._say(f"! {error}")
            return
        finally:
            saying.stop()
        self._show(result, text)
        if theirs is not None:
            self._say(plain(wording.client_of(theirs)))
        else:
            self._say_found(result, text)

    async def _whose(self, text: str) -> str | None:
        """Tell who has the client with a whole number that is not among what this person sees."""
        if not _WHOLE.fullmatch(text):
            return None
        from salesdesk.base.whose_number import whose_number

        return await self.app.gateway.write(whose_number, text)

    def _may_have_been_given(self, text: str) -> bool:
        """Tell whether asking whose a number is may have shown a client of a pool that is given out."""
        from salesdesk.team.pool import pool_is_counted

        opened = self.app.gateway.opened
        return opened is not None and _WHOLE.fullmatch(text) is not None and (pool_is_counted(opened.context))

    def _say_found(self, result: SearchResult, text: str) -> None:
        if not result.rows:
            self._say(_("Nobody found for “{text}”. F2 adds a client with it.").format(text=plain(text)))
            return
        words = ngettext("{count} client", "{count} clients", result.total).format(count=result.total)
        if not result.total_is_exact:
            words = _("{count} clients or more: type on").format(count=result.total)
        elif result.total > len(result.rows):
            words += " · " + _("the first {count} are shown: type on").format(count=len(result.rows))
        if result.understood is not None:
            words = _("shown for “{text}”").format(text=plain(result.understood)) + " · " + words
        self._say(words)

    def _show(self, result: SearchResult, text: str) -> None:
        self.searched = text
        opened = self.app.gateway.opened
        self.found.show(
            result.rows, opened.context.catalogues.stages if opened is not None else {}, result.marks
        )

    # The list, while the typing goes on

    def action_down(self) -> None:
        """Mark the next one."""
        self.found.choose(self.found.place + 1)

    def action_up(self) -> None:
        """Mark the one above."""
        self.found.choose(self.found.place - 1)

    def action_last(self) -> None:
        """Mark the last one."""
        self.found.choose(self.found.size.height)

    def action_first(self) -> None:
        """Mark the first one."""
        self.found.choose(0)

    def on_resize(self) -> None:
        """Show as many as there is room for now."""
        if self.searched is not None:
            self._search_now()

    def on_found_list_opened(self, event: FoundList.Opened) -> None:
        """Open what was clicked."""
        self.dismiss(event.row.client_id)

    def action_open(self) -> None:
        """Open the marked client; what was typed a moment ago is searched for first."""
        self.run_worker(self._open(), group="open", exclusive=True)

    async def _open(self) -> None:
        if self.searched != self.text:
            self.workers.cancel_group(self, "search")
            await self._search()
        if self.found.chosen is not None:
            self.dismiss(self.found.chosen.client_id)
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
