"""Search as one types: every beginning of names, people, numbers and tax ids, Cyrillic and Latin."""

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure, milliseconds, percentile
from salesdesk.base.layouts import RUSSIAN_OF
from salesdesk.base.search import search
from salesdesk.clock import Clock
from salesdesk.context import context_of

PER_KIND = 40
SHOWN = 20
"""As many as the screen has lines for."""

_KINDS = {
    "Cyrillic names": "SELECT name_key FROM client WHERE id = ? AND name_key GLOB '[а-я]*'",
    "Latin names": "SELECT name_key FROM client WHERE id = ? AND name_key GLOB '[a-z]*'",
    "people": "SELECT name FROM contact WHERE id = ?",
    "digits of a number": "SELECT substr(digits, 2) FROM phone WHERE id = ?",
    "last four digits": "SELECT last4 FROM phone WHERE id = ?",
    "tax ids": "SELECT tax_id FROM client WHERE id = ? AND tax_id IS NOT NULL",
}

_FORGIVEN = ("Cyrillic names", "people")


def typed(path: Path) -> dict[str, list[str]]:
    """Choose what is typed, of each kind: texts that the base holds, the same in every run."""
    chance = random.Random(7)
    with sqlite3.connect(path) as connection:
        most = connection.execute("SELECT max(id) FROM client").fetchone()[0]
        found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for kind, sql in _KINDS.items():
            while len(found[kind]) < PER_KIND:
                row = connection.execute(sql, (chance.randint(1, most),)).fetchone()
                if row is not None:
                    found[kind].append(row[0])
    return found


def keystrokes(text: str, most: int = 14) -> list[str]:
    """Give what stands in the field after each key."""
    return [text[:end] for end in range(1, min(len(text), most) + 1)]


def query_times(path: Path) -> dict[str, list[float]]:
    """Give milliseconds of the use case after each key, by kind of text."""
    taken: dict[str, list[float]] = {}
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)

        def query(text: str) -> int:
            with base.read() as session:
                return len(search(session, context, text, limit=SHOWN).rows)

        query("прогрев")
        for kind, texts in typed(path).items():
            taken[kind] = []
            for text in texts:
                for field in keystrokes(text):
                    took, found = milliseconds(lambda field=field: query(field))
                    taken[kind].append(took)
                assert found, f"what the base holds was not found: {text}"
    return taken


def slipped(text: str, chance: random.Random) -> str:
    """Mistype a letter of the longest word: another, none, twice the same, or two in the wrong order."""
    words = text.lower().split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[longest]
    at = chance.randrange(1, max(2, len(word) - 1))
    words[longest] = chance.choice((
        word[:at] + chance.choice("оаеинт") + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ))  # fmt: skip
    return " ".join(words)


def forgiving_times(path: Path) -> dict[str, list[float]]:
    """Give milliseconds for texts that nobody has as they are typed, after each key from the fourth on."""
    chance = random.Random(11)
    texts = {kind: found for kind, found in typed(path).items() if kind in _FORGIVEN}
    keys = {russian: latin for latin, russian in RUSSIAN_OF.items()}
    forgiven = {
        f"mistyped: {kind}": [slipped(text, chance) for text in found] for kind, found in texts.items()
    }
    forgiven["the other layout"] = [
        "".join(keys.get(sign, sign) for sign in text.lower()) for found in texts.values() for text in found
    ]
    forgiven["the other layout, mistyped"] = [
        "".join(keys.get(sign, sign) for sign in slipped(text, chance)) for text in texts["people"]
    ]
    taken: dict[str, list[float]] = {}
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)
        for kind, found in forgiven.items():
            taken[kind] = []
            for field in (field for text in found for field in keystrokes(text)[3:]):
                with base.read() as session:
                    took, _result = milliseconds(
                        lambda field=field: search(session, context, field, limit=SHOWN)
                    )
                taken[kind].append(took)
    return taken


def p95(path: Path) -> float:
    """Give the 95th percentile over every kind, in milliseconds."""
    return percentile([took for times in query_times(path).values() for took in times], 0.95)


def figures(path: Path) -> list[Figure]:
    """Measure the query, kind by kind and over all."""
    taken = query_times(path)
    every = [took for times in taken.values() for took in times]
    return [
        Figure("search, the query after each key, p95", percentile(every, 0.95), "ms", bar=Bar(most=5)),
        *(
            Figure(f"… {kind}", percentile(times, 0.95), "ms", bar=Bar(most=5))
            for kind, times in taken.items()
        ),
        *(
            Figure(f"search, {kind}, p95", percentile(times, 0.95), "ms", bar=Bar(most=50))
            for kind, times in forgiving_times(path).items()
        ),
    ]


def slowest(path: Path, count: int = 10) -> Sequence[tuple[float, str]]:
    """Name the texts that take longest."""
    times = []
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)
        for texts in typed(path).values():
            for field in {field for text in texts for field in keystrokes(text)}:
                with base.read() as session:
                    times.append(
                        (
                            milliseconds(lambda field=field: search(session, context, field, limit=SHOWN))[0],
                            field,
                        )
                    )
    return sorted(times, reverse=True)[:count]
