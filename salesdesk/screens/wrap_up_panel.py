"""What a wrap-up shows: what has been said of the call, and what follows from it."""

from typing import TYPE_CHECKING

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from salesdesk import wording
from salesdesk.codes import GoalResult
from salesdesk.i18n import _, title
from salesdesk.rows import Card, NextStep
from salesdesk.screens.saying import Saying
from salesdesk.shell import Shell
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.note_area import NoteArea
from salesdesk.widgets.when_field import WhenField, when_in_words

if TYPE_CHECKING:
    from salesdesk.catalogues import Catalogues
    from salesdesk.context import Context
    from salesdesk.models.catalogue import OutcomeEntry

_RESULT_KEYS = {GoalResult.HIT: "1", GoalResult.PARTIAL: "2", GoalResult.MISSED: "3"}


def result_choices() -> list[Choice]:
    """Give the results that a goal may have."""
    return [Choice(code.value, key, wording.result(code)) for code, key in _RESULT_KEYS.items()]


def outcome_choices(catalogues: "Catalogues") -> list[Choice]:
    """Give the outcomes that a call may have, in the order of the catalogue."""
    return [Choice(entry.code, entry.key, title(entry.title)) for entry in catalogues.outcomes.values()]


class WrapUpPanel(VerticalScroll):
    """Lays a wrap-up out. It shows what it is given; what it is asked for comes as messages."""

    app = getters.app(Shell)
    outcomes = getters.query_one("#outcomes", Choices)
    results = getters.query_one("#results", Choices)
    note = getters.query_one(NoteArea)
    when = getters.query_one(WhenField)

    def __init__(self, card: Card) -> None:
        super().__init__(id="wrap-up", can_focus=False)
        self._card = card

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        with Horizontal(classes="row"):
            yield Static(id="goal", markup=False)
            yield Choices(id="results", focusable=False)
        yield Choices(id="outcomes")
        with Horizontal(classes="row"):
            yield Static(id="note-label", classes="label", markup=False)
            yield NoteArea()
        yield Static(id="next", markup=False)
        yield Static(id="hand", markup=False)
        with Horizontal(classes="row"):
            yield Static(id="when-label", classes="label", markup=False)
            yield WhenField(self._card.client.zone)
        yield Static(id="missing", markup=False)

    def relabel(self, catalogues: "Catalogues", saying: Saying) -> None:
        """Put the words into the language in use."""
        self.outcomes.offer(outcome_choices(catalogues), saying.outcome)
        self.results.offer(result_choices(), saying.result)
        self.query_one("#note-label", Static).update(_("Note"))
        self.query_one("#when-label", Static).update(_("When"))

    def entitle(self, title: str) -> None:
        """Write the title over it."""
        self.border_title = Content(title)

    def show(self, context: "Context", saying: Saying) -> None:
        """Show what has been said so far, and what follows from it."""
        catalogues = context.catalogues
        self.outcomes.choose(saying.outcome)
        self.results.choose(saying.result)
        goal = wording.titled(catalogues.goals, saying.goal)
        self.query_one("#goal", Static).update(_("Goal: {goal}").format(goal=goal))
        rule = catalogues.outcomes.get(saying.outcome or "")
        self.when.display = self.query_one("#when-label").display = rule is None or not rule.terminal
        self.query_one("#next", Static).update(self._next(context, saying, rule))

    def _next(self, context: "Context", saying: Saying, rule: "OutcomeEntry | None") -> str:
        hint, catalogues = _("tomorrow 10, +3d"), context.catalogues
        if rule is None:
            self.when.hint(hint, "")
            return _("Next: follows from the outcome")
        if rule.terminal:
            reason = wording.titled(catalogues.reasons, saying.reason)
            ends = _("Next: nothing, the work with this client ends")
            return ends + (" · " + _("reason: {reason}").format(reason=reason) if reason else "")
        proposed = saying.proposed(context, self._card)
        kind = wording.kind(saying.kind_next(rule, proposed))
        goal = wording.titled(catalogues.goals, saying.goal_next(catalogues, rule, proposed))
        self.when.hint(hint, self._unsaid(proposed, needs_time=rule.needs_time))
        return _("Next: {kind} · {goal}").format(kind=kind, goal=goal)

    def _unsaid(self, proposed: NextStep | None, *, needs_time: bool) -> str:
        """Say what holds while no time is typed."""
        if proposed is None:
            return _("← the agreed day and time") if needs_time else _("← the day to come back")
        clock, zone = self.app.clock, self._card.client.zone
        at = when_in_words(proposed.due_at, promise=proposed.promise, clock=clock, zone=zone)
        return _("→ {at} by the rule").format(at=at)

    def say(self, text: str, *, missing: bool = False) -> None:
        """Say something at the foot; what is missing is told by a sign too."""
        line = self.query_one("#missing", Static)
        line.set_class(missing, "-wrong")
        line.update(f"! {text}" if missing else text)
        if not missing:
            self.results.remove_class("-missing")

    def focus_note(self) -> None:
        """Begin the note. At once: letters may be under way already."""
        self.screen.set_focus(self.note)

    def point_at(self, field: str | None, text: str) -> None:
        """Name what is missing, and put the keys there."""
        self.say(text, missing=True)
        self.results.set_class(field == "result", "-missing")
        if field == "next":
            self.when.focus_input()
        elif field == "note":
            self.focus_note()
        else:
            self.outcomes.focus()
