"""What was owed before in the sample base: what each call of the last weeks closed, and how it had moved.

Its chance is a stream of its own: who there is and what is owed now does not depend on it.
"""

from salesdesk import scheduler
from salesdesk.catalogues import Catalogues
from salesdesk.codes import StepKind
from salesdesk.models import NextAction, NextActionPast
from salesdesk.sample.days import HOUR, MINUTE, Days
from salesdesk.sample.dice import Dice
from salesdesk.sample.drafts import Subject
from salesdesk.sample.owed import Step
from salesdesk.sample.rows import Chunk

KEPT_DAYS = 25
"""Calls of so many working days have closed something: at most a row a call, however long the base is."""

RECENT_CALLS = 1.3
"""About so many calls of a client lie in these days."""

_LATE, _PROMISED, _MOVED = 0.2, 0.25, 0.06
_DAYS_LATE = (1, 1, 1, 1, 2, 1, 3, 2, 5, 1, 9)


class Closing:
    """Writes the next actions that calls closed, and what next actions were before they moved."""

    def __init__(self, dice: Dice, days: Days, chunk: Chunk, catalogues: Catalogues, share: float) -> None:
        self._dice, self._days, self._chunk, self._share = dice, days, chunk, share
        self._stages = catalogues.stages
        self._since = days.back(KEPT_DAYS)

    def close(self, subject: Subject, call: tuple[object, ...], opened_at: int) -> None:
        """Let a call, given as its row, close what the call before it had agreed on at `opened_at`."""
        call_id, client_id, caller, deal_id, _phone, at, talked, _outcome, goal = call[:9]
        attempt, stage = call[11], call[12]
        if not isinstance(at, int) or not isinstance(talked, int) or at < self._since:
            return
        if not self._dice.chance(self._share):
            return
        due, promise = self._due(at)
        due = max(due, opened_at)
        first, moved_at = due, 0
        if self._dice.chance(_MOVED) and due - opened_at > 2 * 24 * HOUR:
            first = due - self._dice.between(1, 2) * 24 * HOUR
            moved_at = first + self._dice.between(1, 8) * HOUR
        action_id = self._chunk.new_id(NextAction)
        entry = self._stages.get(str(stage)) if stage is not None else None
        band = scheduler.band_of(entry, won=subject.won_at is not None).value
        self._chunk.rows[NextAction].append((
            action_id, client_id, deal_id, caller, StepKind.CALL.value, goal, due, promise, first,
            int(moved_at > 0), attempt, None, opened_at, min(at + talked, self._days.now), call_id, band, 0,
            subject.zone,
        ))  # fmt: skip
        if moved_at:
            self._past(action_id, moved_at, caller, first, promise=promise, hold=None)

    def moved(self, action_id: int, step: Step, operator: int, opened_at: int, hold: str | None) -> None:
        """Write when an open next action had been due before each of its moves."""
        for turn in range(step.moves):
            due = step.first_due_at + (step.due_at - step.first_due_at) * turn // step.moves
            at = min(due + 5 * HOUR, self._days.now - (step.moves - turn) * 10 * MINUTE)
            at = max(at, opened_at + (turn + 1) * MINUTE)
            if at <= self._days.now:
                self._past(action_id, at, operator, due, promise=step.promise and hold is None, hold=hold)

    def _due(self, at: int) -> tuple[int, bool]:
        """Choose when something was due that was done at a time: mostly the same day, and by then."""
        day = self._day(at)
        late = self._dice.pick(_DAYS_LATE) if self._dice.chance(_LATE) else 0
        promise = self._dice.chance(_PROMISED)
        if not promise:
            return self._midnight(day + late) + self._days.start, False
        agreed = (at - self._midnight(day)) // (5 * MINUTE) * 5 * MINUTE
        return self._midnight(day + late) + agreed, True

    def _day(self, at: int) -> int:
        """Tell how many working days ago an instant was; 0 is the anchor's day."""
        if at >= self._days.today:
            return 0
        return next((back for back, midnight in enumerate(self._days.past, 1) if midnight <= at), 1)

    def _midnight(self, back: int) -> int:
        return self._days.back(back) if back else self._days.today

    def _past(
        self, action_id: int, until: int, operator: object, due: int, *, promise: bool, hold: str | None
    ) -> None:
        self._chunk.rows[NextActionPast].append((
            self._chunk.new_id(NextActionPast), action_id, until, operator, due, promise, hold,
        ))  # fmt: skip
