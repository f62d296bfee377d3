"""The last language and theme, and themes that can be read."""

import pytest
from textual.color import Color

from salesdesk.appearance import THEMES, Appearance, appearance_file, keep_appearance, last_appearance


def test_kept_for_the_next_start():
    assert last_appearance() == Appearance()
    keep_appearance(Appearance("ru", "desk-light"))
    assert last_appearance() == Appearance("ru", "desk-light")


@pytest.mark.parametrize("written", ["", "[]", "{", '{"language": 5, "theme": null}', "\x00"])
def test_a_damaged_file_is_no_appearance(written):
    appearance_file().parent.mkdir(parents=True, exist_ok=True)
    appearance_file().write_text(written)
    assert last_appearance() == Appearance()


def test_a_folder_that_cannot_be_written_costs_nothing_else(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("salesdesk.appearance.appearance_file", lambda: tmp_path / "file" / "below.json")
    keep_appearance(Appearance("ru", None))


def luminance(color: Color) -> float:
    def part(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(color.r) + 0.7152 * part(color.g) + 0.0722 * part(color.b)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_of_text_can_be_read(theme):
    for ground in (theme.background, theme.surface, theme.panel):
        inks = (theme.foreground, theme.primary, theme.secondary, theme.accent)
        for ink in (*inks, theme.warning, theme.error, theme.success):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    variables = theme.variables
    assert contrast(variables["block-cursor-foreground"], variables["block-cursor-background"]) >= 7
