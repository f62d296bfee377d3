"""Bringing clients in from files: rehearsed, in one transaction, and taken back whole."""

from salesdesk.base.importing.looking import OpenDates, Preview, look, look_unasked
from salesdesk.base.importing.order import (
    ImportDiffersError,
    ImportOptions,
    ImportResult,
    ImportStoppedError,
    Problem,
    Rehearsed,
    UndoneImport,
    UnknownProduct,
)
from salesdesk.base.importing.outcomes import DuplicateOf, FieldChange, Outcome, OutcomeLog
from salesdesk.base.importing.past import PastImport, past_imports
from salesdesk.base.importing.running import run_import
from salesdesk.base.importing.undoing import undo_import

__all__ = [
    "DuplicateOf",
    "FieldChange",
    "ImportDiffersError",
    "ImportOptions",
    "ImportResult",
    "ImportStoppedError",
    "OpenDates",
    "Outcome",
    "OutcomeLog",
    "PastImport",
    "Preview",
    "Problem",
    "Rehearsed",
    "UndoneImport",
    "UnknownProduct",
    "look",
    "look_unasked",
    "past_imports",
    "run_import",
    "undo_import",
]
