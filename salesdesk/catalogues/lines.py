"""On which line of a TOML file something stands. tomllib gives values and forgets where they were."""

import re

Place = tuple[str | int, ...]
"""The way to a value: `("stage", 2, "title", "ru")` is the Russian title of the third [[stage]]."""

# Every token in which a bracket or an equals sign is only text.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*",
    re.DOTALL,
)
_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
_PATH = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_HEADING = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_PATH})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_PATH})[ \t]*=")


def line_of(text: str, place: Place) -> int:
    """Tell the line (from 1) of a value, or of the nearest thing around it that stands in the file."""
    places = _places(text)
    for length in range(len(place), 0, -1):
        if place[:length] in places:
            return places[place[:length]]
    return 1


def line_in_text(text: str, place: Place, line: int) -> int:
    """Tell the line of the file for a line (from 1) of a multi-line text that stands at `place`."""
    first = line_of(text, place)
    opening = text.split("\n")[first - 1].rstrip()
    return first + line if opening.endswith(('"""', "'''")) else first + line - 1


def _places(text: str) -> dict[Place, int]:
    places: dict[Place, int] = {}
    counts: dict[str, int] = {}
    around: Place = ()
    for number, row in enumerate(_TOKEN.sub(_blank, text).split("\n"), 1):
        heading = _HEADING.match(row)
        if heading:
            names = _names(heading[2])
            if heading[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            # A sub-table, [stage.title], belongs to the last [[stage]].
            around = (names[0], counts[names[0]], *names[1:]) if names[0] in counts else tuple(names)
            places.setdefault(around, number)
        elif key := _KEY.match(row):
            names = _names(key[1])
            for length in range(1, len(names) + 1):
                places.setdefault((*around, *names[:length]), number)
    return places


def _blank(token: re.Match[str]) -> str:
    """Keep what may be a quoted key; of all else only the line breaks."""
    text = token[0]
    if text.startswith("#"):
        return ""
    return text if "\n" not in text and not text.startswith(('"""', "'''")) else "0" + "\n" * text.count("\n")


def _names(path: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(_NAME, path)]
