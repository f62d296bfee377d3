"""The next client: the first of the list that nobody is on, taken in one step.

Two hundred people ask for it at once; none of them waits for another, and no two get the same. What is
one's own (promises, what is owed by now, one's part of the cold base) is found by one's open next
actions; the shared pool is cut by its index, past whom others are about to take.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.context import Context
from salesdesk.desk.next_parts import (
    BEFORE_ALL,
    FIRST,
    FIRST_BEHIND_MINE,
    FROM_THE_BEGINNING,
    GIVEN_BY_SERVER,
    LAST,
    MY_FIRST,
    OURS,
    OURS_BEHIND_MINE,
    TAKE_FIRST,
)
from salesdesk.desk.queue_parts import Moment, zones
from salesdesk.storage.beginning import statements_alone
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.planning import planned_once
from salesdesk.storage.policies import by_login
from salesdesk.storage.taking import only_while_writing
from salesdesk.team.claims import holding, take_free
from salesdesk.team.pool import may_be_given, no_more, note_given, pool_is_counted

_Zones = Mapping[str, datetime]


@planned_once
@statements_alone
def take_next(session: Session, context: Context, *, new: bool = False) -> int | None:
    """Take the first client of the list whom nobody is on, and give its id; None where nobody is left.

    Promises and what is owed go before the cold base, in the order of `queue.page`. A promise later
    today is not taken before its time, nor is a client twice while who sits here is still on it. Who
    takes from the pool without letting go of the last one goes on behind it. `new`: where the pool is given
    out by count, one that was not given yet, and none of one's own. For a unit that writes.
    Raises TooMuchError where nobody is left but of a pool of which one was given as many as a day has.
    """
    only_while_writing(session)
    opened = _open_lately(session, context)
    counted = pool_is_counted(context)
    take = partial(_take_counted, new=new) if counted else _take
    found = None if opened is None else take(session, context, _given(context, opened))
    if found is None:
        # Nobody is left only where nobody is in a zone that has come in a moment ago either.
        found = take(session, context, _given(context, _open_now(session, context)))
    if found is None and counted and not may_be_given(session, context):
        raise no_more(context)
    return found


def _given(context: Context, opened: _Zones) -> dict[str, Any]:
    at = Moment(context, opened)
    bands = {f"band_{place}": band for place, band in enumerate(at.order)}
    return at.parameters | holding(context) | bands


def _take(session: Session, context: Context, given: dict[str, Any]) -> int | None:
    taken = TAKE_FIRST.run(session, given).first()
    if taken is not None:
        return int(taken.client_id)
    # Somebody was quicker between the look and the claim; or nobody is left behind those that one is on, and
    # only then is everybody looked through whom others have taken before.
    return _look_and_take((FIRST_BEHIND_MINE, FIRST), session, context, given)


def _look_and_take(
    looks: tuple[MadeOnce, MadeOnce], session: Session, context: Context, given: dict[str, Any]
) -> int | None:
    """Take the first behind those that one is on, and where nobody is left there the first of all."""
    behind_mine, first_of_all = looks
    for look in (behind_mine, first_of_all):
        at = given | FROM_THE_BEGINNING
        first = look.run(session, at).first()
        while first is not None and not take_free(session, context, first.client_id, first.at):
            if first.at is not None:
                # Whoever began anew where many are taken each moment would never be the quicker.
                at |= {"key_after": first.at, "client_after": first.client_id}
            first = first_of_all.run(session, at).first()
        if first is not None:
            return int(first.client_id)
    return None


# -- where the pool is given out by count -------------------------------------------------------------


def _take_counted(session: Session, context: Context, given: dict[str, Any], *, new: bool) -> int | None:
    """Take the first of one's own and of what one was given, or be given one that stands before it."""
    while True:
        own = None if new else MY_FIRST.run(session, given).first()
        if own is None or own.place == LAST:
            before = BEFORE_ALL if own is None else {"key_before": own.key, "client_before": own.client_id}
            given_out = _give(session, context, given | before)
            if given_out is not None:
                return given_out
        if own is None:
            return None
        if take_free(session, context, own.client_id, own.at):
            return int(own.client_id)


def _give(session: Session, context: Context, given: dict[str, Any]) -> int | None:
    """Take one of the pool that stands before a place, with a line in the trail; none beyond one's count."""
    if by_login(session):  # what is not seen the server gives out, and it counts
        found = GIVEN_BY_SERVER.run(session, given).first()
        return found and found.client_id
    if not may_be_given(session, context):
        return None
    client_id = _look_and_take((OURS_BEHIND_MINE, OURS), session, context, given)
    if client_id is not None:
        note_given(session, context, client_id)
    return client_id


# -- the zones that may be called ---------------------------------------------------------------------

_LATELY: WeakKeyDictionary[Engine | Connection, tuple[int, _Zones]] = WeakKeyDictionary()
"""The zones of each open base that may be called, with the minute for which they were looked up."""


def _open_now(session: Session, context: Context) -> _Zones:
    opened = scheduler.open_zones(zones(session), context.now, context.calling)
    _LATELY[session.get_bind()] = _minute(context), opened
    return opened


def _open_lately(session: Session, context: Context) -> _Zones | None:
    minute, opened = _LATELY.get(session.get_bind(), (None, None))
    return opened if minute == _minute(context) else None


def _minute(context: Context) -> int:
    return int(context.now.timestamp()) // 60
