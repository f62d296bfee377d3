"""Help, in the language in use: Typer's own headings are English, and its boxes do not fit in a pipe."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from salesdesk.cli.failing import WrongCallError
from salesdesk.i18n import _


class Command(TyperCommand):
    """A command whose help is translated when it is asked for."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  # Typer exports neither type
        """Write the help."""
        write_help(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands, with the same help, and a hint at a command that was misspelt."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help."""
        write_help(self, ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401
        """Find the command. Raises WrongCallError for one that there is not."""
        if args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands)
            hint = (
                _("Did you mean {near}?").format(near=", ".join(near))
                if near
                else _("Commands: {commands}").format(commands=", ".join(self.commands))
            )
            said = _("There is no command {name}.").format(name=args[0])
            raise WrongCallError(f"{said} {hint}")
        return super().resolve_command(ctx, args)


def write_help(command: Any, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
    """Write how a command is called, what it is for, and its arguments, options and commands."""
    formatter.write_usage(ctx.command_path, " ".join(_pieces(command, ctx)), prefix=_("Usage") + ": ")
    if command.help:
        formatter.write_paragraph()
        formatter.write_text(_(command.help))
    params = command.get_params(ctx)
    _section(
        formatter, _("Arguments"), [_row(param) for param in params if param.param_type_name == "argument"]
    )
    options = [param for param in params if param.param_type_name == "option" and not param.hidden]
    _section(formatter, _("Options"), [_row(param) for param in options])
    commands = getattr(command, "commands", {})
    _section(formatter, _("Commands"), [(name, _said(found.help)) for name, found in commands.items()])


def _pieces(command: Any, ctx: Any) -> Iterator[str]:  # noqa: ANN401
    yield _("[OPTIONS]")
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = param.metavar or param.name.upper()
            yield name if param.required else f"[{name}]"
    if hasattr(command, "commands"):
        yield _("COMMAND …")


def _row(param: Any) -> tuple[str, str]:  # noqa: ANN401
    if param.param_type_name == "argument":
        return param.metavar or param.name.upper(), _said(param.help)
    if "--help" in param.opts:
        return "-h, --help", _("Show this help.")
    names = ", ".join(param.opts)
    names = names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"
    help_text = _said(param.help)
    if param.envvar:
        help_text = f"{help_text} [{param.envvar}]"
    return names, help_text


def _said(text: str | None) -> str:
    """Translate a help text; gettext would give an empty one the header of the catalogue."""
    return _(text) if text else ""


def _section(formatter: Any, heading: str, rows: list[tuple[str, str]]) -> None:  # noqa: ANN401
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)
