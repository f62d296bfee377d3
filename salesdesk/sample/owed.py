"""What is owed to the sample base's clients: tails, today's calls, promises of the coming hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from salesdesk.codes import StepKind
from salesdesk.sample.days import HOUR, MINUTE, Days
from salesdesk.sample.dice import Dice
from salesdesk.sample.fates import Fate

NEAR_A_DAY = 260
"""Next actions that are late or for today, of one operator: about two days' calls."""

NEAR_MOST = 0.55
"""No more of an operator's next actions than this share: a small base has a future as well."""


class When(Enum):
    """How near a next action is."""

    OVERDUE = auto()
    TODAY = auto()
    SOON = auto()
    JUST_MISSED = auto()
    LATER_TODAY = auto()
    BROKEN = auto()
    FUTURE = auto()


_O, _T, _S, _J, _L, _B = When.OVERDUE, When.TODAY, When.SOON, When.JUST_MISSED, When.LATER_TODAY, When.BROKEN
NEAR = (
    _T, _S, _O, _T, _O, _T, _J, _O, _T, _T, _L, _O, _S, _T, _O, _T, _O, _T, _B, _O,
    _T, _O, _T, _T, _O, _S, _T, _O, _T, _O, _T, _T, _O, _L, _T, _O, _T, _T, _O, _T,
)  # fmt: skip
CADENCE = (_T, _O, _T, _T, _O, _T)
PROMISES = frozenset({_S, _J, _L, _B})


@dataclass(frozen=True, slots=True)
class Step:
    """When something is owed, in UTC seconds, and how it got there. `first_days` is the first due day."""

    kind: str
    due_at: int
    promise: bool
    first_due_at: int
    moves: int
    back: int
    """The last call, which agreed on this, was at least so many working days ago."""


class Owing:
    """Deals next actions out, so that every operator has of each kind in each band."""

    def __init__(self, dice: Dice, days: Days, near: Mapping[int, float]) -> None:
        self._dice = dice
        self._days = days
        self._near = near
        """Operator's id to the share of next actions that are late or for today."""
        self._dealt: dict[tuple[int, str], list[float]] = {}

    def step(self, operator: int, fate: Fate, window: tuple[int, int]) -> Step:
        """Choose the next action of an operator's client whose hours of the team's day are `window`."""
        when = self._when(operator, fate)
        promise = when in PROMISES or (
            when == When.FUTURE and fate.name != "cadence" and self._dice.chance(0.25)
        )
        moves = self._dice.between(1, 3) if self._dice.chance(0.14) and fate.name != "cadence" else 0
        kind = self._kind(when, fate, promise=promise)
        day, seconds = self._time(when, fate, window, promise=promise)
        due = self._midnight(day) + seconds
        first = day - 2 * moves
        first_due = self._midnight(first) + seconds if moves else due
        return Step(kind, due, promise, first_due, moves, max(1, 1 - min(first, day)))

    def _when(self, operator: int, fate: Fate) -> When:
        pattern = CADENCE if fate.name == "cadence" else NEAR
        dealt = self._dealt.setdefault((operator, fate.name), [0.9, len(self._dealt) * 3])
        dealt[0] += self._near[operator]
        if dealt[0] < 1:
            return When.FUTURE
        dealt[0] -= 1
        dealt[1] += 1
        return pattern[int(dealt[1]) % len(pattern)]

    def _kind(self, when: When, fate: Fate, *, promise: bool) -> str:
        if when == When.FUTURE and self._dice.chance(0.1):
            if promise:
                return StepKind.MEETING.value
            if fate.name == "new":
                return StepKind.PROPOSAL.value
            if fate.name in {"paused", "dormant"}:
                return StepKind.MESSAGE.value
        return StepKind.CALL.value

    def _time(self, when: When, fate: Fate, window: tuple[int, int], *, promise: bool) -> tuple[int, int]:
        """Give the working day, 0 being the anchor's, and the second of it."""
        days, dice = self._days, self._dice
        agreed = (
            window[0] + dice.between(1, max(1, (window[1] - window[0]) // (15 * MINUTE) - 1)) * 15 * MINUTE
        )
        if when == When.FUTURE:
            far = 2 if fate.name == "cadence" else 30 if fate.name in {"paused", "dormant", "shipped"} else 9
            return dice.between(1, far), agreed if promise else days.start
        if when == When.OVERDUE:
            return -1 - int(dice.roll() * dice.roll() * (3 if fate.name == "cadence" else 12)), days.start
        if when == When.BROKEN:
            return -dice.between(1, 3), agreed
        if when == When.TODAY:
            return 0, days.start
        return self._today(when, window)

    def _today(self, when: When, window: tuple[int, int]) -> tuple[int, int]:
        """Put a promise into today's hours about now; where they leave no room, into the next day's."""
        days, dice = self._days, self._dice
        now = days.anchor - days.today
        if when == When.JUST_MISSED:
            at = _rounded(now - dice.between(4, 100) * MINUTE, 5)
            return (0, at) if at >= window[0] else (-1, window[1] - dice.between(1, 6) * 10 * MINUTE)
        first, last = (4, 150) if when == When.SOON else (150, 400)
        at = _rounded(now + dice.between(first, last) * MINUTE, 5 if when == When.SOON else 15)
        if max(window[0], now) <= at < window[1]:
            return 0, at
        if when == When.SOON and window[0] < now + 2 * HOUR and now + 10 * MINUTE < window[1]:
            return 0, _rounded(max(now + 5 * MINUTE, min(at, window[1] - 5 * MINUTE)), 5)
        return 1, window[0] + dice.between(0, 8) * 15 * MINUTE

    def _midnight(self, day: int) -> int:
        if day == 0:
            return self._days.today
        return self._days.ahead(day) if day > 0 else self._days.back(-day)


def _rounded(seconds: int, minutes: int) -> int:
    return seconds // (minutes * MINUTE) * minutes * MINUTE
