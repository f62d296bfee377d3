"""What stands in place of a list that cannot be shown: what is so, why, and what to do."""

from rich.style import Style
from rich.text import Text
from textual.widgets import Static


class Face(Static):
    """A few centred lines. Hidden while there is nothing to say."""

    DEFAULT_CSS = """
    Face {
        display: none;
        width: 1fr;
        height: 1fr;
        padding: 2 4;
        content-align: center middle;
        text-align: center;
        &.-said { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def say(self, title: str, advice: str = "") -> None:
        """Show a title, and under it what to do."""
        text = Text(title, Style(bold=True))
        if advice:
            text.append("\n\n" + advice, Style(bold=False))
        self.update(text)
        self.add_class("-said")

    @property
    def said(self) -> bool:
        """Whether it stands there now."""
        return self.has_class("-said")

    def hide(self) -> None:
        """Make room for what was waited for."""
        self.remove_class("-said")
