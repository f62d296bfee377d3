"""What this machine, this terminal and this base can do and cannot: one function a question."""

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _, language, ngettext

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from salesdesk.settings import Settings

SPACE_LEAST = 500_000_000
"""Bytes: a base of a hundred thousand clients, twice, since an upgrade copies it first."""

CLOCK_MOST = 60.0
"""Seconds by which a machine's clock may differ from its server's before anybody need put it right."""

COLUMNS_LEAST, LINES_LEAST = 80, 24


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` says what was found, and what to do where it is not well."""

    name: str
    ok: bool
    advice: str


def diagnose(settings: "Settings") -> Iterator[Check]:
    """Look at everything, the machine first."""
    yield _python()
    yield _zones()
    yield from _terminal()
    yield _encoding()
    yield Check("language", ok=True, advice=_("The desk speaks {language}.").format(language=language()))
    yield _clipboard()
    yield _dial(settings)
    yield _postgres(settings)
    yield _said("catalogues", lambda: _catalogues(settings))
    yield from _base(settings)
    yield _said("kept", _kept)


def _said(name: str, look: Callable[[], str]) -> Check:
    """Turn an error's line into the advice."""
    try:
        return Check(name, ok=True, advice=look())
    except SalesdeskError as error:
        return Check(name, ok=False, advice=str(error))


def _python() -> Check:
    return Check(
        "python", sys.version_info >= (3, 11), f"Python {platform.python_version()}, {platform.system()}"
    )


def _zones() -> Check:
    try:
        ZoneInfo("Asia/Vladivostok")
    except (ZoneInfoNotFoundError, OSError):
        return Check("zones", ok=False, advice=_("The tz database is missing: pip install tzdata"))
    return Check("zones", ok=True, advice=_("The zones of all clients are known."))


def _terminal() -> Iterator[Check]:
    if not sys.stdout.isatty():
        yield Check("terminal", ok=True, advice=_("There is no terminal here: the desk opens only in one."))
        return
    size = shutil.get_terminal_size()
    enough = size.columns >= COLUMNS_LEAST and size.lines >= LINES_LEAST
    found = _("{columns}×{lines}").format(columns=size.columns, lines=size.lines)
    small = _("{columns}×{lines} is too small; make it {most}×{least} or larger.").format(
        columns=size.columns, lines=size.lines, most=COLUMNS_LEAST, least=LINES_LEAST
    )
    yield Check("terminal", enough, found if enough else small)
    yield _colour()


def _colour() -> Check:
    term = os.environ.get("TERM", "")
    if os.environ.get("NO_COLOR"):
        return Check("colour", ok=True, advice=_("NO_COLOR is set: the desk is drawn without colours."))
    if term in ("", "dumb"):
        return Check(
            "colour", ok=False, advice=_("TERM is not set: the terminal is unknown, its keys may fail.")
        )
    full = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    many = (
        _("All colours.")
        if full
        else _("Few colours; COLORTERM=truecolor gives all where the terminal has them.")
    )
    return Check("colour", ok=True, advice=many)


def _encoding() -> Check:
    found = (sys.stdout.encoding or "").lower().replace("-", "")
    if found == "utf8":
        return Check("encoding", ok=True, advice="UTF-8")
    return Check(
        "encoding",
        ok=False,
        advice=_("The terminal's encoding is {found}; set LANG to a UTF-8 locale, as ru_RU.UTF-8.").format(
            found=sys.stdout.encoding
        ),
    )


def _clipboard() -> Check:
    inside = _("Copying goes through tmux: `set -g set-clipboard on` in ~/.tmux.conf lets it pass.")
    direct = _(
        "Copying asks the terminal itself (OSC 52), also over SSH; some terminals want it allowed first."
    )
    return Check("clipboard", ok=True, advice=inside if os.environ.get("TMUX") else direct)


def _dial(settings: "Settings") -> Check:
    from salesdesk.dialling import dial_command

    command = dial_command(settings.dial)
    if command is None:
        return Check(
            "dial",
            ok=True,
            advice=_("Nothing dials here: numbers are shown large and copied. Set `dial` in the settings."),
        )
    program = command.words[0]
    if shutil.which(program) is None:
        return Check(
            "dial", ok=False, advice=_("The program that dials is missing: {program}").format(program=program)
        )
    return Check("dial", ok=True, advice=_("Dials with {program}").format(program=program))


def _postgres(settings: "Settings") -> Check:
    if importlib.util.find_spec("psycopg") is not None:
        return Check("postgresql", ok=True, advice=_("A team's base on a PostgreSQL server can be opened."))
    advice = _("For a team's base on a server: pip install 'salesdesk[postgres]'")
    return Check("postgresql", ok="postgresql" not in settings.db, advice=advice)


def _catalogues(settings: "Settings") -> str:
    from salesdesk.catalogues import packaged_data, read_catalogues

    folders = [packaged_data(), *([settings.data_dir] if settings.data_dir else [])]
    read_catalogues(*folders)
    return _("Read without a mistake: {folders}").format(folders=", ".join(map(str, folders)))


def _kept() -> str:
    from salesdesk.kept.store import all_kept, kept_folder

    found = all_kept()
    if found.closed:
        raise SalesdeskError(
            _("Something is kept here that no key of this workstation opens: {folder}").format(
                folder=kept_folder()
            )
        )
    if not found.kept:
        return _("Nothing is kept here: everything is in the base.")
    raise SalesdeskError(
        ngettext(
            "{count} thing is kept here and in no base yet: salesdesk kept list",
            "{count} things are kept here and in no base yet: salesdesk kept list",
            len(found.kept),
        ).format(count=len(found.kept))
    )


# -- the base --------------------------------------------------------------------------------------


def _base(settings: "Settings") -> Iterator[Check]:
    from salesdesk.storage.engine import base_url, make_engine, sqlite_path

    try:
        url = base_url(settings.db)
        engine = make_engine(url)
    except SalesdeskError as error:
        yield Check("base", ok=False, advice=str(error))
        return
    path = sqlite_path(url)
    try:
        if path is not None:
            yield from _file(path)
        if path is None or path.is_file():
            yield from _opened(engine, settings.backup_dir)
        if path is not None:
            yield _backup(settings, path)
    finally:
        engine.dispose()


def _file(path: Path) -> Iterator[Check]:
    if not path.exists():
        advice = _("There is no base at {path}. Make one: salesdesk init, or salesdesk import FILE.")
        yield Check("base", ok=False, advice=advice.format(path=path))
    elif path.is_dir():
        yield Check("base", ok=False, advice=_("{path} is a folder, not a base.").format(path=path))
    else:
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        advice = str(path) if writable else _("{path} and its folder cannot be written.").format(path=path)
        yield Check("base", writable, advice)
    folder = next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.is_dir())
    free = shutil.disk_usage(folder).free
    yield Check(
        "disk", free >= SPACE_LEAST, _("{size} MB free in {folder}").format(size=free // 10**6, folder=folder)
    )


def _backup(settings: "Settings", path: Path) -> Check:
    from salesdesk.storage.kept_backups import backups_folder, last_good, when

    folder = backups_folder(path, settings.backup_dir)
    last = last_good(folder)
    if last is not None:
        advice = _("The last good backup is of {when}: {file}").format(when=when(last.at), file=last.path)
    elif settings.backup is False:
        advice = _("No backup is taken: `backup` is turned off in the settings.")
    else:
        advice = _("No backup yet; the desk puts one a day into {folder}").format(folder=folder)
    return Check("backup", ok=True, advice=advice)


def _logins(engine: "Engine") -> Check:
    from sqlmodel import Session

    from salesdesk.storage import policies
    from salesdesk.team.sitting_down import counted

    with Session(engine) as session:
        active, able = counted(session)
        by_server = policies.has_login_roles(session)
    if by_server:
        advice = _("Who works at this base logs in on its server, each by a login of their own.")
    elif active < 2:
        advice = _("One person works at this base: no password is asked for.")
    elif not able:
        advice = _(
            "Anybody can sit down as anybody. Passwords prevent it: salesdesk operators password LOGIN"
        )
    else:
        advice = _("This base asks for passwords; {able} of {active} who work there have one.").format(
            able=able, active=active
        )
    return Check("logins", ok=True, advice=advice)


def _clock(connection: "Connection") -> Check:
    from salesdesk.formatting import duration
    from salesdesk.storage.common_time import ahead_of_server

    ahead = ahead_of_server(connection)
    if abs(ahead) < CLOCK_MOST:
        return Check("clock", ok=True, advice=_("This machine's clock shows what the server's does."))
    wrong = (
        _("This machine's clock is ahead of the server's by {time}: the desk goes by the server's.")
        if ahead > 0
        else _("This machine's clock is behind the server's by {time}: the desk goes by the server's.")
    )
    return Check("clock", ok=False, advice=wrong.format(time=duration(round(abs(ahead)))))


def _opened(engine: "Engine", backup_dir: Path | None) -> Iterator[Check]:
    from salesdesk.storage import schema
    from salesdesk.storage.engine import sqlite_path
    from salesdesk.storage.faults import said_plainly
    from salesdesk.storage.kept_backups import way_back_told

    try:
        with (
            way_back_told(sqlite_path(engine.url), backup_dir),
            said_plainly(),
            engine.connect() as connection,
        ):
            found = schema.version(connection)
            if engine.dialect.name == "sqlite":
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
                full = connection.exec_driver_sql("PRAGMA synchronous").scalar()
                safe = str(mode).lower() == "wal" and full == 2
                yield Check("durability", safe, f"journal_mode {mode}, synchronous {full}")
            else:
                yield _clock(connection)
    except SalesdeskError as error:
        yield Check("version", ok=False, advice=str(error))
        return
    if found == schema.REVISION:
        yield _logins(engine)
    newer = found is not None and found > schema.REVISION
    advice = _("The base's version is {found}, this program's {own}.").format(
        found=found, own=schema.REVISION
    )
    yield Check("version", not newer, advice)
