"""Paths as people type, paste and read them."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

TABLES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".vcf", ".vcard"}
)
"""Ends of names of files that may hold a table."""


_BEHIND = re.compile(r"(?<=/)(?:file://.+|\"[^\"]+\"|'[^']+')$")
"""A path that was pasted whole behind the beginning of another."""


def typed_path(text: str) -> Path:
    """Read a path: `~`, quotes and blanks as a shell would write them, and what a file manager pastes."""
    text = text.strip()
    behind = _BEHIND.search(text)
    if behind is not None and not _exists(_expanded(text)):
        text = behind[0]
    for quote in "\"'":
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlparse(text).path)
    path = _expanded(text)
    if "\\ " in text and os.sep == "/" and not _exists(path):
        return _expanded(text.replace("\\ ", " "))
    return path


def _expanded(text: str) -> Path:
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        # There is no such user: it is a name that begins with a tilde.
        path = Path(text)
    # An absolute path that was typed behind the beginning of another is meant alone.
    anew = max(text.rfind("//"), text.rfind("/~/"))
    if anew >= 0 and not _exists(path):
        whole = Path(text[anew + 1 :]).expanduser()
        return whole if _exists(whole) or _exists(whole.parent) else path
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder; a path that cannot be one is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def shown_path(path: Path) -> str:
    """Write a path short, with `~` for the home folder."""
    home = str(Path.home())
    text = str(path)
    return "~" + text[len(home) :] if text == home or text.startswith(home + os.sep) else text


def may_hold_table(path: Path) -> bool:
    """Tell whether a file's name ends like that of a table."""
    return path.suffix.lower() in TABLES


def candidates(text: str) -> list[str]:
    """Give what a typed path may become: the folders, with a slash, and the tables that begin so."""
    if not text.strip() or text[:1] in "\"'" or text.startswith("file://"):
        return []
    folder_text, name = os.path.split(text)
    beginning = text[: len(text) - len(name)]
    try:
        with os.scandir(_expanded(folder_text or ".")) as entries:
            return [beginning + _named(entry) for entry in entries if _begins(entry, name)]
    except (OSError, ValueError):
        return []


def _begins(entry: "os.DirEntry[str]", name: str) -> bool:
    if not entry.name.lower().startswith(name.lower()) or (entry.name[0] == "." and not name):
        return False
    return entry.is_dir() or may_hold_table(Path(entry.name))


def _named(entry: "os.DirEntry[str]") -> str:
    return entry.name + (os.sep if entry.is_dir() else "")


def typed_name(text: str) -> str:
    """Give the part of a typed path after its last slash: what the names in its folder begin with."""
    return "" if text[:1] in "\"'" or text.startswith("file://") else os.path.split(text)[1].strip()
