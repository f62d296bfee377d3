"""What one types to narrow a list: the list's keys, and Enter, are the screen's."""

from salesdesk.widgets.line_input import LineInput


class FilterInput(LineInput):
    """An input over a list that never has the focus itself."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id, compact=True)
        for key in ("enter", "up", "down"):
            self._bindings.key_to_bindings.pop(key, None)
