"""The schema's version: read cheaply at every start, brought up to date by Alembic when it differs."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from salesdesk.errors import BaseError
from salesdesk.i18n import _, ngettext
from salesdesk.storage import policies
from salesdesk.storage.backup import back_up
from salesdesk.storage.engine import sqlite_path
from salesdesk.storage.open_elsewhere import is_open_elsewhere, processes_with, sessions_beside

REVISION = "0012"
"""The newest migration, so that a start need not import Alembic to learn that there is nothing to do."""

FIND_VERSION = "SELECT version_num FROM alembic_version"

MIGRATIONS = Path(__file__).parent / "migrations"
# One number for every workstation: two that start at once migrate one after the other.
_LOCK = 7255301


def version(connection: Connection) -> str | None:
    """Tell the version of a base; None for a new one. Raises BaseError for a base of another program."""
    tables = set(inspect(connection).get_table_names())
    _refuse_strangers(tables)
    if not tables:
        return None
    return connection.execute(text(FIND_VERSION)).scalar()


def look_into(path: Path) -> None:
    """Raise BaseError for a file of another program, before anything is set in it for good, as WAL is."""
    if not path.is_file():
        return
    tables = set()
    # What else is wrong with the file is told when it is opened.
    with suppress(sqlite3.Error), reading(path) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    _refuse_strangers(tables)


def is_current(where: str) -> bool:
    """Tell whether a plain file is a base of this very version; without SQLAlchemy, and changing nothing."""
    path = Path(where).expanduser()
    if "://" in where or not path.is_file():
        return False
    with suppress(sqlite3.Error), reading(path) as file:
        return file.execute(FIND_VERSION).fetchall() == [(REVISION,)]
    return False


def is_a_base(path: Path) -> bool:
    """Tell whether a file can be opened as a base, of whatever version; it is not read whole."""
    with suppress(sqlite3.Error), reading(path) as file:
        return file.execute(FIND_VERSION).fetchone() is not None
    return False


def reading(path: Path) -> closing[sqlite3.Connection]:
    """Open a file to read it and nothing else: no base is made where there is none."""
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


def _refuse_strangers(tables: set[str]) -> None:
    if tables and "alembic_version" not in tables:
        raise BaseError(_("This base belongs to another program; give Salesdesk a file of its own."))


def bring_up_to_date(engine: Engine) -> Path | None:
    """Migrate where the version differs; tell the backup taken before.

    Raises BaseError for a newer base, and where others work on it: their program is of its version.
    """
    found = _version_of(engine)
    if found == REVISION:
        return None
    if found is not None and found > REVISION:
        raise _newer(found)
    if found is None:
        _upgrade(engine)
        return None
    others = _others(engine)
    # One of those others may have been the one who brought it up to date meanwhile.
    if others is not None and _version_of(engine) != REVISION:
        raise BaseError(
            _(
                "This base is of an older version ({found}), and others work on it: {who}. "
                "Nothing was changed; let them leave, then start again."
            ).format(found=found, who=others)
        )
    if others is not None:
        return None
    backup = _backup(engine)
    _upgrade(engine)
    return backup


def must_be_current(engine: Engine) -> None:
    """Raise BaseError for a base of another version, where somebody else brings it up to date."""
    found = _version_of(engine)
    if found is not None and found > REVISION:
        raise _newer(found)
    if found != REVISION:
        raise BaseError(
            _(
                "This base is of an older version ({found}) than this program ({wanted}): "
                "its owner brings it up to date by `salesdesk db upgrade`."
            ).format(found=found, wanted=REVISION)
        )


def _newer(found: str) -> BaseError:
    return BaseError(
        _(
            "This base was made by a newer Salesdesk (version {found}); update this program to open it."
        ).format(found=found)
    )


def _version_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return version(connection)


def _others(engine: Engine) -> str | None:
    """Say who else works on a base; None for nobody. Lets go of the engine's own connections to a file."""
    path = sqlite_path(engine.url)
    if path is None:
        with engine.connect() as connection:
            return _listed(sessions_beside(connection))
    engine.dispose()
    if not is_open_elsewhere(path):
        return None
    return _listed(processes_with(path)) or _("another program has it open")


def _listed(others: Sequence[object]) -> str | None:
    if not others:
        return None
    return ngettext("{count} program ({who})", "{count} programs ({who})", len(others)).format(
        count=len(others), who=", ".join(map(str, others))
    )


def _backup(engine: Engine) -> Path | None:
    path = sqlite_path(engine.url)
    if path is None:
        return None
    # The name is of this moment on this machine, not of the desk's clock: it must never repeat.
    target = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S}.before-upgrade")
    back_up(path, target)
    return target


def migrate(connection: Connection) -> None:
    """Bring a base up to date in the transaction that has begun; on SQLite with foreign keys off."""
    from alembic import command
    from alembic.config import Config

    from salesdesk.storage import ids

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config.attributes["connection"] = connection
    with ids.given_once(connection):
        command.upgrade(config, "head")


def _upgrade(engine: Engine) -> None:
    with engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            # A table that a batch migration makes anew is dropped first; with foreign keys on,
            # that deletes its children. The setting cannot change inside a transaction.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                # A table that came with a migration has its rules from the first moment.
                policed = policies.stand(connection)
                if policed:
                    policies.take_off(connection)
                migrate(connection)
                if policed:
                    policies.put_on(connection)
                _whole(connection)
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]


def _whole(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BaseError(
            _("The upgrade would leave {count} rows without what they name; nothing was changed.").format(
                count=len(broken)
            )
        )
