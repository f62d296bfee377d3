"""`init` and `demo`: a base of one's own, and the desk on a sample that is gone afterwards."""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, asked, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.cli.progress import Bar
from salesdesk.errors import BaseError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session

    from salesdesk.context import Context

DEMO_CLIENTS = 1000

Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", parser=whole(0), help=N_("The same number makes the same sample.")),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init", help=N_("Make a base; with --sample fill it with believable clients."), cls=Command)(
        init
    )
    app.command("demo", help=N_("Open the desk on a sample base that is gone afterwards."), cls=Command)(demo)


def init(
    ctx: typer.Context,
    *,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", metavar="N", parser=whole(1), help=N_("Fill it with so many sample clients.")
        ),
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Make a base."""
    with sit_down(ctx, make=True) as desk:
        from salesdesk.cli.printing import emit, say

        if sample is not None:
            _fill(desk, sample, seed)
        clients, calls, actions = desk.read(_counts)
        if as_json:
            emit({"clients": clients, "calls": calls, "next_actions": actions, "db": _place(desk)})
            return
        say(_("The base is ready: {place}").format(place=_place(desk)))
        say(
            ", ".join(
                (
                    ngettext("{count} client", "{count} clients", clients).format(count=clients),
                    ngettext("{count} call", "{count} calls", calls).format(count=calls),
                    ngettext("{count} next action", "{count} next actions", actions).format(count=actions),
                )
            )
        )


def _fill(desk: Desk, clients: int, seed: int) -> None:
    """Fill an empty base with the sample. Raises BaseError for one that holds clients already."""
    from salesdesk.sample import fill

    if not desk.base.empty:
        raise BaseError(
            _("This base has clients already; a sample goes into an empty one: give a new file by --db.")
        )
    with Bar(_("Making the sample")) as bar:
        fill(desk.base, clients=clients, seed=seed, now=desk.context.clock.now(), progress=bar.report)


def _counts(session: "Session", context: "Context") -> tuple[int, int, int]:
    from sqlalchemy import func, select
    from sqlmodel import col

    from salesdesk.models import Call, Client, NextAction

    del context
    opened = select(func.count()).select_from(NextAction).where(col(NextAction.closed_at).is_(None))
    return (
        session.scalar(select(func.count()).select_from(Client)) or 0,
        session.scalar(select(func.count()).select_from(Call)) or 0,
        session.scalar(opened) or 0,
    )


def _place(desk: Desk) -> str:
    path = desk.base.path
    return str(path) if path is not None else desk.base.engine.url.render_as_string(hide_password=True)


def demo(
    ctx: typer.Context,
    *,
    clients: Annotated[
        int, typer.Option("--clients", metavar="N", parser=whole(1), help=N_("So many clients (1000)."))
    ] = DEMO_CLIENTS,
    seed: Seed = 1,
) -> None:
    """Open the desk on a sample base in a temporary folder."""
    from salesdesk.cli.program import open_desk

    with TemporaryDirectory(prefix="salesdesk-demo-", ignore_cleanup_errors=True) as folder:
        # The demonstration's own base, whatever base is usual here; its one operator is made with it.
        ctx.obj = replace(
            asked(ctx), db=str(Path(folder) / "demo.sqlite"), operator=asked(ctx).operator or "demo"
        )
        with sit_down(ctx, make=True) as desk:
            _fill(desk, clients, seed)
        sys.stderr.flush()
        open_desk(ctx)
