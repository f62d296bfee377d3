"""A password on the command line: everybody on the machine could read it in the list of processes."""

import sys
from collections.abc import Sequence

from salesdesk.i18n import _
from salesdesk.secrecy.redacted import redacted


def hide_passwords(words: Sequence[str]) -> None:
    """Take passwords out of the list of processes at once, and say where they belong."""
    clean = [redacted(word) for word in words]
    if clean == list(words):
        return
    from setproctitle import setproctitle

    setproctitle(" ".join(["salesdesk", *clean]))
    if not any(word != masked and "postgresql" in word for word, masked in zip(words, clean, strict=True)):
        return
    line = _(
        "A password on the command line is seen by others and stays in the shell's history: "
        "put it into ~/.pgpass or the keyring."
    )
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # a remark, not an answer
