"""The wrap-up: what came of a call and what is owed next, in as few keys as there are things to say."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from salesdesk import formatting
from salesdesk.codes import GoalResult
from salesdesk.commands import CALL, Command, bindings
from salesdesk.errors import InputError, LostError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.rows import Card, KeptHere, Logged, WrapUp
from salesdesk.screens.draft_keeper import DraftKeeper
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.saying import saying_of
from salesdesk.screens.wrap_up_handing import HANDING_COMMANDS, HandingOn
from salesdesk.screens.wrap_up_panel import WrapUpPanel, outcome_choices, result_choices
from salesdesk.widgets.card_facts import numbers_of
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choices
from salesdesk.widgets.keys_bar import KeysBar

if TYPE_CHECKING:
    from textual.timer import Timer

DRAFT_PAUSE = 0.3
"""Seconds of quiet before what was typed is kept."""

WRAP_UP_COMMANDS = (
    Command("wrap_up.save", "enter,f2", "save", N_("save, go on"), N_("Log the call and go on"), CALL),
    Command("wrap_up.note", "i,f5", "note", N_("note"), N_("Write a note"), CALL),
    Command("wrap_up.when", "t,f4", "when", N_("when"), N_("Type the time of the next action"), CALL),
    Command("wrap_up.goal", "g,f3", "goal", N_("goal"), N_("Choose what this call was to achieve"), CALL),
    Command("wrap_up.leave", "escape", "leave", N_("later"), N_("Leave; a draft is kept"), CALL),
    Command("wrap_up.kind", "k,f6", "kind", N_("next: what"), N_("Choose what the next action is"), CALL),
    Command("wrap_up.next_goal", "j,f9", "next_goal", N_("next: goal"), N_("What the next is for"), CALL),
    Command(
        "wrap_up.number", "p", "number",
        N_("number"), N_("Choose the number that was called"), CALL, footer=False,
    ),
    Command(
        "wrap_up.drop", "f7", "drop",
        N_("throw away"), N_("Leave and throw away what is said"), CALL, footer=False,
    ),
    *HANDING_COMMANDS,
    HELP,
)  # fmt: skip


class WrapUpScreen(HandingOn):
    """Logs one call. Dismissed with what was logged, or with None; a draft is kept meanwhile.

    `talk_seconds` is what the call has lasted already. The client is held while the wrap-up is open.
    """

    CSS_PATH = "wrap_up.tcss"
    AUTO_FOCUS = "#outcomes"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*WRAP_UP_COMMANDS)

    def __init__(self, card: Card, talk_seconds: int = 0, phone_id: int | None = None) -> None:
        super().__init__(card)
        self._talked = talk_seconds
        self._phone_id = phone_id
        self._saving = False
        self._tries: list[WrapUp] = []
        self._draft_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        yield WrapUpPanel(self.card)
        yield KeysBar()

    # Beginning

    def on_mount(self) -> None:
        """Go on from the draft, begin to count the time, and take the client."""
        self._opened_at = self.app.clock.now()
        self._drafts = DraftKeeper(self.app.gateway, self.card.client.id, self.app.complain)
        catalogues = self.desk.catalogues
        self.saying, talked = saying_of(self.card, catalogues)
        self._talked = max(self._talked, talked)
        self.saying.phone_id = self._phone_id or self.saying.phone_id
        self.bind_choices(result_choices(), "result")
        self.bind_choices(outcome_choices(catalogues), "outcome")
        self.panel.note.text, self.panel.when.text = self.saying.note, self.saying.when
        self.panel.note.end()
        self.set_interval(1, self.show_title)
        if self.saying.begun:
            self.panel.say(_("Goes on from what was half-typed. F7 throws it away."))
        self._take_client()

    @work
    async def _take_client(self) -> None:
        """Take the client; while somebody else is on it, no call is logged here."""
        try:
            await self.app.holding.take(self, self.card.client.id)
        except LostError:
            # Nobody can be asked whose it is: what is said is kept here, and whoever was there shows later.
            return
        except SalesdeskError as error:
            self.app.complain(error)
            await self._drafts.close()
            self.dismiss(None)

    def on_unmount(self) -> None:
        """Let the client go, in whichever way this was left."""
        self.app.holding.let_go(self)

    @property
    def talk_seconds(self) -> int:
        """How long this call has lasted."""
        return self._talked + int((self.app.clock.now() - self._opened_at).total_seconds())

    # What is shown

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.panel.relabel(self.desk.catalogues, self.saying)
        self.panel.show(self.desk, self.saying)
        self.show_hand()
        self.show_title()

    def show_title(self) -> None:
        """Write who was called, on which number, and for how long."""
        parts = [_("Wrap-up"), plain(self.card.client.name)]
        for phone, owner in numbers_of(self.card):
            if phone.id == self.saying.phone_id:
                parts.append(plain(owner.name) if owner else formatting.phone(phone.e164 or plain(phone.raw)))
        parts.append(formatting.duration(self.talk_seconds))
        self.panel.entitle(" · ".join(parts))

    # What is said

    def action_outcome(self, code: str) -> None:
        """Take an outcome; ask at once for what only a person can say of it."""
        rule = self.desk.catalogues.outcomes[code]
        self.saying.choose_outcome(rule)
        self.changed()
        if rule.needs_reason:
            self.ask_reason()
        elif (rule.needs_time or rule.needs_date) and not self.panel.when.text:
            self.panel.when.focus_input()

    def action_result(self, code: str) -> None:
        """Take a result of the goal."""
        self.saying.choose_result(GoalResult(code))
        self.changed()

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Take what the arrows or the mouse picked; the arrows ask nothing, they only pass by."""
        if event.control is self.panel.results:
            self.action_result(event.code)
        elif event.clicked:
            self.action_outcome(event.code)
        else:
            self.saying.choose_outcome(self.desk.catalogues.outcomes[event.code])
            self.changed()

    def changed(self) -> None:
        """Show and keep what was chosen."""
        self.panel.say("")
        self.panel.show(self.desk, self.saying)
        self.show_hand()
        self._keep(soon=False)

    def action_note(self) -> None:
        """Begin the note."""
        self.panel.focus_note()

    def action_when(self) -> None:
        """Begin the time."""
        if self.panel.when.display:
            self.panel.when.focus_input()

    def _read_fields(self) -> None:
        """Take what is typed: of the last letters nobody may have been told yet."""
        self.saying.note, self.saying.when = self.panel.note.text, self.panel.when.text

    def on_text_area_changed(self) -> None:
        """Keep the note."""
        if self.saying.note != self.panel.note.text:
            self.saying.note = self.panel.note.text
            self._keep(soon=True)

    def on_when_field_changed(self) -> None:
        """Keep the time typed."""
        if self.saying.when != self.panel.when.text:
            self.saying.when = self.panel.when.text
            self._keep(soon=True)

    # Saving

    def action_save(self) -> None:
        """Log the call. What is missing is named, and stands ready to be said."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        try:
            logged = await self._log()
        except InputError as error:
            self._point_at(error)
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self._say_what_became(logged)
            self.dismiss(logged)
            return
        finally:
            self._saving = False
        self._drafts.reopen()
        self._keep(soon=False)

    async def _log(self) -> Logged | KeptHere:
        from salesdesk.storage.receipts import new_token

        wrap_up = await self._wrap_up()
        # The same at each further try: where the first one was logged without an answer, it is found.
        self._tries.append(replace(wrap_up, token=self._tries[0].token if self._tries else new_token()))
        await self._drafts.close()
        logged = await self.app.lost_server.keeping.log(self.card, self._tries[-1])
        self.app.holding.logged(wrap_up.client_id)
        return logged

    def _say_what_became(self, logged: Logged | KeptHere) -> None:
        """Say where the call is, unless it is simply logged."""
        name = self.card.client.name
        if isinstance(logged, KeptHere):
            self.app.lost_server.say_kept(name)
        elif logged.again and len(self._tries) > 1:
            said = _("An earlier try had come in already; what was changed after it did not.")
            self.app.say(said, title=plain(name))

    async def _wrap_up(self) -> WrapUp:
        context, saying = self.desk, self.saying
        self._read_fields()
        rule = context.catalogues.outcomes.get(saying.outcome or "")
        when = await self.panel.when.understood() if rule is not None and not rule.terminal else None
        at, promise = (when.at, when.promise) if when is not None else (None, False)
        step = saying.step(context, saying.proposed(context, self.card), at, promise=promise)
        # Nobody talked where nobody answered: the time spent waiting is not talk.
        talked = self.talk_seconds if rule is not None and rule.answered else 0
        return saying.wrap_up(self.card.client.id, step, talked)

    def _point_at(self, error: InputError) -> None:
        self.panel.point_at(error.field, str(error))
        asks = {
            "reason": self.ask_reason, "goal": self.action_goal, "phone": self.action_number,
            "hand-to": self.action_hand,
        }  # fmt: skip
        if error.field in asks:
            asks[error.field]()

    # The draft, and leaving

    def _keep(self, *, soon: bool) -> None:
        """Keep what is said: at once after a choice, after a pause while one types."""
        if self.saying.begun or self.card.draft:
            self._drafts.note(self.saying.body(self.talk_seconds))
            if self._draft_timer is not None:
                self._draft_timer.stop()
            self._draft_timer = self.set_timer(DRAFT_PAUSE if soon else 0.001, self._flush)

    def _flush(self) -> None:
        self.run_worker(self._drafts.flush(), group="draft")

    @work(exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Leave; what is said so far is kept, and the wrap-up opens with it again."""
        await self.keep_unfinished()
        if self._drafts.lost:
            self.panel.say(_("A draft cannot be kept now: Enter keeps the call here, F7 throws it away."))
            return
        if self.saying.begun and not self._drafts.failed:
            self.app.say(_("Kept as a draft: {name}").format(name=plain(self.card.client.name)))
        self.dismiss(None)

    async def keep_unfinished(self) -> None:
        """Keep what is said so far as a draft."""
        self._read_fields()
        if self.saying.begun:
            self._drafts.note(self.saying.body(self.talk_seconds))
            await self._drafts.flush()
        elif self.card.draft:
            await self._drafts.drop()

    @work(exclusive=True, group="leave")
    async def action_drop(self) -> None:
        """Leave and throw away what is said."""
        await self._drafts.drop()
        self.dismiss(None)
