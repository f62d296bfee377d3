"""Random histories: calls, deals, changes of stage, messages, in the base and as plain values beside it."""

import functools
import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Plain
from typing import Any
from zoneinfo import ZoneInfo

from builders import Desk
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from salesdesk.base.periods import Period, parse_period
from salesdesk.codes import ClientClass, GoalResult, Verdict
from salesdesk.models import Call, CallReview, CallScore, Campaign, Deal, Message, Review, StageChange
from salesdesk.storage.journal import Journal

ALONG = ["new", "proposal", "invoice", "paid", "shipped"]
WON = {"paid", "shipped"}
CLOSING = {"rejected"}
ANSWERED = {"goal_reached", "talk_later", "interested", "not_now", "not_interested", "gatekeeper"}
CONTACT = ANSWERED - {"gatekeeper"}
OUTCOMES = [*sorted(ANSWERED), "no_answer", "busy"]
ITEMS = ["opening", "questions", "objections", "record"]
ZONES = [
    ZoneInfo(name) for name in ("Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
]
PERIODS = [
    "2026-11-01",
    "2026-W44",
    "2026-11",
    "2026-10",
    "2026Q4",
    "2026",
    "2026-10-25..2026-11-09",
    "today",
]
# Midnights, the hours in which clocks change in New York and on Lord Howe, the end of a year.
EDGES = [
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 31, 21, tzinfo=UTC),
    datetime(2026, 11, 1, 4, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 11, 1, 18, 15, tzinfo=UTC),
    datetime(2026, 11, 8, 20, 59, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 21, tzinfo=UTC),
]


@dataclass
class History:
    """What a base holds, as plain rows in the order in which they were written."""

    people: list[str]
    clients: dict[int, Plain] = field(default_factory=dict)
    deals: dict[int, Plain] = field(default_factory=dict)
    changes: list[Plain] = field(default_factory=list)
    calls: list[Plain] = field(default_factory=list)
    messages: list[Plain] = field(default_factory=list)
    verdicts: list[Plain] = field(default_factory=list)
    scores: list[Plain] = field(default_factory=list)

    def sorted_changes(self) -> list[Plain]:
        return sorted(self.changes, key=lambda change: (change.at, change.id))


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # no secret


def over(sqlite: int = 2, postgresql: int = 1, **drawn: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Prove it by so many examples on each database; of a `seed`, where nothing else is drawn.

    The statements are the same on both: what one finds in figures, the other finds too.
    """
    drawn = drawn or {"seed": st.integers(0, 10**6)}

    def proven(test: Any) -> Any:
        run = {
            # To shrink an example by a database would take minutes.
            count: settings(max_examples=count, phases=[Phase.reuse, Phase.generate])(given(**drawn)(test))
            for count in (sqlite, postgresql)
        }

        @functools.wraps(test)
        def on(desk: Desk, **told: Any) -> None:
            run[sqlite if desk.base.path else postgresql](desk=desk, **told)

        asked = inspect.signature(test)
        rest = [one for name, one in asked.parameters.items() if name not in drawn]
        on.__signature__ = asked.replace(parameters=rest)
        return on

    return proven


def some_period(desk: Desk, dice: random.Random) -> Period:
    return parse_period(dice.choice(PERIODS), desk.context.today, dice.choice(ZONES))


def write_history(desk: Desk, seed: int, clients: int = 10) -> History:
    """Fill a base with what may have happened, the same for the same seed, and nothing else."""
    dice = dice_of(seed)
    people = {"anna": desk.me, "boris": desk.beside("boris").me, "vera": desk.beside("vera").me}
    history = History([*people])
    with desk.filling() as base:
        base.clear()
        base.session.execute(delete(Campaign))
        base.session.add(Campaign(code="expo", title="Выставка"))
        base.session.flush()
        journal = Journal(base.session)
        for _number in range(clients):
            _client(base, journal, desk, dice, people, history)
        _reviews(journal, desk, dice_of(seed + 1), people, history)
    return history


def _reviews(journal: Journal, desk: Desk, dice: random.Random, people: Any, history: History) -> None:
    """Let leads say something of some rejections and of some calls."""
    for change in history.changes:
        if change.to_stage in CLOSING and dice.random() < 0.6:
            values = {
                "client_id": change.client_id,
                "change_id": change.id,
                "reviewer_id": desk.me,
                "at": change.at + timedelta(seconds=dice.choice([0, 1, 3600, 200_000])),
                "verdict": dice.choice([*Verdict]),
            }
            history.verdicts.append(Plain(id=journal.add(Review, **values), change=change, **values))
    for call in history.calls:
        for reviewer in dice.sample([*people.values()], dice.choice([0, 0, 1, 2])):
            at = _at(desk, dice)
            review = journal.add(
                CallReview, call_id=call.id, operator_id=call.operator_id, reviewer_id=reviewer, at=at
            )
            for item in dice.sample(ITEMS, dice.randrange(1, len(ITEMS))):
                score = dice.randrange(3)
                journal.add(CallScore, review_id=review, item=item, score=score)
                history.scores.append(
                    Plain(
                        call_id=call.id, client_id=call.client_id, login=call.login, at=at, item=item,
                        score=score,
                    )
                )  # fmt: skip


def _at(desk: Desk, dice: random.Random) -> datetime:
    if dice.random() < 0.5:
        return dice.choice(EDGES) + timedelta(seconds=dice.choice([-1, 0, 0, 1, 1800]))
    return desk.now - timedelta(hours=dice.randrange(-48, 90 * 24))


def _client(base: Any, journal: Journal, desk: Desk, dice: random.Random, people: Any, history: History):
    said = {
        "campaign": dice.choice([None, "expo"]),
        "industry": dice.choice([None, "", "=опт", "розница"]),
        "region": dice.choice([None, "Омск"]),
        "source": dice.choice(["", "crm"]),
        "client_class": dice.choice([*ClientClass]),
    }
    client = base.client(f"Клиент {dice.randrange(1000)}", owner_id=dice.choice([*people.values()]), **said)
    history.clients[client] = Plain(id=client, **said)
    for _number in range(dice.randrange(3)):
        _deal(journal, desk, dice, people, history, client)
    for _number in range(dice.randrange(3)):
        _moves(journal, desk, dice, people, history, client, None)
    for _number in range(dice.randrange(6)):
        values = {
            "client_id": client,
            "operator_id": dice.choice([*people.values()]),
            "started_at": _at(desk, dice),
            "talk_seconds": dice.randrange(300),
            "outcome": dice.choice(OUTCOMES),
            "goal": dice.choice(["find_need", "get_invoice", None]),
            "goal_result": dice.choice([*GoalResult, None]),
            "note": dice.choice([None, "", "  ", "=1+1", "перезвонить"]),
        }
        history.calls.append(_kept(journal, Call, people, values))
    for _number in range(dice.randrange(2)):
        values = {
            "client_id": client,
            "operator_id": dice.choice([*people.values()]),
            "at": _at(desk, dice),
            "incoming": dice.random() < 0.5,
            "text": "Счёт?",
        }
        history.messages.append(_kept(journal, Message, people, values))


def _deal(journal: Journal, desk: Desk, dice: random.Random, people: Any, history: History, client: int):
    values = {
        "client_id": client,
        "owner_id": dice.choice([*people.values()]),
        "product": dice.choice([None, "", "трубы"]),
        "amount_minor": dice.randrange(10**7),
        "currency": dice.choice(["RUB", "RUB", "USD", "EUR"]),
        "stage": "new",
        "stage_since": desk.now,
        "opened_at": _at(desk, dice),
    }
    deal = journal.add(Deal, **values)
    history.deals[deal] = Plain(id=deal, **values)
    _moves(journal, desk, dice, people, history, client, deal)


def _moves(
    journal: Journal,
    desk: Desk,
    dice: random.Random,
    people: Any,
    history: History,
    client: int,
    deal: int | None,
):
    """Move a deal about, forwards more often than not; or a client that has none, between two stages."""
    stage: str | None = None
    at = _at(desk, dice)
    for _step in range(dice.randrange(1, 6)):
        if deal is None:
            to = dice.choice(["paused", "rejected", "new"])
        elif dice.random() < 0.6:
            to = ALONG[min((ALONG.index(stage) if stage in ALONG else -1) + dice.choice([1, 1, 2]), 4)]
        else:
            to = dice.choice([*ALONG, "rejected", "rejected", "paused"])
        if to == stage:
            continue
        values = {
            "client_id": client,
            "deal_id": deal,
            "operator_id": dice.choice([*people.values()]),
            "at": at,
            "from_stage": stage,
            "to_stage": to,
            "reason": dice.choice(["price", "no_need"]) if to == "rejected" else None,
        }
        history.changes.append(_kept(journal, StageChange, people, values))
        stage = to
        at += timedelta(seconds=dice.choice([0, 1, 3600, 86_400, 700_000]))


def _kept(journal: Journal, model: type, people: dict[str, int], values: dict[str, Any]) -> Plain:
    login = {person: login for login, person in people.items()}[values["operator_id"]]
    return Plain(id=journal.add(model, **values), login=login, **values)


def inside(period: Period, at: datetime) -> bool:
    return period.first <= at.astimezone(period.zone).date() <= period.last


def group_of(by: str | None, period: Period, at: datetime, history: History, row: Plain) -> Any:
    """What group a row belongs to, as documents name it; None stands for one that is not said."""
    client = history.clients[row.client_id]
    local = at.astimezone(period.zone)
    day = local.date()
    week = day.isocalendar()
    groups = {
        None: None,
        "operator": row.login,
        "day": f"{day}",
        "week": f"{week.year}-W{week.week:02}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}Q{(day.month - 1) // 3 + 1}",
        "year": f"{day.year}",
        "hour": local.hour,
        "weekday": day.isoweekday(),
        "campaign": client.campaign,
        "industry": client.industry or None,
        "region": client.region,
        "source": client.source or None,
        "class": client.client_class,
    }
    return groups[by] if by in groups else getattr(row, by, None)


def in_groups(rows: list[tuple[Any, Plain]]) -> dict[Any, list[Plain]]:
    found: dict[Any, list[Plain]] = {}
    for group, row in rows:
        found.setdefault(group, []).append(row)
    return found


def divided(part: float, whole: float, digits: int = 4) -> float | None:
    return round(part / whole, digits) if whole else None


def sums(deals: list[Plain], currency: str = "RUB") -> tuple[int, dict[str, int]]:
    """The amount in the team's currency, and each other currency by itself."""
    apart: dict[str, int] = {}
    for deal in deals:
        apart[deal.currency] = apart.get(deal.currency, 0) + deal.amount_minor
    return apart.pop(currency, 0), apart
