"""A list whose Enter is its screen's: so the line of keys says what Enter does here."""

from textual.widgets import OptionList


class PickList(OptionList):
    """Lines to choose among, with the arrows and the mouse. Text, never markup."""

    DEFAULT_CSS = """
    PickList { border: none; padding: 0; background: $background; }
    PickList:focus { border: none; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id, markup=False, compact=True)
        self._bindings.key_to_bindings.pop("enter", None)
