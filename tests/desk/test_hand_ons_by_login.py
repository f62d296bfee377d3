"""Clients that change hands under the rules of a server: by who may, and by no program of one's own."""

from dataclasses import replace
from datetime import date

import pytest
from builders import owed, said
from login_roles import RoledDesk
from psycopg import errors
from test_handing_on import team, whose

from salesdesk.codes import GoalResult, Role
from salesdesk.desk import calls, handed, handing_on
from salesdesk.desk.undo import undo
from salesdesk.errors import NotAllowedError
from salesdesk.lead.putting_right import reassign
from salesdesk.models import Client
from salesdesk.team.absence import set_absent

__all__ = ["team"]

LONG_AWAY = date(2100, 1, 1)
"""The server goes by its own clock."""


@pytest.fixture
def desk(roled) -> RoledDesk:
    return roled.desk("anna", Role.ADMIN)


def of(desk, **columns):
    return desk.client("Ромашка", stage="proposal", owes=owed(desk.now, operator_id=desk.me), **columns)


def test_whoever_stands_in_confirms_declines_and_hands_on_in_their_place(team):
    anna, boris, carl, egor = (team[login] for login in ("anna", "boris", "carl", "egor"))
    first, second, third = of(carl), of(carl), of(team["dora"])
    for client in (first, second):
        carl.write(handing_on.hand_on, client, "dora")
    anna.write(set_absent, "dora", LONG_AWAY, "boris")
    assert len(boris.read(handed.to_confirm)) == 2
    boris.write(handing_on.confirm, first)
    assert whose(boris, first) == {"boris"}
    boris.write(undo)
    assert whose(boris, first) == {"dora"}
    assert boris.write(handing_on.decline, second, "не моё").login == "carl"
    assert whose(boris, second) == {"carl"}
    boris.write(handing_on.hand_on, third, "egor")
    assert whose(boris, third) == {"egor"}
    boris.write(undo)
    assert whose(boris, third) == {"dora"}
    assert egor.read(handed.to_confirm) == ()


def test_who_declined_takes_that_back_while_the_giver_has_the_client(team):
    boris, carl, dora = team["boris"], team["carl"], team["dora"]
    client = of(carl)
    carl.write(handing_on.hand_on, client, "dora")
    dora.write(handing_on.decline, client, "не моё")
    assert whose(dora, client) == {"carl"}
    dora.write(undo)
    assert whose(dora, client) == {"dora"}
    dora.write(handing_on.decline, client, "не моё")
    carl.write(handing_on.hand_on, client, "boris")
    with pytest.raises(NotAllowedError):
        dora.write(undo)
    assert whose(boris, client) == {"boris"}


def test_what_is_nobodys_is_handed_on_and_comes_back_by_undo(team):
    boris = team["boris"]
    client = boris.client("Ничья", stage="proposal", owner_id=None)
    boris.write(handing_on.hand_on, client, "dora")
    assert whose(boris, client) == {"dora"}
    boris.write(undo)
    with boris.base.read() as session:
        assert session.get(Client, client).owner_id is None


def test_a_call_that_comes_twice_under_one_token_hands_on_once_and_is_taken_back(team):
    carl = team["carl"]
    client = of(carl)
    wrap_up = replace(said(client, "invoice_requested", result=GoalResult.HIT), token="once")  # noqa: S106  # no secret
    first, again = carl.write(calls.log_call, wrap_up), carl.write(calls.log_call, wrap_up)
    assert again == replace(first, again=True)
    carl.write(undo)
    assert whose(carl, client) == {"carl"}


def test_no_hand_on_is_a_way_to_anothers_client(team, roled):
    boris, carl, dora = (team[login].me for login in ("boris", "carl", "dora"))
    confirmed, waiting, theirs = of(team["boris"]), of(team["boris"]), of(team["carl"])
    for client in (confirmed, waiting):
        team["boris"].write(handing_on.hand_on, client, "dora")
    team["dora"].write(handing_on.confirm, confirmed)
    lent = team["carl"].client("Чужая", owner_id=dora, owes=owed(team["carl"].now, operator_id=boris))
    # What he was given once, and what went on to another by the lead.
    had = of(team["carl"])
    team["carl"].write(handing_on.hand_on, had, "boris")
    team["anna"].write(reassign, [had], "carl")
    give = (
        "INSERT INTO hand_on (client_id, at, from_id, to_id, from_specialty, to_specialty, note, confirm_by)"
        " VALUES ({}, 1, {}, {}, 'sales', 'sales', '', 1)"
    )
    take = "UPDATE client SET owner_id = {} WHERE id = {}"
    with roled.connected("boris") as mine:
        for statement in (
            # Of what was not his to give, to himself, in another's name, or answered for another.
            give.format(theirs, boris, dora), give.format(lent, boris, boris), give.format(lent, dora, carl),
            "UPDATE hand_on SET confirmed_at = 1, closed_at = 1 WHERE confirmed_at IS NULL",
            "UPDATE hand_on SET confirmed_at = NULL, closed_at = NULL WHERE confirmed_at IS NOT NULL",
            f"UPDATE hand_on SET to_id = {boris} WHERE from_id = {boris}",
            f"UPDATE hand_on SET declined_at = 1 WHERE client_id = {had}",
            f"UPDATE hand_on SET client_id = {lent}",
            take.format(boris, lent),
        ):  # fmt: skip
            with pytest.raises(errors.InsufficientPrivilege):
                mine.execute(statement)
        # What was confirmed is reached no more; what waits may be taken back.
        for client, changed in ((confirmed, 0), (theirs, 0), (waiting, 1)):
            with mine.transaction():
                mine.execute("SELECT salesdesk_reach_back(%s)", [client])
                assert mine.execute(take.format(boris, client)).rowcount == changed
    assert [whose(team["anna"], client) >= {login} for client, login in
            ((confirmed, "dora"), (waiting, "boris"), (theirs, "carl"))] == [True] * 3  # fmt: skip
