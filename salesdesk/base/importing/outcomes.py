"""What becomes of each row: told in a rehearsal, kept on the disk, read a page at a time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from salesdesk.codes import DuplicatePolicy, RowFate
from salesdesk.storage.spool import Spool

LONGEST_NAME = 200
"""Signs of a name that are told; a file may bring a million."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that a row changes: what stands there, what will; None is nothing."""

    field: str
    was: str | None
    becomes: str | None


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """Who a row is likely to be: a client of the base, or (`row`) an earlier row of the same file."""

    client: int | None
    name: str
    score: float
    why: tuple[str, ...]
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row; of a client that no row speaks of where `row` is None."""

    row: int | None
    fate: RowFate
    name: str
    client: int | None = None
    changes: tuple[FieldChange, ...] = ()
    duplicate_of: tuple[DuplicateOf, ...] = ()
    policy: DuplicatePolicy | None = None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give what `salesdesk import --rows --json` prints."""
        said: dict[str, Any] = {
            "row": self.row,
            "action": self.fate.value,
            "name": self.name,
            "client": self.client,
            "changes": [{"field": each.field, "from": each.was, "to": each.becomes} for each in self.changes],
            "duplicate_of": [
                {"client": each.client, "name": each.name, "score": each.score, "why": list(each.why)}
                | ({} if each.row is None else {"row": each.row})
                for each in self.duplicate_of
            ],
            "why": self.why,
        }
        return said if self.policy is None else said | {"policy": self.policy.value}


class OutcomeLog:
    """Keeps what becomes of each row of a rehearsal."""

    def __init__(self) -> None:
        self._spool = Spool()

    def put(self, outcomes: Iterable[Outcome]) -> None:
        """Add what was found of a few rows more."""
        self._spool.put([(each.fate.value, _written(each)) for each in outcomes])

    def counts(self) -> Mapping[RowFate, int]:
        """Count the rows of each fate."""
        return {RowFate(fate): count for fate, count in self._spool.counts().items()}

    def page(self, fate: RowFate | None, limit: int = 100, offset: int = 0) -> tuple[Outcome, ...]:
        """Give a page of the rows of a fate, or of all, in the order of the file."""
        lines = self._spool.page(None if fate is None else fate.value, limit, offset)
        return tuple(_read(line) for line in lines)

    def empty(self) -> None:
        """Forget them all, for another rehearsal."""
        self._spool.empty()

    def close(self) -> None:
        """Let go of the disk."""
        self._spool.close()


def _written(outcome: Outcome) -> str:
    plain: list[Any] = [outcome.row, outcome.fate.value, outcome.name[:LONGEST_NAME], outcome.client]
    if outcome.changes or outcome.duplicate_of or outcome.why or outcome.policy:
        plain += [
            [(each.field, each.was, each.becomes) for each in outcome.changes],
            [
                (each.client, each.name[:LONGEST_NAME], each.score, each.why, each.row)
                for each in outcome.duplicate_of
            ],
            outcome.policy,
            outcome.why,
        ]
    # ASCII: half of a surrogate pair, as damaged files bring it, is no character that SQLite would keep.
    return json.dumps(plain)


def _read(line: str) -> Outcome:
    row, fate, name, client, *more = json.loads(line)
    changes, duplicates, policy, why = more or ((), (), None, "")
    return Outcome(
        row, RowFate(fate), name, client,
        tuple(FieldChange(*each) for each in changes),
        tuple(DuplicateOf(of[0], of[1], of[2], tuple(of[3]), of[4]) for of in duplicates),
        None if policy is None else DuplicatePolicy(policy), why,
    )  # fmt: skip
