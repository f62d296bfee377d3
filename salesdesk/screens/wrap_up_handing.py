"""Whom a wrap-up hands the client on to: by the rule of its stage, or chosen; and what they are told."""

from typing import TYPE_CHECKING

from textual import getters, work
from textual.widgets import Static

from salesdesk import wording
from salesdesk.commands import CALL, Command
from salesdesk.i18n import N_, _
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.handing import note_form, to_whom
from salesdesk.screens.wrap_up_asking import Asking
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.rows import Card, Receiver

KEEP = "keep"
HANDING_COMMANDS = (
    Command(
        "wrap_up.hand", "h,f8", "hand",
        N_("hand to"), N_("Choose who gets the client, or keep it"), CALL, footer=False,
    ),
    Command(
        "wrap_up.hand_note", "b", "hand_note",
        N_("tell them"), N_("Write what whoever gets the client should know"), CALL, footer=False,
    ),
)  # fmt: skip


class HandingOn(Asking):
    """A wrap-up that says, and lets one choose, where the client goes."""

    hand_line = getters.query_one("#hand", Static)

    def __init__(self, card: "Card") -> None:
        super().__init__(card)
        self._by_rule: Receiver | None = None
        self._people: tuple[Receiver, ...] = ()

    def show_hand(self) -> None:
        """Look where the client would go now, and say so."""
        self._look()

    @work(exclusive=True, group="hand")
    async def _look(self) -> None:
        stage = self._comes_to()
        with self.app.errors_said():
            self._by_rule = None
            if stage is not None:
                from salesdesk.desk.handing_on import proposed

                self._by_rule = await self.app.gateway.read(proposed, self.card.client.id, stage)
            if self.saying.hand_to and not self._people:
                await self._read_people()
        words = self._words()
        self.hand_line.display = bool(words)
        self.hand_line.update(words)

    def _comes_to(self) -> str | None:
        """Give the stage that the client comes to, where that stage hands on."""
        from salesdesk.desk.proposals import stage_after

        context, outcome = self.desk, self.saying.outcome
        rule = context.catalogues.outcomes.get(outcome or "")
        if rule is None or rule.terminal:
            return None
        stage = stage_after(context, rule, self.card.client.stage)
        entry = context.stage(stage)
        moves = entry is not None and entry.hand_on is not None and stage != self.card.client.stage
        return stage if moves else None

    @property
    def _goes_to(self) -> "Receiver | None":
        """Whom the client goes to."""
        chosen = self.saying.hand_to
        if chosen is None:
            return self._by_rule
        return next((one for one in self._people if one.login == chosen), None)

    def _words(self) -> str:
        rule = self.desk.catalogues.outcomes.get(self.saying.outcome or "")
        if rule is None or rule.terminal:
            return ""
        if self.saying.hand_to == KEEP:
            return _("→ stays as it is, by your choice · h: other") if self._by_rule is not None else ""
        to = self._goes_to
        if to is None:
            return ""
        note = self.saying.hand_note
        told = "" if note is None else f" · “{plain(note)}”"
        return plain(wording.goes_to(to)) + told + " · " + _("h: other · b: note")

    async def _read_people(self) -> None:
        from salesdesk.desk.handing_on import receivers

        self._people = await self.app.gateway.read(receivers)

    # Keys

    def action_hand(self) -> None:
        """Choose who gets the client, or keep it."""
        self._choose_hand()

    @work(exclusive=True, group="ask")
    async def _choose_hand(self) -> None:
        with self.app.errors_said():
            await self._read_people()
            choices = to_whom(self._people, self._by_rule, KEEP)
            chosen = self.saying.hand_to or (self._by_rule.login if self._by_rule is not None else KEEP)
            code = await self.app.push_screen_wait(ChooseScreen(_("Who gets the client?"), choices, chosen))
            if code is not None:
                self.saying.hand_to = code
                self.changed()

    def action_hand_note(self) -> None:
        """Write what whoever gets the client should know."""
        if self._goes_to is not None:
            self._write_note()

    @work(exclusive=True, group="ask")
    async def _write_note(self) -> None:
        to = self._goes_to
        known = self.panel.note.text if self.saying.hand_note is None else self.saying.hand_note
        title = _("What is {name} told?").format(name=plain(to.name) if to is not None else "")
        note = await self.app.push_screen_wait(note_form(title, " ".join(known.split())))
        if note is not None:
            self.saying.hand_note = note
            self.changed()
