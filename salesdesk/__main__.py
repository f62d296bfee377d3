"""Where the program begins: the desk at once in a terminal, the command line otherwise."""

import gc
import os
import sys
from datetime import datetime


def run_desk(db: str | None, now: datetime | None, operator: str | None, lang: str | None) -> int:
    """Open the desk; what is None is left to the settings. Gives the exit status."""
    # Nothing of what is imported on the way to the first list is garbage; the desk turns this on again.
    gc.disable()
    from salesdesk.head_start import HeadStart

    head_start = HeadStart.begin(db, now, operator)
    # What a key draws is shown within 4 ms instead of 16; Textual reads this once, when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    # Nor does the painting wait 5 ms for a use case in its thread to let go, or the other way about.
    sys.setswitchinterval(0.0002)
    from salesdesk.app import run
    from salesdesk.opening import Start

    return run(Start(db=db, now=now, operator=operator, lang=lang), head_start)


def main() -> None:
    """Open the desk where there is a terminal and nothing else was asked for; Typer is not imported then."""
    if len(sys.argv) == 1 and sys.stdin.isatty() and sys.stdout.isatty():
        stopped = os.environ.get("SALESDESK_NOW")
        try:
            now = datetime.fromisoformat(stopped) if stopped else None
        except ValueError:
            now = None
        if stopped is None or (now is not None and now.tzinfo is not None):
            environ = os.environ.get
            sys.exit(
                run_desk(
                    environ("SALESDESK_DB"), now, environ("SALESDESK_OPERATOR"), environ("SALESDESK_LANG")
                )
            )
    # The command line says what is wrong with a clock that cannot be read.
    from salesdesk.cli import run

    run()


if __name__ == "__main__":
    main()
