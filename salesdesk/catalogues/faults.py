"""A mistake in a catalogue, told with its file and line."""

from pathlib import Path

from salesdesk.errors import SalesdeskError


class CatalogueError(SalesdeskError):
    """A mistake in a catalogue's file: `file:line: what is wrong and what is allowed`.

    `file` and `line` are None where the fault is in no file (a script that came from the base).
    """

    def __init__(self, what: str, file: Path | None = None, line: int | None = None) -> None:
        place = "" if file is None else f"{file}: " if line is None else f"{file}:{line}: "
        super().__init__(place + what)
        self.what = what
        self.file = file
        self.line = line
