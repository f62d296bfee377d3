"""Somebody else's commit is noticed, on both databases, and costs those who write next to nothing."""

from contextlib import contextmanager
from threading import Event

import pytest
from sqlalchemy import text

from salesdesk.models import Setting
from salesdesk.storage import watching
from salesdesk.storage.announcing import Announcing
from salesdesk.storage.base import open_base
from salesdesk.storage.watching import Watch

PATIENCE = 30
"""Seconds, for a machine that has much else to do; nothing waits as long where it goes well."""


class Noticing:
    """A watch, and what it has noticed."""

    def __init__(self, base):
        self.event = Event()
        self.watch = Watch(base, self.event.set)
        self.next()

    def next(self):
        """Wait for one more change; tell the number that there is then."""
        assert self.event.wait(PATIENCE)
        self.event.clear()
        return self.watch.revision


@contextmanager
def watched(base):
    noticing = Noticing(base)
    try:
        yield noticing
    finally:
        noticing.watch.close()


def keep(base, name):
    with base.write() as session:
        session.merge(Setting(key=name, value={}))


@pytest.fixture
def other(base):
    """The same base, opened by another desk."""
    opened = open_base(str(base.path or base.engine.url.render_as_string(hide_password=False)))
    yield opened
    opened.close()


@pytest.fixture
def served(kept_url):
    """A base on PostgreSQL, and another desk that has it open."""
    desks = [open_base(kept_url) for _desk in range(2)]
    yield desks
    for one in desks:
        one.close()


def test_what_another_connection_commits_is_noticed_and_what_one_writes_is_known(base, other):
    with watched(base) as noticing:
        first = noticing.watch.revision
        keep(other, "one")
        second = noticing.next()
        assert second > first
        keep(base, "own")
        noticing.watch.wrote()
        # SQLite counts what this process writes, so that what is read after it is not read twice.
        own = noticing.watch.revision
        assert own - second == (base.path is not None)
        keep(other, "two")
        assert noticing.next() == own + 1
    assert not noticing.watch.sees


def test_nothing_stays_open_while_it_watches(lite):
    other = open_base(str(lite.base.path))
    with watched(lite.base) as noticing:
        keep(other, "one")
        noticing.next()
        with other.engine.connect() as connection:
            busy, *_pages = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    other.close()
    assert not busy


def test_a_server_behind_a_pooler_that_keeps_it_to_itself_is_asked(served, monkeypatch):
    monkeypatch.setattr(Announcing, "send", lambda *_words: None)
    monkeypatch.setattr(watching, "_PROBE_ARRIVES", 0.05)
    monkeypatch.setattr(watching, "ASKS_EVERY", 0.01)
    base, other = served
    with watched(base) as noticing:
        keep(other, "one")
        noticing.next()


def test_a_lost_connection_is_made_again_and_what_was_missed_counts(served, monkeypatch):
    monkeypatch.setattr(watching, "_TRIES_AGAIN", 0.01)
    base, other = served
    with watched(base) as noticing:
        listens = noticing.watch._sight.connection.info.backend_pid
        with other.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": listens})
        noticing.next()
        keep(other, "one")
        noticing.next()


def test_many_commits_are_told_of_once_or_twice(served, monkeypatch):
    told, send = [], Announcing.send
    monkeypatch.setattr(Announcing, "send", lambda self, words: (told.append(words), send(self, words)))
    base, other = served
    for number in range(30):
        with base.write() as session:
            session.execute(text("SELECT txid_current() + :number"), {"number": number})
    base.announcing.settle()
    assert 1 <= len(told) < 10
    assert set(told) == {base.announcing.sender}
    assert other.announcing.sender != base.announcing.sender
