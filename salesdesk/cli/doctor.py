"""`doctor`: what this machine, terminal and base can and cannot do."""

import typer

from salesdesk.cli.asked import settings_of
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson
from salesdesk.i18n import N_, _

_NAMES = {
    "python": N_("python"),
    "zones": N_("zones"),
    "terminal": N_("terminal"),
    "colour": N_("colour"),
    "encoding": N_("encoding"),
    "language": N_("language"),
    "clipboard": N_("clipboard"),
    "dial": N_("dial program"),
    "postgresql": N_("postgresql"),
    "catalogues": N_("catalogues"),
    "base": N_("base"),
    "disk": N_("disk"),
    "durability": N_("durability"),
    "clock": N_("clock"),
    "version": N_("version"),
    "logins": N_("logins"),
    "backup": N_("backup"),
    "kept": N_("kept here"),
}
"""What the codes of checks, which scripts read in JSON, are called for people."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=N_("What this machine, terminal and base can and cannot do."), cls=Command)(
        doctor
    )


def doctor(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Look at the machine, the terminal and the base."""
    from salesdesk.cli.diagnosis import diagnose
    from salesdesk.cli.printing import emit, say, table
    from salesdesk.log_file import log_file

    checks = [*diagnose(settings_of(ctx))]
    if as_json:
        rows = [{"name": check.name, "ok": check.ok, "advice": check.advice} for check in checks]
        emit({"checks": rows, "log": str(log_file())})
        return
    table(
        (_("What"), "", _("Found")),
        [
            (_(_NAMES.get(check.name, check.name)), _("ok") if check.ok else _("look here"), check.advice)
            for check in checks
        ],
    )
    say(_("The log is {file}").format(file=log_file()))
