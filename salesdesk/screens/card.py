"""The card: left what is known of a client, right what happened; the script one key away."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from salesdesk.commands import CALL, LIST, Command, bindings
from salesdesk.errors import NotAllowedError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.rows import Card, Logged
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.widgets.card_facts import card_facts, dialable, dialled, title_line
from salesdesk.widgets.card_history import card_history
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.leaf import QUIET, Leaf
from salesdesk.widgets.preview import Desk, number_line

if TYPE_CHECKING:
    from datetime import datetime

HISTORY_PAGE = 50
WIDE = 100
SECTIONS = ("facts", "history", "script")
_COPY_WIDTH = 100

CARD_COMMANDS = (
    Command("card.log", "l,enter", "log", N_("log"), N_("Log what came of the call"), CALL),
    Command("card.dial", "d", "dial", N_("dial"), N_("Dial; choose where there are several numbers"), CALL),
    Command("card.script", "t", "script", N_("script"), N_("Show or hide what to say for this goal"), CALL),
    Command("card.move", "m", "move", N_("move"), N_("Move the next action to another time")),
    Command("card.edit", "e", "edit", N_("edit"), N_("Change the client, a contact, a number or a deal")),
    Command("card.note", "a", "note", N_("note"), N_("Write a note")),
    Command("card.next", "n", "next_client", N_("next"), N_("To the next client, nothing logged")),
    Command("card.section", "tab", "section", N_("sections"), N_("Facts, history, script in turn"), LIST),
    Command("card.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
    Command("card.why", "w", "why", N_("why"), N_("Say why this client is where it is"), footer=False),
    Command("card.copy_number", "c", "copy_number", N_("copy number"), N_("Copy a number"), footer=False),
    Command("card.copy", "C", "copy_card", N_("copy card"), N_("Copy the card as text"), footer=False),
    Command("card.trail", "U", "trail", N_("trail"), N_("Who did what, with undo"), footer=False),
    Command("card.reload", "r,f5", "reload", N_("reload"), N_("Read the card anew"), LIST, footer=False),
)  # fmt: skip
_OF_A_CARD = frozenset({"log", "dial", "move", "edit", "note", "script", "copy_number", "copy_card", "why"})


class CardScreen(DeskScreen[None]):
    """Everything on one client. It is claimed while its card is open."""

    CSS_PATH = "card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*CARD_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar

    section: reactive[str] = reactive("facts", init=False)
    sections = getters.query_one("#sections", Choices)
    face = getters.query_one(Face)

    def __init__(self, client_id: int) -> None:
        super().__init__()
        self.client_id = client_id
        self.card: Card | None = None
        self._history = HISTORY_PAGE
        self._claimed: int | None = None
        self._dialled: tuple[int, datetime] | None = None

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
        self.run_worker(self._load(take=take), group="card", exclusive=True)

    async def _load(self, *, take: bool = False) -> None:
        try:
            await self.app.ready()
            from salesdesk.desk.card import card

            self.card = await self.app.gateway.read(card, self.client_id, timeline=self._history)
        except SalesdeskError as error:
            self._cannot_show(error)
            return
        self._show()
        if take and self.card.claimed_by is None and not self.card.client.do_not_call:
            await self._take()

    async def _take(self) -> None:
        from salesdesk.team.claims import claim

        try:
            await self.app.gateway.write(claim, self.client_id)
            self._claimed = self.client_id
        except NotAllowedError:
            # Somebody was quicker: the card says who.
            self.load()
        except SalesdeskError as error:
            self.app.complain(error)

    def _let_go(self) -> None:
        """Let the client go, whether or not this screen is still there when it is done."""
        if self._claimed is None:
            return
        from salesdesk.team.claims import release

        client_id, self._claimed = self._claimed, None
        self.app.run_worker(self.app.gateway.write(release, client_id), group="claims", exit_on_error=False)

    def _cannot_show(self, error: SalesdeskError) -> None:
        if self.card is not None:
            self.app.complain(error)
            return
        self.query(CardPane).set(display=False)
        self.face.display = True
        self.face.say(str(error), _("esc goes back, r tries again"))

    # What is shown

    def _desk(self) -> Desk | None:
        opened = self.app.gateway.opened
        if opened is None:
            return None
        return Desk(opened.context.catalogues, self.app.clock.now(), self.app.clock.zone)

    def _show(self) -> None:
        card, desk = self.card, self._desk()
        if card is None or desk is None:
            return
        self.query_one("#card-title", Static).update(title_line(card, desk))
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show what needs a card as not possible before there is one."""
        if action in _OF_A_CARD and self.is_mounted and self.card is None:
            return None
        return super().check_action(action, parameters)

    def client_changed(self, client_id: int | None) -> None:
        """Read the card anew when its client was changed."""
        if client_id is None or client_id == self.client_id:
            self.load()

    # What is done

    def _do(self, work: Callable[[Card], Awaitable[None]]) -> None:
        card = self.card
        if card is not None:
            self.run_worker(self._said(work, card), group="client", exclusive=True)

    async def _said(self, work: Callable[[Card], Awaitable[None]], card: Card) -> None:
        with self.app.errors_said():
            await work(card)

    def action_section(self) -> None:
        """Go to the next part."""
        at = SECTIONS.index(self.section)
        self.section = SECTIONS[(at + 1) % len(SECTIONS)]

    def action_script(self) -> None:
        """Show the script, or go back to the facts."""
        self.section = "facts" if self.section == "script" else "script"

    def action_log(self) -> None:
        """Log a call."""
        self._do(self._log)

    async def _log(self, card: Card) -> None:
        from salesdesk.screens.wrap_up import WrapUpScreen

        phone_id, talked = None, 0
        if self._dialled is not None:
            phone_id, since = self._dialled
            talked = int((self.app.clock.now() - since).total_seconds())
        screen = WrapUpScreen(card, talked, phone_id, claimed=self._claimed is not None)
        logged: Logged | None = await self.app.push_screen_wait(screen)
        if logged is None:
            self.load()
            return
        # Logging let the client go.
        self._claimed = None
        self.app.call_logged(logged)
        self.dismiss()

    def action_dial(self) -> None:
        """Dial a number."""
        self._do(self._dial)

    async def _dial(self, card: Card) -> None:
        if card.client.do_not_call:
            self.app.say(_("This client asked never to be called."), title=plain(card.client.name))
            return
        phone_id = await self._number(card, _("Dial which number?"))
        phone = next((phone for phone in card.numbers() if phone.id == phone_id), None)
        if phone is not None:
            self._dialled = (phone.id, self.app.clock.now())
            self.app.dial(dialled(phone), plain(card.client.name))

    def action_copy_number(self) -> None:
        """Copy a number."""
        self._do(self._copy_number)

    async def _copy_number(self, card: Card) -> None:
        phone_id = await self._number(card, _("Copy which number?"))
        phone = next((phone for phone in card.numbers() if phone.id == phone_id), None)
        if phone is not None:
            self.app.copy(dialled(phone), dialled(phone))

    async def _number(self, card: Card, question: str) -> int | None:
        """Choose a number: the only one, or one by its key."""
        numbers = dialable(card)
        if not numbers:
            self.app.say(_("There is no number to dial here: e adds one."), title=plain(card.client.name))
            return None
        if len(numbers) == 1:
            return numbers[0][0].id
        choices = keyed([(str(phone.id), number_line(phone, owner)) for phone, owner in numbers])
        code = await self.app.push_screen_wait(ChooseScreen(question, choices))
        return int(code) if code is not None else None

    def action_copy_card(self) -> None:
        """Copy the card as text."""
        card, desk = self.card, self._desk()
        if card is None or desk is None:
            return
        history = card_history(card.timeline, desk, _COPY_WIDTH, more=False)
        parts = (title_line(card, desk), card_facts(card, desk, _COPY_WIDTH), history)
        self.app.copy("\n\n".join(part.plain for part in parts), plain(card.client.name))

    def action_edit(self) -> None:
        """Change something on the card."""
        self._do(self._edit)

    async def _edit(self, card: Card) -> None:
        from salesdesk.screens.edit import editable, form_of

        code = await self.app.push_screen_wait(ChooseScreen(_("What is to be changed?"), editable(card)))
        if code is None:
            return
        opened = await self.app.ready()
        saved = await self.app.push_screen_wait(form_of(self.app.gateway, opened, card, code))
        if saved is not None:
            self.app.client_changed(self.client_id)

    def action_note(self) -> None:
        """Write a note."""
        self._do(self._note)

    async def _note(self, card: Card) -> None:
        from salesdesk.screens.note import NoteScreen

        if await self.app.push_screen_wait(NoteScreen(card)) is not None:
            self.app.client_changed(self.client_id)

    def action_move(self) -> None:
        """Move the next action."""
        self._do(self._move)

    async def _move(self, card: Card) -> None:
        from salesdesk.screens.move import MoveScreen

        if await self.app.push_screen_wait(MoveScreen(card)):
            self.app.client_changed(self.client_id)

    def action_trail(self) -> None:
        """Show who did what."""
        self._do(self._trail)

    async def _trail(self, card: Card) -> None:
        from salesdesk.screens.trail import TrailScreen

        client_id = await self.app.push_screen_wait(TrailScreen())
        if client_id is not None and client_id != card.client.id:
            self.app.open_card(client_id)

    def action_why(self) -> None:
        """Say why the client is where it is."""
        card = self.card
        if card is not None:
            blocks = (block for block in card.blocks if block != card.why)
            text = "\n".join(part for part in (card.why, *blocks) if part)
            self.app.notify(text, title=plain(card.client.name), timeout=12, markup=False)

    # Going on

    def action_reload(self) -> None:
        """Read the card anew."""
        self.load(take=self._claimed is None)

    def action_next_client(self) -> None:
        """Go to the next client of the list without logging anything."""
        self.run_worker(self._next_client(), group="client", exclusive=True)

    async def _next_client(self) -> None:
        with self.app.errors_said():
            await self.app.ready()
            from salesdesk.desk.following import client_after

            following = await self.app.gateway.read(client_after, self.client_id)
            if following is None:
                self.app.say(_("The list ends here."))
                return
            self._let_go()
            self.client_id, self.card, self._dialled = following, None, None
            self._history = HISTORY_PAGE
            self.section = "facts"
            await self._load(take=True)

    def action_back(self) -> None:
        """Go back to where one came from."""
        self._let_go()
        self.dismiss()


def script_text(card: Card, desk: Desk, width: int) -> Content:
    """Give what to say for the goal of this call."""
    from salesdesk import wording

    leaf = Leaf(width)
    leaf.heading(wording.titled(desk.catalogues.goals, card.goal))
    leaf.line(card.script.strip() or _("There is no script for this goal."), "" if card.script else QUIET)
    return leaf.content()
