"""How a value stands in a filter: bare, or in quotes where it would be taken for something else."""

import re

from salesdesk.base.folding import fold

BARE = re.compile(r"""[^\s(),=<>!~≠≤≥"'«][^\s(),=<>!~≠≤≥]*""")
NONE = "none"
_NOTHING = frozenset(["none", "null", "нет", "пусто", "never", "никогда", "не было"])


def is_nothing(text: str) -> bool:
    """Tell whether a bare word means that nothing is there."""
    return fold(text) in _NOTHING


def quoted(text: str) -> str:
    """Write a text so that it is read as it is."""
    if BARE.fullmatch(text) and not is_nothing(text) and ".." not in text:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
