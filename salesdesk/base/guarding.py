"""Keeping spreadsheets from reading text as a formula, and taking the sign of it away again.

What begins with = + - @, a tab or a line break, blanks before it or not, may be run by the spreadsheet
that opens a file: an apostrophe before it makes it text. Text that has such an apostrophe of its own gets
one more, so that what is guarded and what only looks so are told apart, and `without_guard(guard(x)) == x`.
"""

import re

# With apostrophes and blanks before: what is guarded twice, or looks so, is told apart as well.
_DANGEROUS = re.compile(r"[\s']*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"\s*'(?=[\s']*[=+\-@\t\r\n])")

_NUMBER = re.compile(r"[+-][0-9 ().,;+-]*")


def guard(text: str) -> str:
    """Write text for a file in which cells have no types."""
    return "'" + text if _DANGEROUS.match(text) else text


def guard_words(text: str) -> str:
    """Write text for a file that people correct: what can only be a number or a phone stays as it is."""
    return text if _NUMBER.fullmatch(text) else guard(text)


def guard_typed(text: str) -> str:
    """Write text for a workbook, where text is text: only what would be taken for guarded needs a guard."""
    return "'" + text if _GUARDED.match(text) else text


def without_guard(text: str) -> str:
    """Take off the one apostrophe that a guard put there."""
    found = _GUARDED.match(text)
    return text[found.end() :] if found else text
