"""A file that appears, or replaces the one before, only once it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesdesk.errors import InputError
from salesdesk.i18n import _


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside the file to write to; move it there at the end. Raises InputError with one line."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise InputError(
            _("{file} cannot be written. There is no folder {folder}: make it first.").format(
                file=path, folder=target.parent
            )
        )
    if target.is_dir():
        raise InputError(_("{file} cannot be written. It is a folder: name a file in it.").format(file=path))
    partial = target.with_name(f".{target.name[:100]}.{os.getpid()}.partial")
    try:
        partial.touch()  # what cannot be written is told before the work, not after it
        yield partial
        partial.replace(target)
    except OSError as wrong:
        raise InputError(
            _("{file} cannot be written: {why}").format(file=path, why=wrong.strerror or wrong)
        ) from wrong
    finally:
        partial.unlink(missing_ok=True)
