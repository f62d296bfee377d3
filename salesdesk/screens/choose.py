"""One question, a few answers, each with its key."""

from collections.abc import Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from salesdesk.commands import DESK, Command, bindings
from salesdesk.i18n import N_
from salesdesk.screens.keyed_modal import HELP, KeyedModal
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice, Choices
from salesdesk.widgets.keys_bar import KeysBar

_KEYS = "123456789abcdefghijklmnopqrstuvwxyz"


class ChooseScreen(KeyedModal[str]):
    """Asks for one of several; dismissed with its code, or with None."""

    CSS_PATH = "choose.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("choose.accept", "enter", "accept", N_("choose"), N_("Take the marked one"), DESK),
        Command("choose.cancel", "escape", "cancel", N_("back"), N_("Choose nothing"), DESK),
        HELP,
    )
    choices = getters.query_one(Choices)

    def __init__(self, title: str, options: Sequence[Choice], chosen: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)
        self._chosen = chosen or (options[0].code if options else None)
        self.bind_choices(self._options, "pick")

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="choose", can_focus=False):
            yield Choices()
        yield KeysBar()

    def relabel(self) -> None:
        """Offer what there is."""
        self.query_one("#choose").border_title = plain(self._title)
        self.choices.offer(self._options, self._chosen)
        self.choices.focus()

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Take with the mouse what a click marked; the arrows only mark."""
        if event.clicked:
            self.dismiss(event.code)

    def action_pick(self, code: str) -> None:
        """Take the one whose key was pressed."""
        self.dismiss(code)

    def action_accept(self) -> None:
        """Take the marked one."""
        self.dismiss(self.choices.chosen)

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def keyed(titles: Sequence[tuple[str, str]]) -> list[Choice]:
    """Give choices keys of their own, digits first: pairs of code and title."""
    return [
        Choice(code, _KEYS[at] if at < len(_KEYS) else " ", title) for at, (code, title) in enumerate(titles)
    ]
