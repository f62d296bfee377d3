"""The floor of the first frame: the least that a Textual application can be."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("minimal frame")


if __name__ == "__main__":
    Minimal().run()
