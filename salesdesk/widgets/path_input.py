"""A typed path: the rest of it is offered as one types, and Tab takes it."""

import asyncio
import os
from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.suggester import Suggester

from salesdesk.commands import DESK, Command, bindings
from salesdesk.i18n import N_
from salesdesk.widgets.line_input import LineInput

Candidates = Callable[[str], list[str]]
"""Gives what a typed path may become."""


class _Completer(Suggester):
    """Asks for a completion in a thread: a folder may lie on a slow disk."""

    def __init__(self, candidates: Candidates) -> None:
        # Folders change while one looks at them.
        super().__init__(use_cache=False, case_sensitive=True)
        self._candidates = candidates

    async def get_suggestion(self, value: str) -> str | None:
        """Complete what is typed, as far as it is certain."""
        return certain(value, await asyncio.to_thread(self._candidates, value))


def certain(text: str, candidates: list[str]) -> str | None:
    """Complete a text as far as all its candidates agree; None where that adds nothing."""
    shared = os.path.commonprefix(candidates)  # noqa: RUF071  # letter by letter is what is meant
    return shared if len(shared) > len(text) else None


class PathInput(LineInput):
    """An input for a path."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("path.complete", "tab", "complete", N_("complete"), N_("Take what is offered"), DESK),
    )

    def __init__(self, candidates: Candidates, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id, compact=True, select_on_focus=False, suggester=_Completer(candidates))
        self._candidates = candidates
        # These are the screen's: so the line of keys says what they do.
        for key in ("enter", "down"):
            self._bindings.key_to_bindings.pop(key, None)

    async def action_complete(self) -> None:
        """Take what is certain. Where there is nothing to complete, go on to the next field."""
        value = self.value
        candidates = await asyncio.to_thread(self._candidates, value) if self.cursor_at_end else []
        completed = certain(value, candidates)
        if self.value != value:
            return
        if completed is not None:
            self.value = completed
            self.cursor_position = len(completed)
        elif len(candidates) > 1 and not value.endswith(os.sep):
            # Several begin so: the next letter decides, and it is typed here.
            self.app.bell()
        else:
            self.screen.focus_next()
