"""Other rows take the place of those that one looks at: the cursor stays, whatever comes and goes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.widgets.steady import steady, top_of

ROWS = st.lists(st.integers(0, 30), unique=True)


def same(row: int) -> int:
    return row


@given(shown=ROWS.filter(bool), found=ROWS, place=st.integers(0, 100))
@settings(max_examples=200)
def test_the_cursor_stays_on_its_row_and_nothing_else_is_kept(shown, found, place):
    at = place % len(shown)
    put = steady(shown, found, at, same)
    assert put.rows[put.at] == shown[at]
    assert put.gone == (shown[at] not in found)
    assert [row for row in put.rows if row in found] == found
    assert len(put.rows) == len(found) + put.gone
    # Whoever stood before it and is still there, stands before what has gone: all of them, or the nearest.
    if put.gone and (left := [row for row in shown[:at] if row in found]):
        assert put.rows[put.at - 1] == left[-1]
    # Once more of the same changes nothing.
    assert steady(put.rows, found, put.at, same) == put


@given(found=ROWS)
def test_without_a_cursor_the_rows_are_just_shown(found):
    assert (put := steady([], found, 0, same)).rows == found
    assert (put.at, put.gone) == (0, False)


@given(at=st.integers(0, 50), on_line=st.integers(0, 20), more=st.integers(0, 50), height=st.integers(1, 21))
@settings(max_examples=100)
def test_a_row_keeps_its_line_wherever_there_are_rows_for_it(at, on_line, more, height):
    count = at + 1 + more
    top = top_of(at, on_line, count, height)
    assert 0 <= top <= max(count - height, 0)
    if on_line <= at and at - on_line <= count - height:
        assert at - top == on_line
