"""One time for all who work in a base: a workstation's clock that is wrong, or jumps, moves nobody."""

from threading import Event

import pytest

from salesdesk import clock
from salesdesk.cli.diagnosis import diagnose
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.settings import load_settings
from salesdesk.storage import common_time
from salesdesk.storage.base import open_base
from salesdesk.storage.common_time import STANDS, FileTime
from salesdesk.storage.watching import Watch
from salesdesk.team.claims import claim

DAY, HOUR = 86_400.0, 3_600.0
NEAR = 60.0
"""Seconds that a machine with much else to do may take for a test."""


class Machine:
    """A workstation whose clock can be set; time can pass on it."""

    def __init__(self) -> None:
        self.wrong = self.passed = 0.0
        self._wall, self._counter = clock.wall, clock.since_boot

    def wall(self) -> float:
        return self._wall() + self.passed + self.wrong

    def since_boot(self) -> float:
        return self._counter() + self.passed

    def ahead(self, base) -> float:
        """Tell by how many seconds a base is ahead of the time that it really is."""
        return base.time.steady.now() - (self.wall() - self.wrong)


@pytest.fixture
def machine(monkeypatch):
    made = Machine()
    monkeypatch.setattr(clock, "wall", made.wall)
    monkeypatch.setattr(clock, "since_boot", made.since_boot)
    return made


@pytest.fixture
def come(base):
    """Open the base of a test once more, as another desk does."""
    bases = []

    def opened():
        bases.append(open_base(str(base.path or base.engine.url.render_as_string(hide_password=False))))
        return bases[-1]

    yield opened
    for one in bases:
        one.close()


def look(base):
    """Look at what the time is, as the watch of a desk does each minute."""
    pooled = base.engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    if base.path is None:
        connection.autocommit = True
    base.time.agree(connection)
    connection.close()


def take(base, client):
    """Be on a client, by the time of this base."""
    with base.write() as session:
        claim(session, context_of(base, Clock(), "anna"), client)


def test_a_clock_that_jumps_does_not_move_who_is_at_work(machine, come):
    here = come()
    context = context_of(here, Clock(), "anna")
    look(here)
    for machine.wrong in (DAY, -HOUR, -DAY):
        look(here)
        assert abs(machine.ahead(here)) < NEAR
    machine.passed = HOUR
    assert abs(machine.ahead(here)) < NEAR
    assert abs(context.fresh().now.timestamp() - here.time.steady.now()) < NEAR


def test_a_stopped_clock_stays_as_it_was_set(machine, desk):
    machine.wrong = machine.passed = DAY
    look(desk.base)
    assert desk.at().context.now == desk.now


def test_the_watch_looks(base, monkeypatch):
    monkeypatch.setattr(common_time, "AGREES_EVERY", 0.0)
    looks, again = [], Event()

    def looked(connection):
        looks.append(connection)
        if len(looks) > 1:
            again.set()

    monkeypatch.setattr(base.time, "agree", looked)
    watch = Watch(base)
    assert again.wait(NEAR)
    watch.close()


def test_a_workstation_that_is_wrong_goes_by_the_server(machine, kept_url):
    machine.wrong = -DAY
    here = open_base(kept_url)
    assert abs(machine.ahead(here)) < NEAR
    # The machine was halted for a day, and its counter with it.
    machine.wrong, machine._counter = 0.0, lambda counter=machine._counter: counter() - DAY
    assert machine.ahead(here) < -DAY / 2
    look(here)
    assert abs(machine.ahead(here)) < NEAR
    here.close()


def test_doctor_tells_of_a_clock_that_differs_from_the_servers(machine, kept_url):
    settings = load_settings(db=kept_url)

    def clock_of_this_machine():
        return next(check for check in diagnose(settings) if check.name == "clock")

    assert clock_of_this_machine().ok
    for machine.wrong, words in ((-HOUR, "behind the server's by"), (DAY, "ahead of the server's by")):
        told = clock_of_this_machine()
        assert not told.ok
        assert words in told.advice


@pytest.fixture
def file(lite, machine):
    """A file that a desk works in, which has said what it goes by."""
    here = open_base(str(lite.base.path))
    look(here)
    yield here
    here.close()


@pytest.mark.parametrize("wrong", [DAY, -DAY])
def test_who_comes_while_somebody_is_on_a_client_goes_by_the_same_time(file, machine, lite, wrong):
    take(file, lite.client())
    machine.wrong = wrong
    other = open_base(str(file.path))
    assert abs(machine.ahead(other)) < NEAR
    look(other)
    look(file)
    assert abs(other.time.steady.ahead - file.time.steady.ahead) < NEAR
    assert abs(machine.ahead(file)) < NEAR
    other.close()


def test_where_nobody_is_on_a_client_the_clock_holds_and_the_others_follow(file, machine):
    machine.wrong = DAY
    other = open_base(str(file.path))
    assert abs(machine.ahead(other) - DAY) < NEAR
    look(other)
    look(file)
    assert abs(machine.ahead(file) - DAY) < NEAR
    other.close()


def test_a_clock_that_stands_elsewhere_for_long_is_taken_over_by_all(file, machine):
    other = open_base(str(file.path))
    look(other)
    machine.wrong = HOUR
    look(file)
    machine.passed = STANDS / 2
    machine.wrong = -HOUR
    look(file)
    machine.passed = STANDS * 1.4
    look(file)
    assert abs(machine.ahead(file)) < NEAR
    machine.passed = STANDS * 1.6
    look(file)
    assert abs(machine.ahead(file) + HOUR) < NEAR
    look(other)
    assert abs(machine.ahead(other) + HOUR) < NEAR
    other.close()


def test_little_by_little_is_followed_at_once(file, machine):
    other = open_base(str(file.path))
    look(other)
    for machine.wrong in (4.0, 8.0, 12.0):
        look(file)
        look(other)
    assert [round(machine.ahead(one)) for one in (file, other)] == [12, 12]
    other.close()


def test_what_another_start_of_the_machine_counted_from_is_nothing_to_go_by(file, machine, lite, monkeypatch):
    take(file, lite.client())
    monkeypatch.setattr(common_time, "_boot", lambda: "another")
    machine.wrong = DAY
    assert abs(FileTime(file.path).steady.ahead - file.time.steady.ahead - DAY) < NEAR
