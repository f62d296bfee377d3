"""Logging a call: what follows from each outcome, what is refused, and what it leaves behind."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from builders import Desk, assert_consistent, owed, said, snapshot, step
from overheard import overheard
from sqlalchemy import select

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band, GoalResult, Hold, PhoneState, Role
from salesdesk.desk import calls, card, queue
from salesdesk.desk.pipeline import DEAL
from salesdesk.desk.proposals import stage_after
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.models import Call

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HIT, MISSED = GoalResult.HIT, GoalResult.MISSED
TUESDAY = "2026-11-24T09:00+03:00"
AN_HOUR_LATER_ON_TUESDAY = "2026-11-24T12:24+03:00"


def client_of(desk: Desk, client_id: int):
    with desk.base.read() as session:
        return session.execute(select(CLIENT).where(CLIENT.c.id == client_id)).one()


def action_of(desk: Desk, client_id: int):
    with desk.base.read() as session:
        statement = select(NEXT_ACTION).where(NEXT_ACTION.c.client_id == client_id)
        return session.execute(statement.where(NEXT_ACTION.c.closed_at.is_(None))).one_or_none()


def deals_of(desk: Desk, client_id: int):
    with desk.base.read() as session:
        return session.execute(
            select(DEAL).where(DEAL.c.client_id == client_id).order_by(DEAL.c.id)
        ).all()  # fmt: skip


def states(desk: Desk, client_id: int) -> list[PhoneState]:
    return [phone.state for phone in desk.read(card.card, client_id).numbers()]


FOLLOWS = (
    # outcome, what else is said, stage after, goal of what is owed next, when
    ("goal_reached", {"result": HIT}, "new", "get_request", TUESDAY),
    ("goal_reached", {"result": GoalResult.PARTIAL}, "new", "find_need", TUESDAY),
    ("interested", {"result": HIT}, "proposal", "confirm_proposal", "2026-11-25T09:00+03:00"),
    ("invoice_requested", {"result": HIT}, "invoice", "get_payment_date", TUESDAY),
    ("no_answer", {}, None, "find_need", "2026-11-23T12:24+03:00"),
    ("busy", {}, None, "find_need", "2026-11-23T10:39+03:00"),
    ("voicemail", {}, None, "find_need", AN_HOUR_LATER_ON_TUESDAY),
    ("gatekeeper", {}, None, "find_need", AN_HOUR_LATER_ON_TUESDAY),
    ("wrong_number", {}, None, "find_need", "2026-11-23T10:25+03:00"),
    ("not_in_service", {}, None, "find_need", "2026-11-23T10:25+03:00"),
    ("not_interested", {"reason": "price"}, "rejected", None, None),
    ("do_not_call", {}, None, None, None),
)


def test_what_follows_from_each_outcome(desk):
    later = step(desk.now + 3 * DAY, promise=True)
    asked = (
        ("talk_later", {"result": MISSED, "next_step": later}, "new", later.goal, later.due_at.isoformat()),
        ("not_now", {"result": MISSED, "next_step": later}, "paused", later.goal, later.due_at.isoformat()),
    )
    assert {row[0] for row in (*FOLLOWS, *asked)} == set(desk.context.catalogues.outcomes)
    for outcome, else_said, stage, goal, due in (*FOLLOWS, *asked):
        client_id = desk.client(outcome, phones=(f"+7495{len(outcome):02}55555",))
        logged = desk.write(calls.log_call, said(client_id, outcome, **else_said))
        action = action_of(desk, client_id)
        assert logged.stage == client_of(desk, client_id).stage == stage, outcome
        assert logged.next_action_id == (action and action.id)
        assert (action and action.goal) == goal, outcome
        assert (action and action.due_at) == (due and datetime.fromisoformat(due)), outcome
        call = desk.read(lambda session, _context, made: session.get(Call, made), logged.call_id)
        assert (call.outcome, call.goal, call.operator_id) == (outcome, "find_need", desk.me)
        assert call.goal_result == else_said.get("result", MISSED)
    assert_consistent(desk)


REFUSED = (
    ({"outcome": ""}, "outcome"),
    ({"outcome": "goal_reached"}, "result"),
    ({"outcome": "talk_later", "result": HIT}, "next"),
    ({"outcome": "talk_later", "result": HIT, "next_step": {"promise": False}}, "next"),
    ({"outcome": "not_now", "result": MISSED}, "next"),
    ({"outcome": "no_answer", "next_step": {"hours": -1}}, "next"),
    ({"outcome": "not_interested"}, "reason"),
    ({"outcome": "not_interested", "reason": "other", "note": "  "}, "note"),
    ({"outcome": "busy", "phone_id": 10**9}, "phone"),
    ({"outcome": "busy", "talk_seconds": -1}, "talk"),
    ({"outcome": "nothing"}, NotFoundError),
    ({"outcome": "busy", "goal": "keep_in_touch"}, NotFoundError),
    ({"outcome": "busy", "next_step": {"goal": "keep_in_touch"}}, NotFoundError),
    ({"outcome": "not_interested", "reason": "because"}, NotFoundError),
    ({"outcome": "busy", "client_id": 10**9}, NotFoundError),
)


def test_what_is_missing_is_named_and_nothing_is_written(desk):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    before = snapshot(desk.base)
    for spoken, field in REFUSED:
        told = {"client_id": client_id} | spoken
        if "next_step" in told:
            more = dict(told["next_step"])
            told["next_step"] = step(desk.now + more.pop("hours", 1) * HOUR, **more)
        with pytest.raises(InputError if isinstance(field, str) else field) as refused:
            desk.write(calls.log_call, said(told.pop("client_id"), told.pop("outcome"), **told))
        assert getattr(refused.value, "field", None) == (field if isinstance(field, str) else None), spoken
    assert snapshot(desk.base) == before


def test_after_six_dials_that_nobody_answered_it_waits_for_the_lead(desk):
    lead = desk.beside("vera", Role.LEAD).me
    client_id = desk.client(stage="new", owes=owed(desk.now))
    for dial in range(1, 7):
        action = action_of(desk, client_id)
        assert (action.attempt, action.hold, action.operator_id) == (dial, None, desk.me)
        desk = desk.at(action.due_at)
        desk.write(calls.log_call, said(client_id, ["no_answer", "voicemail"][dial % 2]))
    action = action_of(desk, client_id)
    assert (action.attempt, action.hold, action.operator_id) == (7, Hold.ATTEMPTS_USED_UP, lead)
    assert desk.at(action.due_at).read(queue.page).rows == ()
    desk.write(
        calls.log_call, said(client_id, "gatekeeper")
    )  # somebody called all the same, and was answered
    assert (action_of(desk, client_id).attempt, action_of(desk, client_id).hold) == (1, None)


def test_a_wrong_number_is_marked_and_the_next_one_called_until_there_is_none(desk):
    client_id = desk.client(phones=("+74951112233", "+74954445566"), people=("Мария",))
    desk.write(calls.log_call, said(client_id, "wrong_number"))
    assert states(desk, client_id) == [PhoneState.BAD, PhoneState.GOOD]
    assert [row.phone for row in desk.later(minutes=2).read(queue.page).rows] == ["+74954445566"]
    desk.write(calls.log_call, said(client_id, "not_in_service"))
    assert states(desk, client_id) == [PhoneState.BAD, PhoneState.BAD]
    assert action_of(desk, client_id).hold is Hold.NO_NUMBER
    assert client_of(desk, client_id).attempts == 0
    assert_consistent(desk)


def test_do_not_call_holds_on_every_card_that_shares_a_number(desk):
    client_id = desk.client("asks", phones=("+74951112233", "+74954445566"), stage="new", owes=owed(desk.now))
    cold = desk.client("only that number", phones=("8 495 111-22-33",))
    in_work = desk.client("that one too", phones=("+74954445566",), stage="new", owes=owed(desk.now))
    two = desk.client("another as well", phones=("+74951112233", "+74957778899"))
    desk.write(calls.log_call, said(client_id, "do_not_call"))
    assert client_of(desk, client_id).do_not_call
    assert {*states(desk, client_id), *states(desk, cold), *states(desk, in_work)} == {PhoneState.DO_NOT_CALL}
    assert [row.client_id for row in desk.read(queue.page).rows] == [two]
    assert_consistent(desk)
    with pytest.raises(NotAllowedError):
        desk.write(calls.log_call, said(client_id, "busy"))
    forbidden = desk.read(card.card, two).phones[0]
    with pytest.raises(NotAllowedError):
        desk.write(calls.log_call, said(two, "busy", phone_id=forbidden.id))


def test_no_outcome_moves_a_stage_back(desk):
    stages = desk.context.catalogues.stages
    along = [code for code, entry in stages.items() if entry.band in {Band.NEW, Band.ACTIVE}]
    for here, rule in product(along, desk.context.catalogues.outcomes.values()):
        there = stage_after(desk.context, rule, here)
        if rule.terminal:
            assert there == (rule.stage or here)
        elif there in along:
            new_order = here == "shipped" and there in {"proposal", "invoice"}
            assert new_order or along.index(there) >= along.index(here), (here, rule.code)
        else:
            assert (there, stages[here].won) == ("paused", False)


def test_who_was_rejected_comes_back_into_work_only_through_somebody_who_talks(desk):
    client_id = desk.client(stage="rejected")
    logged = desk.write(calls.log_call, said(client_id, "no_answer"))
    assert (logged.stage, logged.next_action_id) == ("rejected", None)
    with pytest.raises(InputError) as refused:
        desk.write(calls.log_call, said(client_id, "busy", next_step=step(desk.now + DAY)))
    assert refused.value.field == "next"
    logged = desk.write(calls.log_call, said(client_id, "goal_reached", result=HIT))
    assert client_of(desk, client_id).band is Band.OTHER
    assert action_of(desk, client_id).id == logged.next_action_id
    assert_consistent(desk)


def test_a_call_writes_its_client_once_whatever_follows(desk):
    client_id = desk.client(owner_id=None)
    with overheard(desk.base.engine) as sent:
        desk.write(calls.log_call, said(client_id, "interested", result=HIT))
    assert len([each for each in sent if each.text.startswith("UPDATE client ")]) == 1
    client = client_of(desk, client_id)
    assert (client.stage, client.stage_since, client.owner_id) == ("proposal", desk.now, desk.me)


def test_a_deal_is_opened_with_the_amount_moved_along_and_closed(desk):
    client_id = desk.client(expected_minor=7_000_000, owner_id=None)
    desk.write(calls.log_call, said(client_id, "interested", result=HIT))
    (deal,) = deals_of(desk, client_id)
    assert (deal.amount_minor, deal.currency, deal.stage, deal.closed_at) == (
        7_000_000,
        "RUB",
        "proposal",
        None,
    )
    assert client_of(desk, client_id).owner_id == desk.me
    desk.write(calls.log_call, said(client_id, "invoice_requested", result=HIT))
    (deal,) = deals_of(desk, client_id)
    assert deal.stage == "invoice"
    desk.write(calls.log_call, said(client_id, "not_interested", reason="other", note="переехали"))
    (deal,) = deals_of(desk, client_id)
    assert (deal.stage, deal.closed_at, deal.reject_reason) == ("rejected", desk.now, "other")
    moves = [
        (row.from_stage, row.to_stage) for row in desk.read(card.card, client_id).timeline if row.to_stage
    ]
    assert moves == [("invoice", "rejected"), ("proposal", "invoice"), (None, "proposal")]
    assert_consistent(desk)


def test_a_call_is_of_the_number_that_was_dialled_and_began_when_the_talk_did(desk):
    client_id = desk.client(phones=("+74951112233", "2-33-44"))
    second = desk.read(card.card, client_id).phones[1]
    spoken = said(client_id, "gatekeeper", phone_id=second.id, talk_seconds=65, note="  a [b]note[/b]\n")
    desk.write(calls.log_call, spoken)
    line = next(row for row in desk.read(card.card, client_id).timeline if row.outcome)
    assert (line.phone, line.talk_seconds, line.text) == ("2-33-44", 65, "a [b]note[/b]")
    assert line.at == desk.now - timedelta(seconds=65)
