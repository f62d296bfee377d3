"""What is done to the client of an open card: dial, log, move, edit, note, copy, undo."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from salesdesk.codes import Role
from salesdesk.commands import CALL, LIST, Command
from salesdesk.i18n import N_, _
from salesdesk.rows import Card, KeptHere, Logged
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.keeping_up import KeepingUp
from salesdesk.widgets.card_facts import card_facts, dialable, dialled, title_line
from salesdesk.widgets.card_history import card_history
from salesdesk.widgets.cells import plain
from salesdesk.widgets.preview import Desk, number_line

if TYPE_CHECKING:
    from datetime import datetime

_COPY_WIDTH = 100

CARD_COMMANDS = (
    Command("card.log", "l,enter", "log", N_("log"), N_("Log what came of the call"), CALL),
    Command("card.dial", "d", "dial", N_("dial"), N_("Dial; choose where there are several numbers"), CALL),
    Command("card.script", "t", "script", N_("script"), N_("Show or hide what to say for this goal"), CALL),
    Command(
        "card.seen", "v", "seen",
        N_("seen"), N_("Say that you have seen what the lead left here; once more unsays it"),
    ),
    Command("card.move", "m", "move", N_("move"), N_("Move the next action to another time")),
    Command("card.edit", "e", "edit", N_("edit"), N_("Change the client, a contact, a number or a deal")),
    Command("card.note", "a", "note", N_("note"), N_("Write a note")),
    Command("card.next", "n", "next_client", N_("next"), N_("To the next client, nothing logged")),
    Command(
        "card.previous", "p", "previous_client", N_("previous"), N_("To the client before, nothing logged")
    ),
    Command("card.section", "tab", "section", N_("sections"), N_("Facts, history, script in turn"), LIST),
    Command("card.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
    Command(
        "card.note_for", "A", "note_for",
        N_("note for"), N_("Leave an operator a note about this client"), footer=False,
    ),
    Command("card.why", "w", "why", N_("why"), N_("Say why this client is where it is"), footer=False),
    Command(
        "card.merge", "M", "merge",
        N_("merge"), N_("Merge with another card of this client"), footer=False,
    ),
    Command("card.copy_number", "c", "copy_number", N_("copy number"), N_("Copy a number"), footer=False),
    Command("card.copy", "C", "copy_card", N_("copy card"), N_("Copy the card as text"), footer=False),
    Command("card.trail", "U", "trail", N_("trail"), N_("Who did what, with undo"), footer=False),
    Command("card.reload", "r", "reload", N_("reload"), N_("Read the card anew"), LIST, footer=False),
)  # fmt: skip
_OF_A_CARD = frozenset(
    {"log", "dial", "move", "edit", "note", "note_for", "script", "copy_number", "copy_card", "why", "merge"}
)


class CardActions(KeepingUp[None]):
    """A screen about one client. `card` is None until it was read; the client is held while it is shown."""

    def __init__(self, client_id: int) -> None:
        super().__init__()
        self.client_id = client_id
        self.card: Card | None = None
        self._dialled: tuple[int, datetime] | None = None
        self._seen: tuple[int, ...] = ()

    def load(self, *, take: bool = False) -> None:
        """Read the card anew; with `take` the client is claimed as well."""
        raise NotImplementedError

    def desk(self) -> Desk | None:
        """Give what a card is read with; None before the base is open."""
        opened = self.app.gateway.opened
        if opened is None:
            return None
        return Desk(opened.context.catalogues, self.app.clock.now(), self.app.clock.zone)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show what needs a card as not possible before there is one; offer what there is reason for."""
        if action == "seen" and not self._seen and (self.card is None or not self.card.from_lead):
            return False
        if action == "note_for" and not self._leads:
            return False
        if action in _OF_A_CARD and self.is_mounted and self.card is None:
            return None
        return super().check_action(action, parameters)

    @property
    def _leads(self) -> bool:
        opened = self.app.gateway.opened
        return opened is not None and opened.context.me.role is not Role.OPERATOR

    def _do(self, work: Callable[[Card], Awaitable[None]]) -> None:
        card = self.card
        if card is not None:
            self.app.hold_keys()
            self.run_worker(self._said(work, card), group="client", exclusive=True)

    async def _said(self, work: Callable[[Card], Awaitable[None]], card: Card) -> None:
        try:
            with self.app.errors_said():
                await work(card)
        finally:
            await self.app.release_keys()

    def action_log(self) -> None:
        """Log a call."""
        self._do(self._log)

    async def _log(self, card: Card) -> None:
        from salesdesk.screens.wrap_up import WrapUpScreen

        if self._only_read(card):
            return
        phone_id, talked = None, 0
        if self._dialled is not None:
            phone_id, since = self._dialled
            talked = int((self.app.clock.now() - since).total_seconds())
        screen = WrapUpScreen(card, talked, phone_id)
        logged: Logged | KeptHere | None = await self.app.push_screen_wait(screen)
        if logged is None:
            self.load()
            return
        self.app.call_logged(logged)
        await self.go_on()

    def _only_read(self, card: Card) -> bool:
        """Tell whether somebody else is on this client, and say so: then it is read, and not called."""
        if card.claimed_by is not None:
            line = _("{name} is on this client now: read it, or n for the next one.")
            self.app.say(line.format(name=plain(card.claimed_by)), title=plain(card.client.name))
        return card.claimed_by is not None

    async def go_on(self) -> None:
        """Leave the card, once a call is logged."""
        self.dismiss()

    def action_dial(self) -> None:
        """Dial a number."""
        self._do(self._dial)

    async def _dial(self, card: Card) -> None:
        if card.client.do_not_call:
            self.app.say(_("This client asked never to be called."), title=plain(card.client.name))
            return
        if self._only_read(card):
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
        card, desk = self.card, self.desk()
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

        if await self.app.push_screen_wait(NoteScreen(card.client.id, card.client.name)) is not None:
            self.app.client_changed(self.client_id)

    def action_note_for(self) -> None:
        """Leave a note for whoever has this client to call, or owns it."""
        self._do(self._note_for)

    async def _note_for(self, card: Card) -> None:
        from salesdesk.screens.leave_note import leave_note

        whose = card.next_action.operator_id if card.next_action is not None else card.client.owner_id
        await leave_note(self.app, card.client.id, card.client.name, whose)

    def action_seen(self) -> None:
        """Say that the lead's notes here were seen; where none is new, unsay what was said last."""
        self._do(self._see)

    async def _see(self, card: Card) -> None:
        from salesdesk.desk.lead_notes import mark_seen

        new = tuple(note.id for note in card.from_lead)
        await self.app.gateway.write(mark_seen, new or self._seen, seen=bool(new))
        self._seen = new
        if new:
            self.app.say(_("It stays in the history."), title=_("Seen; v once more unsays it"))
        self.app.client_changed(self.client_id)

    def action_move(self) -> None:
        """Move the next action."""
        self._do(self._move)

    async def _move(self, card: Card) -> None:
        from salesdesk.screens.move import MoveScreen

        if await self.app.push_screen_wait(MoveScreen(card)):
            self.app.client_changed(self.client_id)

    def action_merge(self) -> None:
        """Merge with another card, found by search."""
        self._do(self._merge)

    async def _merge(self, card: Card) -> None:
        from salesdesk.screens.merge_cards import merge_with_another

        merged = await merge_with_another(self.app, card.client.id)
        if merged is not None:
            # Whichever of both stayed is the card of this client now.
            self.client_id = merged.client_id
            self.load()

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
