"""Decisions of a stand-up: a next action with its goal and time, and a note for the operator."""

from typing import TYPE_CHECKING

from textual.content import Content

from salesdesk import formatting, wording
from salesdesk.codes import StepKind
from salesdesk.i18n import _
from salesdesk.rows import Card, NextStep
from salesdesk.screens.ask_when import AskWhenScreen
from salesdesk.screens.note import NoteScreen
from salesdesk.widgets.card_facts import tail_words
from salesdesk.widgets.cells import plain
from salesdesk.widgets.preview import Desk

if TYPE_CHECKING:
    from salesdesk.desk.when import When


class DecideScreen(AskWhenScreen):
    """Asks when what is decided on a card is to be done."""

    def __init__(self, card: Card, card_id: int, goal: str) -> None:
        super().__init__(card.client.zone)
        self.card = card
        self._card_id, self._goal = card_id, goal
        self._kind = card.next_action.kind if card.next_action else StepKind.CALL

    @property
    def heading(self) -> str:
        """Name the client."""
        return self.card.client.name

    def relabel(self) -> None:
        """Say what it is about."""
        super().relabel()
        title = _("Decided: {name}").format(name=plain(self.heading))
        self.query_one("#ask-when").border_title = Content(title)
        self.query_one("#ask-when-label").update(_("When"))  # type: ignore[attr-defined]  # a Static

    def lines(self) -> tuple[str, str]:
        """Say what is to be done, and what is owed now."""
        context, owed = self.desk(), self.card.next_action
        goal = wording.titled(context.catalogues.goals, self._goal)
        first = f"{wording.kind(self._kind)} · {goal}"
        if owed is None:
            return first, _("nothing is owed so far")
        at = formatting.moment(owed.due_at, context.now, context.clock.zone)
        late = tail_words(owed, Desk(context.catalogues, context.now, context.clock.zone))
        return first, _("owed now: {when}").format(when=at) + (f", {late}" if late else "")

    async def do(self, when: "When") -> None:
        """Decide it. Raises SalesdeskError."""
        from salesdesk.lead.stand_up import decide_next_action

        step = NextStep(kind=self._kind, goal=self._goal, due_at=when.at, promise=when.promise)
        await self.app.gateway.write(decide_next_action, self._card_id, step)


class StandUpNoteScreen(NoteScreen):
    """Writes a note for the operator down."""

    def __init__(self, card: Card, card_id: int, operator: str) -> None:
        super().__init__(card.client.id, card.client.name)
        self._card_id, self._operator = card_id, operator

    @property
    def heading(self) -> str:
        """Say for whom."""
        return _("Note for {operator}: {name}").format(operator=plain(self._operator), name=self.client_name)

    async def keep(self, text: str) -> int:
        """Keep the note with the card of the stand-up. Raises SalesdeskError."""
        from salesdesk.lead.stand_up import decide_note

        return await self.app.gateway.write(decide_note, self._card_id, text)
