"""Bringing clients in from files: rehearsed, in one transaction, and taken back whole."""

from salesdesk.base.importing.looking import OpenDates, Preview, look, look_unasked
from salesdesk.base.importing.order import (
    ImportOptions,
    ImportResult,
    ImportStoppedError,
    Problem,
    UndoneImport,
    UnknownProduct,
)
from salesdesk.base.importing.running import run_import
from salesdesk.base.importing.undoing import undo_import

__all__ = [
    "ImportOptions",
    "ImportResult",
    "ImportStoppedError",
    "OpenDates",
    "Preview",
    "Problem",
    "UndoneImport",
    "UnknownProduct",
    "look",
    "look_unasked",
    "run_import",
    "undo_import",
]
