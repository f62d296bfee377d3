"""The plain files of `data/` that the base reads: places, header names, words."""

import tomllib
from pathlib import Path
from typing import Any

from salesdesk.errors import InputError
from salesdesk.i18n import _

_PACKAGE = Path(__file__).parents[1]


def read_data(name: str) -> dict[str, Any]:
    """Read a TOML file of `data/`. Raises InputError with the file, the line and what is wrong there."""
    installed = _PACKAGE / "data" / name
    path = installed if installed.exists() else _PACKAGE.parent / "data" / name
    return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. Raises InputError with the file, the line and what is wrong there."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise InputError(_("{file}: {why}").format(file=path, why=wrong)) from wrong
    except UnicodeDecodeError as wrong:
        raise InputError(_("{file} is not UTF-8 text; save it as UTF-8.").format(file=path)) from wrong
    except OSError as wrong:
        raise InputError(_("{file} cannot be read: {why}").format(file=path, why=wrong.strerror)) from wrong
