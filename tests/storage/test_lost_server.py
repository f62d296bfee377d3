"""A server that goes away: noticed within seconds, told as such, and found again by the next connection."""

import threading

import pytest
from broken_line import broken_line
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from salesdesk.errors import BaseError, LostError
from salesdesk.storage import schema, server
from salesdesk.storage.base import open_base
from salesdesk.storage.faults import said_plainly

PATIENCE = 20


@pytest.fixture
def line(kept_url):
    with broken_line(kept_url) as laid:
        yield laid


@pytest.fixture
def base(line):
    opened = open_base(line.url)
    yield opened
    opened.close()


def asked(base) -> int:
    with base.read() as session:
        return session.execute(text("SELECT count(*) FROM operator")).scalar_one()


def ask_twice(base, between) -> None:
    with base.read() as session:
        session.execute(text("SELECT 1"))
        between()
        session.execute(text("SELECT 1"))


def test_a_connection_cut_while_it_lay_idle_is_not_given_out(base, line):
    assert asked(base) == 1
    sent = []
    event.listen(base.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    asked(base)
    assert len(sent) == 1, "a connection is looked at without a word to the server"
    line.break_off()
    line.mend()
    assert asked(base) == 1


def test_a_server_that_refuses_or_is_cut_on_the_way_is_a_lost_one(base, line):
    with pytest.raises(LostError):
        ask_twice(base, line.break_off)
    with pytest.raises(LostError):
        asked(base)
    with pytest.raises(LostError):
        base.look()
    line.mend()
    base.look()
    assert asked(base) == 1


def test_whoever_waits_for_a_silent_server_is_told_once_it_is_given_up(base, line):
    begun, told = threading.Event(), []

    def wait() -> None:
        with pytest.raises(LostError) as lost:
            ask_twice(base, lambda: (line.hang(), begun.set()))
        told.append(lost.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert begun.wait(PATIENCE)
    base.cut()
    waiting.join(PATIENCE)
    assert told
    line.break_off()
    line.mend()
    assert asked(base) == 1


def test_a_base_that_was_upgraded_meanwhile_is_not_gone_on_with(base, monkeypatch):
    monkeypatch.setattr(schema, "REVISION", "0000")
    with pytest.raises(BaseError, match="by now"):
        base.look()


def test_a_url_rules_over_what_is_usual():
    url, options = server.for_server(
        make_url("postgresql+psycopg://h/b?connect_timeout=60&prepare_threshold=none"), "desk"
    )
    arguments = options["connect_args"]
    assert "connect_timeout" not in arguments
    assert arguments["prepare_threshold"] is None
    assert arguments["tcp_user_timeout"] == server._NOTICED["tcp_user_timeout"]
    assert url.query == {"connect_timeout": "60"}


@pytest.mark.parametrize(
    "words",
    ["FATAL:  the database system is shutting down", "FATAL:  the database system is starting up",
     "server closed the connection unexpectedly", "cannot execute INSERT in a read-only transaction",
     "terminating connection due to administrator command"],
)  # fmt: skip
def test_a_restart_and_a_failover_are_a_server_that_is_lost(words):
    import psycopg

    with pytest.raises(LostError), said_plainly():
        raise psycopg.OperationalError(words)


def test_a_wrong_password_is_not():
    import psycopg

    with pytest.raises(BaseError) as refused, said_plainly():
        raise psycopg.OperationalError(
            'connection failed: FATAL:  password authentication failed for user "x"'
        )
    assert not isinstance(refused.value, LostError)
