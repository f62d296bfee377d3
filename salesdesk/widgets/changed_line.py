"""The line under what one reads: it says that something has changed."""

from textual.widgets import Static


class ChangedLine(Static):
    """Stands over the line of keys, and takes no room before there is something to say."""

    DEFAULT_CSS = """
    ChangedLine {
        display: none;
        height: 1;
        padding: 0 2;
        color: $warning;
        &.-said { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def say(self, text: str) -> None:
        """Say it."""
        self.update(f"! {text}")
        self.add_class("-said")

    def hide(self) -> None:
        """Stand back: there is nothing to say any more."""
        self.remove_class("-said")
