"""Whether a base holds what was reported as saved, each once, and nothing that may not be."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from benchmarks.bases import OPERATOR
from benchmarks.load.ledger import Line, Step, Word, lines
from salesdesk.base.checking import check
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.errors import SalesdeskError
from salesdesk.models import Call, Claim
from salesdesk.storage.base import Base, open_base
from salesdesk.team.claims import HOLDS, claim


@dataclass(frozen=True)
class Proof:
    """What became of the calls that were logged in a room."""

    saved: int
    """Calls that were reported as saved."""
    once: int
    """Of those, the ones that are in the base exactly once."""
    lost: int
    doubled: int
    """Calls, reported as saved or not, that are in the base more than once."""
    unreported: int
    """Calls in the base whose operator was never told: the answer was lost, or they were killed."""
    at_once: int
    """Clients that two operators were on at the same time."""
    others: tuple[str, ...]
    """Whatever else is wrong: errors nobody foresaw, broken rules, claims of the dead that stay."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.at_once or self.others)


def proof(url: str, folder: Path, clock: Clock, *, check_all: bool = True) -> Proof:
    """Compare a base with the ledgers of those who worked in it. Nobody may work there any more."""
    told = [*lines(folder)]
    begun = {line.marker for line in told if line.step == Step.LOG}
    saved = {line.marker for line in told if line.step == Step.LOG and line.word == Word.DONE}
    base = open_base(url)
    try:
        there = _calls(base)
        return Proof(
            saved=len(saved),
            once=sum(there[marker] == 1 for marker in saved),
            lost=sum(there[marker] == 0 for marker in saved),
            doubled=sum(there[marker] > 1 for marker in begun),
            unreported=sum(there[marker] > 0 for marker in begun - saved),
            at_once=len(_two_at_once(told)),
            others=(*_wrong(told), *(_broken(base, clock) if check_all else ())),
        )
    finally:
        base.close()


def _calls(base: Base) -> Counter[str]:
    with base.read() as session:
        rows = session.execute(
            select(col(Call.note), func.count())
            .where(col(Call.note).like("room%"), col(Call.source).is_(None))
            .group_by(col(Call.note))
        )
        return Counter({str(note): count for note, count in rows})


def _two_at_once(told: Sequence[Line]) -> list[int]:
    """Find clients whom one operator had, from when it was told until it began to log, while another did."""
    held: dict[int, list[tuple[float, float, str]]] = defaultdict(list)
    taken: dict[str, tuple[int, float]] = {}
    for line in told:
        if line.step == Step.NEXT and line.word == Word.DONE and line.client:
            taken[line.operator] = line.client, line.at + line.seconds
        if line.step == Step.LOG and line.word == Word.BEGUN and line.operator in taken:
            client, since = taken.pop(line.operator)
            held[client].append((since, line.at, line.operator))
    found = []
    for client, times in held.items():
        times.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(times)):
            found.append(client)
    return found


def _wrong(told: Sequence[Line]) -> list[str]:
    """Tell the errors that should not be, each kind once, with how many there were."""
    kinds = Counter(
        f"{line.step}: {re.sub(r'[0-9]+', 'N', line.said)[:160]}" for line in told if line.word == Word.WRONG
    )
    return [f"{count} × {kind}" for kind, count in kinds.items()]


def _broken(base: Base, clock: Clock) -> list[str]:
    context = context_of(base, clock, OPERATOR)
    with base.read() as session:
        broken = [f"{problem.code}: {problem.count}" for problem in check(session, context.fresh())]
    stay = _claims_that_stay(base, clock)
    return [*broken, *([f"{stay} claims do not expire"] if stay else [])]


def _claims_that_stay(base: Base, clock: Clock) -> int:
    """Count the claims that still keep others away once their time is over."""
    later = Clock(fixed=clock.now() + HOLDS + timedelta(minutes=1))
    context = context_of(base, later, OPERATOR)
    stay = 0
    with base.write() as session:
        for client in session.scalars(select(col(Claim.client_id))).all():
            try:
                claim(session, context, client)
            except SalesdeskError:
                stay += 1
        session.rollback()
    return stay
