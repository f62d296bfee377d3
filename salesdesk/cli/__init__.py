"""The command line: the same desk without a screen. Each command parses, calls a use case, and prints."""

import sys
from collections.abc import Sequence
from typing import NoReturn


def run(words: Sequence[str] | None = None) -> NoReturn:
    """Do what the command line says and leave with its status: 0, 1 for a failure, 2 for a wrong call."""
    from salesdesk.cli.discreet import hide_passwords
    from salesdesk.cli.failing import status_of
    from salesdesk.cli.speaking import use_language_of

    given = sys.argv[1:] if words is None else list(words)
    use_language_of(given)
    hide_passwords(given)

    def work() -> int:
        from salesdesk.cli.program import program

        return program(given)

    sys.exit(status_of(work))
