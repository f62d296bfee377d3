"""The file of refused rows: as they were, with the reason beside, to be corrected and imported again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from salesdesk.base.cells import Cell, text_of
from salesdesk.base.guarding import guard_words
from salesdesk.errors import InputError
from salesdesk.i18n import _

REASON = "reason"


class RejectedFile:
    """Collects refused rows beside their place; the file appears only when the import has succeeded."""

    def __init__(self, path: Path | None, header: Sequence[str]) -> None:
        self._path = path
        self._header = header
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None or self._path is None:
            return
        try:
            # The last rows are written only now.
            self._file.close()
            if kind is None:
                self._partial.replace(self._path)
        except OSError as wrong:
            if kind is None:
                raise self._unwritable(wrong) from wrong
        finally:
            self._partial.unlink(missing_ok=True)

    @property
    def _partial(self) -> Path:
        if self._path is None:
            raise ValueError
        return self._path.with_name(self._path.name + ".partial")

    @property
    def name(self) -> str | None:
        """Where the rows went; None where there were none, or nobody asked for them."""
        return str(self._path) if self._file is not None else None

    def put(self, row: Sequence[Cell], why: str) -> None:
        """Add a row. Raises InputError where the file cannot be written."""
        self.count += 1
        if self._path is None:
            return
        try:
            if self._file is None:
                self._file = self._partial.open("w", encoding="utf-8", errors="surrogateescape", newline="")
                self._file.write("\ufeff")
                csv.writer(self._file).writerow([*self._header, REASON])
            cells = [guard_words(text_of(cell)) for cell in row]
            cells += [""] * (len(self._header) - len(cells))
            csv.writer(self._file).writerow([*cells, why])
        except OSError as wrong:
            raise self._unwritable(wrong) from wrong

    def _unwritable(self, wrong: OSError) -> InputError:
        return InputError(
            _("{file} cannot be written: {why}").format(file=self._path, why=wrong.strerror), "rejected"
        )
