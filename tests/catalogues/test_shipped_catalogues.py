"""What ships is sound."""

from datetime import time

import pytest

from salesdesk.catalogues import (
    Catalogues,
    Team,
    is_keep_in_touch,
)
from salesdesk.codes import ClientClass, GoalResult
from salesdesk.errors import NotFoundError
from salesdesk.i18n import LANGUAGES

CODES = {
    "stages": "new proposal invoice paid shipped paused dormant rejected",
    "outcomes": "goal_reached talk_later interested invoice_requested not_now not_interested gatekeeper "
    "no_answer busy voicemail wrong_number not_in_service do_not_call",
    "goals": "find_need get_request agree_proposal confirm_proposal get_invoice get_payment_date "
    "confirm_shipment repeat_order get_referral",
    "reasons": "no_need no_money competitor price closed_down not_a_client refused_to_talk other",
}


class TestShipped:
    @pytest.mark.parametrize("name", sorted(CODES))
    def test_holds_every_code_of_the_contract(self, shipped: Catalogues, name: str) -> None:
        assert set(CODES[name].split()) <= set(getattr(shipped, name))

    def test_entries_stand_in_the_order_of_the_file(self, shipped: Catalogues) -> None:
        assert list(shipped.stages) == CODES["stages"].split()

    def test_every_text_is_there_in_every_language(self, shipped: Catalogues) -> None:
        books = (shipped.stages, shipped.outcomes, shipped.goals, shipped.reasons, shipped.policies)
        books += (shipped.scripts, shipped.checklist)
        texts = [entry.title for book in books for entry in book.values()]
        texts += [item.hint for item in shipped.checklist.values()]
        texts += [policy.rule for policy in shipped.policies.values()]
        texts += [script.text for script in shipped.scripts.values()]
        assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in texts)

    @pytest.mark.parametrize("name", ["outcomes", "goals", "reasons"])
    def test_keys_differ(self, shipped: Catalogues, name: str) -> None:
        keys = [entry.key for entry in getattr(shipped, name).values()]
        assert len(set(keys)) == len(keys)

    def test_an_outcome_that_goes_on_says_when_and_with_which_goal(self, shipped: Catalogues) -> None:
        for outcome in shipped.outcomes.values():
            if outcome.terminal or outcome.needs_time or outcome.needs_date:
                continue
            assert outcome.retry_minutes or outcome.retry_days or outcome.result is GoalResult.HIT
            if outcome.result is GoalResult.HIT:
                assert outcome.next_goal or all(goal.next_goal for goal in shipped.goals.values())

    def test_a_hit_leads_to_the_stage_that_was_won(self, shipped: Catalogues) -> None:
        interested = shipped.outcome("interested")
        assert (interested.stage, interested.next_goal, interested.retry_days) == (
            "proposal",
            "confirm_proposal",
            2,
        )
        assert shipped.outcome("invoice_requested").stage == "invoice"
        assert shipped.outcome("not_interested").stage == "rejected"
        assert not shipped.stage("rejected").in_work
        assert [code for code, stage in shipped.stages.items() if stage.won] == ["paid", "shipped"]

    def test_the_retry_rules_of_the_trade(self, shipped: Catalogues) -> None:
        no_answer, busy, voicemail = (shipped.outcome(code) for code in ("no_answer", "busy", "voicemail"))
        assert (no_answer.retry_minutes, busy.retry_minutes, voicemail.retry_days) == (120, 15, 1)
        assert {each.max_attempts for each in (no_answer, busy, voicemail)} == {6}
        assert no_answer.other_hour
        assert voicemail.other_hour

    def test_every_class_has_a_policy_and_every_goal_a_script(self, shipped: Catalogues) -> None:
        for each in ClientClass:
            assert shipped.policy_of(each).client_class is each
        assert all(shipped.script_for(goal) for goal in shipped.goals)

    def test_scripts_are_short_enough_to_be_read_aloud(self, shipped: Catalogues) -> None:
        for script in shipped.scripts.values():
            for text in script.text.values():
                assert 10 <= len(text.strip().splitlines()) <= 18

    def test_the_team(self, shipped: Catalogues) -> None:
        team = shipped.team
        assert (team.zone.key, team.country, team.currency) == ("Europe/Moscow", "RU", "RUB")
        assert (team.start, team.half, team.end) == (time(9), time(13), time(18))
        assert team.days == team.calling_days == frozenset(range(5))
        assert (team.minutes_per_call, team.notice_minutes, team.undo_hours) == (4, 10, 24)

    def test_the_team_survives_the_base(self, shipped: Catalogues) -> None:
        assert Team.from_json(shipped.team.as_json()) == shipped.team

    def test_what_a_key_chooses(self, shipped: Catalogues) -> None:
        outcome, goal, reason = (
            shipped.outcome_by_key("a"),
            shipped.goal_by_key("q"),
            shipped.reason_by_key("8"),
        )
        assert outcome is not None
        assert outcome.code == "no_answer"
        assert goal is not None
        assert goal.code == "find_need"
        assert reason is not None
        assert reason.needs_note
        assert shipped.outcome_by_key("?") is None

    @pytest.mark.parametrize("kind", ["stage", "outcome", "goal", "reason", "policy_of"])
    def test_an_unknown_code_is_told_with_those_that_there_are(self, shipped: Catalogues, kind: str) -> None:
        with pytest.raises(NotFoundError, match=r"“nonsense”.*: .*, "):
            getattr(shipped, kind)("nonsense")

    def test_the_checklist_fits_a_screen_and_says_what_a_yes_means(self, shipped: Catalogues) -> None:
        assert 5 <= len(shipped.checklist) <= 12
        for item in shipped.checklist.values():
            for language in LANGUAGES:
                assert len(item.title[language]) <= 40
                assert item.title[language] != item.hint[language]
                assert len(item.hint[language]) <= 72

    def test_a_goal_without_a_script(self, shipped: Catalogues) -> None:
        assert shipped.script_for("nonsense") is None


class TestKeepInTouch:
    @pytest.mark.parametrize(
        "text",
        [
            "keep in touch", "Keep in touch!", "to stay in contact", "keep_in_touch", "touch base",
            "remind of us", "maintain the relationship", "поддержать контакт", "Поддерживать связь",
            "поддержание отношений",
            "напомнить о себе", "Напоминание  о нас", "быть на связи", "остаться на связи", "не терять связь",
            "поддержать с ними контакт", "узнать, как дела", "podderzhat_kontakt", "napomnit_o_sebe",
        ],
    )  # fmt: skip
    def test_is_known(self, text: str) -> None:
        assert is_keep_in_touch(text)

    def test_no_goal_that_ships_is_one(self, shipped: Catalogues) -> None:
        for goal in shipped.goals.values():
            assert not any(map(is_keep_in_touch, (goal.code, *goal.title.values())))

    @pytest.mark.parametrize(
        "text",
        [
            "get the contact of the buyer",
            "узнать контакт закупщика",
            "check in the shipment",
            "get in touch with the owner",
        ],
    )
    def test_a_goal_that_can_be_missed_is_none(self, text: str) -> None:
        assert not is_keep_in_touch(text)
