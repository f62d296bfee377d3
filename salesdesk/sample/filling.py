"""Filling a base with the sample: believable clients with months of history, the same for the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.models import Call, Campaign, NextAction
from salesdesk.sample.cast import Cast
from salesdesk.sample.closed import KEPT_DAYS, RECENT_CALLS
from salesdesk.sample.days import DAYS_LEAST, days_around
from salesdesk.sample.dice import Dice
from salesdesk.sample.fates import FATES, ORDER
from salesdesk.sample.goals import set_goals
from salesdesk.sample.last_days import tell_last_days
from salesdesk.sample.owed import NEAR_A_DAY, NEAR_MOST
from salesdesk.sample.reviewing import review_sample
from salesdesk.sample.rows import COLUMNS, Chunk
from salesdesk.sample.staff import Desk, hire, operators_for
from salesdesk.sample.stand_ups import hold_stand_ups
from salesdesk.sample.trades import CAMPAIGNS
from salesdesk.storage.base import Base
from salesdesk.storage.bulk import bulk_load

CLIENTS_MOST = 2_000_000
_CHUNK = 2_000
_CLOSED = COLUMNS[NextAction].index("closed_at")
_CALLS_A_DAY = 110


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """What a sample came to; `next_actions` are the open ones."""

    clients: int
    calls: int
    next_actions: int


class SampleCancelledError(SalesdeskError):
    """The one who watched asked to stop; the base is as it was."""


def fill(
    base: Base,
    *,
    clients: int,
    seed: int,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SampleCounts:
    """Fill a base with so many clients and about five calls for each, about `now`, in one transaction.

    `progress` is told how many clients of how many are done. Raises InputError for a number that
    cannot be made, SampleCancelledError once `cancelled` says so; nothing is kept then.
    """
    if not 1 <= clients <= CLIENTS_MOST:
        raise InputError(_("A sample has from 1 to {most} clients.").format(most=CLIENTS_MOST), "clients")
    context = context_of(base, Clock(fixed=now))
    plan = _plan(clients)
    days = days_around(now, base.catalogues.team, back=plan.days)
    calls = next_actions = 0
    with base.write() as session:
        desk = _desk(session, plan, context.me.id)
        with bulk_load(session, COLUMNS, clients=clients) as load:
            chunk = Chunk(load.first_ids)
            _add_campaigns(session)
            cast = Cast(seed, days, chunk, base.catalogues, desk)
            for done in range(clients):
                cast.add(ORDER[done % len(ORDER)])
                if (done + 1) % _CHUNK and done + 1 < clients:
                    continue
                calls += len(chunk.rows[Call])
                next_actions += sum(row[_CLOSED] is None for row in chunk.rows[NextAction])
                load.put(chunk.rows, chunk.documents)
                chunk.clear()
                if progress is not None:
                    progress(done + 1, clients)
                if cancelled is not None and cancelled():
                    raise SampleCancelledError(_("Stopped: no sample was made."))
        set_goals(session, context, desk)
        tell_last_days(session, days, context.me.id, desk.lead)
        hold_stand_ups(session, desk, days, seed)
        review_sample(session, Dice(seed + 1), base.catalogues, desk, now, load.first_ids)
    return SampleCounts(clients, calls, next_actions)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many clients, how many who call them, and over how many working days."""

    clients: int
    operators: int
    days: int


def _plan(clients: int) -> _Plan:
    operators = operators_for(clients)
    calls = clients * sum(fate.share * sum(fate.calls) / len(fate.calls) for fate in FATES) / 100
    return _Plan(clients, operators, max(DAYS_LEAST, round(calls / operators / _CALLS_A_DAY)))


def _desk(session: Session, plan: _Plan, me: int) -> Desk:
    """Seat the operators: the one whose base it is has a rich share, and the others the rest alike."""
    operators, lead = hire(session, me, plan.operators)
    mine = min(0.5, max(2 / plan.operators, 700 / plan.clients))
    weights = dict.fromkeys(operators, 10)
    weights[me] = max(10, round(10 * (plan.operators - 1) * mine / (1 - mine)))
    owed = plan.clients * sum(fate.share for fate in FATES if fate.owed) / 100 / sum(weights.values())
    near = {
        operator: min(NEAR_MOST, NEAR_A_DAY / max(1.0, owed * weight)) for operator, weight in weights.items()
    }
    # A large sample has more calls of the last weeks than its operators could make.
    closing = min(1.0, _CALLS_A_DAY * KEPT_DAYS * plan.operators / (RECENT_CALLS * plan.clients))
    return Desk(weights, lead, near, closing)


def _add_campaigns(session: Session) -> None:
    known = set(session.scalars(select(col(Campaign.code))))
    session.add_all(Campaign(code=code, title=title) for code, title in CAMPAIGNS if code not in known)
    session.flush()
