"""A whole screen of text under one line, in panes that scroll."""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from salesdesk.context import Context
from salesdesk.screens.keeping_up import KeepingUp
from salesdesk.widgets.card_pane import CardPane
from salesdesk.widgets.face import Face
from salesdesk.widgets.keys_bar import KeysBar


class PaneScreen(KeepingUp[str]):
    """Lays the panes out; what they say, each screen says. Dismissed with what was chosen, or with None."""

    CSS_PATH = "pane_screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # Textual types it as no ClassVar
    PANES: tuple[str, ...] = ("text",)

    face = getters.query_one(Face)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="pane-head", markup=False)
        with Horizontal(id="panes"):
            for name in self.PANES:
                yield CardPane(name)
            yield Face()
        yield KeysBar()

    def on_mount(self) -> None:
        """Read for the first time."""
        super().on_mount()
        self.pane().focus()
        self.load()

    def load(self) -> None:
        """Read anew."""
        raise NotImplementedError

    def pane(self, name: str | None = None) -> CardPane:
        """Give a pane; the first where none is named."""
        return self.query_one(f"#{name or self.PANES[0]}", CardPane)

    def desk_now(self) -> Context | None:
        """Give the desk at this moment; None before the base is open."""
        opened = self.app.gateway.opened
        return opened.context.fresh() if opened is not None else None

    def entitle(self, text: str) -> None:
        """Write the line over the panes."""
        self.query_one("#pane-head", Static).update(Content(f"  {text}"))

    def say(self, title: str, advice: str) -> None:
        """Say something in place of the panes."""
        self.query(CardPane).set(display=False)
        self.face.say(title, advice)

    def unsay(self) -> None:
        """Show the panes again."""
        self.face.hide()
        self.query(CardPane).set(display=True)

    def action_reload(self) -> None:
        """Read anew."""
        self.load()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def client_changed(self, client_id: int | None) -> None:
        """Read anew."""
        del client_id
        self.load()
