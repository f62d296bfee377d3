"""What operators do all day, done once more as a login role of the server, under its rules."""

import pytest
from login_roles import RoledDesk
from test_calls import (
    test_a_deal_is_opened_with_the_amount_moved_along_and_closed,
    test_do_not_call_holds_on_every_card_that_shares_a_number,
    test_what_follows_from_each_outcome,
)
from test_coming_in import client_id, test_a_receipt_that_nobody_asks_for_any_more_goes
from test_day import test_a_plan_of_any_base_calls_each_once_and_nobody_out_of_hours
from test_editing_cards import (
    test_a_card_shows_all_there_is,
    test_a_client_stands_where_its_deal_furthest_along_does,
    test_closing_and_reopening_by_hand,
    test_history_is_one_line_of_time_the_latest_first,
)
from test_handing_on import (
    team,
    test_a_confirmed_client_stays_with_its_receiver,
    test_a_declined_client_goes_back_with_the_reason,
    test_a_stage_hands_the_client_on_with_all_that_hangs_on_it,
    test_the_least_loaded_gets_it_and_whoever_had_it_before_gets_it_again,
)
from test_next_client import (
    test_a_call_that_is_logged_lets_the_next_one_come,
    test_of_many_at_once_each_gets_another,
)
from test_owing import test_a_move_keeps_the_first_date_and_is_counted
from test_taking_back import test_each_thing_done_is_taken_back_whole_and_stands_in_the_trail
from test_two_at_one_card import (
    test_who_else_has_a_form_open_is_told_until_it_is_left,
    test_who_has_changed_a_client_since_a_moment_is_named,
)

from salesdesk.codes import Role

__all__ = [
    "client_id",
    "team",
    "test_a_call_that_is_logged_lets_the_next_one_come",
    "test_a_card_shows_all_there_is",
    "test_a_client_stands_where_its_deal_furthest_along_does",
    "test_a_confirmed_client_stays_with_its_receiver",
    "test_a_deal_is_opened_with_the_amount_moved_along_and_closed",
    "test_a_declined_client_goes_back_with_the_reason",
    "test_a_move_keeps_the_first_date_and_is_counted",
    "test_a_plan_of_any_base_calls_each_once_and_nobody_out_of_hours",
    "test_a_receipt_that_nobody_asks_for_any_more_goes",
    "test_a_stage_hands_the_client_on_with_all_that_hangs_on_it",
    "test_closing_and_reopening_by_hand",
    "test_do_not_call_holds_on_every_card_that_shares_a_number",
    "test_each_thing_done_is_taken_back_whole_and_stands_in_the_trail",
    "test_history_is_one_line_of_time_the_latest_first",
    "test_of_many_at_once_each_gets_another",
    "test_the_least_loaded_gets_it_and_whoever_had_it_before_gets_it_again",
    "test_what_follows_from_each_outcome",
    "test_who_else_has_a_form_open_is_told_until_it_is_left",
    "test_who_has_changed_a_client_since_a_moment_is_named",
]


@pytest.fixture
def desk(roled) -> RoledDesk:
    return roled.desk("anna", Role.OPERATOR)


@pytest.fixture
def base(roled):
    return roled.owner


@pytest.fixture
def context(desk):
    return desk.context
