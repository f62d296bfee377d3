"""Writing a file whole: it appears under its name only when it is finished."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesdesk.errors import InputError
from salesdesk.i18n import _


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a place beside the file to write to. Raises InputError where that cannot be."""
    partial = path.with_name(path.name + ".partial")
    try:
        # Tried first: a writer that collects everything would tell of a missing folder only at its end.
        partial.open("wb").close()
        yield partial
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True) if partial.parent.is_dir() else None
        raise InputError(
            _("{file} cannot be written: {why}").format(file=path, why=error.strerror or error), "file"
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
