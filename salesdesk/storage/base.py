"""The base: opened, brought up to date, and reached in units of work."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.engine import URL
from sqlmodel import Session, col

from salesdesk.catalogues import Catalogues, packaged_data, read_catalogues
from salesdesk.catalogues import fingerprint as catalogue_fingerprint
from salesdesk.errors import BaseError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Operator, Role, Setting
from salesdesk.storage import catalogue_rows, policies, schema
from salesdesk.storage.announcing import Announcing
from salesdesk.storage.common_time import CommonTime, FileTime, ServerTime
from salesdesk.storage.damage import refuse_remains
from salesdesk.storage.engine import base_name, base_url, make_engine, sqlite_path
from salesdesk.storage.faults import said_plainly
from salesdesk.storage.kept_backups import way_back_told
from salesdesk.storage.server import ask, cut
from salesdesk.storage.who_opens import is_an_operators, sitting
from salesdesk.storage.zones import zones_there


class Base:
    """An open base. `read` and `write` are its two units of work, one session each."""

    def __init__(
        self, engine: Engine, catalogues: Catalogues, time: CommonTime, login: str | None = None
    ) -> None:
        self.engine = engine
        self.time = time
        """What all who work in it go by, as long as no clock is stopped."""
        self.login = login
        """Who is connected, where the server knows: one of the people of a base with login roles."""
        self.catalogues = catalogues
        self.announcing = Announcing(engine)
        self._reading = engine.execution_options(postgresql_readonly=True)
        self._writing = engine.execution_options(writes=True)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite base; None on PostgreSQL."""
        return sqlite_path(self.engine.url)

    @property
    def name(self) -> str:
        """Name the base as it is reached, without a login or a password."""
        return base_name(self.engine.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Read, on SQLite in one snapshot; a server shows what is committed by then. Nothing is kept."""
        with said_plainly(), Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session
            if self.path is None:
                # At a ROLLBACK psycopg forgets all that it has prepared, and the server plans it anew.
                session.commit()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Commit once at the end; keep nothing where an error is raised."""
        with said_plainly(), Session(self._writing, expire_on_commit=False, autoflush=False) as session:
            yield session
            session.commit()
        self.announcing.wrote()

    def operator(self, login: str | None = None) -> Operator:
        """Find who sits here; without a login who is connected, or the first of all. Raises NotFoundError."""
        login = login or self.login
        with self.read() as session:
            found = session.scalars(sitting(login)).first()
        if found is None:
            raise NotFoundError(
                _(
                    "There is no operator {login} in this base. `salesdesk operators list` shows who is."
                ).format(login=login or "")
            )
        return found

    @property
    def empty(self) -> bool:
        """Whether there is not one client yet."""
        with self.read() as session:
            # By what is told of all clients: an operator's login may see none of those that there are.
            return not zones_there(session)

    def look(self) -> None:
        """Ask a server, over a connection of its own, whether it answers. Raises LostError.

        Raises BaseError as well where the base was brought to another version meanwhile.
        """
        with said_plainly():
            found = ask(self.engine, schema.FIND_VERSION)
        if found != schema.REVISION:
            raise BaseError(
                _("The base is of version {found} by now: leave the desk, update it, start it again.").format(
                    found=found
                )
            )

    def cut(self) -> None:
        """Let go of a server that does not answer: whoever waits for it hears of that at once."""
        cut(self.engine)
        self.engine.dispose()

    def close(self) -> None:
        """Let go of every connection."""
        self.announcing.settle()
        self.engine.dispose()


def open_base(
    where: str,
    *,
    data: Sequence[Path] = (),
    operator: str | None = None,
    backup_dir: Path | None = None,
) -> Base:
    """Open a base, making or upgrading it where needed, with its catalogues in step with `data`.

    `where` is a path or a URL, `data` the folders of a team's own catalogues over the packaged
    ones; `operator` names the first person of a new base, `backup_dir` the folder chosen for backups.
    Raises BaseError, DamagedError with the way to the last good backup, or CatalogueError.
    """
    url = base_url(where)
    with way_back_told(sqlite_path(url), backup_dir):
        return _open(url, data, operator, backup_dir)


def _open(url: URL, data: Sequence[Path], operator: str | None, backup_dir: Path | None) -> Base:
    path = sqlite_path(url)
    if path is not None:
        _make_room(path)
        refuse_remains(path, backup_dir)
        schema.look_into(path)
    time = ServerTime() if path is None else FileTime(path)
    engine = make_engine(url)
    try:
        with said_plainly():
            login = policies.login_of(engine, time if isinstance(time, ServerTime) else None)
            if login is not None:
                return _open_by_login(engine, time, login)
            schema.bring_up_to_date(engine)
        base = Base(engine, _catalogues(engine, [packaged_data(), *data], operator), time)
        with said_plainly():
            _first_operator(base, operator)
    except BaseException:
        engine.dispose()
        raise
    return base


def _open_by_login(engine: Engine, time: CommonTime, login: str) -> Base:
    """Open a base as one of its people: what is to be made in it anew is the owner's to make."""
    schema.must_be_current(engine)
    with Session(engine) as session:
        catalogues = catalogue_rows.load(session)
        operates = policies.role_of(session) == Role.OPERATOR
    return Base(engine.execution_options(**{policies.BY_LOGIN: operates}), catalogues, time, login)


def open_to_serve(where: str) -> Base | None:
    """Open a base with login roles for the server of browsers, which lets people in and reads no client.

    None for any other base. Raises BaseError, and NotAllowedError for a login that is not for that.
    """
    url = base_url(where)
    if sqlite_path(url) is not None:
        return None
    engine = make_engine(url)
    try:
        with said_plainly():
            with engine.connect() as connection:
                roled = policies.stand(connection)
            if roled:
                _must_serve(engine)
                schema.must_be_current(engine)
                return Base(engine, read_catalogues(packaged_data()), ServerTime())
    except BaseException:
        engine.dispose()
        raise
    engine.dispose()
    return None


def _must_serve(engine: Engine) -> None:
    if policies.serves(engine):
        return
    raise NotAllowedError(
        _(
            "On a base with login roles browsers are served by a login of the group {group}, "
            "which the owner of the base makes; see docs/team.md."
        ).format(group=f"{engine.url.database}_serve")
    )


def _make_room(path: Path) -> None:
    if path.is_dir():
        raise BaseError(_("{path} is a folder, not a base.").format(path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BaseError(
            _("The folder {path} cannot be made: {why}").format(path=path.parent, why=error.strerror)
        ) from error


def _catalogues(engine: Engine, folders: Sequence[Path], operator: str | None) -> Catalogues:
    """Load what the files changed into the base, and read the base: it is what the team shares."""
    wanted = catalogue_fingerprint(*folders)
    with said_plainly(), Session(engine) as session:
        known = session.get(Setting, catalogue_rows.FINGERPRINT)
        fresh = known is None or known.value.get("sha256") != wanted
        if not fresh or (known is not None and engine.dialect.name == "postgresql"):
            # On a shared base the files of one workstation do not overrule the team's.
            return catalogue_rows.load(session)
        if known is not None and is_an_operators(engine, operator):
            # Nor do an operator's: limits and rules are among them.
            return catalogue_rows.load(session)
    read = read_catalogues(*folders)
    with said_plainly(), Session(engine.execution_options(writes=True)) as session:
        catalogue_rows.sync(session, read, wanted)
        session.commit()
        return catalogue_rows.load(session)


def _first_operator(base: Base, login: str | None) -> None:
    with base.read() as session:
        if session.scalars(select(col(Operator.id)).limit(1)).first() is not None:
            return
    try:
        name = login or getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    with base.write() as session:
        session.add(Operator(login=name, name=name, role=Role.ADMIN))
