"""What leads do, done once more as a login role of the server, under its rules."""

import pytest
from login_roles import RoledDesk
from test_call_reviews import (
    test_a_review_is_saved_shown_and_taken_back,
    test_two_leads_review_apart_and_the_score_is_of_both,
)
from test_handing_over import (
    people,
    test_it_comes_back_once_as_the_base_is_opened_with_one_line_of_the_trail,
    test_the_way_back_can_be_taken_back_too,
    test_what_hangs_on_them_is_counted,
)
from test_rejected_review import (
    test_accepting_a_set_is_one_thing_that_undo_takes_back,
    test_back_into_work_with_a_call_owed_by_somebody_and_one_undo_for_all_of_it,
)
from test_stand_up import (
    cards,
    test_a_decision_is_owed_by_the_operator_and_taken_back_whole,
    test_what_is_typed_is_kept_at_each_pause_and_is_one_thing_to_undo,
)

from salesdesk.codes import Role

__all__ = [
    "cards",
    "people",
    "test_a_decision_is_owed_by_the_operator_and_taken_back_whole",
    "test_a_review_is_saved_shown_and_taken_back",
    "test_accepting_a_set_is_one_thing_that_undo_takes_back",
    "test_back_into_work_with_a_call_owed_by_somebody_and_one_undo_for_all_of_it",
    "test_it_comes_back_once_as_the_base_is_opened_with_one_line_of_the_trail",
    "test_the_way_back_can_be_taken_back_too",
    "test_two_leads_review_apart_and_the_score_is_of_both",
    "test_what_hangs_on_them_is_counted",
    "test_what_is_typed_is_kept_at_each_pause_and_is_one_thing_to_undo",
]


@pytest.fixture
def desk(roled) -> RoledDesk:
    return roled.desk("anna", Role.LEAD)


@pytest.fixture
def base(roled, desk):
    return roled.owner


@pytest.fixture
def context(desk):
    return desk.context
