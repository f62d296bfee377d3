"""A read that nobody waits for any more is stopped in the base, and the base goes on."""

import asyncio
import threading
import time

import pytest
from sqlalchemy import text

from salesdesk.gateway import Gateway
from salesdesk.models import Client
from salesdesk.opening import Opened, Start
from salesdesk.storage.faults import StoppedError
from salesdesk.storage.stopping import Stop

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
SHORT = text("SELECT 1")
PATIENCE = 10
"""Seconds; without stopping it would never end."""


@pytest.fixture
async def gateway(base, context):
    made = Gateway(Start())
    made.opened = Opened(base, context)
    yield made
    await made.close()


def endless(session, _context, begun):
    begun.set()
    return session.execute(ENDLESS).scalar_one()


def short(session, _context):
    return session.execute(SHORT).scalar_one()


async def begin(gateway):
    begun = threading.Event()
    task = asyncio.create_task(gateway.read(endless, begun))
    await asyncio.to_thread(begun.wait, PATIENCE)
    return task


async def test_more_reads_than_threads_are_stopped_and_the_base_answers(gateway):
    for _round in range(2):
        tasks = [await begin(gateway) for _number in range(4)]
        at = time.monotonic()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await asyncio.wait_for(gateway.read(short), PATIENCE) == 1
        assert time.monotonic() - at < PATIENCE
    # A write, too: no transaction was left behind.
    await asyncio.wait_for(gateway.write(lambda session, _context: session.get(Client, 1)), PATIENCE)


async def test_a_read_that_waits_for_a_thread_is_given_up(gateway):
    tasks = [await begin(gateway) for _number in range(4)]
    waiting = asyncio.create_task(gateway.read(short))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.wait_for(gateway.read(short), PATIENCE) == 1


def test_what_was_stopped_says_so(base):
    with base.read() as session:
        stop = Stop()
        stop.now()
        with pytest.raises(StoppedError), stop.reaching(session):
            session.execute(ENDLESS)
        stop.end()
    stop = Stop()
    with pytest.raises(StoppedError), base.read() as session, stop.reaching(session):
        run_on(session, stop)
    stop.end()


def run_on(session, stop):
    stop.now()
    session.execute(ENDLESS)


def test_what_comes_after_is_not_stopped(base):
    stop = Stop()
    with base.read() as session:
        with stop.reaching(session):
            pass
        stop.now()
        for _number in range(20):
            assert session.execute(SHORT).scalar_one() == 1
        stop.end()
