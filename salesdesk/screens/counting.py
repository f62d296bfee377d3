"""What takes long says that it works: how many seconds already, and which key stops it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from salesdesk.i18n import _

if TYPE_CHECKING:
    from salesdesk.screens.table_screen import TableScreen

SAY_AFTER = 0.3


@contextmanager
def counting(screen: "TableScreen", *, anew: bool) -> Iterator[None]:
    """Say it once it has lasted a while, and how long it has each second.

    In the middle of the screen where nothing stands there yet; counted `anew`, in the line over what
    stands there, which one can go on reading.
    """
    begun = time.monotonic()

    def say() -> None:
        seconds = int(time.monotonic() - begun)
        words, hint = _("Counting…") + (f" {seconds} " + _("s") if seconds else ""), _("esc stops it")
        # What is there first is shown while the rest is still counted.
        if anew or (screen.table.row_count and not screen.face.said):
            screen.entitle(f"{words} · {hint}")
        else:
            screen.face.say(words, hint)

    first = screen.set_timer(SAY_AFTER, say)
    ticking = screen.set_interval(1, say)
    try:
        yield
    finally:
        first.stop()
        ticking.stop()
