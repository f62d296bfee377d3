"""One file of a catalogue: its text, its values, and the errors that point into it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesdesk.catalogues.faults import CatalogueError
from salesdesk.catalogues.folders import read_bytes
from salesdesk.catalogues.lines import Place, line_in_text, line_of
from salesdesk.i18n import _


@dataclass(frozen=True)
class Source:
    """A file that was read: values by key, and the text to find lines in."""

    path: Path
    text: str
    data: dict[str, Any]

    def error(self, what: str, *place: str | int) -> CatalogueError:
        """Make the error that points at the line of `place`."""
        return CatalogueError(what, self.path, line_of(self.text, place))

    def error_in_text(self, what: str, line: int, *place: str | int) -> CatalogueError:
        """Make the error that points at a line (from 1) of the text that stands at `place`."""
        return CatalogueError(what, self.path, line_in_text(self.text, place, line))

    def line(self, place: Place) -> int:
        """Tell the line of `place`."""
        return line_of(self.text, place)


def read_source(path: Path) -> Source:
    """Read a file as UTF-8 TOML. Raises CatalogueError."""
    content = read_bytes(path)
    try:
        # Editors of Windows put a byte order mark before the text; it means nothing.
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueError(_("this is not UTF-8; save the file as UTF-8"), path, line) from error
    try:
        return Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(_plainly(str(error)), path, _line_said(str(error), text)) from error
    except (ValueError, RecursionError) as error:
        raise CatalogueError(_("a number or a list here is too long for a catalogue"), path) from error


def _line_said(message: str, text: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else max(1, len(text.rstrip("\n").split("\n")))


def _plainly(message: str) -> str:
    """Say what tomllib found in words that help the one who edits."""
    words = (
        (
            ("Cannot declare", "Cannot overwrite", "Duplicate", "Cannot mutate"),
            _("this name stands here twice; keep one (an entry begins with two brackets, [[stage]])"),
        ),
        (("Expected '='",), _("a key needs an equals sign and a value: key = value")),
        (("Expected ']",), _("a heading needs its closing brackets, as in [[stage]]")),
        (
            ("Unterminated", "Illegal character '\\n'", "Expected '\"", "Expected \"'"),
            _("a text is not closed: put a quote at its end"),
        ),
        (("Unclosed",), _("a list or a { } is not closed")),
        (
            ("Invalid value", "Invalid date", "Invalid hex"),
            _("this is no value: texts stand in quotes, numbers are digits, yes and no are true and false"),
        ),
        (("Expected newline",), _("something stands after the value; write one key = value on a line")),
        (("Unescaped '\\\\'", "Escaped"), _("a backslash in a text is written twice: \\\\")),
        (
            ("Illegal character", "Found invalid character"),
            _("a character stands here that a text cannot hold"),
        ),
        (("Invalid",), _("this is neither a heading, [[stage]], nor key = value")),
    )
    for starts, plain in words:
        if message.startswith(starts):
            return plain
    return _("this cannot be understood: check quotes, brackets and equals signs")
