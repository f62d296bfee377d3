"""Moving what is owed to another time: one key for the usual ones, typing for all others."""

from datetime import timedelta
from typing import ClassVar

from textual import events, getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk import formatting, wording
from salesdesk.codes import StepKind
from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.context import Context
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.rows import Card, NextStep
from salesdesk.screens.keyed_modal import HELP, KeyedModal
from salesdesk.typing_ahead import TakesLetters
from salesdesk.widgets.card_facts import tail_words
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.preview import Desk
from salesdesk.widgets.when_field import WhenField

_MANY_MOVES = 3


class MoveScreen(TakesLetters, KeyedModal[bool]):
    """Asks when. Dismissed with True once the next action stands at another time."""

    CSS_PATH = "move.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("move.save", "enter,f2", "save", N_("move"), N_("Move the next action to this time"), CLIENT),
        Command(
            "move.type",
            "tab",
            "type",
            N_("type a time"),
            N_("Type the time; any letter begins it too"),
            CLIENT,
        ),
        Command("move.cancel", "escape", "cancel", N_("back"), N_("Leave it where it is"), CLIENT),
        HELP,
    )
    when = getters.query_one(WhenField)
    usual = getters.query_one(Choices)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card
        self._saving = False

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="move"):
            yield Static(id="move-now", markup=False)
            yield Static(id="move-tail", markup=False)
            yield Choices()
            with Horizontal(id="move-row"):
                yield Static(id="move-label", markup=False)
                yield WhenField(self.card.client.zone)
        yield KeysBar()

    def on_mount(self) -> None:
        """Offer the usual times."""
        self.bind_choices(self._offers(), "usual")
        self.usual.focus()

    def _desk(self) -> Context:
        opened = self.app.gateway.opened
        if opened is None:
            raise SalesdeskError(_("The base is not open yet. Wait a moment."))
        return opened.context.fresh()

    def _offers(self) -> list[Choice]:
        """Give the usual times; the code of each is what one would have typed."""
        context = self._desk()

        def day(days: int) -> str:
            return f"{context.calendar.after(context.today + timedelta(days=days), 0):%d.%m}"

        times = (
            ("+1h", _("in an hour")),
            (day(1), _("next working day")),
            (day(3), _("in 3 days")),
            (day(7), _("in a week")),
            (day(30), _("in a month")),
        )
        return [Choice(typed, str(at), title) for at, (typed, title) in enumerate(times, 1)]

    def relabel(self) -> None:
        """Say what is owed now, and how often it was moved."""
        self.query_one("#move").border_title = Content(
            _("Move: {name}").format(name=plain(self.card.client.name))
        )
        self.query_one("#move-now", Static).update(self._now_words())
        self.query_one("#move-tail", Static).update(self._tail_words())
        self.query_one("#move-label", Static).update(_("To"))
        self.usual.offer(self._offers())
        self.when.hint(_("tomorrow 10, +3d"), _("← a key above, or type"))

    def _now_words(self) -> str:
        context, step = self._desk(), self.card.next_action
        goals = context.catalogues.goals
        if step is None:
            goal = wording.titled(goals, self.card.goal)
            return _("Nothing is owed yet. To be owed: {kind} · {goal}").format(
                kind=wording.kind(StepKind.CALL), goal=goal
            )
        at = formatting.moment(step.due_at, context.now, context.clock.zone)
        return f"{wording.kind(step.kind)} · {wording.titled(goals, step.goal)} · {at}"

    def _tail_words(self) -> str:
        context, step = self._desk(), self.card.next_action
        if step is None:
            return ""
        words = tail_words(step, Desk(context.catalogues, context.now, context.clock.zone))
        if not step.moves:
            return (f"! {words}, " if words else "") + _("never moved so far")
        times = ngettext(
            "this will be move number {count}", "this will be move number {count}", step.moves + 1
        )
        sign = "▲" if step.moves >= _MANY_MOVES else "!"
        return f"{sign} {words} · " + times.format(count=step.moves + 1)

    # Choosing

    def action_usual(self, typed: str) -> None:
        """Take one of the usual times: it is written as if typed, so one sees what it means."""
        self.usual.choose(typed)
        self.when.text = typed

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Take what the arrows or the mouse picked."""
        self.when.text = event.code

    def action_type(self) -> None:
        """Begin typing, or go back to the usual times."""
        if self.when.input.has_focus:
            self.usual.focus()
        else:
            self.when.focus_input()

    def on_key(self, event: events.Key) -> None:
        """Begin typing with any letter or sign; the digits are the usual times."""
        letter = event.character or ""
        if event.is_printable and not letter.isspace() and not letter.isdigit():
            event.stop()
            event.prevent_default()
            self.usual.choose(None)
            self.when.focus_input()
            self.when.input.type_in(letter)

    # Saving

    def action_save(self) -> None:
        """Move it, once."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        from salesdesk.desk.next_actions import move

        try:
            step = await self._step()
            await self.app.gateway.write(move, self.card.client.id, step)
        except InputError as error:
            self.when.refuse(str(error))
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._saving = False

    async def _step(self) -> NextStep:
        when, step = await self.when.understood(), self.card.next_action
        if when is None:
            raise InputError(_("Say when: a key above, or type a time."), "next")
        return NextStep(
            kind=step.kind if step else StepKind.CALL,
            goal=step.goal if step else self.card.goal,
            due_at=when.at,
            promise=when.promise,
        )

    def action_cancel(self) -> None:
        """Leave it where it is."""
        self.dismiss(None)
