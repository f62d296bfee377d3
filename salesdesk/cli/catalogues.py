"""`db catalogues`: the team's own files, brought into a base that others share."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from salesdesk.cli.asked import settings_of, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _


def add_to(group: typer.Typer) -> None:
    """Add the command to `db`."""
    group.command(
        "catalogues",
        help=N_("Bring the team's own catalogues into the base: scripts, stages, limits."),
        cls=Command,
    )(catalogues)


def catalogues(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            show_default=False,
            help=N_("The folder with the team's files; data_dir of the settings where none is named."),
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Tell what would change, and keep nothing of it."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the files of a folder into a base that others share.

    A file that the folder has not is as it comes with the program.
    """
    from salesdesk.catalogues import fingerprint, packaged_data, read_catalogues
    from salesdesk.cli.printing import emit, say, table
    from salesdesk.storage.catalogue_rows import Synced
    from salesdesk.storage.engine import base_url, sqlite_path
    from salesdesk.team.bringing_catalogues import bring_catalogues

    settings = settings_of(ctx)
    if sqlite_path(base_url(settings.db)) is not None:
        raise InputError(_("A base on SQLite takes them by itself: set data_dir in the settings."))
    own = folder or settings.data_dir
    if own is None:
        raise InputError(_("Name the folder with the team's own catalogues."))
    folders = packaged_data(), own.expanduser()
    read = read_catalogues(*folders)
    with sit_down(ctx) as desk:
        synced = desk.write(bring_catalogues, read, fingerprint(*folders), keep=not dry_run)
    changed = {name: each for name, each in synced.items() if each != Synced()}
    if as_json:
        emit({"files": {name: asdict(each) for name, each in changed.items()}, "kept": not dry_run})
        return
    if not changed:
        say(_("The base has these catalogues already."))
        return
    table(
        (_("File"), _("Added"), _("Changed"), _("Dropped")),
        [(f"{name}.toml", each.added, each.changed, each.dropped) for name, each in changed.items()],
        right=(1, 2, 3),
    )
    if dry_run:
        say(_("Nothing of it was kept."))
    else:
        say(_("The base has them. Desks that are open are to be opened anew."))
