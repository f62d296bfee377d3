"""Numbers, days and times as the XML of workbooks writes them."""

from datetime import datetime
from math import isfinite

from salesdesk.base.cells import Cell

_MOST_WHOLE = 1e15
_DIGITS = 16


def number_of(text: str) -> int | float | str:
    """Read a number as a spreadsheet shows it: whole where it is, of no more than 15 digits.

    What is no number that can be counted with stays text.
    """
    try:
        value = float(text)
    except ValueError:
        return text
    if not isfinite(value):
        return text
    if value.is_integer():
        # A whole number written in full is taken to its last digit, as long as it may be.
        return int(value) if abs(value) < _MOST_WHOLE else int(text) if text.isdecimal() else value
    return float(f"{value:.15g}") if len(text) > _DIGITS else value


def iso_moment(text: str) -> Cell:
    """Read a day or a moment of ISO 8601; what is none stays text."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    whole_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment.date() if whole_day else moment


def clock(seconds: int) -> str:
    """Give a time of day, or a length of time, as a spreadsheet shows it."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
