"""Reviews of calls: the list, the sheet of one call, saving, correcting, taking back."""

from datetime import timedelta

import pytest
from builders import Desk, owed, said, snapshot
from sqlalchemy import select

from salesdesk.base.periods import Kind, whole
from salesdesk.codes import GoalResult, Role
from salesdesk.desk import calls
from salesdesk.desk.card import card
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.call_reviews import calls_to_review, review_sheet, save_review
from salesdesk.lead.reports.asking import report
from salesdesk.lead.review_rows import CallPick
from salesdesk.models import CallReview, CallScore, ChecklistItem
from salesdesk.rows import Happened


def talked(desk: Desk, outcome: str = "gatekeeper", seconds: int = 90, client: int | None = None) -> int:
    client = client or desk.client(stage="new", owes=owed(desk.now))
    result = GoalResult.MISSED
    return desk.write(
        calls.log_call, said(client, outcome, result=result, talk_seconds=seconds, note="не он решает")
    ).call_id


def today(desk: Desk, **other: object) -> CallPick:
    period = whole(Kind.DAY, desk.context.today, desk.context.catalogues.team.zone)
    return CallPick(period, **other)


def test_answered_calls_stand_latest_first_and_are_cut_by_the_base(desk):
    boris = desk.beside("boris")
    first = talked(desk)
    second = talked(boris.later(hours=1), seconds=20)
    third = talked(desk.later(hours=2))
    talked(desk.later(hours=3), "no_answer", 90)
    lead = desk.later(hours=4)

    def found(**other):
        return [row.call_id for row in lead.read(calls_to_review, today(lead, **other))]

    assert found() == [third, second, first]
    assert found(least_talk=30) == [third, first]
    assert found(operator_id=boris.me) == [second]
    rows = lead.read(calls_to_review, today(lead), limit=1)
    assert [row.call_id for row in lead.read(calls_to_review, today(lead), after=rows[0], limit=1)] == [
        second
    ]
    row = rows[0]
    assert (row.client, row.operator, row.talk_seconds, row.noted) == ("Ромашка", "anna", 90, True)
    assert (row.outcome, row.recording, row.reviews, row.score) == ("gatekeeper", None, 0, None)


def test_a_review_is_saved_shown_and_taken_back(desk):
    call = talked(desk)
    lead = desk.beside("lead", Role.LEAD).later(hours=1)
    before = snapshot(desk.base)
    sheet = lead.read(review_sheet, call)
    assert (sheet.scores, sheet.remarks, sheet.reviewed, sheet.others) == ({}, "", False, ())
    assert (sheet.note, sheet.call.client) == ("не он решает", "Ромашка")
    lead.write(save_review, call, {"opening": 2, "goal": 1, "record": 0}, "  узнать имя секретаря ")
    (row,) = lead.read(calls_to_review, today(lead))
    assert (row.reviews, row.score) == (1, 0.5)
    sheet = lead.read(review_sheet, call)
    assert (sheet.scores, sheet.remarks) == ({"opening": 2, "goal": 1, "record": 0}, "узнать имя секретаря")
    assert sheet.reviewed
    total = lead.read(report, "reviews").total
    assert (total["reviewed"], total["score"]) == (1, 0.5)
    lead.write(undo)
    assert snapshot(desk.base) == before


def test_a_later_review_of_the_same_person_corrects_the_first(desk):
    call = talked(desk)
    review = desk.write(save_review, call, {"opening": 2, "goal": 1, "record": 0}, "хорошо")
    before = snapshot(desk.base)
    later = desk.later(hours=1)
    assert later.write(save_review, call, {"opening": 1, "goal": 1, "need": 2}, "") == review
    assert later.read(review_sheet, call).scores == {"opening": 1, "goal": 1, "need": 2}
    with desk.base.read() as session:
        (kept,) = session.scalars(select(CallReview)).all()
        assert (kept.at, kept.remarks) == (desk.now, None)
    later.write(undo)
    assert snapshot(desk.base) == before
    assert later.write(save_review, call, {"opening": 2, "goal": 1, "record": 0}, "хорошо") == review
    assert snapshot(desk.base) == before


def test_two_leads_review_apart_and_the_score_is_of_both(desk):
    call = talked(desk)
    lead = desk.beside("lead", Role.LEAD)
    desk.write(save_review, call, {"opening": 2, "goal": 2})
    lead.write(save_review, call, {"opening": 0}, "спешит")
    (row,) = desk.read(calls_to_review, today(desk))
    assert (row.reviews, row.score) == (2, round(4 / 6, 4))
    (other,) = desk.read(review_sheet, call).others
    assert (other.reviewer, other.score, other.remarks) == ("Lead", 0.0, "спешит")
    (mine,) = lead.read(review_sheet, call).others
    assert (mine.reviewer, mine.score, mine.remarks) == ("anna", 1.0, None)


def test_what_was_scored_by_an_item_that_is_gone_stays(desk):
    call = talked(desk)
    review = desk.write(save_review, call, {"opening": 2})
    with desk.base.write() as session:
        session.add(ChecklistItem(code="smile", title={}, hint={}, active=False))
        session.flush()
        session.add(CallScore(review_id=review, item="smile", score=0))
    desk.write(save_review, call, {"opening": 1})
    assert desk.read(review_sheet, call).scores == {"opening": 1, "smile": 0}
    assert {row.group for row in desk.read(report, "reviews", by="item").rows} == {"opening", "smile"}


def test_what_cannot_be_saved(desk):
    call = talked(desk)
    for scores, error in (({}, InputError), ({"opening": 3}, InputError), ({"smile": 1}, NotFoundError)):
        with pytest.raises(error):
            desk.write(save_review, call, scores)
    with pytest.raises(NotFoundError):
        desk.write(save_review, 999, {"opening": 1})
    with pytest.raises(NotFoundError):
        desk.read(review_sheet, 999)
    boris = desk.beside("boris")
    given = ((save_review, call, {"opening": 1}), (review_sheet, call), (calls_to_review, today(desk)))
    for use_case, *said_of in given:
        with pytest.raises(NotAllowedError, match="team lead"):
            boris.write(use_case, *said_of)


def test_a_reviewed_call_is_not_undone(desk):
    boris = desk.beside("boris")
    call = talked(boris)
    desk.write(save_review, call, {"opening": 1})
    before = snapshot(desk.base)
    with pytest.raises(NotAllowedError, match="changed since"):
        boris.write(undo)
    assert snapshot(desk.base) == before
    desk.write(undo)
    boris.write(undo)
    assert desk.read(calls_to_review, today(desk)) == ()


def test_an_operator_reads_what_was_said_of_their_own_call_on_the_card(desk):
    boris, vera = desk.beside("boris"), desk.beside("vera")
    client = desk.client(stage="new", owes=owed(desk.now), owner_id=boris.me)
    call = talked(boris, client=client)
    with desk.filling() as base:
        base.claim(client, vera.me, desk.now + timedelta(days=1))  # so that she sees it now and later
    talked(vera.later(minutes=5), client=client)
    with desk.filling() as base:
        base.claim(client, vera.me, desk.now + timedelta(days=1))
    desk.write(save_review, call, {"opening": 2, "goal": 1}, "молодец")
    read_by = {
        who: [
            (row.id, row.score, row.remarks)
            for row in who.later(hours=1).read(card, client).timeline
            if row.kind is Happened.CALL and row.score is not None
        ]
        for who in (desk, boris, vera)
    }
    assert read_by == {desk: [(call, 0.75, "молодец")], boris: [(call, 0.75, "молодец")], vera: []}


def test_the_period_is_of_the_teams_days(desk):
    call = talked(desk)
    tomorrow = desk.later(days=1)
    assert tomorrow.read(calls_to_review, today(tomorrow)) == ()
    before = today(tomorrow).period.before
    assert [row.call_id for row in tomorrow.read(calls_to_review, CallPick(before))] == [call]
    assert before.end - before.start == timedelta(days=1)
