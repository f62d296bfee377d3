"""What takes long says that it works: how many seconds already, and which key stops it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from salesdesk.i18n import _

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from salesdesk.widgets.face import Face

SAY_AFTER = 0.3


@contextmanager
def counting(screen: "Screen[None]", face: "Face", *hidden: "Widget") -> Iterator[None]:
    """Say it in place of what stands there, once it has lasted a while, and how long it has each second."""
    begun = time.monotonic()

    def say() -> None:
        for widget in hidden:
            widget.display = False
        seconds = int(time.monotonic() - begun)
        face.say(_("Counting…") + (f" {seconds} " + _("s") if seconds else ""), _("esc stops it"))

    first = screen.set_timer(SAY_AFTER, say)
    ticking = screen.set_interval(1, say)
    try:
        yield
    finally:
        first.stop()
        ticking.stop()
