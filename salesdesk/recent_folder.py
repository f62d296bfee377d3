"""The folder that a file was last imported from."""

import contextlib
from pathlib import Path

from platformdirs import user_state_path


def _file() -> Path:
    return user_state_path("salesdesk", appauthor=False) / "import_folder.txt"


def recent_folder() -> Path:
    """Give the folder of last time, or the home folder where that is gone."""
    with contextlib.suppress(OSError, ValueError):
        folder = Path(_file().read_text("utf-8", errors="surrogateescape").rstrip("\n"))
        if folder.is_absolute() and folder.is_dir():
            return folder
    return Path.home()


def keep_folder(folder: Path) -> None:
    """Keep a folder for the next time. A state folder that cannot be written costs only that."""
    file = _file()
    with contextlib.suppress(OSError, ValueError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{folder.absolute()}\n", "utf-8", errors="surrogateescape")
