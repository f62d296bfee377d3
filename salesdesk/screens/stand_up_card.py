"""A stand-up, card by card: the client, why it was chosen, the operator's plan and the lead's remarks."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Static

from salesdesk import wording
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.context import Context
from salesdesk.errors import NotFoundError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.lead.stand_up_rows import CardRow, StandUpRow
from salesdesk.lead.stand_up_words import rule_words
from salesdesk.rows import Card
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.screens.stand_up_keeper import StandUpKeeper
from salesdesk.widgets.card_facts import card_facts, title_line
from salesdesk.widgets.card_history import card_history
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.cells import plain
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.note_area import NoteArea
from salesdesk.widgets.preview import Desk
from salesdesk.widgets.stand_up_text import decided_line

if TYPE_CHECKING:
    from textual.timer import Timer

WIDE = 100
HISTORY = 30
PAUSE = 0.3
"""Seconds of quiet before what was typed is kept."""

CARD_COMMANDS = (
    Command("stand_up_card.next", "n,enter", "next", N_("next"), N_("To the next card or field"), LIST),
    Command("stand_up_card.field", "tab", "field", N_("write"), N_("Plan, remarks, client in turn"), CLIENT),
    Command("stand_up_card.decide", "d", "decide", N_("decide"), N_("Decide on the next action"), CLIENT),
    Command("stand_up_card.note", "t", "note", N_("note"), N_("Leave the operator a note"), CLIENT),
    Command("stand_up_card.leave", "escape", "leave", N_("finish"), N_("Out of the field; to the end"), LIST),
    Command("stand_up_card.card", "c", "card", N_("card"), N_("Open the whole card"), footer=False),
    Command("stand_up_card.previous", "p", "previous", N_("previous"), N_("To the card before"), LIST),
    Command(
        "stand_up_card.field_before", "shift+tab", "field_before",
        N_("write"), N_("The same the other way round"), CLIENT, footer=False, palette=False,
    ),
    Command("stand_up_card.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
)  # fmt: skip
_FIELDS = ("facts", "plan", "remarks")


class StandUpCardScreen(DeskScreen[None]):
    """One card after another. What is typed is kept as one types; decisions are taken at once."""

    CSS_PATH = "stand_up_card.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*CARD_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar

    face = getters.query_one(Face)

    def __init__(self, held: StandUpRow) -> None:
        super().__init__()
        self._held = held
        self._at = _goes_on_at(held)
        self._card: Card | None = None
        self._timer: Timer | None = None
        self._sure = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="stand-up-title", markup=False)
        yield Static(id="stand-up-client", markup=False)
        with Horizontal(id="stand-up-card"):
            yield CardPane("facts")
            yield CardPane("history")
            yield Face()
        with Container(id="stand-up-fields"):
            for name in ("plan", "remarks"):
                with Container(classes="field"):
                    yield Static(id=f"{name}-label", markup=False)
                    yield NoteArea(id=name)
        yield Static(id="stand-up-decided", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Show the first card on which nothing is said yet."""
        self._keeper = StandUpKeeper(self.app.gateway, self.app.complain)
        super().on_mount()
        self._fill_fields()
        self._pane("facts").focus()
        self.load()

    # Reading

    def load(self) -> None:
        """Read the card anew; keys wait for it."""
        self.app.hold_keys()
        self._load()

    @work(exclusive=True, group="stand-up")
    async def _load(self) -> None:
        try:
            await self.app.ready()
            from salesdesk.lead.stand_up_turn import card_of

            self._card = await self.app.gateway.read(
                card_of, self._held.operator_id, self.row.client_id, timeline=HISTORY
            )
        except SalesdeskError as error:
            self._card = None
            self.query(CardPane).set(display=False)
            self.face.say(str(error), _("n goes on, r tries again"))
        finally:
            await self.app.release_keys()
        self._show()

    async def _reread(self) -> None:
        """Read the stand-up anew: what is decided, and what was taken back."""
        from salesdesk.lead.stand_up import stand_up

        self._held = await self.app.gateway.read(stand_up, self._held.id)

    @property
    def row(self) -> CardRow:
        """The card that is looked at."""
        return self._held.cards[self._at]

    # Showing

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._pane("facts").border_title = Content(_("What is known"))
        self._pane("history").border_title = Content(_("History"))
        labels = {"plan": _("Plan"), "remarks": _("Remarks")}
        for name, words in labels.items():
            self.query_one(f"#{name}-label", Static).update(words)
        self._show()

    def _show(self) -> None:
        context = self._desk_now()
        words = [
            _("Stand-up"), plain(self._held.operator),
            _("card {place} of {count}").format(place=self._at + 1, count=len(self._held.cards)),
            rule_words(self.row.rule),
        ]  # fmt: skip
        self.query_one("#stand-up-title", Static).update(" · ".join(words))
        if context is None:
            return
        self.query_one("#stand-up-decided", Static).update(decided_line(self.row, context))
        card = self._card
        if card is None:
            self.query_one("#stand-up-client", Static).update(plain(self.row.name))
            return
        desk = Desk(context.catalogues, context.now, context.clock.zone)
        self.face.hide()
        self.query(CardPane).set(display=True)
        self.query_one("#stand-up-client", Static).update(title_line(card, desk))
        self._pane("facts").show(lambda width: card_facts(card, desk, width))
        self._pane("history").show(
            lambda width: card_history(card.timeline, desk, width, more=card.timeline_more)
        )

    def _desk_now(self) -> Context | None:
        opened = self.app.gateway.opened
        return opened.context.fresh() if opened is not None else None

    def _pane(self, name: str) -> CardPane:
        return self.query_one(f"#{name}", CardPane)

    # The fields

    def _area(self, name: str) -> NoteArea:
        return self.query_one(f"#{name}", NoteArea)

    def _fill_fields(self) -> None:
        waiting = self._keeper.waiting(self.row.id)
        texts = waiting or (self.row.plan, self.row.remarks)
        for name, text in zip(("plan", "remarks"), texts, strict=True):
            area = self._area(name)
            if area.text.strip() != text:
                area.text = text
            area.end()

    def on_text_area_changed(self) -> None:
        """Keep what is typed, after a pause."""
        self._note_fields()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._flush)

    def _note_fields(self) -> None:
        plan, remarks = self._area("plan").text, self._area("remarks").text
        kept = self._keeper.waiting(self.row.id) or (self.row.plan, self.row.remarks)
        if (plan.strip(), remarks.strip()) != kept:
            self._keeper.note(self.row.id, plan, remarks)

    async def keep_unfinished(self) -> None:
        """Write down what is typed."""
        self._note_fields()
        await self._keeper.flush()

    def _flush(self) -> None:
        self.run_worker(self._keep(), group="kept")

    async def _keep(self) -> bool:
        """Write what is typed; tell whether all of it is in the base."""
        kept = await self._keeper.flush()
        with self.app.errors_said():
            await self._reread()
        return kept

    @property
    def _here(self) -> int:
        """Which of the parts has the focus: 0 the client, 1 the plan, 2 the remarks."""
        focused = self.focused.id if self.focused is not None else None
        return _FIELDS.index(focused) if focused in _FIELDS else 0

    def _go_to(self, place: int) -> None:
        name = _FIELDS[place % len(_FIELDS)]
        (self._area(name) if place % len(_FIELDS) else self._pane(name)).focus()

    def action_field(self) -> None:
        """Go to the plan, the remarks, and back to the client."""
        self._go_to(self._here + 1)

    def action_field_before(self) -> None:
        """Go the other way round."""
        self._go_to(self._here - 1)

    # From card to card

    def action_next(self) -> None:
        """Go to the next card, after the last to the summary; from the plan to the remarks."""
        if self._here == 1:
            self._go_to(2)
        elif self._at + 1 < len(self._held.cards):
            self._turn(self._at + 1)
        else:
            self._end()

    def action_previous(self) -> None:
        """Go to the card before."""
        if self._at:
            self._turn(self._at - 1)

    def _turn(self, at: int) -> None:
        self._note_fields()
        self._flush()
        self._at, self._card = at, None
        self._go_to(0)
        self._fill_fields()
        self._show()
        for name in ("facts", "history"):
            self._pane(name).scroll_home(animate=False)
        self.load()

    def action_reload(self) -> None:
        """Read the card anew."""
        self.load()

    def action_card(self) -> None:
        """Open the whole card."""
        self.app.open_card(self.row.client_id)

    def client_changed(self, client_id: int | None) -> None:
        """Read anew: something was decided, or taken back."""
        del client_id
        self._change()

    @work(exclusive=True, group="changed")
    async def _change(self) -> None:
        try:
            await self._keeper.flush()
            await self._reread()
        except NotFoundError as error:
            self.app.complain(error)
            self.dismiss(None)
            return
        except SalesdeskError as error:
            self.app.complain(error)
        self._fill_fields()
        self.load()

    # Deciding

    def _do(self, work: Callable[[Card, Context], Awaitable[bool]]) -> None:
        card, context = self._card, self._desk_now()
        if card is not None and context is not None:
            self.app.hold_keys()
            self.run_worker(self._done(work, card, context), group="client", exclusive=True)

    async def _done(
        self, work: Callable[[Card, Context], Awaitable[bool]], card: Card, context: Context
    ) -> None:
        try:
            with self.app.errors_said():
                if await work(card, context):
                    self.app.client_changed(card.client.id)
        finally:
            await self.app.release_keys()

    def action_decide(self) -> None:
        """Decide on the next action: its goal, then its time."""
        self._do(self._decide)

    async def _decide(self, card: Card, context: Context) -> bool:
        from salesdesk.screens.stand_up_decide import DecideScreen

        stage = context.stage(card.client.stage)
        if card.client.do_not_call or (stage is not None and not stage.in_work):
            self.app.say(_("This client is closed: nothing is owed to it. t leaves a note."))
            return False
        goals = context.catalogues.goals
        asked = ChooseScreen(
            _("Decided: with which goal?"),
            keyed([(code, wording.titled(goals, code)) for code in goals]),
            card.goal,
        )
        goal = await self.app.push_screen_wait(asked)
        if goal is None:
            return False
        decided = await self.app.push_screen_wait(DecideScreen(card, self.row.id, goal))
        return decided is True

    def action_note(self) -> None:
        """Leave the operator a note."""
        self._do(self._note)

    async def _note(self, card: Card, context: Context) -> bool:
        from salesdesk.screens.stand_up_decide import StandUpNoteScreen

        del context
        screen = StandUpNoteScreen(card, self.row.id, self._held.operator)
        return await self.app.push_screen_wait(screen) is not None

    # The end

    def action_leave(self) -> None:
        """Leave the field; from the client go to the summary."""
        if self._here:
            self._go_to(0)
        else:
            self._end()

    @work(exclusive=True, group="client")
    async def _end(self) -> None:
        """Show what it has come to; end it there, or come back."""
        from salesdesk.screens.stand_up_summary import StandUpSummaryScreen

        self._note_fields()
        if not await self._keep() and not self._sure:
            self._sure = True
            self.app.say(_("What is typed could not be saved: esc once more goes to the end all the same."))
            return
        if await self.app.push_screen_wait(StandUpSummaryScreen(self._held)) is not None:
            self.dismiss(None)


def _goes_on_at(held: StandUpRow) -> int:
    """Give the card after the last one on which something was said."""
    said = [at for at, card in enumerate(held.cards) if card.said]
    return min(said[-1] + 1, len(held.cards) - 1) if said else 0
