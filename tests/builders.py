"""Builders of what a base may hold: a test says only what matters to it."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete, select, text
from sqlmodel import Session, SQLModel, col

from salesdesk.base.folding import name_key
from salesdesk.base.phones import parse_phones
from salesdesk.base.placement import CLIENT, NEXT_ACTION, has_number, place, standing
from salesdesk.base.search_document import documents
from salesdesk.clock import Clock
from salesdesk.codes import ClientClass, Hold, PhoneState, Role, StepKind
from salesdesk.context import Context, context_of
from salesdesk.models import AuditEvent, Claim, Client, Contact, Deal, Merge, NextAction, Operator, Phone
from salesdesk.rows import NextStep, WrapUp
from salesdesk.storage.base import Base
from salesdesk.storage.journal import Journal
from salesdesk.storage.search_index import drop, put


class Desk:
    """A base and who sits at it: each use case runs in a unit of work of its own."""

    def __init__(self, base: Base, context: Context) -> None:
        self.base = base
        self.context = context

    def __repr__(self) -> str:
        return f"Desk({self.base.engine.dialect.name}, {self.context.me.login}, {self.context.now})"

    @property
    def now(self) -> datetime:
        return self.context.now

    @property
    def me(self) -> int:
        return self.context.me.id

    def read(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.base.read() as session:
            return use_case(session, self.context, *args, **kwargs)

    def write(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.base.write() as session:
            return use_case(session, self.context, *args, **kwargs)

    def at(self, now: datetime | None = None, login: str | None = None) -> "Desk":
        """Give the same base at another time, or with another person at it."""
        login = login or self.context.me.login
        return Desk(self.base, context_of(self.base, Clock(fixed=now or self.now), login))

    def later(self, **span: float) -> "Desk":
        return self.at(self.now + timedelta(**span))

    def beside(self, login: str, role: Role = Role.OPERATOR) -> "Desk":
        """Let somebody else sit down at the same base, new there or not."""
        with self.base.write() as session:
            if session.scalars(select(Operator).where(col(Operator.login) == login)).first() is None:
                session.add(Operator(login=login, name=login.title(), role=role))
        return self.at(login=login)

    @contextmanager
    def filling(self) -> Iterator["Filling"]:
        with self.base.write() as session:
            filling = Filling(session, self.context)
            yield filling
            filling.index()

    def client(self, name: str = "Ромашка", **said: Any) -> int:
        with self.filling() as base:
            return base.client(name, **said)


@dataclass(frozen=True)
class Filling:
    """A unit of work that fills a base: rows in step with each other, no trail of how they came."""

    session: Session
    context: Context
    added: list[int] = field(default_factory=list)

    def client(
        self,
        name: str = "Ромашка",
        *,
        phones: tuple[str, ...] = ("+7 495 123-45-67",),
        people: tuple[str, ...] = (),
        owes: dict[str, Any] | None = None,
        deal: int | None = None,
        **columns: Any,
    ) -> int:
        """Add a client of who sits here; `deal` is the amount of an open one, `owes` what `owed` gives."""
        journal, now = Journal(self.session), self.context.now
        usual = {
            "name": name, "name_key": name_key(name), "source": "", "client_class": ClientClass.B,
            "interest": 3, "expected_minor": 5_000_000, "owner_id": self.context.me.id, "do_not_call": False,
            "attempts": 0, "stage": None, "last_call_at": None, "won_at": None, "zone": "Europe/Moscow",
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        client = SimpleNamespace(**(usual | columns))
        good = any(_state(raw) is PhoneState.GOOD for raw in phones)
        where = standing(self.context, client, number=good, next_action=owes is not None)
        client_id = journal.add(Client, **(vars(client) | where.keys))
        for position, raw in enumerate(phones):
            self.phone(journal, client_id, raw, position)
        for person in people:
            journal.add(Contact, client_id=client_id, name=person)
        if deal is not None:
            journal.add(
                Deal, client_id=client_id, owner_id=self.context.me.id, title="", amount_minor=deal,
                currency="RUB", stage=columns["stage"], stage_since=now, opened_at=now, source="",
            )  # fmt: skip
        if owes is not None:
            journal.add(
                NextAction, client_id=client_id, band=where.band, sort_key=where.sort_key, zone=client.zone,
                **({"operator_id": self.context.me.id, "opened_at": now} | owes),
            )  # fmt: skip
            if owes.get("hold") or not good:
                # Held for what follows from the rows, or no more: that has a past.
                place(journal, self.context, client_id)
        self.added.append(client_id)
        return client_id

    def index(self) -> None:
        """Let all that were added be found, at the end: one by one that takes as long as to add them."""
        put(self.session, documents(self.session, self.added))

    def phone(self, journal: Journal, client_id: int, raw: str, position: int) -> None:
        """Add a number; a "!" before it marks it bad, a "-" as never to be called."""
        parsed = parse_phones(raw.lstrip("!-"))[0]
        journal.add(
            Phone, client_id=client_id, raw=parsed.raw, e164=parsed.e164, digits=parsed.digits,
            last4=parsed.last4, state=_state(raw), position=position,
        )  # fmt: skip

    def clear(self) -> None:
        """Take every client out, with all that hangs on them."""
        self.added.clear()
        ids = self.session.scalars(select(col(Client.id))).all()
        drop(self.session, [client_id for client_id in ids if client_id is not None])
        self.session.execute(delete(Client))
        self.session.execute(delete(Merge))
        self.session.execute(delete(AuditEvent))

    def claim(self, client_id: int, operator_id: int, until: datetime) -> None:
        self.session.add(
            Claim(client_id=client_id, operator_id=operator_id, taken_at=self.context.now, expires_at=until)
        )


def _state(raw: str) -> PhoneState:
    return {"!": PhoneState.BAD, "-": PhoneState.DO_NOT_CALL}.get(raw[0], PhoneState.GOOD)


def owed(due_at: datetime, **other: Any) -> dict[str, Any]:
    """Make a next action: the usual call, not a promise, never moved."""
    usual = {"kind": StepKind.CALL, "goal": "find_need", "promise": False, "moves": 0, "attempt": 1}
    return usual | {"due_at": due_at, "first_due_at": due_at} | other


def said(client_id: int, outcome: str, **other: Any) -> WrapUp:
    """Say of a call what its outcome cannot do without."""
    return WrapUp(client_id, outcome, **other)


def step(due_at: datetime, goal: str = "get_request", **other: Any) -> NextStep:
    """Make a next action to be: a call without an agreed time."""
    return NextStep(**({"kind": StepKind.CALL, "goal": goal, "due_at": due_at, "promise": False} | other))


def random_base(desk: Desk, seed: int, clients: int = 70) -> list[int]:
    """Fill a base with clients of every standing there is, the same for the same seed, and no others."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    boris = desk.beside("boris").me
    with desk.filling() as base:
        base.clear()
        return [_random_client(base, desk, dice, boris) for _ in range(clients)]


def _random_client(base: Filling, desk: Desk, dice: random.Random, boris: int) -> int:
    stage = dice.choice([None, None, "new", "proposal", "invoice", "paid", "shipped", "paused", "rejected"])
    in_work = stage not in {None, "rejected"}
    never = dice.random() < 0.05
    owes = None
    if not never and stage != "rejected" and dice.random() < (0.95 if in_work else 0.2):
        hours = dice.choice([-100, -30, -15, -5, -1.5, -0.5, 0, 0.1, 0.5, 2, 5, 12, 40])
        hold = Hold.ATTEMPTS_USED_UP if dice.random() < 0.1 else None
        owes = owed(
            desk.now + timedelta(hours=hours, minutes=dice.randrange(3)),
            promise=dice.random() < 0.4,
            hold=hold,
            operator_id=boris if dice.random() < 0.1 else desk.me,
        )
    client_id = base.client(
        f"Клиент {dice.randrange(10**6)}",
        phones=dice.choice([("+74951234567",), ("!+74951234567", "2-33-44"), ("!+74951234567",), ()]),
        owes=owes,
        stage=stage,
        interest=dice.randrange(6),
        expected_minor=dice.choice([0, 100, 5_000_000, 70_000_000]),
        last_call_at=dice.choice([None, desk.now - timedelta(hours=dice.randrange(1, 3000))]),
        won_at=desk.now if stage in {"paid", "shipped"} else None,
        do_not_call=never,
        owner_id=dice.choice([desk.me, desk.me, boris, None]) if owes is None else desk.me,
        zone=dice.choice(["Europe/Moscow", "Asia/Omsk", "Asia/Kamchatka", "America/New_York"]),
    )  # fmt: skip
    if dice.random() < 0.1:
        base.claim(client_id, boris, desk.now + timedelta(minutes=dice.choice([-1, 1])))
    return client_id


def snapshot(base: Base) -> dict[str, list[Any]]:
    """Give every row of every table but the trail itself, in an order of its own."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name != "audit_event"]
    with base.read() as session:
        rows = {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}
        rows["client_search"] = sorted(map(repr, session.execute(_DOCUMENTS)))
    return rows


_DOCUMENTS = text("SELECT text FROM client_search")


def assert_consistent(desk: Desk) -> None:
    """Hold a base against the rules: who is owed what, and the columns that follow from others."""
    with desk.base.read() as session:
        actions = session.execute(select(NEXT_ACTION).where(NEXT_ACTION.c.closed_at.is_(None))).all()
        owes = {action.client_id: action for action in actions}
        assert len(owes) == len(actions)
        for client in session.execute(select(CLIENT)):
            _assert_client(session, desk.context, client, owes.get(client.id))
        made = documents(session, session.scalars(select(CLIENT.c.id)).all())
        assert sorted(words for _id, words in made) == sorted(session.scalars(_DOCUMENTS))


def _assert_client(session: Session, context: Context, client: Any, action: Any) -> None:
    stage = context.stage(client.stage)
    closed = client.do_not_call or (stage is not None and not stage.in_work)
    assert not (closed and action), "a closed client is owed nothing"
    assert closed or stage is None or action, "a client in work is owed something"
    number = has_number(session, client.id)
    where = standing(context, client, number=number, next_action=action is not None)
    assert (client.band, client.sort_key, client.pool) == (where.band, where.sort_key, where.pool)
    if action is not None:
        assert (action.band, action.sort_key, action.zone) == (client.band, client.sort_key, client.zone)
        if action.hold != Hold.ATTEMPTS_USED_UP:
            assert action.hold == where.hold(action.kind, 0, None)
    open_deals = session.execute(
        select(col(Deal.stage)).where(col(Deal.client_id) == client.id, col(Deal.closed_at).is_(None))
    )
    stages = set(open_deals.scalars())
    assert not stages or client.stage in stages, "a client stands where one of its open deals does"
