"""What a merge is asked and what it tells: frozen rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from salesdesk.errors import StoppedError


class MergeStoppedError(StoppedError):
    """The one who watched asked to stop; the base is as it was."""


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """One of the cards that are to become one; `counts` is what hangs on it, by the names of `COUNTED`."""

    client_id: int
    name: str
    external_id: str | None
    source: str
    owner: str | None
    created_at: datetime
    last_call_at: datetime | None
    do_not_call: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PlannedField:
    """What each card says of one thing, in the order of the cards, and whose value stays.

    `kept_from` is None where no card says anything. `values` are plain (codes, minor units, ids), `said`
    the same as people read them. What is not `open` follows a rule that nobody may choose against.
    """

    code: str
    values: tuple[object, ...]
    said: tuple[str, ...]
    kept_from: int | None
    open: bool

    @property
    def differs(self) -> bool:
        """Whether the cards say different things."""
        return len({text for text in self.said if text}) > 1


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do. `moves` counts what goes over to the card that stays."""

    keep: int
    cards: tuple[PlannedCard, ...]
    fields: tuple[PlannedField, ...]
    moves: Mapping[str, int]

    @property
    def others(self) -> tuple[int, ...]:
        """The cards that go."""
        return tuple(card.client_id for card in self.cards if card.client_id != self.keep)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cards that were made one; `moved` counts what went over to the card that stays."""

    merge_id: int
    client_id: int
    name: str
    others: tuple[int, ...]
    moved: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """A merge, or a whole run of them, that was taken back.

    `back` are the cards that are there again; `stayed` names what was changed since and so stays as it is.
    """

    merge_id: int
    client_id: int
    name: str
    merges: int
    back: tuple[tuple[int, str], ...]
    stayed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """Cards that a run makes one."""

    keep: int
    name: str
    others: tuple[tuple[int, str], ...]
    score: float


@dataclass(frozen=True, slots=True)
class MergeRun:
    """What a run over all likely duplicates did, or would do.

    `first` are its first groups; `left_out` counts those that could not be merged now, `why` says why the
    first of them could not. `run_id` is None for a rehearsal and where there was nothing to merge.
    """

    run_id: int | None
    groups: int
    cards: int
    moved: Mapping[str, int]
    first: tuple[PlannedGroup, ...]
    left_out: int
    why: str | None


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge of the past. `run_id` is the first merge of those that were made at once.

    `name` is None where the card that stayed went into another one since.
    """

    merge_id: int
    at: datetime
    operator: str
    client_id: int
    name: str | None
    others: tuple[tuple[int, str], ...]
    run_id: int | None
    undone_at: datetime | None
