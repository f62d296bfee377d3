"""Where what was looked for stands in a text: for it to be marked."""

import re
from collections.abc import Sequence

from salesdesk.base.folding import fold

_WORDS = re.compile(r"[^\W_]+")
_SHORTEST_RUN = 3


def spans(text: str, marks: Sequence[str]) -> list[tuple[int, int]]:
    """Give the places of a text, from and to, at which what was found stands: for them to be marked.

    Words are marked where they begin a word, digits wherever they stand in a number.
    """
    found: list[tuple[int, int]] = []
    for match in _WORDS.finditer(text):
        folded = fold(match[0])
        sizes = [len(mark) for mark in marks if folded.startswith(mark)]
        if sizes:
            size = min(max(sizes), len(match[0])) if len(folded) == len(match[0]) else len(match[0])
            found.append((match.start(), match.start() + size))
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    run = "".join(text[place] for place in digits)
    for mark in marks:
        at = run.find(mark) if len(mark) >= _SHORTEST_RUN and mark.isdigit() else -1
        if at >= 0:
            found.append((digits[at], digits[at + len(mark) - 1] + 1))
    return _merged(found)


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
