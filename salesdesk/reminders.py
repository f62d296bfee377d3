"""Reminders of promises: each once before its time, and once at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from salesdesk.rows import PromiseDue


@dataclass(frozen=True, slots=True)
class Reminder:
    """A promise to speak of now; `due` tells that its time has come."""

    promise: PromiseDue
    due: bool


class Reminders:
    """Remembers what was said, so that nothing is said twice."""

    def __init__(self) -> None:
        self._said: set[tuple[int, datetime, bool]] = set()

    def take(self, promises: Iterable[PromiseDue], now: datetime, notice: timedelta) -> list[Reminder]:
        """Give what is to be said now. A promise moved to another time is another promise."""
        fresh: list[Reminder] = []
        for promise in promises:
            due = promise.due_at <= now
            mark = (promise.client_id, promise.due_at, due)
            if promise.due_at > now + notice or mark in self._said:
                continue
            self._said.add(mark)
            fresh.append(Reminder(promise, due))
        return fresh
