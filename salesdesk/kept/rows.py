"""What is kept: what was said, what the operator had before them, and what became of it since."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesdesk.codes import StepKind
from salesdesk.rows import Card, NextStep, WrapUp


class State(StrEnum):
    """Where something kept stands."""

    WAITING = "waiting"
    """It goes in by itself once the base can be reached."""
    CLASHED = "clashed"
    """Somebody else was at the client meanwhile: the operator chooses."""
    REFUSED = "refused"
    """The base took it not, for the reason beside it."""


class Way(StrEnum):
    """What an operator may choose for what did not go in by itself."""

    AS_SAID = "as_said"
    """Log it, with the next action that was said."""
    ONLY_CALL = "only_call"
    """Log the call alone: stage and next action stay theirs."""
    AS_NOTE = "as_note"
    """Write it down as a note."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A next action, as it stood."""

    id: int
    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool
    operator: str
    operator_id: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the operator had before them: what somebody else may have changed before it comes in."""

    last_call_at: datetime | None
    stage: str | None
    do_not_call: bool
    owner: str | None
    owner_id: int | None
    owed: Owed | None


@dataclass(frozen=True, slots=True)
class TheirCall:
    """A call that somebody logged meanwhile."""

    operator: str
    at: datetime
    outcome: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Theirs:
    """The other side of a clash: the client as it stands now, and what of it differs from what was seen."""

    client_id: int
    name: str
    merged: bool
    now: Seen | None
    """None where the operator sees it no more: it is another's by now, or nowhere."""
    calls: tuple[TheirCall, ...] = ()
    differs: tuple[str, ...] = ()
    """Of `merged`, `calls`, `stage`, `do_not_call`, `owner`, `owed`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing kept: a wrap-up, a note (`text`) or another time of what is owed (`step`).

    `at` is when it was said, `operator` the login of who said it, `base` the name of the base it is for.
    """

    base: str
    operator: str
    token: str
    at: datetime
    client_id: int
    client_name: str
    seen: Seen | None = None
    wrap_up: WrapUp | None = None
    text: str | None = None
    step: NextStep | None = None
    state: State = State.WAITING
    why: str = ""
    theirs: Theirs | None = None

    @property
    def waits(self) -> bool:
        """Whether it goes in by itself."""
        return self.state is State.WAITING


def seen_on(card: Card) -> Seen:
    """Tell what an operator has before them on a card."""
    client, action = card.client, card.next_action
    owed = None
    if action is not None:
        owed = Owed(
            action.id, action.kind, action.goal, action.due_at, action.promise, action.operator,
            action.operator_id,
        )  # fmt: skip
    return Seen(client.last_call_at, client.stage, client.do_not_call, client.owner, client.owner_id, owed)


def differences(seen: Seen, now: Seen) -> tuple[str, ...]:
    """Name what of a client is another than it was seen."""
    differ = {
        "calls": seen.last_call_at != now.last_call_at,
        "stage": seen.stage != now.stage,
        "do_not_call": seen.do_not_call != now.do_not_call,
        "owner": seen.owner_id != now.owner_id,
        "owed": _what(seen.owed) != _what(now.owed),
    }
    return tuple(name for name, differs in differ.items() if differs)


def _what(owed: Owed | None) -> tuple[object, ...] | None:
    return None if owed is None else (
        owed.id, owed.kind, owed.goal, owed.due_at, owed.promise, owed.operator_id
    )  # fmt: skip
