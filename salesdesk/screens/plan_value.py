"""One figure of a plan, or a cost: typed as people write it."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import N_
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput


class PlanValueScreen(DeskModal[bool]):
    """Asks for a value and saves it. Dismissed with True once it is saved.

    `begun` is a digit that was typed already and takes the place of what stood there.
    """

    CSS_PATH = "plan_value.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("plan.save", "enter,f2", "save", N_("save"), N_("Save what is typed"), LIST),
        Command("plan.cancel", "escape", "cancel", N_("back"), N_("Leave it as it was"), LIST),
        HELP,
    )
    input = getters.query_one(LineInput)

    def __init__(
        self, title: str, value: str, hint: str, save: Callable[[str], Awaitable[object]], begun: str = ""
    ) -> None:
        super().__init__()
        self._title, self._value, self._hint, self._begun = title, value, hint, begun
        self._save_text = save
        self._saving = False

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="plan-value"):
            yield LineInput(self._begun or self._value, select_on_focus=not self._begun, compact=True)
            yield Static(self._hint, markup=False, id="plan-value-hint")
            yield Static(markup=False, id="plan-value-wrong")
        yield KeysBar()

    def on_mount(self) -> None:
        """Go on behind the digit that was typed."""
        super().on_mount()
        self.input.focus()
        self.input.cursor_position = len(self.input.value)

    def relabel(self) -> None:
        """Say what it is about."""
        self.query_one("#plan-value").border_title = Content(plain(self._title))

    def action_save(self) -> None:
        """Save, once."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        try:
            await self._save_text(self.input.value)
        except InputError as error:
            self.query_one("#plan-value-wrong", Static).update(f"! {error}")
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._saving = False

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)
