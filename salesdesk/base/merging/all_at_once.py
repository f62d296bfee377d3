"""All likely duplicates above a score made one at once: rehearsed before, and taken back as one thing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import Session

from salesdesk.base.merging.one_card import MERGES, merge
from salesdesk.base.merging.planning import best_to_keep
from salesdesk.base.merging.results import MergeRun, MergeStoppedError, PlannedGroup
from salesdesk.base.merging.what_moves import added_up, counts_of
from salesdesk.base.placement import CLIENT
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError
from salesdesk.i18n import _
from salesdesk.storage.among import within
from salesdesk.team.rights import only_for_leads

if TYPE_CHECKING:
    from salesdesk.base.duplicates.groups import Group

FIRST = 50
"""Groups that a run tells of one by one."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Chosen:
    group: PlannedGroup
    moves: dict[str, int]


def merge_all(
    session: Session,
    context: Context,
    min_score: float,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MergeRun:
    """Make one card of each group of likely duplicates from a score on; with `dry_run` only tell of it.

    In the caller's unit of work: all of it is kept or nothing. What cannot be merged now (somebody is on
    it) is left out and told of. Raises NotAllowedError for an operator, MergeStoppedError once
    `cancelled` says so, InputError for no score.
    """
    only_for_leads(context)
    if not 0 < min_score <= 1:
        raise InputError(_("A score lies between 0 and 1: 0.95."), "min_score")
    from salesdesk.base.duplicates.groups import groups

    found = groups(session, context, min_score=min_score, limit=None).groups
    run = _Run(session, context)
    for done, chosen in enumerate(_chosen(session, found), 1):
        if cancelled is not None and cancelled():
            raise MergeStoppedError(_("The merge was stopped; the base is as it was."))
        run.count(chosen) if dry_run else run.merge(chosen)
        if progress is not None:
            progress(done, len(found))
    return run.told()


def _chosen(session: Session, found: "Sequence[Group]") -> Iterator[_Chosen]:
    """Choose the card that stays of each group, a chunk of groups at a time."""
    for start in range(0, len(found), _CHUNK):
        part = found[start : start + _CHUNK]
        ids = [client.client_id for group in part for client in group.clients]
        rows = {row.id: row for row in session.execute(select(CLIENT).where(within(CLIENT.c.id, ids)))}
        counts = counts_of(session, ids)
        for group in part:
            cards = [rows[each.client_id] for each in group.clients if each.client_id in rows]
            if len(cards) > 1:
                keep = best_to_keep(cards, counts)
                others = tuple((card.id, card.name) for card in cards if card.id != keep)
                planned = PlannedGroup(keep, rows[keep].name, others, group.score)
                yield _Chosen(planned, added_up(counts, [client for client, _name in others]))


class _Run:
    """Goes through the groups."""

    def __init__(self, session: Session, context: Context) -> None:
        self._session = session
        self._context = context
        self._run_id: int | None = None
        self._first: list[PlannedGroup] = []
        self._moved: Counter[str] = Counter()
        self._groups = self._cards = self._left_out = 0
        self._why: str | None = None

    def count(self, chosen: _Chosen) -> None:
        """Count a group as merged."""
        self._groups += 1
        self._cards += len(chosen.group.others)
        self._moved.update(chosen.moves)
        if len(self._first) < FIRST:
            self._first.append(chosen.group)

    def merge(self, chosen: _Chosen) -> None:
        """Merge a group, or leave it out where that may not be now."""
        group = chosen.group
        others = [client for client, _name in group.others]
        try:
            merged = merge(self._session, self._context, group.keep, others, run_id=self._run_id)
        except NotAllowedError as error:
            self._left_out += 1
            self._why = self._why or str(error)
            return
        if self._run_id is None:
            self._run_id = merged.merge_id
            own = update(MERGES).where(MERGES.c.id == merged.merge_id).values(run_id=merged.merge_id)
            self._session.execute(own)
        self.count(chosen)

    def told(self) -> MergeRun:
        """Tell what came of it."""
        return MergeRun(
            self._run_id, self._groups, self._cards, dict(self._moved), tuple(self._first), self._left_out,
            self._why,
        )  # fmt: skip
