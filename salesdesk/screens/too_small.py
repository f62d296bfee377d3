"""What is said on a terminal too small to work in."""

from textual.app import ComposeResult
from textual.geometry import Size

from salesdesk.i18n import _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.widgets.face import Face

LEAST = Size(60, 16)


def too_small(size: Size) -> bool:
    """Tell whether a terminal is too small for the desk."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmallScreen(DeskModal[None]):
    """Covers the desk until the terminal is large enough again; nothing beneath is touched."""

    DEFAULT_CSS = """
    TooSmallScreen { background: $background; }
    TooSmallScreen Face { padding: 0; }
    """

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Face()

    def relabel(self) -> None:
        """Say how large the terminal has to be."""
        title = _("The terminal is too small")
        advice = _("Make it at least {width}×{height}. ctrl+q leaves.").format(
            width=LEAST.width, height=LEAST.height
        )
        self.query_one(Face).say(title, advice)
