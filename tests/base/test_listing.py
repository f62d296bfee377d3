"""The list: every client that a filter chooses, once, in order, whatever the length of a page."""

from datetime import timedelta
from itertools import pairwise

import pytest
from builders import owed
from sqlite_steps import steps

from salesdesk.base.filters import FilterError, parse_filter
from salesdesk.base.listing import Sort, listed


@pytest.fixture
def filled(desk):
    """Clients with equal names, amounts and times among them."""
    boris = desk.beside("boris").me
    with desk.filling() as base:
        for number in range(23):
            base.client(
                f"Клиент {number % 5}",
                phones=(("!+74951234567", "+79161112233"), ("2-33-44",), ())[number % 3],
                stage="new" if number % 2 else None,
                owes=owed(desk.now + timedelta(days=number % 3), promise=number % 4 == 1)
                if number % 2
                else None,
                expected_minor=(number % 4) * 1000,
                last_call_at=desk.now - timedelta(days=number % 6) if number % 6 else None,
                owner_id=(desk.me, boris, None)[number % 3],
                city=("Омск", None)[number % 2],
            )
    return desk


def all_pages(desk, where, sort, limit):
    rows, after = [], None
    while True:
        page = desk.read(listed, where, limit, after, sort=sort)
        rows += page.rows
        after = page.next
        if after is None:
            return rows, page.total


KEYS = {
    Sort.NAME: lambda row: (row.name, row.client_id),
    Sort.AMOUNT: lambda row: (-row.expected_minor, row.client_id),
    Sort.LAST_CALL: lambda row: (row.last_call_at is not None, row.last_call_at, row.client_id),
    Sort.NEXT: lambda row: (
        row.next_action is None,
        row.next_action and row.next_action.due_at,
        row.client_id,
    ),
}


@pytest.mark.parametrize("line", ["", "stage=new", "city=омск or amount>10"])
def test_pages_of_any_length_give_every_client_once_and_in_order(filled, line):
    where = parse_filter(line, filled.context)
    for sort, key in KEYS.items():
        whole, total = all_pages(filled, where, sort, 100)
        assert total == len(whole) == len({row.client_id for row in whole})
        for lesser, greater in pairwise(whole):
            # What is not there compares with nothing: it only stands together, at its end.
            a, b = key(lesser), key(greater)
            assert a < b if None not in a + b else a[0] <= b[0]
        for limit in (1, 2, 7, 22, 23, 24):
            assert all_pages(filled, where, sort, limit) == (whole, total)


def test_on_sqlite_a_page_among_clients_of_one_name_takes_no_more_steps_far_on(lite):
    with lite.filling() as base:
        for _ in range(240):
            base.client("Без имени")
    taken, after = [], None
    for _ in range(11):
        cost, page = steps(lite, listed, None, 20, after, total=240)
        taken.append(cost)
        after = page.next
    assert max(taken[1:]) <= taken[1] * 1.1


def test_a_row_says_what_there_is_of_a_client(filled):
    found = filled.read(listed, parse_filter("owner=anna stage=new", filled.context), 50)
    row = found.rows[0]
    assert (row.name, row.owner, row.stage, row.city) == ("Клиент 0", "anna", "new", None)
    assert row.phone == "+79161112233", "a bad number is not the one to call"
    assert (row.next_action.goal, row.next_action.operator) == ("find_need", "anna")
    cold = filled.read(listed, parse_filter("stage=cold owner=boris", filled.context), 50).rows[0]
    assert (cold.owner, cold.next_action, cold.phone) == ("boris", None, "2-33-44")


def test_an_unknown_operator_is_pointed_at(filled):
    with pytest.raises(FilterError, match="column 1"):
        filled.read(listed, parse_filter("owner=nobody", filled.context))
