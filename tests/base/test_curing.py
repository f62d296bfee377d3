"""What follows from other columns is put right again: as it was, in chunks, and nothing else with it."""

from collections import Counter
from datetime import timedelta

import pytest
from builders import assert_consistent, random_base, snapshot
from sqlalchemy import text

from salesdesk.base.checking import check, curing, derived
from salesdesk.base.checking.curing import START, cure
from salesdesk.errors import NotAllowedError

KEY = {"sqlite": "rowid", "postgresql": "client_id"}
CALLED = (
    "INSERT INTO call (client_id, operator_id, started_at, outcome, talk_seconds, attempt)"
    " SELECT id, (SELECT min(id) FROM operator), last_call_at, 'busy', 0, 1 FROM client"
    " WHERE last_call_at IS NOT NULL AND id % 4 = 3"
)
FAULTS = {
    "client_keys": (
        "UPDATE client SET band = 'active', sort_key = 3 WHERE id % 3 = 0",
        "UPDATE client SET pool = NOT pool WHERE id % 5 = 1",
        "UPDATE client SET unowed = NOT unowed WHERE id % 7 = 2",
    ),
    "next_action_keys": (
        "UPDATE next_action SET zone = 'Asia/Tokyo', band = 'other' WHERE id % 2 = 0 AND closed_at IS NULL",
        "UPDATE next_action SET hold = 'no_number' WHERE id % 5 = 0 AND hold IS NULL AND closed_at IS NULL",
    ),
    "name_keys": ("UPDATE client SET name_key = 'яя' WHERE id % 4 = 0",),
    "last_call": ("UPDATE client SET last_call_at = NULL WHERE id IN (SELECT client_id FROM call)",),
    "search_stale": ("UPDATE client_search SET text = 'кто то' WHERE {key} % 6 = 1",),
    "search_missing": ("DELETE FROM client_search WHERE {key} % 6 = 2",),
}


def cured(desk):
    """Cure a whole base, chunk by chunk."""
    counts, last = Counter(), START
    while last is not None:
        done = desk.write(cure, last)
        counts += Counter(done.counts)
        last = done.last
    return counts


def wrong(desk):
    return {problem.code: problem.count for problem in desk.read(check)}


def broken(desk, *faults):
    with desk.base.write() as session:
        for fault in faults:
            session.execute(text(fault.format(key=KEY[session.get_bind().dialect.name])))


@pytest.mark.parametrize("code", [*FAULTS, None])
def test_a_base_is_again_what_it_was(desk, code, monkeypatch):
    monkeypatch.setattr(derived, "CHUNK", 7)
    random_base(desk, 3)
    broken(desk, CALLED)
    usual, before = wrong(desk), snapshot(desk.base)
    broken(desk, *(FAULTS[code] if code else [one for many in FAULTS.values() for one in many]))
    found = {name: count for name, count in wrong(desk).items() if usual.get(name) != count}
    assert set(found) == ({code} if code else set(FAULTS))
    assert cured(desk) == Counter(found)
    assert snapshot(desk.base) == before
    assert wrong(desk) == usual
    assert cured(desk) == Counter()


def test_numbers_are_searched_by_their_own_digits_again(desk):
    desk.client(phones=("+7 495 123-45-67", "2-33-44"))
    before = snapshot(desk.base)
    broken(desk, "UPDATE phone SET digits = '7' || last4 || '0000000', last4 = '0000' WHERE e164 IS NOT NULL")
    broken(desk, "UPDATE phone SET last4 = '0000' WHERE e164 IS NULL")
    assert wrong(desk) == {"phone_keys": 2, "search_stale": 1}
    assert cured(desk) == Counter(phone_keys=2)
    assert snapshot(desk.base) == before
    assert wrong(desk) == {}


def test_a_number_of_a_do_not_call_list_is_not_called_again(desk):
    desk.client("Ромашка", phones=("+7 495 123-45-67",))
    desk.client("Вектор", phones=("2-33-44", "+7 495 123-45-68"))
    broken(desk, "INSERT INTO forbidden_number (number, at) VALUES ('+74951234567', 1), ('23344', 1)")
    assert wrong(desk) == {"forbidden_number_callable": 2}
    cured(desk)
    assert wrong(desk) == {}
    assert_consistent(desk)
    with desk.base.read() as session:
        states = session.execute(text("SELECT state FROM phone ORDER BY id")).scalars().all()
    assert states == ["do_not_call", "do_not_call", "good"]


def test_a_claim_that_would_hold_for_days_is_let_go(desk):
    client_id = desk.client()
    with desk.filling() as base:
        base.claim(client_id, desk.me, desk.now + timedelta(days=3))
    assert wrong(desk) == {"endless_claim": 1}
    assert cured(desk) == Counter(endless_claim=1)
    assert wrong(desk) == {}


def test_strays_go_from_the_index(lite):
    lite.client()
    broken(lite, *(f"INSERT INTO client_search (rowid, text) VALUES ({9000 + n}, 'x')" for n in range(150)))
    assert cured(lite) == Counter(search_stray=150)
    assert_consistent(lite)


def test_what_no_column_tells_is_left_alone(desk):
    desk.client(stage="new", deal=100)
    assert (cured(desk), [*wrong(desk)]) == (Counter(), ["no_next_action"])


def test_a_damaged_file_is_not_written_to(lite, monkeypatch):
    monkeypatch.setattr(curing, "damage", lambda _session: iter(["row 3 is missing from an index"]))
    with pytest.raises(NotAllowedError, match="db restore"):
        cured(lite)
