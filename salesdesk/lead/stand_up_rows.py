"""What the use cases of the stand-up give back: frozen, plain, and free of the database's packages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesdesk.codes import CardRule, StepKind
from salesdesk.rows import DayCounts, QueueRow


class Became(StrEnum):
    """What became of a next action that was decided on."""

    IN_TIME = "in_time"
    LATE = "late"
    """Done, but later than was decided."""
    CLOSED = "closed"
    """Closed without a call: with the client, or by hand."""
    WAITING = "waiting"
    """Its time has not come."""
    MOVED = "moved"
    """Still open; it was moved, and its new time has not come."""
    OPEN = "open"
    """Still open, and its time has passed."""
    GONE = "gone"
    """Taken back."""


KEPT = frozenset({Became.IN_TIME, Became.LATE})
"""What of a decision counts as done."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client that a rule offers."""

    client_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A client chosen for a stand-up, and the rule that chose it."""

    client_id: int
    name: str
    rule: CardRule


@dataclass(frozen=True, slots=True)
class DecidedStep:
    """A next action that was decided on: as it was meant, and what became of it.

    `due_at` is when it was decided to be due, `due_now` when it is (None once it is gone), `moves` how
    often it was moved since, `done_at` when it was closed.
    """

    next_action_id: int
    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool
    due_now: datetime | None
    moves: int
    done_at: datetime | None
    became: Became


@dataclass(frozen=True, slots=True)
class DecidedNote:
    """A note that was left for the operator; without a text it was taken back."""

    note_id: int
    text: str | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of a stand-up: why it was chosen, what was written down, what was decided, what became of it."""

    id: int
    position: int
    client_id: int
    external_id: str | None
    name: str
    rule: CardRule
    plan: str
    remarks: str
    stage_then: str | None
    stage_now: str | None
    step: DecidedStep | None
    note: DecidedNote | None

    @property
    def decided(self) -> bool:
        """Whether anything was decided on it."""
        return self.step is not None or self.note is not None

    @property
    def said(self) -> bool:
        """Whether anything was written down or decided."""
        return self.decided or bool(self.plan or self.remarks)


@dataclass(frozen=True, slots=True)
class StandUpRow:
    """A stand-up: whose, held by whom, when, its cards; `finished_at` is None where it was broken off."""

    id: int
    operator_id: int
    login: str
    operator: str
    lead: str
    started_at: datetime
    finished_at: datetime | None
    cards: tuple[CardRow, ...]

    @property
    def steps(self) -> tuple[DecidedStep, ...]:
        """The next actions that were decided on."""
        return tuple(card.step for card in self.cards if card.step is not None)

    @property
    def decisions(self) -> int:
        """How many cards something was decided on."""
        return sum(card.decided for card in self.cards)

    @property
    def done(self) -> int:
        """How many of the decided next actions were done, late ones too."""
        return sum(step.became in KEPT for step in self.steps)


@dataclass(frozen=True, slots=True)
class Turn:
    """An operator whose turn it is, sooner or later.

    `done` of `planned` are what today holds: next actions closed today, and with them those due today.
    `last` is the latest stand-up of an earlier day, or of today that was finished; `begun` the id of one
    of today that was not.
    """

    operator_id: int
    login: str
    name: str
    absent: bool
    tails: int
    amount_minor: int
    done: int
    planned: int
    last: StandUpRow | None
    begun: int | None


@dataclass(frozen=True, slots=True)
class OperatorDay:
    """What stands before the cards: the operator's list of today in short, and the last stand-up.

    `reasons` says of each client of `rows` why it is in the list; `cards` are those
    of a stand-up of today that was broken off, else those that would be chosen now.
    """

    operator_id: int
    name: str
    counts: DayCounts
    rows: tuple[QueueRow, ...]
    reasons: Mapping[int, str]
    last: StandUpRow | None
    cards: tuple[Chosen, ...]
