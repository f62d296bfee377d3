"""A desk on a small real base: a client with everything, and clients that lack something."""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from hasty_engines import open_as_made
from sqlalchemy import select, update
from sqlmodel import SQLModel, col
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from salesdesk.app import SalesdeskApp
from salesdesk.base.placement import place
from salesdesk.base.search_document import documents
from salesdesk.clock import Clock
from salesdesk.codes import ClientClass, PhoneState, Role, StepKind
from salesdesk.context import context_of
from salesdesk.models import Call, Client, Contact, Deal, NextAction, Note, Operator, Phone
from salesdesk.opening import Start
from salesdesk.screens.card import CardScreen
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.journal import Journal
from salesdesk.storage.search_index import replace

NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
ROMASHKA, EMPTY, FORBIDDEN, STROY, LONG = 1, 2, 3, 4, 5
T = TypeVar("T")
# Seconds: how slow a machine may be before what a test waits for counts as not coming.
PATIENCE = 60.0

_made: list[Path] = []


def make_base(path: str) -> Base:
    """Make the base in a file that holds none yet: it is filled once, and copied for each test."""
    if not _made:
        file = Path(tempfile.mkdtemp(prefix="salesdesk-tests-")) / "base.db"
        atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
        fill(open_base(str(file), operator="anna")).close()
        _made.append(file)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_made[0], path)
    return open_as_made(path)


def fill(base: Base) -> Base:
    """Fill a base: Anna works here, and Boris."""
    context = context_of(base, Clock(fixed=NOW))
    with base.write() as session:
        me = context.me.id
        session.add(Operator(login="boris", name="Борис Л.", role=Role.OPERATOR))
        names = {
            ROMASHKA: "ООО «Ромашка»",
            EMPTY: "[bold]Пусто[/bold] [a] ещё",
            FORBIDDEN: "Тишина",
            STROY: "Стройсервис",
            LONG: "Очень длинное название " * 8,
        }
        for client_id, name in names.items():
            session.add(_client(client_id, name, me))
        session.flush()
        _people(session)
        _history(session, me)
        for client_id, days in ((ROMASHKA, 3), (STROY, 1), (LONG, 0)):
            session.add(_step(client_id, me, NOW - timedelta(days=days), moves=1 if days == 3 else 0))
        session.flush()
        journal = Journal(session)
        for client_id in names:
            place(journal, context, client_id)
        replace(session, documents(session, list(names)))
    return base


def give(base: Base, login: str | None, *clients: int) -> None:
    """Make clients somebody's, or nobody's: who works with them has to see them."""
    with base.write() as session:
        whose = select(Operator.id).where(col(Operator.login) == login).scalar_subquery()
        session.execute(update(Client).where(col(Client.id).in_(clients)).values(owner_id=whose))
        owed = col(NextAction.client_id).in_(clients), col(NextAction.closed_at).is_(None)
        if login is not None:
            session.execute(update(NextAction).where(*owed).values(operator_id=whose))


def _client(client_id: int, name: str, me: int) -> Client:
    from salesdesk.base.folding import name_key

    return Client(
        id=client_id,
        name=name,
        name_key=name_key(name),
        client_class=ClientClass.A,
        stage=None if client_id == EMPTY else "new",
        stage_since=None if client_id == EMPTY else NOW - timedelta(days=8),
        interest=4,
        expected_minor=45_000_000,
        owner_id=me,
        city="Екатеринбург",
        do_not_call=client_id == FORBIDDEN,
        zone="Asia/Yekaterinburg",
        created_at=NOW - timedelta(days=30),
        updated_at=NOW,
    )


def _people(session: Any) -> None:
    session.add(Contact(id=1, client_id=ROMASHKA, name="Ольга Ним", position="снабжение", email="o@nim.ru"))
    numbers = (
        (1, ROMASHKA, None, "8 343 200-10-20", "+73432001020", PhoneState.GOOD),
        (2, ROMASHKA, 1, "+7 912 111-22-33", "+79121112233", PhoneState.GOOD),
        (3, ROMASHKA, None, "200-00-00", None, PhoneState.BAD),
        (4, FORBIDDEN, None, "+7 912 111-22-44", "+79121112244", PhoneState.DO_NOT_CALL),
        (5, STROY, None, "+7 343 555-66-77", "+73435556677", PhoneState.GOOD),
        (6, LONG, None, "+7 343 555-66-88", "+73435556688", PhoneState.GOOD),
    )
    for phone_id, client_id, contact_id, raw, e164, state in numbers:
        digits = "".join(sign for sign in e164 or raw if sign.isdigit())
        session.add(
            Phone(
                id=phone_id, client_id=client_id, contact_id=contact_id, raw=raw, e164=e164,
                digits=digits, last4=digits[-4:], state=state, position=phone_id,
            )
        )  # fmt: skip


def _history(session: Any, me: int) -> None:
    for days in range(80):
        session.add(
            Call(
                client_id=ROMASHKA, operator_id=me, started_at=NOW - timedelta(days=3 + days),
                outcome="no_answer", goal="find_need", goal_result="missed", attempt=1,
                note="ждём смету [b] до пятницы\nрешает директор" if days == 1 else None,
            )
        )  # fmt: skip
    session.add(
        Note(client_id=ROMASHKA, operator_id=me, at=NOW - timedelta(hours=1), text="звонить после 11")
    )
    session.add(
        Deal(
            client_id=ROMASHKA, title="Насосы 3 шт", amount_minor=45_000_000, currency="RUB", stage="new",
            stage_since=NOW - timedelta(days=20), opened_at=NOW - timedelta(days=20),
        )
    )  # fmt: skip


def _step(client_id: int, me: int, due_at: datetime, moves: int) -> NextAction:
    return NextAction(
        client_id=client_id, operator_id=me, kind=StepKind.CALL, goal="find_need", due_at=due_at,
        first_due_at=due_at - timedelta(days=moves), moves=moves, attempt=2, opened_at=due_at, band="new",
        sort_key=0, zone="Asia/Yekaterinburg",
    )  # fmt: skip


@asynccontextmanager
async def desk(
    url: str,
    size: tuple[int, int] = (120, 40),
    now: datetime = NOW,
    operator: str = "anna",
    *,
    in_browser: bool = False,
) -> AsyncIterator[tuple[SalesdeskApp, Pilot[int]]]:
    """Sit down at a base."""
    app = SalesdeskApp(Start(db=url, now=now, operator=operator, in_browser=in_browser))
    async with app.run_test(size=size) as pilot:
        await app.ready()
        yield app, pilot


async def settle(pilot: Pilot[int]) -> None:
    """Wait until nothing is being read or written; a worker that waits for a modal is left alone."""
    app = pilot.app
    waiting = {"client", "ask", "search", "add", "edit", "reconnect"}
    for _round in range(3):
        busy = [one for one in app.workers if one.group not in waiting and not one.is_finished]
        if busy:
            # One that was asked anew meanwhile is cancelled, which is no failure.
            with suppress(WorkerCancelled):
                await app.workers.wait_for_complete(busy)
        await pilot.pause()


async def until(pilot: Pilot[int], true: Callable[[], T]) -> T:
    """Wait until something is so; nothing is of what is not there yet, or lies beneath another screen."""
    last, why = monotonic() + PATIENCE, None
    while monotonic() < last:
        try:
            if found := true():
                return found
        except (NoMatches, AttributeError) as error:
            why = error
        await pilot.pause(0.005)
    raise AssertionError(true) from why


async def card_of(pilot: Pilot[int], client_id: int) -> CardScreen:
    """Open a card and wait until it shows."""
    pilot.app.open_card(client_id)
    await until(pilot, lambda: isinstance(pilot.app.screen, CardScreen) and pilot.app.screen.card)
    await settle(pilot)
    return pilot.app.screen


def rows_of(url: str, model: type[SQLModel], **like: object) -> list[Any]:
    """Read rows of a table as they stand in the base."""
    base = open_as_made(url)
    try:
        with base.read() as session:
            wanted = select(model).where(
                *(col(getattr(model, name)) == value for name, value in like.items())
            )
            return list(session.scalars(wanted.order_by(next(iter(model.__table__.primary_key)))))
    finally:
        base.close()


def told(app: SalesdeskApp) -> str:
    """Give what was said in passing."""
    return "\n".join(one.message for one in app._notifications)


def shown(app: SalesdeskApp) -> str:
    """Give what stands on the screen as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
