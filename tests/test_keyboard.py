"""The Russian layout stands for the Latin one, and typing stays typing."""

from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from salesdesk.keyboard import latin_key
from salesdesk.opening import Start
from salesdesk.shell import Shell


@pytest.mark.parametrize(
    ("pressed", "latin"),
    [
        ("о", "j"),
        ("О", "J"),
        ("ctrl+с", "ctrl+c"),
        ("ctrl+shift+С", "ctrl+shift+C"),
        ("alt+ф", "alt+a"),
        ("х", "left_square_bracket"),
        ("Ж", "colon"),
        ("ё", "grave_accent"),
        ("numero_sign", "number_sign"),
    ],
)
def test_a_cyrillic_key_is_the_latin_one(pressed, latin):
    assert latin_key(pressed) == latin


@pytest.mark.parametrize("pressed", ["j", "J", "ctrl+c", "enter", "f1", "1", "comma", "full_stop", "і"])
def test_other_keys_are_themselves(pressed):
    assert latin_key(pressed) is None


class Desk(Shell):
    """A field, and keys that count."""

    BINDINGS: ClassVar = [Binding("x", "count('x')"), Binding("ctrl+x", "count('ctrl+x')", priority=True)]

    def __init__(self) -> None:
        super().__init__(Start())
        self.counted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input()

    def open_base(self) -> None:
        """Stay without a base."""

    def action_count(self, key: str) -> None:
        self.counted.append(key)


async def test_letters_are_typed_in_a_field_and_nothing_fires():
    app = Desk()
    async with app.run_test() as pilot:
        app.query_one(Input).focus()
        await pilot.press("ч", "и", "x", "О")
        assert app.query_one(Input).value == "чиxО"
        assert app.counted == []


async def test_ctrl_works_in_a_field_on_both_layouts():
    app = Desk()
    async with app.run_test() as pilot:
        app.query_one(Input).focus()
        await pilot.press("ctrl+ч", "ctrl+x")
        assert app.counted == ["ctrl+x", "ctrl+x"]


async def test_letters_fire_once_outside_a_field():
    app = Desk()
    async with app.run_test() as pilot:
        app.set_focus(None)
        await pilot.press("ч", "x")
        assert app.counted == ["x", "x"]
