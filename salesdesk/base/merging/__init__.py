"""Cards that are one become one: nothing is lost, and each may be had back years later."""

from salesdesk.base.merging.all_at_once import merge_all
from salesdesk.base.merging.listing import merges
from salesdesk.base.merging.one_card import merge
from salesdesk.base.merging.planning import rehearse_merge
from salesdesk.base.merging.results import (
    Merged,
    MergePlan,
    MergeRow,
    MergeRun,
    MergeStoppedError,
    MergeUndone,
    PlannedCard,
    PlannedField,
    PlannedGroup,
)
from salesdesk.base.merging.undoing import undo_merge

__all__ = [
    "MergePlan", "MergeRow", "MergeRun", "MergeStoppedError", "MergeUndone", "Merged",
    "PlannedCard", "PlannedField", "PlannedGroup", "merge", "merge_all", "merges", "rehearse_merge",
    "undo_merge",
]  # fmt: skip
