"""Rejected clients: what waits for a verdict, accepting, going back into work, what was won since."""

from datetime import timedelta

import pytest
from builders import Desk, assert_consistent, owed, said, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from salesdesk.base.periods import Kind, whole
from salesdesk.codes import Role, StepKind, Verdict
from salesdesk.desk import calls, deals
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.rejected_review import accept, give_back, last_calls, offer, waiting
from salesdesk.lead.reports.asking import report
from salesdesk.lead.review_rows import RejectedPick, Return
from salesdesk.lead.unusual import unusual
from salesdesk.lead.won_back import verdicts
from salesdesk.models import Call, Client, Deal, NextAction, Note, Review
from salesdesk.rows import Due

DAY = timedelta(days=1)


def rejected(desk: Desk, name: str = "Ромашка", reason: str = "price", **said_of: object) -> int:
    """Let a client with an open deal be rejected by a call."""
    usual = {"stage": "proposal", "deal": 700_00, "owes": owed(desk.now)}
    client = desk.client(name, **(usual | said_of))
    desk.write(calls.log_call, said(client, "not_interested", reason=reason, note="дорого", talk_seconds=90))
    return client


def back(desk: Desk, login: str = "anna", **other: object) -> Return:
    usual = {"goal": "get_request", "due": Due(desk.now + DAY, promise=False), "login": login}
    return Return(**(usual | other))


def names(rows) -> list[str]:
    return [row.name for row in rows]


def one(desk: Desk, model: type, **like: object):
    with desk.base.read() as session:
        found = session.scalars(select(model).filter_by(**like)).all()
        session.expunge_all()
    (row,) = found
    return row


def test_what_waits_stands_newest_first_and_is_cut_by_the_base(desk):
    boris = desk.beside("boris")
    for hours, name in enumerate(("first", "second", "third")):
        rejected(
            (boris if name == "second" else desk).later(hours=hours), name, "price" if hours else "no_need"
        )
    lead = desk.later(days=1)
    rows = lead.read(waiting)
    assert names(rows) == ["third", "second", "first"]
    assert names(lead.read(waiting, limit=2)) == ["third", "second"]
    assert names(lead.read(waiting, after=rows[1], limit=2)) == ["first"]
    assert names(lead.read(waiting, RejectedPick(operator_id=boris.me))) == ["second"]
    assert names(lead.read(waiting, RejectedPick(reason="no_need"))) == ["first"]
    zone = desk.context.catalogues.team.zone
    today = whole(Kind.DAY, desk.context.today, zone)
    assert names(lead.read(waiting, RejectedPick(today))) == ["third", "second", "first"]
    assert lead.read(waiting, RejectedPick(today.after)) == ()
    row = rows[-1]
    assert (row.reason, row.operator, row.from_stage, row.amount_minor, row.calls) == (
        "no_need", "anna", "proposal", 700_00, 1,
    )  # fmt: skip
    assert (row.at, row.last_call_at, row.do_not_call) == (desk.now, desk.now, False)


def test_every_deal_that_a_call_ends_is_lost_by_it_and_a_client_without_one_loses_what_was_expected(desk):
    two = desk.client("two", stage="proposal", deal=700_00, owes=owed(desk.now))
    desk.write(deals.save_deal, two, None, title="", amount="300", stage="new")
    desk.write(calls.log_call, said(two, "not_interested", reason="price"))
    rejected(desk.later(hours=1), "none", stage=None, deal=None, owes=None, expected_minor=50_00)
    assert {row.name: row.amount_minor for row in desk.read(waiting)} == {"two": 1000_00, "none": 50_00}


def test_who_came_back_waits_no_longer_and_who_is_rejected_again_waits_anew(desk):
    client = rejected(desk)
    desk.write(accept, [client])
    assert desk.read(waiting) == ()
    deal = one(desk, Deal, client_id=client)
    told = {"title": "", "amount": "700"}
    desk.later(hours=1).write(deals.save_deal, client, deal.id, **told, stage="proposal")
    assert desk.read(waiting) == ()
    desk.later(hours=2).write(
        deals.save_deal, client, deal.id, **told, stage="rejected", reject_reason="competitor"
    )
    assert [row.reason for row in desk.read(waiting)] == ["competitor"]


def test_accepting_a_set_is_one_thing_that_undo_takes_back(desk):
    clients = [rejected(desk, str(at)) for at in range(3)]
    before = snapshot(desk.base)
    assert desk.write(accept, clients[:2]) == 2
    assert desk.write(accept, clients[:2]) == 0
    assert names(desk.read(waiting)) == ["2"]
    review = one(desk, Review, client_id=clients[0])
    assert (review.verdict, review.reviewer_id, review.at) == (Verdict.ACCEPTED, desk.me, desk.now)
    desk.write(undo)
    assert snapshot(desk.base) == before
    assert desk.write(accept, [999]) == 0


def test_back_into_work_with_a_call_owed_by_somebody_and_one_undo_for_all_of_it(desk):
    boris = desk.beside("boris")
    client = rejected(desk)
    lead = desk.beside("lead", Role.LEAD).later(hours=1)
    before = snapshot(desk.base)
    found = lead.read(offer, client)
    assert (found.stage, found.goal, found.login) == ("proposal", "confirm_proposal", "anna")
    due = Due(lead.now + DAY, promise=True)
    review = lead.write(give_back, client, Return("get_request", due, "boris", "спросить о бюджете"))
    row, deal = one(lead, Client, id=client), one(lead, Deal, client_id=client)
    assert (row.stage, row.owner_id, deal.stage, deal.owner_id) == (
        "proposal",
        boris.me,
        "proposal",
        boris.me,
    )
    assert (deal.closed_at, deal.reject_reason, deal.amount_minor) == (None, None, 700_00)
    action = one(lead, NextAction, client_id=client, closed_at=None)
    assert (action.operator_id, action.kind, action.goal) == (boris.me, StepKind.CALL, "get_request")
    assert (action.due_at, action.promise, action.opened_at) == (due.at, True, lead.now)
    verdict = one(lead, Review, id=review)
    assert (verdict.verdict, verdict.note) == (Verdict.RETURNED, "спросить о бюджете")
    note = one(lead, Note, client_id=client)
    assert (note.text, note.operator_id, note.to_operator_id) == ("спросить о бюджете", lead.me, boris.me)
    assert lead.read(waiting) == ()
    assert_consistent(lead)
    lead.write(undo)
    assert snapshot(desk.base) == before


def test_where_it_goes_back_to(desk):
    cold = rejected(desk, "cold", stage=None, deal=None, owes=None)
    paid = desk.client("paid", stage="paid", deal=100_00, owes=owed(desk.now))
    deal = one(desk, Deal, client_id=paid)
    desk.write(
        deals.save_deal, paid, deal.id, title="", amount="100", stage="rejected", reject_reason="no_money"
    )
    for client in (cold, paid):
        assert desk.read(offer, client).stage == "new"
        desk.write(give_back, client, back(desk))
        assert one(desk, Client, id=client).stage == "new"
        assert one(desk, Deal, client_id=client).stage == "new"
    assert_consistent(desk)


def test_two_deals_go_back_each_to_its_own_stage(desk):
    client = desk.client(stage="proposal", deal=700_00, owes=owed(desk.now))
    second = desk.write(deals.save_deal, client, None, title="b", amount="300", stage="new")
    desk.write(calls.log_call, said(client, "not_interested", reason="price"))
    before = snapshot(desk.base)
    desk.later(hours=1).write(give_back, client, back(desk))
    assert one(desk, Deal, id=second).stage == "new"
    assert one(desk, Client, id=client).stage == "proposal"
    assert_consistent(desk)
    desk.write(undo)
    assert snapshot(desk.base) == before


def test_what_cannot_go_back(desk):
    client, never = rejected(desk), rejected(desk, "never")
    with desk.base.write() as session:
        session.get(Client, never).do_not_call = True
    with pytest.raises(NotAllowedError, match="never to be called"):
        desk.write(give_back, never, back(desk))
    with pytest.raises(InputError, match="no operator nobody"):
        desk.write(give_back, client, back(desk, "nobody"))
    with pytest.raises(InputError, match="past"):
        desk.write(give_back, client, back(desk, due=Due(desk.now - DAY, promise=False)))
    with pytest.raises(NotFoundError):
        desk.write(give_back, client, back(desk, goal="nonsense"))
    with pytest.raises(NotFoundError):
        desk.read(offer, 999)
    desk.write(give_back, client, back(desk))
    with pytest.raises(NotAllowedError, match="not rejected any more"):
        desk.write(give_back, client, back(desk))
    boris = desk.beside("boris")
    for attempt in (
        lambda: boris.write(accept, [client]),
        lambda: boris.write(give_back, client, back(desk)),
    ):
        with pytest.raises(NotAllowedError, match="team lead"):
            attempt()


def test_a_call_with_a_verdict_over_it_is_not_undone(desk):
    boris = desk.beside("boris")
    client = rejected(boris)
    desk.write(accept, [client])
    before = snapshot(desk.base)
    with pytest.raises(NotAllowedError, match="changed since"):
        boris.write(undo)
    assert snapshot(desk.base) == before
    desk.write(undo)
    boris.write(undo)
    assert one(desk, Client, id=client).stage == "proposal"


def test_the_last_calls_that_say_something(desk):
    client = rejected(desk, phones=("+74951234567",))
    with desk.base.write() as session:
        for hours, talk in ((1, 0), (2, 40)):
            session.add(
                Call(
                    client_id=client, operator_id=desk.me, started_at=desk.now - timedelta(hours=hours),
                    talk_seconds=talk, outcome="no_answer", recording="a.mp3" if talk else None,
                )
            )  # fmt: skip
    found = desk.read(last_calls, client)
    assert [(call.talk_seconds, call.note, call.recording) for call in found] == [
        (90, "дорого", None),
        (40, None, "a.mp3"),
    ]


def test_what_was_won_after_a_return(desk):
    clients = [rejected(desk, str(at)) for at in range(4)]
    desk.write(accept, clients[:1])
    for client in clients[1:]:
        desk.write(give_back, client, back(desk))
    quarter = whole(Kind.QUARTER, desk.context.today, desk.context.catalogues.team.zone)
    assert desk.read(verdicts, quarter).won == 0
    for client, amount in ((clients[1], "900"), (clients[2], "50")):
        deal = one(desk, Deal, client_id=client)
        desk.later(hours=1).write(deals.save_deal, client, deal.id, title="", amount=amount, stage="paid")
        desk.later(hours=2).write(deals.save_deal, client, deal.id, title="", amount=amount, stage="shipped")
    found = desk.later(hours=3).read(verdicts, quarter)
    assert (found.accepted, found.returned, found.won, found.amount_minor) == (1, 3, 2, 950_00)
    total = desk.later(hours=3).read(report, "rejected").total
    assert (total["reviewed"], total["returned"]) == (4, 3)
    assert (total["won_after_return"], total["amount_after_return"]) == (2, 950_00)
    assert desk.later(hours=3).read(verdicts, quarter.before) == type(found)(0, 0, 0, 0)


def test_a_reason_that_one_gives_far_more_often_is_in_the_report(desk):
    boris = desk.beside("boris")
    for at in range(7):
        rejected(boris, f"b{at}", "price" if at < 6 else "no_need")
    for reason in ("price", *["no_need", "no_money", "competitor"] * 3):
        rejected(desk, reason, reason)
    (found,) = desk.read(report, "rejected").unusual
    assert (found.operator, found.reason, found.count, found.of) == ("boris", "price", 6, 7)
    assert (found.others_count, found.others_of, found.others_share) == (1, 10, 0.1)
    assert desk.read(report, "rejected", operator="anna").unusual == ()
    assert len(desk.read(report, "rejected", operator="boris", by="day").unusual) == 1


# -- the rule itself ------------------------------------------------------------------------------

logins, reasons = st.sampled_from("abcd"), st.sampled_from(["price", "no_need", None])


def test_what_stands_out():
    counts = {("i", "price"): 14, ("i", "no_need"): 6, ("o", "price"): 4, ("o", "no_need"): 26}
    (price,) = (one for one in unusual(counts, {"i": "Иванова"}) if one.operator == "i")
    assert (price.name, price.reason, price.count, price.of) == ("Иванова", "price", 14, 20)
    assert (price.others_count, price.others_of) == (4, 30)


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {("i", "price"): 4, ("o", "no_need"): 100},  # too few to say anything
        {("i", "price"): 50},  # nobody to compare with
        {("i", "price"): 5, ("i", "no_need"): 15, ("o", "price"): 3, ("o", "no_need"): 27},  # chance does it
        {("i", "price"): 60, ("i", "no_need"): 40, ("o", "price"): 31, ("o", "no_need"): 69},  # not twice
        {("i", None): 20, ("o", "no_need"): 5},  # a reason was never said
        {("i", "price"): 9, ("o", "price"): 9},  # the same for all
    ],
)
def test_what_does_not(counts):
    assert not [one for one in unusual(counts) if one.operator == "i"]


@settings(max_examples=60)
@given(st.dictionaries(st.tuples(logins, reasons), st.integers(1, 40), max_size=12))
def test_whatever_stands_out_is_often_and_more_than_twice_the_others(counts):
    for found in unusual(counts):
        mine = {key: count for key, count in counts.items() if key[0] == found.operator}
        others = {key: count for key, count in counts.items() if key[0] != found.operator}
        assert found.count == mine[found.operator, found.reason] >= 5
        assert (found.of, found.others_of) == (sum(mine.values()), sum(others.values()))
        assert found.others_count == sum(count for key, count in others.items() if key[1] == found.reason)
        assert found.count * found.others_of > 2 * found.others_count * found.of
