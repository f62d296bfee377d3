"""Moving what is owed to a client to another time."""

from typing import TYPE_CHECKING

from salesdesk import formatting, wording
from salesdesk.codes import MANY_MOVES, StepKind
from salesdesk.errors import ConflictError
from salesdesk.i18n import _, ngettext
from salesdesk.rows import Card, NextStep
from salesdesk.screens.ask_when import AskWhenScreen
from salesdesk.screens.shared_form import MINE, ask_whose
from salesdesk.widgets.card_facts import tail_words
from salesdesk.widgets.preview import Desk

if TYPE_CHECKING:
    from salesdesk.desk.when import When


class MoveScreen(AskWhenScreen):
    """Asks when a client's next action is to be instead; one is owed from then on where none was."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.client.zone)
        self.card = card
        self._token = ""

    @property
    def heading(self) -> str:
        """Name the client."""
        return self.card.client.name

    def lines(self) -> tuple[str, str]:
        """Say what is owed now, and how often it was moved."""
        return self._now_words(), self._tail_words()

    async def do(self, when: "When") -> None:
        """Move it. Raises SalesdeskError."""
        from salesdesk.storage.receipts import new_token

        step = self.card.next_action
        moved = NextStep(
            kind=step.kind if step else StepKind.CALL,
            goal=step.goal if step else self.card.goal,
            due_at=when.at,
            promise=when.promise,
        )
        self._token = self._token or new_token()
        try:
            await self._move(moved)
        except ConflictError as error:
            await self._settle(error, moved)

    async def _move(self, moved: NextStep) -> None:
        lost = self.app.lost_server
        if await lost.keeping.move(self.card, moved, self._token):
            lost.say_kept(self.card.client.name)

    async def _settle(self, error: ConflictError, moved: NextStep) -> None:
        """Ask whose time is to stay where somebody else has moved it meanwhile. Raises SalesdeskError."""
        from salesdesk.desk.card import card

        self.card = await self.app.gateway.read(card, self.card.client.id, timeline=0)
        self.relabel()
        now, clock = self.card.next_action, self.app.clock
        mine, theirs = (
            formatting.moment(at, clock.now(), clock.zone) if at is not None else "–"
            for at in (moved.due_at, now.due_at if now else None)
        )
        whose = await ask_whose(self.app, _("next action"), mine, error.conflicts[0], theirs)
        if whose is None:
            raise error
        if whose == MINE:
            await self._move(moved)

    def _now_words(self) -> str:
        context, step = self.desk(), self.card.next_action
        goals = context.catalogues.goals
        if step is None:
            goal = wording.titled(goals, self.card.goal)
            return _("Nothing is owed yet. To be owed: {kind} · {goal}").format(
                kind=wording.kind(StepKind.CALL), goal=goal
            )
        at = formatting.moment(step.due_at, context.now, context.clock.zone)
        return f"{wording.kind(step.kind)} · {wording.titled(goals, step.goal)} · {at}"

    def _tail_words(self) -> str:
        context, step = self.desk(), self.card.next_action
        if step is None:
            return ""
        words = tail_words(step, Desk(context.catalogues, context.now, context.clock.zone))
        if not step.moves:
            return (f"! {words}, " if words else "") + _("never moved so far")
        times = ngettext(
            "this will be move number {count}", "this will be move number {count}", step.moves + 1
        )
        sign = "▲" if step.moves >= MANY_MOVES else "!"
        return f"{sign} {words} · " + times.format(count=step.moves + 1)
