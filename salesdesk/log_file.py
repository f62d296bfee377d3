"""The log file: where the traceback of a failure goes, so that no person has to see one."""

import contextlib
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

from salesdesk.secrecy.redacted import redacted

_BYTES = 1_000_000
_kept: logging.Handler | None = None


def log_file() -> Path:
    """Tell where the log is."""
    return user_log_path("salesdesk", appauthor=False) / "salesdesk.log"


class _DiscreetFormatter(logging.Formatter):
    """Writes no password, whoever quoted it: what is logged may be sent to somebody."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record with its traceback."""
        return redacted(super().format(record))


class _QuietHandler(RotatingFileHandler):
    """Writes to the log; a full disk or a folder that cannot be written costs only the log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record where it can be written."""
        with contextlib.suppress(OSError):
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say nothing: the default prints a traceback on the terminal."""


def keep_log() -> None:
    """Send what the program logs to the file from now on; it is made when there is something to write."""
    global _kept  # noqa: PLW0603  # one process has one log
    root = logging.getLogger("salesdesk")
    if _kept is not None:
        root.removeHandler(_kept)
        _kept.close()
    _kept = _QuietHandler(log_file(), maxBytes=_BYTES, backupCount=1, encoding="utf-8", delay=True)
    _kept.setFormatter(_DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(_kept)
    root.setLevel(logging.INFO)
    # Nothing of the program's own goes to stderr behind a screen's back.
    root.propagate = False
