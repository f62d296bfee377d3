"""`kept`: what could not be sent to a base and is kept on this workstation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import settings_of, sit_down
from salesdesk.cli.help import Command, Group
from salesdesk.cli.options import AsJson
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from datetime import tzinfo

    from salesdesk.catalogues import Catalogues
    from salesdesk.cli.asked import Desk
    from salesdesk.kept.rows import Kept
    from salesdesk.kept.store import Store


def add_to(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        help=N_("What could not be sent to the base and is kept on this workstation."), cls=Group
    )
    group.command("list", help=N_("List it, of every base and person; the base is not asked."), cls=Command)(
        listed
    )
    group.command("send", help=N_("Send what waits to this base, of who sits here."), cls=Command)(send)
    group.command("export", help=N_("Write it as text to a file; it stays kept."), cls=Command)(export)
    app.add_typer(group, name="kept")


def listed(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List what is kept."""
    from salesdesk.cli.printing import emit, say, table
    from salesdesk.kept.store import all_kept
    from salesdesk.kept.wording import said, state

    catalogues, zone = _words(ctx)
    found = all_kept()
    if as_json:
        emit({"rows": [_shape(one, zone) for one in found.kept], "closed": found.closed})
        return
    if found.kept:
        table(
            (_("When"), _("Client"), _("What was said"), _("State"), _("Who"), _("Base")),
            [
                (f"{one.at.astimezone(zone):%d.%m %H:%M}", one.client_name, said(one, catalogues, zone),
                 state(one.state), one.operator, one.base)
                for one in found.kept
            ],
            elastic=(2, 1, 5),
        )  # fmt: skip
    else:
        say(_("Nothing is kept here: everything is in the base."))
    if found.closed:
        say(_("No key of this workstation opens {count} more.").format(count=found.closed))


def send(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Send what waits; what clashes or is refused stays, for the desk to show."""
    from salesdesk.cli.printing import emit, say
    from salesdesk.kept.store import Store

    settings_of(ctx)
    with sit_down(ctx) as desk:
        store = Store(desk.base.name, desk.context.me.login)
        waiting = [one for one in store.find().kept if one.waits]
        came = sum(_came_in(desk, store, one) for one in waiting)
    if as_json:
        emit({"sent": came, "stays": len(waiting) - came})
        return
    say(ngettext("{count} thing has gone in.", "{count} things have gone in.", came).format(count=came))
    if came < len(waiting):
        say(_("{count} could not: the desk shows why (K).").format(count=len(waiting) - came))


def _came_in(desk: "Desk", store: "Store", one: "Kept") -> bool:
    from dataclasses import replace

    from salesdesk.desk.coming_in import ClashError, NotYetError, come_in
    from salesdesk.errors import SalesdeskError, UnreachableError
    from salesdesk.kept.rows import State

    try:
        desk.write(come_in, one)
    except UnreachableError:
        raise
    except NotYetError:
        return False
    except ClashError as clash:
        store.put(replace(one, state=State.CLASHED, theirs=clash.theirs))
    except SalesdeskError as error:
        store.put(replace(one, state=State.REFUSED, why=str(error)))
    else:
        store.remove(one.token)
        return True
    return False


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help=N_("The file to write."))],
    *,
    as_json: AsJson = False,
) -> None:
    """Write what is kept as text."""
    from salesdesk.base.whole_file import whole_file
    from salesdesk.cli.printing import emit, say
    from salesdesk.kept.store import all_kept
    from salesdesk.kept.wording import written

    catalogues, zone = _words(ctx)
    kept = all_kept().kept
    with whole_file(file) as partial:
        partial.chmod(0o600)
        partial.write_text("\n\n".join(written(one, catalogues, zone) for one in kept) + "\n", "utf-8")
    if as_json:
        emit({"rows": len(kept), "file": str(file)})
    else:
        say(_("Written: {file}").format(file=file))


def _words(ctx: typer.Context) -> "tuple[Catalogues, tzinfo]":
    """Give the titles of codes by the files at hand: the base may be away."""
    from salesdesk.catalogues import packaged_data, read_catalogues

    settings = settings_of(ctx)
    catalogues = read_catalogues(packaged_data(), *([settings.data_dir] if settings.data_dir else []))
    return catalogues, catalogues.team.zone


def _shape(one: "Kept", zone: "tzinfo") -> dict[str, object]:
    return {
        "token": one.token, "at": one.at.astimezone(zone).isoformat(), "client": one.client_id,
        "name": one.client_name, "operator": one.operator, "base": one.base, "state": one.state.value,
        "why": one.why,
    }  # fmt: skip
