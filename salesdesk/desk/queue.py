"""The list of the day: whom to call now, in which order, page by page.

The list is a row of parts, each cut by an index in its own order:

1. promises of today whose time has come, by their time; then those of earlier days, the latest first;
   those of absent people for whom the operator stands in are among them;
2. for each band in the order of this half of the day: what is overdue, then what is due today
   (with the cold pool in the telemarketing band), each by `sort_key`.

Promises later today stand among the rows where their time will be, one call after another.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.context import Context
from salesdesk.desk.queue_parts import DUE, Key, Moment, Part, cut, moment, parts, stretch
from salesdesk.desk.queue_rows import read_rows
from salesdesk.rows import DayHeader, PromiseDue, QueueCursor, QueuePage
from salesdesk.storage.planning import planned_once
from salesdesk.team.absence import stood_in_for

REMINDED_MOST = 50


@planned_once
def page(session: Session, context: Context, after: QueueCursor | None = None, limit: int = 50) -> QueuePage:
    """Give the next rows of the list. `after` is where the page before ended."""
    at = moment(session, context)
    after = after or QueueCursor()
    walk = _Walk(session, at, after, limit)
    walk.run()
    rows = read_rows(session, at, walk.clients, after.rank + 1)
    return QueuePage(rows=rows, next=walk.cursor)


def header(session: Session, context: Context) -> DayHeader:
    """Tell the day that the list is for. Touches no rows."""
    del session  # every use case takes one; this one needs none
    team, now = context.catalogues.team, context.now
    starts, half, ends = (
        datetime.combine(context.today, at, team.zone) for at in (team.start, team.half, team.end)
    )
    left = max(timedelta(), ends - max(now, starts))
    works = context.calendar.works(context.today)
    return DayHeader(
        now=now.astimezone(team.zone),
        day=context.today,
        working_day=works,
        starts_at=starts,
        half_at=half,
        ends_at=ends,
        calls_left=int(left / timedelta(minutes=team.minutes_per_call)) if works else 0,
        holiday=context.calendar.holiday(context.today),
        band_order=scheduler.band_order(now, half),
    )


def promises_due(
    session: Session, context: Context, within: timedelta = timedelta(minutes=10)
) -> tuple[PromiseDue, ...]:
    """Give the promises of today that come due within a time, and those whose time has come."""
    at = Moment(context, {}, stood_in_for(session, context))
    until = (context.now + within).timestamp()
    due, coming = cut(session, at, (Part(DUE),), None, REMINDED_MOST, coming=True)
    near = [key for key in (*(key for _part, key in due), *coming) if key.sort_key <= until]
    rows = read_rows(session, at, [key.client_id for key in near], 1)
    return tuple(
        PromiseDue(client_id=row.client_id, name=row.name, goal=row.goal, due_at=row.due_at)
        for row in rows
        if row.due_at is not None
    )


class _Walk:
    """Walks the parts from where the page before ended, and puts promises in at their time."""

    def __init__(self, session: Session, at: Moment, after: QueueCursor, limit: int) -> None:
        self.session = session
        self.parts = parts(at.order)
        self.at = at
        self.limit = limit
        self.clients: list[int] = []
        self.promises: list[Key] = []
        self.part, self.key = after.part, Key(*after.key) if after.key else None
        self.rank, self.taken = after.rank, after.promises

    def run(self) -> None:
        """Fill the page."""
        self._stretch(begins=True)
        while self.part < len(self.parts) and not self.full:
            self._stretch()
        if self.part == len(self.parts):
            self._promises(None)

    def _stretch(self, *, begins: bool = False) -> None:
        first, wanted = self.part, stretch(self.parts, self.part)
        most = self.limit - len(self.clients)
        found = cut(self.session, self.at, wanted, self.key, most, coming=begins)
        if begins:
            self.promises = found.coming
        for number, key in found.keys:
            self._promises(self.at.context.now + self.at.each * self.rank)
            if self.full:
                return
            self._take(key.client_id)
            self.part, self.key = first + number, key
        if len(found.keys) < most:
            self.part, self.key = first + len(wanted), None

    @property
    def full(self) -> bool:
        """Whether the page holds all it may."""
        return len(self.clients) >= self.limit

    @property
    def cursor(self) -> QueueCursor | None:
        """Where this page ended; None at the end of the list."""
        if self.part == len(self.parts) and self.taken == len(self.promises):
            return None
        return QueueCursor(self.part, self.key, self.rank, self.taken)

    def _promises(self, until: datetime | None) -> None:
        while self.taken < len(self.promises) and not self.full:
            promise = self.promises[self.taken]
            if until is not None and promise.sort_key > until.timestamp():
                return
            self._take(promise.client_id)
            self.taken += 1

    def _take(self, client_id: int) -> None:
        self.clients.append(client_id)
        self.rank += 1
