"""The stand-up: whose turn it is, which cards, what is written down, and what became of it."""

from datetime import timedelta

import pytest
from builders import assert_consistent, owed, random_base, said, snapshot, step
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import CardRule, Role
from salesdesk.desk.calls import log_call
from salesdesk.desk.editing import edit_client
from salesdesk.desk.next_actions import move
from salesdesk.desk.undo import history, undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.stand_up import (
    begin,
    broken_off,
    decide_next_action,
    decide_note,
    finish,
    stand_up,
    write_down,
)
from salesdesk.lead.stand_up_cards import choose_cards
from salesdesk.lead.stand_up_choosing import LEAST, MOST, SHARES, choose
from salesdesk.lead.stand_up_record import record
from salesdesk.lead.stand_up_rows import Became, Candidate
from salesdesk.lead.stand_up_turn import day_of, in_turn
from salesdesk.models import Deal, Note, Operator
from salesdesk.storage.journal import table_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEAL, NOTE = table_of(Deal), table_of(Note)
OFFERED = st.dictionaries(
    st.sampled_from([*CardRule]), st.lists(st.integers(1, 12), unique=True, max_size=MOST), max_size=5
)


# -- choosing -------------------------------------------------------------------------------------


@given(OFFERED)
def test_up_to_seven_clients_each_once_each_by_a_rule_that_offers_it(offered):
    found = choose({rule: [Candidate(one, f"{one}") for one in ids] for rule, ids in offered.items()})
    everybody = {one for ids in offered.values() for one in ids}
    clients = [one.client_id for one in found]
    assert len(set(clients)) == len(clients)
    assert min(LEAST, len(everybody)) <= len(clients) <= MOST
    assert all(one.client_id in offered[one.rule] for one in found)
    by_rule = [[one.client_id for one in found if one.rule is rule] for rule in SHARES]
    assert clients == [one for ids in by_rule for one in ids], "in the order of the rules"
    if len(clients) > LEAST:
        assert all(len(ids) <= share for ids, share in zip(by_rule, SHARES.values(), strict=True))


@given(OFFERED)
def test_a_rule_passes_over_nobody_but_those_taken_before(offered):
    found = choose({rule: [Candidate(one, "") for one in ids] for rule, ids in offered.items()})
    taken = {one.client_id for one in found}
    for rule, ids in offered.items():
        own = [one.client_id for one in found if one.rule is rule]
        assert own == [one for one in ids if one in own]
        assert not own or set(ids[: ids.index(own[-1])]) <= taken


def test_each_rule_chooses_its_own(desk):
    old = desk.client("старый", stage="new", owes=owed(desk.now - 9 * DAY), expected_minor=1)
    big = desk.client("крупный", stage="new", owes=owed(desk.now - DAY), expected_minor=10**9)
    rotting = desk.client("стоит", stage="proposal", deal=5 * 10**8, owes=owed(desk.now + 60 * DAY))
    first = desk.client("в два", stage="new", owes=owed(desk.now + 2 * HOUR, promise=True))
    second = desk.client("в три", stage="new", owes=owed(desk.now + 3 * HOUR, promise=True))
    desk.client("в четыре", stage="new", owes=owed(desk.now + 4 * HOUR, promise=True))
    refused = desk.client("отказ", stage="new", owes=owed(desk.now + DAY))
    desk.write(log_call, said(refused, "not_interested", goal="find_need", result="missed", reason="price"))
    with desk.base.write() as session:
        session.execute(update(DEAL).values(stage_since=desk.now - 20 * DAY))
    found = desk.read(choose_cards, desk.me)
    assert [(one.client_id, one.rule) for one in found[:6]] == [
        (old, CardRule.OLDEST_TAIL), (big, CardRule.LARGEST_STUCK), (rotting, CardRule.LARGEST_STUCK),
        (first, CardRule.PROMISE_TODAY), (second, CardRule.PROMISE_TODAY), (refused, CardRule.REJECTED),
    ]  # fmt: skip
    assert [one.rule for one in found[6:]] == [CardRule.RANDOM]
    assert desk.read(choose_cards, desk.me) == found
    # A week on the rejection is no news, and the promises are tails.
    assert CardRule.REJECTED not in [one.rule for one in desk.later(days=8).read(choose_cards, desk.me)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("hours", [0, 50])
def test_cards_are_what_plain_looking_finds(desk, seed, hours):
    random_base(desk, seed)
    lead = desk.later(hours=hours)
    with desk.base.read() as session:
        joined = select(NEXT_ACTION, CLIENT.c.expected_minor).join(
            CLIENT, CLIENT.c.id == NEXT_ACTION.c.client_id
        )
        actions = [
            row
            for row in session.execute(joined.where(NEXT_ACTION.c.closed_at.is_(None)))
            if row.operator_id == desk.me and row.hold is None
        ]
        mine = session.execute(select(CLIENT).where(CLIENT.c.owner_id == desk.me)).all()
    late = [row for row in actions if row.due_at < (lead.now if row.promise else lead.context.late_before)]
    found = lead.read(choose_cards, desk.me)
    by_rule = {rule: [one.client_id for one in found if one.rule is rule] for rule in CardRule}
    if late:
        oldest = min(late, key=lambda row: (row.due_at, row.client_id)).client_id
        largest = sorted(late, key=lambda row: (-row.expected_minor, row.client_id))
        assert by_rule[CardRule.OLDEST_TAIL][:1] == [oldest]
        assert (
            by_rule[CardRule.LARGEST_STUCK][:1]
            == [row.client_id for row in largest if row.client_id != oldest][:1]
        )
    in_work = {
        row.id for row in mine if row.stage and lead.context.stage(row.stage).in_work and not row.do_not_call
    }
    assert set(by_rule[CardRule.RANDOM]) <= in_work
    assert len(found) >= min(LEAST, len(in_work))


def test_the_random_card_is_another_one_each_day_and_the_same_all_day(desk):
    for at in range(30):
        desk.client(f"{at}", stage="paused", owes=owed(desk.now + 90 * DAY))

    def drawn(days, **later):
        at = desk.later(days=days, **later)
        return next(one.client_id for one in at.read(choose_cards, desk.me) if one.rule is CardRule.RANDOM)

    days = [drawn(days) for days in range(10)]
    assert len(set(days)) > 4
    assert drawn(3) == drawn(3, hours=5)


# -- holding one ----------------------------------------------------------------------------------


@pytest.fixture
def cards(desk):
    """Five clients of Boris, and his stand-up held by Anna: the desk, his id, and its rows."""
    boris = desk.beside("boris").me
    for at in range(5):
        desk.client(
            f"клиент {at}", stage="new", deal=100 * at, owner_id=boris,
            owes=owed(desk.now - (at + 1) * DAY, operator_id=boris),
        )  # fmt: skip
    return desk, boris, desk.write(begin, boris)


def test_it_is_begun_once_a_day_and_goes_on_where_it_was_broken_off(cards):
    desk, boris, begun = cards
    assert [card.position for card in begun.cards] == [1, 2, 3, 4, 5]
    assert desk.later(hours=2).write(begin, boris) == begun
    assert desk.read(broken_off, boris) == begun.id
    desk.write(finish, begun.id)
    assert desk.read(broken_off, boris) is None
    assert desk.read(stand_up, begun.id).finished_at == desk.now
    assert desk.later(hours=1).write(begin, boris).id != begun.id
    assert len(desk.read(record, boris)) == 2
    # What was broken off on an earlier day is over.
    assert desk.later(days=1).read(broken_off, boris) is None


def test_what_stands_before_the_cards_names_those_that_it_goes_on_with(cards):
    desk, boris, begun = cards
    first = begun.cards[0]
    desk.write(decide_next_action, first.id, step(desk.now + 9 * DAY))  # no tail any more, the oldest no more
    desk.client("клиент 6", stage="new", owner_id=boris, owes=owed(desk.now - 40 * DAY, operator_id=boris))

    def named():
        return [(card.client_id, card.rule) for card in desk.read(day_of, boris).cards]

    assert named() == [(card.client_id, card.rule) for card in begun.cards]
    desk.write(finish, begun.id)
    assert named() != [(card.client_id, card.rule) for card in begun.cards]


def test_what_is_typed_is_kept_at_each_pause_and_is_one_thing_to_undo(cards):
    desk, _boris, begun = cards
    card, other = begun.cards[:2]
    before = snapshot(desk.base)
    for text in ("По", "Позвон", "Позвонить [b]\nв среду "):
        assert desk.write(write_down, card.id, text, "")
    assert desk.write(write_down, card.id, "Позвонить [b]\nв среду", "смелее")
    assert not desk.write(write_down, card.id, "Позвонить [b]\nв среду", "смелее ")
    kept = desk.read(stand_up, begun.id).cards[0]
    assert (kept.plan, kept.remarks, kept.said, kept.decided) == (
        "Позвонить [b]\nв среду", "смелее", True, False,
    )  # fmt: skip
    desk.write(write_down, other.id, "", "и здесь")
    assert [row.action for row in desk.read(history)] == ["stand_up_written"] * 2 + ["begin_stand_up"]
    desk.write(undo)
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_a_beginning_is_not_taken_back_over_what_was_written(cards):
    desk, _boris, begun = cards
    empty = list(snapshot(desk.base)["client"])
    other = desk.at(login=desk.beside("lead", Role.LEAD).context.me.login)
    other.write(write_down, begun.cards[0].id, "план", "")
    with pytest.raises(NotAllowedError, match="has been changed since"):
        desk.write(undo)
    other.write(undo)
    desk.write(undo)
    with pytest.raises(NotFoundError):
        desk.read(stand_up, begun.id)
    with pytest.raises(NotFoundError):
        desk.write(write_down, begun.cards[0].id, "план", "")
    assert snapshot(desk.base)["client"] == empty


def test_a_decision_is_owed_by_the_operator_and_taken_back_whole(cards):
    desk, boris, begun = cards
    card = begun.cards[0]
    before = snapshot(desk.base)
    due = desk.now + DAY
    action_id = desk.write(decide_next_action, card.id, step(due, "get_request", promise=True))
    decided = desk.read(stand_up, begun.id).cards[0].step
    assert (decided.next_action_id, decided.goal, decided.due_at, decided.promise) == (
        action_id, "get_request", due, True,
    )  # fmt: skip
    assert (decided.became, decided.moves) == (Became.WAITING, 0)
    with desk.base.read() as session:
        (action,) = session.execute(select(NEXT_ACTION).where(NEXT_ACTION.c.id == action_id))
    assert (action.operator_id, action.moves) == (boris, 1)
    assert_consistent(desk)
    note_id = desk.write(decide_note, card.id, "возьми прайс")
    with desk.base.read() as session:
        (note,) = session.execute(select(NOTE).where(NOTE.c.id == note_id))
    assert (note.to_operator_id, note.text) == (boris, "возьми прайс")
    desk.write(undo)
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_what_is_refused(cards):
    desk, boris, begun = cards
    card = begun.cards[0]
    with pytest.raises(InputError):
        desk.write(decide_next_action, card.id, step(desk.now - DAY))
    with pytest.raises(InputError):
        desk.write(decide_note, card.id, "  ")
    desk.write(edit_client, card.client_id, stage="rejected", reject_reason="price")
    with pytest.raises(NotAllowedError, match="closed"):
        desk.write(decide_next_action, card.id, step(desk.now + DAY))
    with pytest.raises(NotAllowedError, match="no client to talk about"):
        desk.write(begin, desk.beside("empty").me)
    with pytest.raises(NotFoundError):
        desk.write(begin, 999)
    operator = desk.at(login="boris")
    for use_case, given_ in (
        (in_turn, ()), (day_of, (boris,)), (choose_cards, (boris,)), (begin, (boris,)), (record, (boris,)),
        (stand_up, (begun.id,)), (write_down, (card.id, "a", "b")), (finish, (begun.id,)),
        (decide_next_action, (card.id, step(desk.now + DAY))), (decide_note, (card.id, "x")),
    ):  # fmt: skip
        with pytest.raises(NotAllowedError):
            operator.write(use_case, *given_)


# -- what became of it ----------------------------------------------------------------------------


def test_the_record_says_what_became_of_each_decision(cards):
    desk, boris, begun = cards
    due = desk.now + DAY
    ids = [card.client_id for card in begun.cards]
    for card in begun.cards:
        desk.write(decide_next_action, card.id, step(due, promise=True))
    desk.write(finish, begun.id)
    operator = desk.later(days=1).at(login="boris")
    operator.write(log_call, said(ids[0], "interested", goal="get_request", result="hit"))
    operator.later(hours=2).write(log_call, said(ids[1], "interested", goal="get_request", result="hit"))
    for days in (3, 2, 9):
        operator.write(move, ids[2], step(desk.now + days * DAY))
    operator.write(edit_client, ids[3], stage="rejected", reject_reason="price")

    def became(**later):
        (found,) = desk.later(**later).read(record, boris)
        return [(card.step.became, card.step.moves) for card in found.cards]

    assert became(days=1, hours=3) == [
        (Became.IN_TIME, 0), (Became.LATE, 0), (Became.MOVED, 3), (Became.CLOSED, 0), (Became.OPEN, 0),
    ]  # fmt: skip
    assert became(hours=1)[4] == (Became.WAITING, 0)
    assert became(days=20)[2] == (Became.OPEN, 3)
    (found,) = desk.later(days=2).read(record)
    assert (found.decisions, found.done) == (5, 2)
    assert [(card.stage_then, card.stage_now) for card in found.cards[:4:3]] == [
        ("new", "proposal"), ("new", "rejected"),
    ]  # fmt: skip
    assert found.cards[2].step.due_at == due
    assert found.cards[2].step.due_now == desk.now + 9 * DAY


def test_a_day_without_a_clock_time_has_the_whole_day(cards):
    desk, boris, begun = cards
    for card in begun.cards[:2]:
        desk.write(decide_next_action, card.id, step(desk.now + HOUR))
    operator = desk.at(login="boris")
    for days, hours, card in ((0, 9, begun.cards[0]), (1, 0, begun.cards[1])):
        operator.later(days=days, hours=hours).write(
            log_call, said(card.client_id, "interested", goal="get_request", result="hit")
        )
    (found,) = desk.later(days=2).read(record, boris)
    assert [card.step.became for card in found.cards[:2]] == [Became.IN_TIME, Became.LATE]


def test_the_same_client_at_two_stand_ups_has_a_decision_at_each(cards):
    desk, boris, begun = cards
    desk.write(decide_next_action, begun.cards[0].id, step(desk.now + DAY))
    desk.write(finish, begun.id)
    later = desk.later(days=3)
    again = later.write(begin, boris)
    card = next(card for card in again.cards if card.client_id == begun.cards[0].client_id)
    later.write(decide_next_action, card.id, step(later.now + DAY))
    second, first = later.read(record, boris)
    decided = next(one.step for one in second.cards if one.id == card.id)
    assert (decided.due_at, decided.moves, decided.became) == (later.now + DAY, 0, Became.WAITING)
    old = first.cards[0].step
    assert (old.due_at, old.moves, old.became) == (desk.now + DAY, 1, Became.MOVED)


def test_a_note_was_seen_or_not(cards):
    desk, _boris, begun = cards
    desk.write(decide_note, begun.cards[0].id, "раз")
    desk.write(decide_note, begun.cards[1].id, "два")
    with desk.base.write() as session:
        session.execute(update(NOTE).where(NOTE.c.text == "раз").values(seen_at=desk.now))
    notes = [card.note for card in desk.read(stand_up, begun.id).cards]
    assert [(note.text, note.seen_at) for note in notes[:2]] == [("раз", desk.now), ("два", None)]
    assert notes[2] is None


# -- whose turn it is -----------------------------------------------------------------------------


def test_operators_are_in_turn_the_longest_ago_first(cards):
    desk, boris, begun = cards
    desk.beside("lead", Role.LEAD)
    clara = desk.beside("clara").me
    away, gone = desk.beside("away").me, desk.beside("gone").me
    with desk.base.write() as session:
        session.get(Operator, away).absent_until = desk.now + DAY
        session.get(Operator, gone).active = False
    first = desk.read(in_turn)
    assert [turn.login for turn in first] == ["boris", "clara", "away"]
    assert (first[0].begun, first[0].last, first[0].tails) == (begun.id, None, 5)
    desk.write(finish, begun.id)
    turns = desk.read(in_turn)
    assert [(turn.operator_id, turn.absent) for turn in turns] == [
        (clara, False), (boris, False), (away, True),
    ]  # fmt: skip
    assert turns[1].last.id == begun.id
    assert turns[1].amount_minor == 5 * 5_000_000
    # Anna has clients of her own: she stands up as well.
    desk.client(stage="new", owes=owed(desk.now))
    assert desk.read(in_turn)[0].login == "anna"


def test_the_day_counts_what_it_holds_and_what_is_done(desk):
    boris = desk.beside("boris")
    for hours in (1, 2, 30, -30):
        client = desk.client(
            f"{hours}",
            stage="new",
            owner_id=boris.me,
            owes=owed(desk.now + HOUR * hours, operator_id=boris.me),
        )
    boris.write(log_call, said(client, "interested", goal="find_need", result="hit"))
    (turn,) = desk.read(in_turn)
    assert (turn.done, turn.planned) == (1, 3)
    assert desk.later(days=1).read(in_turn)[0].done == 0


def test_before_the_cards_stands_the_operators_own_list(cards):
    desk, boris, begun = cards
    desk.write(finish, begun.id)
    found = desk.read(day_of, boris)
    assert len(found.rows) == len(found.reasons) == 5
    assert found.counts.tails == 5
    assert found.last.id == begun.id
    assert found.cards == desk.read(choose_cards, boris)
