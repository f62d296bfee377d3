"""Bringing clients in from files: rehearsed, in one transaction, and taken back whole."""

from salesdesk.base.importing.looking import Preview, look
from salesdesk.base.importing.order import (
    ImportOptions,
    ImportResult,
    ImportStoppedError,
    Problem,
    UndoneImport,
)
from salesdesk.base.importing.running import run_import
from salesdesk.base.importing.undoing import undo_import

__all__ = [
    "ImportOptions",
    "ImportResult",
    "ImportStoppedError",
    "Preview",
    "Problem",
    "UndoneImport",
    "look",
    "run_import",
    "undo_import",
]
