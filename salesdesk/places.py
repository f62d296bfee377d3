"""Where a person's settings and base are, found without the packages that settings are checked with.

The list of the day must not wait for those: what is needed to open the base is read here in plain
Python, by the same order as `salesdesk.settings` has: what is given, the environment, the file.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from salesdesk.secrecy.redacted import holds_password
from salesdesk.secrecy.secret_settings import is_trusted

PREFIX = "SALESDESK_"


@dataclass(frozen=True, slots=True)
class Place:
    """Which base, who sits there, the team's own catalogues, and where backups go if not beside the base."""

    db: str
    operator: str | None
    data_dir: Path | None
    backup_dir: Path | None = None


def settings_file() -> Path:
    """Tell where a person's settings are."""
    return user_config_path("salesdesk", appauthor=False) / "settings.toml"


def default_base() -> str:
    """Tell where the base of one person is: a SQLite file in the user's data folder."""
    return str(user_data_path("salesdesk", appauthor=False) / "salesdesk.sqlite")


def sample_base_file() -> Path:
    """Tell where the sample base is: beside a person's own base."""
    return user_data_path("salesdesk", appauthor=False) / "sample.sqlite"


def place_at_once(
    db: str | None, operator: str | None, environ: Mapping[str, str] = os.environ
) -> Place | None:
    """Tell which base to open; None where the settings have to be looked at with care first."""
    file = settings_file()
    if not is_trusted(file):
        return None
    try:
        kept = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, ValueError):
        return None
    if holds_password(str(kept.get("db", ""))):
        return None
    chosen: dict[str, str | None] = {}
    for name, given in (("db", db), ("operator", operator), ("data_dir", None), ("backup_dir", None)):
        value = given or environ.get(PREFIX + name.upper()) or kept.get(name)
        if value is not None and not isinstance(value, str):
            return None
        chosen[name] = value
    folders = [Path(folder) if folder else None for folder in (chosen["data_dir"], chosen["backup_dir"])]
    return Place(chosen["db"] or default_base(), chosen["operator"], *folders)
