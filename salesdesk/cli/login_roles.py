"""`db init`: everybody who works at a PostgreSQL base gets a login of the server, under rules of its own."""

from typing import TYPE_CHECKING

import typer

from salesdesk.cli.asked import settings_of, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.storage.policies import SetUp


def add_to(group: typer.Typer) -> None:
    """Add the command to `db`."""
    group.command(
        "init",
        help=N_("Give everybody a login of the PostgreSQL server, with rules of its own."),
        cls=Command,
    )(init)


def init(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Make the base where there is none, and give it login roles; may be repeated."""
    from salesdesk.cli.printing import emit
    from salesdesk.storage import policies
    from salesdesk.storage.engine import base_url, sqlite_path

    if sqlite_path(base_url(settings_of(ctx).db)) is not None:
        raise InputError(_("Only a PostgreSQL server has logins of its own: give --db postgresql://…"))
    with sit_down(ctx, make=True) as desk:
        done = policies.set_up(desk.base.engine)
    if as_json:
        emit(
            {
                "groups": list(done.groups), "tables": done.tables, "logins": list(done.logins),
                "without_login": sorted(done.without),
            }
        )  # fmt: skip
    else:
        _say(done)


def _say(done: "SetUp") -> None:
    from salesdesk.cli.printing import say

    for group in done.groups:
        say(_("New on the server: the group {name}").format(name=group))
    say(
        ngettext("{count} table has its rules.", "{count} tables have their rules.", done.tables).format(
            count=done.tables
        )
    )
    say(_("May log in: {names}").format(names=", ".join(done.logins) or "–"))
    for login in sorted(done.without):
        say(
            _("{login} has no login: the server has a role of this name already, or it is too long.").format(
                login=login
            )
        )
    say(_("Give each a password: salesdesk operators password LOGIN"))
