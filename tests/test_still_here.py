"""Whether somebody still works here is asked at each write, and for reads once after each change."""

from threading import Event

import pytest
from sqlalchemy import update
from sqlmodel import col

from salesdesk.errors import NotAllowedError
from salesdesk.gateway import Gateway
from salesdesk.models import Operator, Setting
from salesdesk.opening import Opened, Start
from salesdesk.storage.base import open_base
from salesdesk.team import rights

PATIENCE = 30


def nothing(_session, _context):
    return None


@pytest.fixture
def asked(monkeypatch):
    """How often the base was asked."""
    times, ask = [], rights.only_while_working
    monkeypatch.setattr(rights, "only_while_working", lambda *given: (times.append(1), ask(*given)))
    return times


@pytest.fixture
async def gateway(base, context):
    made = Gateway(Start())
    made.opened = Opened(base, context)
    yield made
    await made.close()


@pytest.fixture
def noticed(gateway):
    """Watch the base; give what waits for the next change."""
    event = Event()

    def next_change():
        assert event.wait(PATIENCE)
        event.clear()

    gateway.watch(event.set)
    next_change()
    return next_change


@pytest.fixture
def other(base):
    opened = open_base(str(base.path or base.engine.url.render_as_string(hide_password=False)))
    yield opened
    opened.close()


async def test_reads_ask_once_after_each_change_and_writes_always(gateway, noticed, other, asked):
    for _time in range(3):
        await gateway.read(nothing)
    assert len(asked) == 1
    for _time in range(2):
        await gateway.write(nothing)
    assert len(asked) == 3
    with other.write() as session:
        session.merge(Setting(key="x", value={}))
    noticed()
    for _time in range(3):
        await gateway.read(nothing)
    assert len(asked) == 4


async def test_without_a_watch_every_read_asks(gateway, asked):
    for _time in range(3):
        await gateway.read(nothing)
    assert len(asked) == 3


async def test_a_closed_login_writes_nothing_at_once_and_reads_nothing_once_it_is_noticed(
    gateway, noticed, other
):
    await gateway.read(nothing)
    with other.write() as session:
        session.execute(update(Operator).where(col(Operator.login) == "anna").values(active=False))
    for refused in (gateway.write(nothing), gateway.job(nothing)):
        with pytest.raises(NotAllowedError, match="no more"):
            await refused
    noticed()
    with pytest.raises(NotAllowedError, match="no more"):
        await gateway.read(nothing)
