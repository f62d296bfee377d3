"""The file from which PostgreSQL's own library reads passwords: `~/.pgpass`, of its owner alone."""

import os
from pathlib import Path


def pgpass_file() -> Path:
    """Tell where it is; `PGPASSFILE` names another."""
    named = os.environ.get("PGPASSFILE")
    return Path(named) if named else Path.home() / ".pgpass"


def add_password(host: str, port: int, database: str, user: str, password: str) -> Path:
    """Put a password before the others, the first that fits being taken. Raises OSError."""
    file = pgpass_file()
    line = ":".join(map(_escaped, (host, str(port), database, user, password)))
    before = file.read_text("utf-8") if file.exists() else ""
    beside = file.with_name(f"{file.name}.new")
    # Nobody else may read it at any moment, not even before a mode is set.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        os.fchmod(written.fileno(), 0o600)
        written.write(f"{line}\n{before}")
    beside.replace(file)
    return file


def _escaped(field: str) -> str:
    return field.replace("\\", "\\\\").replace(":", "\\:")
