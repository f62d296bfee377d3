"""Whatever is done in whatever order: the base keeps its rules, and all of it can be taken back."""

from contextlib import suppress
from datetime import timedelta

from builders import assert_consistent, owed, snapshot
from doings import DONE, NUMBERS, change_deal, edit, log, move, take_back
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from salesdesk.base.checking import check
from salesdesk.desk.undo import undo
from salesdesk.errors import NotAllowedError, SalesdeskError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # to shrink an example by a database would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(st.tuples(DONE, st.integers(0, 2), st.integers(1, 60)), max_size=14))
def test_every_rule_holds_after_every_step_and_undoing_all_restores_all(desk, done):
    desk.beside("boris")
    with desk.filling() as base:
        base.clear()
        clients = [
            base.client("cold", phones=NUMBERS[:1]),
            base.client("in work", phones=NUMBERS, stage="proposal", deal=100, owes=owed(desk.now)),
            base.client("rejected", phones=(), stage="rejected"),
        ]
    before = snapshot(desk.base)
    for what, client, n in done:
        desk = desk.later(minutes=1)
        try:
            what(desk, clients[client], n)
        except SalesdeskError:
            continue  # refused; and then nothing may have changed, which the next lines see
        finally:
            assert_consistent(desk)
    for _ in range(len(done) + 1):
        with suppress(NotAllowedError):  # nothing is left to undo
            desk.write(undo)
    assert snapshot(desk.base) == before


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    done=st.lists(
        st.tuples(
            st.sampled_from([change_deal, log, edit, move, take_back]),
            st.integers(0, 1),
            st.integers(1, 60),
            st.sampled_from([timedelta(minutes=1), HOUR, -HOUR, DAY, -DAY]),
        ),
        min_size=4,
        max_size=12,
    )
)
def test_every_rule_holds_whatever_the_clock_does_in_between(desk, done):
    with desk.filling() as base:
        base.clear()
        clients = [
            base.client("cold", phones=NUMBERS[:1]),
            base.client("in work", phones=NUMBERS, stage="proposal", deal=100, owes=owed(desk.now)),
        ]
    for what, client, n, jump in done:
        desk = desk.at(desk.now + jump)
        with suppress(SalesdeskError):
            what(desk, clients[client], n)
    assert not desk.read(check)
