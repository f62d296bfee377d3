"""The line that stays while the server is away, or while something is kept here."""

from rich.text import Text
from textual.widget import Widget

from salesdesk.widgets.cells import fit


class AwayLine(Widget):
    """One line at the top of a screen: a sign and words, and a colour besides."""

    DEFAULT_CSS = """
    AwayLine {
        width: 100%;
        height: 1;
        background: $warning;
        color: $text;
        text-style: bold;
    }
    """
    ALLOW_SELECT = False

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def show(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render(self) -> Text:
        """Lay the words out, cut where there is no room."""
        return Text(fit(f" {self._text}", self.size.width), no_wrap=True)
