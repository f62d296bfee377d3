"""What a group's name stands for in the base: the opposite of `grouping`, which names what was found."""

import re

from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, parse_period
from salesdesk.codes import ClientClass
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.lead.grouping import CALENDAR, Key
from salesdesk.lead.local_time import SLOT, number_of
from salesdesk.lead.people import operator_id_of

_SLOT = re.compile(r"([1-7])-(\d\d?)", re.ASCII)


def value_of(session: Session, by: str | None, period: Period, key: Key) -> object:
    """Find what the key of a group stands for.

    Raises InputError for what names no group of this dimension, NotFoundError for a person that there is not.
    """
    if by is None or key is None:
        return None
    text = str(key).strip()
    if by == "operator":
        return operator_id_of(session, text)
    found = _number(by, period, text) if by in {*CALENDAR, "hour", "weekday", SLOT} else _code(by, text)
    if found is None:
        raise InputError(_("“{group}” is no group of this report.").format(group=text), "rows")
    return found


def _code(by: str, text: str) -> str | None:
    if by == "class":
        return text if text in {one.value for one in ClientClass} else None
    return text


def _number(by: str, period: Period, text: str) -> int | None:
    if by == SLOT:
        slot = _SLOT.fullmatch(text)
        hour = int(slot[2]) if slot else 24
        return (int(slot[1]) - 1) * 24 + hour if slot and hour < 24 else None
    if by in CALENDAR:
        unit = Kind(by)
        try:
            written = parse_period(text, period.first, period.zone)
        except InputError:
            return None
        return number_of(written.first, unit, period) if written.kind == unit else None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
    if by == "hour":
        return number if 0 <= number < 24 else None
    return number - 1 if 1 <= number <= 7 else None
