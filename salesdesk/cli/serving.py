"""`serve`: the desk in a browser."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import asked, settings_of, sit_down
from salesdesk.cli.failing import naming_option
from salesdesk.cli.help import Command
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base
    from salesdesk.web.server import Served


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=N_("Serve the desk to browsers, to those who log in."), cls=Command)(serve)


def serve(
    ctx: typer.Context,
    *,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help=N_("Where to listen; only this machine unless said.")),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=1, max=65535, help=N_("On which port."))
    ] = 8000,
    sessions: Annotated[
        int, typer.Option("--sessions", metavar="N", min=1, max=1000, help=N_("How many desks at once."))
    ] = 10,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help=N_("Where a reverse proxy offers it: https://desk.example.org.")
        ),
    ] = None,
) -> None:
    """Serve until it is stopped."""
    if find_spec("textual_serve") is None:
        raise SalesdeskError(_("The browser needs one more package: pip install 'salesdesk[web]'"))
    from salesdesk.cli.printing import say
    from salesdesk.web.origins import is_local, reached
    from salesdesk.web.process import Sitting
    from salesdesk.web.server import Served

    try:
        where = reached(host, port, url)
    except InputError as error:
        raise naming_option(error) from None
    settings = settings_of(ctx)
    with _opened(ctx, settings) as (base, place):
        if not where.secure and not is_local(host):
            say(_("Passwords are sent in the clear: put a proxy with TLS before it, and name it by --url."))
        now, data = asked(ctx).now, settings.data_dir
        sitting = Sitting(
            db=place,
            operator="",
            lang=asked(ctx).lang,
            now=None if now is None else now.isoformat(),
            data_dir=None if data is None else str(data.absolute()),
        )
        asyncio.run(_serve(Served(base, where, sessions, sitting), host, port))


@contextmanager
def _opened(ctx: typer.Context, settings: "Settings") -> Iterator[tuple["Base", str]]:
    """Open the base; give it with the place that desks are told, none where each has a login of its own."""
    from salesdesk.cli.printing import say
    from salesdesk.storage.base import open_to_serve
    from salesdesk.storage.server_passwords import whole_url
    from salesdesk.team.passwords import anybody_has_a_password

    base = open_to_serve(settings.db)
    if base is not None:
        try:
            yield base, ""
        finally:
            base.close()
        return
    with sit_down(ctx, asks=False) as desk:
        if not desk.read(anybody_has_a_password):
            say(_("Nobody has a password yet, so nobody can log in: salesdesk operators password LOGIN"))
        yield desk.base, whole_url(desk.base.engine.url)


async def _serve(served: "Served", host: str, port: int) -> None:
    from salesdesk.cli.printing import say
    from salesdesk.web.server import serving

    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    async with serving(served, host, port):
        say(_("The desk is at {url}. Ctrl+C stops it.").format(url=served.reached.url))
        await stop.wait()
    say(_("Stopped."))
