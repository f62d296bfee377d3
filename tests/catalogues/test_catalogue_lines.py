"""Lines are found as tomllib reads them."""

import tomllib
from collections.abc import Iterator

import pytest

from salesdesk.catalogues import (
    packaged_data,
)
from salesdesk.catalogues.folders import FILES
from salesdesk.catalogues.lines import line_of


def places(value: object, *place: str | int) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, *place, key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            yield from places(inner, *place, number)
    else:
        yield place


class TestLines:
    @pytest.mark.parametrize("name", FILES)
    def test_every_value_that_ships_is_found_on_its_line(self, name: str) -> None:
        text = (packaged_data() / f"{name}.toml").read_text("utf-8")
        rows = text.split("\n")
        for place in places(tomllib.loads(text)):
            row = rows[line_of(text, place) - 1]
            assert any(f"{part} =" in row for part in place if isinstance(part, str))

    def test_text_that_looks_like_toml_is_passed_by(self) -> None:
        text = (
            '# [[stage]]\n[[stage]]\nrule = """\n[[stage]]\ncode = 1\n"""\n"odd key" = "[[stage]] # no"\n'
            "[stage.title]\nen.short = '''\n[x]'''\n[[stage]] # second\ncode = 2\n"
        )
        assert line_of(text, ("stage", 0)) == 2
        assert line_of(text, ("stage", 0, "rule")) == 3
        assert line_of(text, ("stage", 0, "odd key")) == 7
        assert line_of(text, ("stage", 0, "title")) == 8
        assert line_of(text, ("stage", 0, "title", "en", "short")) == 9
        assert line_of(text, ("stage", 1)) == 11
        assert line_of(text, ("stage", 1, "code")) == 12
        assert line_of(text, ("stage", 1, "band")) == 11
        assert line_of(text, ("nothing",)) == 1
