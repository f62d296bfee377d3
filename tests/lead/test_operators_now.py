"""The board of operators: who is on what, since when, and what today came to."""

import random
from datetime import timedelta

import pytest
from builders import owed, said
from sqlalchemy import select

from salesdesk.codes import CallsMark, GoalResult, Role
from salesdesk.desk import editing
from salesdesk.desk.calls import log_call
from salesdesk.errors import NotAllowedError
from salesdesk.lead.board_rows import calls_per_company_mark
from salesdesk.lead.operators_now import calls_today, operators_now
from salesdesk.lead.reports.asking import report
from salesdesk.lead.tails import board
from salesdesk.models import Call, Operator
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.claims import claim, release

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def by_login(found) -> dict:
    return {row.login: row for row in found.operators}


def test_who_is_idle_the_longest_stands_first_then_who_is_on_a_card_the_absent_last(desk):
    boris, vera, gleb = (desk.beside(login) for login in ("boris", "vera", "gleb"))
    lena = desk.beside("lena")
    one = desk.client("Ромашка", owner_id=None)
    other = desk.client("Лютик", owner_id=None, phones=("+7 495 765-43-21",))
    lena.at(desk.now - 50 * MINUTE).write(editing.add_note, one, "звонить после обеда")
    boris.at(desk.now - 30 * MINUTE).write(log_call, said(one, "no_answer", talk_seconds=0))
    vera.at(desk.now - 2 * MINUTE).write(claim, other)
    with desk.base.write() as session:
        session.get(Operator, gleb.me).absent_until = desk.now + DAY
    found = desk.read(operators_now)
    assert [row.login for row in found.operators] == ["lena", "boris", "vera", "gleb"]
    lines = by_login(found)
    assert lines["boris"].last_at == desk.now - 30 * MINUTE
    assert found.idle_since(lines["lena"]) == desk.now - 50 * MINUTE
    card = lines["vera"].card
    assert (card.client_id, card.name, card.since) == (other, "Лютик", desk.now - 2 * MINUTE)
    assert found.idle_since(lines["vera"]) is found.idle_since(lines["gleb"]) is None
    assert lines["gleb"].absent


def test_who_did_nothing_today_is_idle_since_the_team_began(desk):
    boris = desk.beside("boris")
    client = desk.client(owner_id=None)
    boris.at(desk.now - DAY).write(log_call, said(client, "no_answer"))
    found = desk.read(operators_now)
    (row,) = found.operators
    assert (found.working, row.last_at) == (True, None)
    assert found.idle_since(row) == found.opened_at < desk.now
    night = desk.later(hours=14).read(operators_now)
    assert (night.working, night.idle_since(night.operators[0])) == (False, None)


def test_of_several_cards_the_last_one_counts_and_one_that_lapsed_does_not(desk):
    boris = desk.beside("boris")
    one, other = desk.client("one", owner_id=None), desk.client("other", owner_id=None)
    boris.at(desk.now - 20 * MINUTE).write(claim, one)
    assert by_login(desk.read(operators_now))["boris"].card is None
    boris.at(desk.now - 3 * MINUTE).write(claim, one)
    boris.at(desk.now - MINUTE).write(claim, other)
    assert by_login(desk.read(operators_now))["boris"].card.client_id == other
    boris.write(release, other)
    assert by_login(desk.read(operators_now))["boris"].card.client_id == one


def test_a_lead_stands_there_once_they_work_with_clients(desk):
    desk.beside("boris"), desk.beside("lead", Role.LEAD)
    client = desk.client()
    assert [*by_login(desk.read(operators_now))] == ["boris"]
    desk.write(log_call, said(client, "no_answer"))
    assert {*by_login(desk.read(operators_now))} == {"boris", "anna"}


@pytest.mark.parametrize("seed", range(2))
def test_today_is_what_the_report_and_the_tails_say(desk, seed):
    dice = random.Random(seed)  # noqa: S311  # no secret
    people = [desk, desk.beside("boris"), desk.beside("vera")]
    outcomes = ["no_answer", "goal_reached", "gatekeeper", "talk_later", "busy"]
    with desk.filling() as base:
        journal = Journal(base.session)
        clients = [
            base.client(
                f"{at}", stage="new", owes=owed(
                    desk.now - dice.choice([-1, 1, 30]) * HOUR, promise=dice.random() < 0.5,
                    operator_id=dice.choice(people).me,
                ),
            )
            for at in range(12)
        ]  # fmt: skip
        for _ in range(60):
            journal.add(
                Call, client_id=dice.choice(clients), operator_id=dice.choice(people).me,
                started_at=desk.now - dice.randrange(2000) * MINUTE, talk_seconds=dice.randrange(400),
                outcome=dice.choice(outcomes), goal="find_need", goal_result=dice.choice([*GoalResult]),
            )  # fmt: skip
    rows = by_login(desk.read(operators_now))
    told = {row.group: row.values for row in desk.read(
        report, "calls", period=today(desk), by="operator").rows}  # fmt: skip
    late = {row.login: row.total for row in desk.read(board).operators}
    ends = last_ends(desk)
    for login, row in rows.items():
        for figure in ("calls", "contacts", "hit", "talk_seconds", "companies", "calls_per_company"):
            assert getattr(row, figure) == told[login][figure]
        assert row.tails == late.get(login, 0)
        assert row.last_at == ends[row.operator_id]
        made = desk.read(calls_today, row.operator_id)
        assert len(made) == row.calls
        assert [call.started_at for call in made] == sorted((call.started_at for call in made), reverse=True)


def today(desk):
    from salesdesk.base.periods import parse_period

    return parse_period("today", desk.context.today, desk.context.catalogues.team.zone)


def last_ends(desk) -> dict:
    calls, ends = table_of(Call), {}
    with desk.base.read() as session:
        for call in session.execute(select(calls).order_by(calls.c.started_at, calls.c.id)):
            if desk.context.midnight <= call.started_at:
                ends[call.operator_id] = call.started_at + timedelta(seconds=call.talk_seconds)
    return ends


def test_an_operator_has_no_such_board(desk):
    boris = desk.beside("boris")
    for asked in (operators_now, lambda *given: calls_today(*given, boris.me)):
        with pytest.raises(NotAllowedError):
            boris.read(asked)


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        (None, None),
        (1.0, CallsMark.TURNED_AWAY),
        (1.5, CallsMark.TURNED_AWAY),
        (1.6, CallsMark.BELOW_USUAL),
        (2.64, CallsMark.BELOW_USUAL),
        (2.7, CallsMark.USUAL),
        (2.94, CallsMark.USUAL),
        (3.0, CallsMark.CLOSES),
        (9.0, CallsMark.CLOSES),
    ],
)  # fmt: skip
def test_what_calls_per_company_say(value, mark):
    assert calls_per_company_mark(value, companies=10) is mark
    assert calls_per_company_mark(value, companies=9) is None
