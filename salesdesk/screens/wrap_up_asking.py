"""What a wrap-up asks: goal, kind and goal of the next action, reason, number; each one key to answer."""

from collections.abc import Callable, Sequence

from textual import getters, work

from salesdesk import wording
from salesdesk.codes import StepKind
from salesdesk.context import Context
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _, title
from salesdesk.rows import Card, KeptHere, Logged
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.keyed_modal import KeyedModal
from salesdesk.screens.saying import Saying
from salesdesk.screens.wrap_up_panel import WrapUpPanel
from salesdesk.widgets.card_facts import numbers_of
from salesdesk.widgets.choices import Choice
from salesdesk.widgets.preview import number_line


class Asking(KeyedModal[Logged | KeptHere]):
    """A modal that makes a `Saying` of a call, and asks for parts of it."""

    panel = getters.query_one(WrapUpPanel)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card
        self.saying = Saying(card.goal)

    @property
    def desk(self) -> Context:
        """The desk at this moment. Raises SalesdeskError before the base is open."""
        opened = self.app.gateway.opened
        if opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return opened.context.fresh()

    def changed(self) -> None:
        """Take note that something was chosen."""
        raise NotImplementedError

    def show_title(self) -> None:
        """Write the title over the panel."""
        raise NotImplementedError

    def action_goal(self) -> None:
        """Choose what this call was to achieve."""

        def take(code: str) -> None:
            self.saying.goal = code

        self._ask(_("What was this call to achieve?"), self._goal_choices(), self.saying.goal, take)

    def action_next_goal(self) -> None:
        """Choose the goal of the next action."""

        def take(code: str) -> None:
            self.saying.next_goal = code

        self._ask(_("What is the next action for?"), self._goal_choices(), self.saying.next_goal, take)

    def _goal_choices(self) -> list[Choice]:
        goals = self.desk.catalogues.goals.values()
        return [Choice(entry.code, entry.key, title(entry.title)) for entry in goals]

    def action_kind(self) -> None:
        """Choose what the next action is."""

        def take(code: str) -> None:
            self.saying.kind = StepKind(code)

        kinds = keyed([(kind.value, wording.kind(kind)) for kind in StepKind])
        self._ask(_("What comes next?"), kinds, self.saying.kind, take)

    def ask_reason(self) -> None:
        """Ask why the client was lost."""
        reasons = self.desk.catalogues.reasons

        def take(code: str) -> None:
            self.saying.reason = code
            if reasons[code].needs_note and not self.saying.note:
                self.panel.focus_note()

        choices = [Choice(entry.code, entry.key, title(entry.title)) for entry in reasons.values()]
        self._ask(_("Why?"), choices, self.saying.reason, take)

    def action_number(self) -> None:
        """Choose the number that was called."""

        def take(code: str) -> None:
            self.saying.phone_id = int(code)
            self.show_title()

        numbers = keyed(
            [(str(phone.id), number_line(phone, owner)) for phone, owner in numbers_of(self.card)]
        )
        if numbers:
            chosen = str(self.saying.phone_id) if self.saying.phone_id else None
            self._ask(_("Which number was called?"), numbers, chosen, take)

    @work(exclusive=True, group="ask")
    async def _ask(
        self, question: str, choices: Sequence[Choice], chosen: str | None, take: Callable[[str], None]
    ) -> None:
        code = await self.app.push_screen_wait(ChooseScreen(question, choices, chosen))
        if code is not None:
            take(code)
            self.changed()
