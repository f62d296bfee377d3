"""Help: what the keys of the screen beneath do, made of the same commands that the keys are made of."""

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from salesdesk.commands import CALL, CLIENT, DESK, LIST, Command, Shown, bindings, commands_of
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.widgets.keys_bar import KeysBar

_BOLD = Style(bold=True)


class HelpScreen(DeskModal[None]):
    """Lists the commands of a screen by their groups."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("help.close", "escape,f1,q", "dismiss", N_("close"), N_("Back to where you were"), DESK),
    )

    def __init__(self, beneath: Screen[object]) -> None:
        super().__init__()
        self._commands = tuple(commands_of(beneath))

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="help"):
            yield Static(markup=False, id="help-text")
        yield KeysBar()

    def relabel(self) -> None:
        """Write the help in the language in use."""
        self.query_one("#help", VerticalScroll).border_title = _("Keys")
        self.query_one("#help-text", Static).update(help_text(self._commands))


def _place(group: str, order: list[str]) -> int:
    return order.index(group) if group in order else len(order)


def help_text(commands: Iterable[Shown]) -> Text:
    """Write commands down by groups: their keys, and what each does."""
    groups: dict[str, list[Shown]] = {}
    for shown in commands:
        groups.setdefault(shown.group, []).append(shown)
    width = max((cell_len(one.key_names) for shown in groups.values() for one in shown), default=0)
    text = Text()
    order = [_(group) for group in (CLIENT, CALL, LIST)]
    for group, members in sorted(groups.items(), key=lambda one: _place(one[0], order)):
        text.append(f"{group}\n", _BOLD)
        for one in members:
            keys = one.key_names
            text.append(f"  {keys}{' ' * (width - cell_len(keys))}  ", _BOLD)
            text.append(f"{one.hint or one.title}\n")
        text.append("\n")
    text.append(
        _("Letters work on a Russian keyboard layout too, and never while you type in a field.") + "\n"
    )
    return text
