"""What is done to many clients at once, done once more as a lead's login role of the server."""

import pytest
from login_roles import RoledDesk
from test_duplicates import (
    test_told_apart_they_are_offered_no_more_until_it_is_taken_back,
    test_what_is_found_is_kept_and_read_with_reasons,
)
from test_exporting import (
    test_an_export_stands_in_the_trail_and_undo_passes_it_by,
)
from test_finding import (
    base_of_five,
    test_what_finds_whom,
)
from test_importing import (
    test_a_client_in_work_has_owner_deal_and_next_action,
    test_taken_back_whole,
)
from test_importing_deals import (
    deals,
    test_an_update_taken_back_is_as_before,
    whole,
)
from test_merging import (
    test_a_chain_is_taken_back_in_order,
    test_a_run_is_one_thing,
    test_drafts_pairs_and_marks_go_along,
)

from salesdesk.codes import Role

__all__ = [
    "base_of_five",
    "deals",
    "test_a_chain_is_taken_back_in_order",
    "test_a_client_in_work_has_owner_deal_and_next_action",
    "test_a_run_is_one_thing",
    "test_an_export_stands_in_the_trail_and_undo_passes_it_by",
    "test_an_update_taken_back_is_as_before",
    "test_drafts_pairs_and_marks_go_along",
    "test_taken_back_whole",
    "test_told_apart_they_are_offered_no_more_until_it_is_taken_back",
    "test_what_finds_whom",
    "test_what_is_found_is_kept_and_read_with_reasons",
    "whole",
]


@pytest.fixture
def desk(roled) -> RoledDesk:
    return roled.desk("anna", Role.LEAD)


@pytest.fixture
def base(roled, desk):
    return desk.person


@pytest.fixture
def context(desk):
    return desk.context
