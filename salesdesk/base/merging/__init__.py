"""Cards that are one become one: nothing is lost, and each may be had back years later."""

from salesdesk.base.merging.one_card import MERGE, merge
from salesdesk.base.merging.results import Merged, MergePlan, MergeRow, MergeRun, MergeUndone
from salesdesk.base.merging.undoing import UNDO as UNDO_MERGE
from salesdesk.base.merging.undoing import undo_merge

__all__ = [
    "MERGE",
    "UNDO_MERGE",
    "MergePlan",
    "MergeRow",
    "MergeRun",
    "MergeUndone",
    "Merged",
    "merge",
    "undo_merge",
]
