"""What SQLite does not notice at once: what remains of a base looks new to it, half a page looks whole."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from salesdesk.errors import DamagedError
from salesdesk.i18n import _
from salesdesk.storage import schema
from salesdesk.storage.kept_backups import backups, backups_folder

_USUAL_PAGE = 4096
"""Bytes; bases are made with no other size, and the larger ones are multiples of it."""


def refuse_remains(base: Path, chosen: Path | None = None) -> None:
    """Raise DamagedError for a log without its base, for half a last page, and for nothing where backups are.

    Everything else that can be wrong with a file SQLite says itself, and writes nothing. A log that is
    missing beside a base is nothing wrong: it is there only while somebody works.
    """
    if _bytes(base):
        # Whoever writes the base back from its log has the log beside it; once that is gone, it is whole.
        if _is_cut_off(base) and not _logs(base) and _is_cut_off(base):
            raise DamagedError(_("The file of the base is cut off: {path}").format(path=base))
        return
    if _logs(base):
        raise DamagedError(_("Only the log of the base is left: {path}").format(path=base))
    # A new base in the place of one that was lost would push its backups out, one a day.
    if backups(backups_folder(base, chosen)):
        raise DamagedError(_("The base is gone, and its backups are there: {path}").format(path=base))


def _is_cut_off(base: Path) -> bool:
    """Tell whether the last page is not there whole."""
    size = _bytes(base)
    if size % _USUAL_PAGE == 0:
        return False
    # Only SQLite may open the file: to close it by other means would take away the locks of this process.
    with suppress(sqlite3.Error), schema.reading(base) as file:
        file.execute("PRAGMA schema_version")
        return size % int(file.execute("PRAGMA page_size").fetchone()[0]) != 0
    return False


def _logs(base: Path) -> bool:
    return any(_bytes(base.with_name(base.name + suffix)) for suffix in ("-wal", "-journal"))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
