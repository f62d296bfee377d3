"""Something that may not be in a base, and what to do about it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from salesdesk.i18n import N_

Ids = Select[Any]
Rule = tuple[str, str, str, Ids]
"""A code, what does not hold, what to do about it (both to be translated), and the ids of what breaks it."""

CURE = N_("Bring them back in step: salesdesk db check --cure")
UNDO = N_("Take back what made them (salesdesk undo), or restore a backup: salesdesk db restore FILE")
ON_CARDS = N_("Open their cards and set the stage anew.")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that does not hold: how often, in words, and the cure. `rows` are the first ids concerned."""

    code: str
    count: int
    what: str
    cure: str
    rows: tuple[int, ...] = ()
