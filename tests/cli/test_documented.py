"""docs/cli.md says every command and every option that there is."""

from pathlib import Path

import typer

from salesdesk.cli.program import app

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def every(command, path=()):
    """Give each command with its words."""
    for name, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from every(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


def test_every_command_and_option_is_documented():
    commands = dict(every(typer.main.get_command(app)))
    assert len(commands) > 15
    lines = {
        words: "\n".join(line for line in PAGE.splitlines() if f"`salesdesk {words}" in line)
        for words in commands
    }
    assert not [words for words, said in lines.items() if not said]
    missing = [
        f"{words} {option}"
        for words, command in commands.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help" and option not in lines[words]
    ]
    assert not missing
