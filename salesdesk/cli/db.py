"""`db init|catalogues|check|upgrade|backup|backups|restore|copy`: looking after the base.

`init` is in `login_roles`, `catalogues` in a file of its own.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli import catalogues, login_roles
from salesdesk.cli.asked import Desk, must_exist, settings_of, sit_down
from salesdesk.cli.help import Command, Group
from salesdesk.cli.options import AsJson
from salesdesk.errors import InputError, StoppedError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.checking import Problem
    from salesdesk.settings import Settings

File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help=N_("A file of a backup."))]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Group, rich_markup_mode=None)
    login_roles.add_to(group)
    catalogues.add_to(group)
    group.command("check", help=N_("Look for everything that may not be in a base."), cls=Command)(check)
    group.command("upgrade", help=N_("Bring the base up to this program's version."), cls=Command)(upgrade)
    group.command("backup", help=N_("Copy the base into a new file while others work on it."), cls=Command)(
        backup
    )
    group.command("backups", help=N_("List the backups that are taken once a day."), cls=Command)(backups)
    group.command("restore", help=N_("Put a backup in the base's place; that is set aside."), cls=Command)(
        restore
    )
    group.command(
        "copy",
        help=N_("Copy a base whole, between SQLite and PostgreSQL too."),
        cls=Command,
    )(copy)
    app.add_typer(group, name="db", help=N_("Look after the base."))


def check(
    ctx: typer.Context,
    *,
    cure: Annotated[
        bool,
        typer.Option(
            "--cure", help=N_("First bring the lists and the search back in step with what the cards say.")
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look for everything that may not be; exit status 1 where something is."""
    with sit_down(ctx) as desk:
        from salesdesk.base.checking import check as look
        from salesdesk.cli.printing import emit
        from salesdesk.cli.progress import Bar

        cured = _cure(desk) if cure else None
        with Bar(_("Checking")) as bar:
            problems = desk.read(look, progress=bar.report)
        if as_json:
            found = {"ok": not problems, "problems": [_problem(problem) for problem in problems]}
            emit(found if cured is None else found | {"cured": cured})
        else:
            _say_cured(cured)
            _say_problems(problems)
    if problems:
        raise typer.Exit(1)


def _cure(desk: Desk) -> dict[str, int]:
    """Cure chunk by chunk, each in a unit of work of its own; tell how often each thing was wrong."""
    from salesdesk.base.checking import cure, cure_codes
    from salesdesk.cli.progress import Bar

    counts = dict.fromkeys(cure_codes(), 0)
    seen = 0
    with Bar(_("Curing")) as bar:
        done = desk.write(cure)
        while True:
            seen += done.seen
            bar.report(seen)
            for code, count in done.counts.items():
                counts[code] += count
            if done.last is None:
                return counts
            done = desk.write(cure, done.last)


def _say_cured(cured: dict[str, int] | None) -> None:
    from salesdesk.base.checking import what_was_wrong
    from salesdesk.cli.printing import say

    if cured is None:
        return
    for code, count in cured.items():
        if count:
            what = what_was_wrong(code)
            say(_("Cured: {count}  {what} ({code})").format(count=count, what=what, code=code))
    if not any(cured.values()):
        say(_("There was nothing to cure."))


def _say_problems(problems: "list[Problem]") -> None:
    from salesdesk.cli.printing import say

    if not problems:
        say(_("The base is whole."))
    for problem in problems:
        rows = f": {', '.join(map(str, problem.rows))}" if problem.rows else ""
        say(f"{problem.count}  {problem.what} ({problem.code}{rows})")
        say(f"   → {problem.cure}")


def _problem(problem: "Problem") -> dict[str, object]:
    return {
        "code": problem.code,
        "count": problem.count,
        "what": problem.what,
        "cure": problem.cure,
        "rows": list(problem.rows),
    }


def upgrade(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Bring the base up to date; a SQLite file is copied before."""
    from salesdesk.cli.printing import emit, say
    from salesdesk.storage import policies, schema
    from salesdesk.storage.engine import base_url, make_engine, sqlite_path
    from salesdesk.storage.faults import said_plainly
    from salesdesk.storage.kept_backups import way_back_told

    settings = settings_of(ctx)
    must_exist(settings.db, settings.backup_dir)
    url = base_url(settings.db)
    engine = make_engine(url)
    try:
        with way_back_told(sqlite_path(url), settings.backup_dir), said_plainly():
            with engine.connect() as connection:
                before = schema.version(connection)
            copy = schema.bring_up_to_date(engine)
            # A program may have other rules though its tables are the same.
            ruled = policies.renew(engine)
    finally:
        engine.dispose()
    # Opening it also brings its catalogues in step.
    with sit_down(ctx, asks=False):
        pass
    if as_json:
        kept = None if copy is None else str(copy)
        emit({"from": before, "to": schema.REVISION, "backup": kept, "tables": ruled})
        return
    if before == schema.REVISION:
        say(_("The base is of version {version} already.").format(version=before))
    else:
        say(_("The base is of version {version} now.").format(version=schema.REVISION))
        if copy is not None:
            say(_("What it was is kept in {file}").format(file=copy))
    if ruled:
        say(
            ngettext("{count} table has its rules.", "{count} tables have their rules.", ruled).format(
                count=ruled
            )
        )


def backup(ctx: typer.Context, file: File, *, as_json: AsJson = False) -> None:
    """Copy the base into a new file."""
    from salesdesk.cli.printing import emit, say
    from salesdesk.storage.backup import back_up
    from salesdesk.storage.kept_backups import way_back_told

    settings = settings_of(ctx)
    source = _sqlite_file(settings)
    must_exist(str(source), settings.backup_dir)
    _only_for_admins(settings, settings.db)
    target = file.expanduser()
    with way_back_told(source, settings.backup_dir):
        back_up(source, target)
    if as_json:
        emit({"file": str(target), "bytes": target.stat().st_size})
    else:
        say(_("The base is copied into {file}").format(file=target))


def backups(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the backups of each day, the newest first."""
    from salesdesk.cli.printing import emit, say, table
    from salesdesk.storage import kept_backups

    settings = settings_of(ctx)
    folder = kept_backups.backups_folder(_sqlite_file(settings), settings.backup_dir)
    found = kept_backups.backups(folder)
    if as_json:
        rows = [
            {"file": str(one.path), "at": one.at.astimezone().isoformat(), "bytes": one.bytes}
            for one in found
        ]
        emit({"folder": str(folder), "rows": rows})
    elif found:
        table(
            (_("When"), _("MB"), _("File")),
            [(kept_backups.when(one.at), f"{one.bytes / 10**6:.1f}", one.path) for one in found],
            right=(1,),
        )
    else:
        say(_("There is no backup in {folder} yet.").format(folder=folder))


def restore(ctx: typer.Context, file: File, *, as_json: AsJson = False) -> None:
    """Put a backup in the base's place."""
    from salesdesk.cli.printing import emit, say
    from salesdesk.storage.backup import restore_sqlite

    settings = settings_of(ctx)
    target = _sqlite_file(settings)
    _only_for_admins(settings, settings.db)
    aside = restore_sqlite(file.expanduser(), target)
    if as_json:
        emit({"file": str(target), "set_aside": None if aside is None else str(aside)})
        return
    say(_("The base is restored: {file}").format(file=target))
    if aside is not None:
        say(_("What stood there is kept in {file}").format(file=aside))


def copy(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FROM", show_default=False, help=N_("The base to copy: a file or a URL."))
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO", show_default=False, help=N_("Where to: a new file, or a URL of an empty base.")
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy a base whole, and compare the copy with it row by row."""
    from salesdesk.cli.printing import emit, say
    from salesdesk.cli.progress import Bar
    from salesdesk.cli.stopping import stopping
    from salesdesk.storage import faults
    from salesdesk.storage.copying import Step, copy_base
    from salesdesk.storage.engine import base_url, sqlite_path
    from salesdesk.storage.kept_backups import way_back_told

    settings = settings_of(ctx)
    must_exist(source)
    _only_for_admins(settings, source)
    words = {Step.COPYING: _("Copying"), Step.INDEXING: _("Indexing"), Step.COMPARING: _("Comparing")}
    began = time.monotonic()
    with Bar(words[Step.COPYING]) as bar, stopping() as stopped:

        def report(step: Step, done: int, total: int) -> None:
            bar.name(words[step])
            bar.report(done, total)

        try:
            with way_back_told(sqlite_path(base_url(source)), settings.backup_dir):
                tables = copy_base(source, target, report=report, stopped=stopped.is_set)
        except faults.StoppedError as error:
            raise StoppedError(_("Stopped: nothing was copied.")) from error
    rows, seconds = sum(tables.values()), time.monotonic() - began
    if as_json:
        emit({"tables": tables, "rows": rows, "seconds": round(seconds, 3), "verified": True})
        return
    say(
        ngettext(
            "Copied and compared: {count} row in {tables} tables.",
            "Copied and compared: {count} rows in {tables} tables.",
            rows,
        ).format(count=rows, tables=len(tables))
    )


def _only_for_admins(settings: "Settings", base: str) -> None:
    """Let only an administrator of a base go on. Raises NotAllowedError."""
    from salesdesk.storage.engine import base_url
    from salesdesk.storage.who_opens import only_for_admins_of

    only_for_admins_of(base_url(base), settings.operator)


def _sqlite_file(settings: "Settings") -> Path:
    """Give the base's file. Raises InputError for a server: its own tools look after it."""
    from salesdesk.storage.engine import base_url, sqlite_path

    path = sqlite_path(base_url(settings.db))
    if path is None:
        raise InputError(
            _("This base is on a PostgreSQL server: back it up and restore it with pg_dump and pg_restore.")
        )
    return path
