"""The card: left what is known of a client, right what happened; the script one key away."""

from dataclasses import replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from salesdesk import wording
from salesdesk.commands import bindings
from salesdesk.errors import NotAllowedError, NotFoundError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.rows import Card
from salesdesk.screens.card_actions import CARD_COMMANDS
from salesdesk.screens.card_handing import CardHanding
from salesdesk.widgets.card_facts import card_facts, title_line
from salesdesk.widgets.card_history import card_history
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.leaf import QUIET, Leaf
from salesdesk.widgets.preview import Desk

if TYPE_CHECKING:
    from salesdesk.screens.walk import Walk

HISTORY_PAGE = 50
WIDE = 100
SECTIONS = ("facts", "history", "script")


class CardScreen(CardHanding):
    """Everything on one client. It is claimed while its card is open."""

    CSS_PATH = "card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*CARD_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar
    SLOW_FROM = inf

    section: reactive[str] = reactive("facts", init=False)
    sections = getters.query_one("#sections", Choices)
    face = getters.query_one(Face)

    def __init__(self, client_id: int, walk: "Walk | None" = None) -> None:
        """`walk` is the list that is being worked through, where it is not that of the day."""
        super().__init__(client_id)
        self._read_at: datetime | None = None
        self._history = HISTORY_PAGE
        self._walk = walk

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="card-title", markup=False)
        yield Choices(id="sections", focusable=False)
        with Horizontal(id="card"):
            yield CardPane("facts")
            yield CardPane("history")
            yield CardPane("script")
            yield Face()
        yield KeysBar()

    # Loading

    def on_mount(self) -> None:
        """Read the card, and take the client."""
        self.face.display = False
        self.set_interval(5, self._tick)
        self._minute = self.app.clock.now().minute
        self.watch_section(self.section)
        self.load(take=True)

    def load(self, *, take: bool = False) -> None:
        """Read the card anew; with `take` the client is claimed as well."""
        self.app.hold_keys()
        self.run_worker(self._load(take=take), group="card", exclusive=True)

    async def _load(self, *, take: bool = False) -> None:
        try:
            with self.reading():
                self.card = await self._read()
        except SalesdeskError as error:
            self._cannot_show(error)
            return
        finally:
            await self.app.release_keys()
        self._show()
        if not take:
            return
        if self.card.claimed_by is not None:
            self._only_read(self.card)
        elif not self.card.client.do_not_call:
            await self._take()

    async def _read(self) -> Card:
        await self.app.ready()
        from salesdesk.desk.card import card

        self._read_at = self.app.clock.now()
        return await self.app.gateway.read(card, self.client_id, timeline=self._history)

    async def catch_up(self) -> None:
        """Read the card anew, and say so where somebody else has changed this client."""
        before, since = self.card, self._read_at
        found = await self._read()
        if before is None or since is None or found == before or found.client.id != self.client_id:
            return
        self.card = found
        self._show()
        if _known(found) != _known(before):
            words = _("{who} changed this client at {time}: what stands here is up to date")
            self.say_below(words.format(who=await self._who_changed(since), time=self.time_now()))

    async def _who_changed(self, since: datetime) -> str:
        """Name who has changed this client since it was read. Raises SalesdeskError."""
        from salesdesk.desk.changed_meanwhile import who_changed

        names = await self.app.gateway.read(who_changed, self.client_id, since)
        return ", ".join(map(plain, names)) or _("somebody else")

    async def _take(self) -> None:
        try:
            await self.app.holding.take(self, self.client_id)
        except NotAllowedError:
            # Somebody was quicker: the card says who.
            self.load()
        except SalesdeskError as error:
            self.app.complain(error)

    def on_unmount(self) -> None:
        """Let the client go, in whichever way the card was left."""
        self.app.holding.let_go(self)

    def _cannot_show(self, error: SalesdeskError) -> None:
        if self.card is not None and not isinstance(error, NotFoundError):
            self.app.complain(error)
            return
        self.card = None
        self.query(CardPane).set(display=False)
        self.face.display = True
        self.face.say(str(error), _("esc goes back, r tries again"))

    # What is shown

    def _show(self) -> None:
        card, desk = self.card, self.desk()
        if card is None or desk is None:
            return
        title = title_line(card, desk)
        if self._walk is not None:
            title = Content.assemble((f"{self._walk.place} · ", "$secondary"), title)
        self.query_one("#card-title", Static).update(title)
        rows, more = card.timeline, card.timeline_more
        self.query_one("#facts", CardPane).show(lambda width: card_facts(card, desk, width))
        self.query_one("#history", CardPane).show(lambda width: card_history(rows, desk, width, more=more))
        self.query_one("#script", CardPane).show(lambda width: script_text(card, desk, width))
        self.refresh_bindings()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        titles = (_("What is known"), _("History"), _("Script"))
        for name, words in zip(SECTIONS, titles, strict=True):
            self.query_one(f"#{name}", CardPane).border_title = Content(words)
        self.sections.offer(
            [Choice(name, "", words) for name, words in zip(SECTIONS, titles, strict=True)], self.section
        )
        if self.card is not None:
            self.load()

    def _tick(self) -> None:
        minute = self.app.clock.now().minute
        if minute != self._minute:
            self._minute = minute
            self._show()

    def watch_section(self, section: str) -> None:
        """Show a part: beside the facts where there is room, in place of them where there is not."""
        for name in SECTIONS:
            self.set_class(name == section, f"-{name}")
        self.sections.choose(section)
        self.query_one(f"#{section}", CardPane).focus()

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Go to the part that was clicked."""
        self.section = event.code

    def on_card_pane_near_end(self, event: CardPane.NearEnd) -> None:
        """Read more of the history when one scrolls towards its end."""
        if event.pane.id == "history" and self.card is not None and self.card.timeline_more:
            shown = len(self.card.timeline)
            if self._history <= shown:
                self._history = shown + HISTORY_PAGE * 2
                self.load()

    def client_changed(self, client_id: int | None) -> None:
        """Read the card anew when its client was changed."""
        if client_id is None or client_id == self.client_id:
            self.load()

    # Parts

    def action_section(self) -> None:
        """Go to the next part."""
        at = SECTIONS.index(self.section)
        self.section = SECTIONS[(at + 1) % len(SECTIONS)]

    def action_script(self) -> None:
        """Show the script, or go back to the facts."""
        self.section = "facts" if self.section == "script" else "script"

    # Going on

    def action_reload(self) -> None:
        """Read the card anew."""
        self.load(take=not self.app.holding.has(self))

    def action_next_client(self) -> None:
        """Go to the next client of the list without logging anything."""
        self.run_worker(self._next_client(), group="client", exclusive=True)

    async def _next_client(self) -> None:
        with self.app.errors_said():
            following = await self._following()
            if following is None:
                self.app.say(_("The list ends here."))
            else:
                await self._go_to(following)

    async def _following(self) -> int | None:
        """Give the client after this one. Raises SalesdeskError."""
        opened = await self.app.ready()
        if self._walk is not None:
            return await self._walk.step(1)
        from salesdesk.desk.following import client_after
        from salesdesk.team.pool import pool_is_counted

        following = await self.app.gateway.read(client_after, self.client_id)
        if following is None and pool_is_counted(opened.context):
            # The shared pool stands in no list: one of it is given to who asks, and stands there from now on.
            following = await self.app.holding.take_next(new=True)
            if following is not None:
                self.app.client_changed(following)
        return following

    def action_previous_client(self) -> None:
        """Go to the client before in the list that is worked through."""
        self.run_worker(self._previous_client(), group="client", exclusive=True)

    async def _previous_client(self) -> None:
        if self._walk is not None:
            with self.app.errors_said():
                before = await self._walk.step(-1)
                if before is None:
                    self.app.say(_("The list begins here."))
                else:
                    await self._go_to(before)

    async def _go_to(self, client_id: int) -> None:
        """Show another client's card in place of this one."""
        self.app.holding.let_go(self)
        self.client_id, self.card, self._dialled, self._seen = client_id, None, None, ()
        self._history = HISTORY_PAGE
        self.section = "facts"
        await self._load(take=True)

    async def go_on(self) -> None:
        """Go to the next client of the list that is worked through; leave the card at its end, or without."""
        following = await self._walk.step(1) if self._walk is not None else None
        if following is None:
            self.dismiss()
        else:
            await self._go_to(following)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the client before only where a list is worked through."""
        if action == "previous_client" and self._walk is None:
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back to where one came from."""
        self.dismiss()


def _known(card: Card) -> Card:
    """Give what somebody must have changed for it to differ: no time that goes by, and nobody's open card."""
    return replace(card, listed=True, why="", blocks=(), claimed_by=None, draft=None)


def script_text(card: Card, desk: Desk, width: int) -> Content:
    """Give what to say for the goal of this call."""
    leaf = Leaf(width)
    leaf.heading(wording.titled(desk.catalogues.goals, card.goal))
    leaf.line(card.script.strip() or _("There is no script for this goal."), "" if card.script else QUIET)
    return leaf.content()
