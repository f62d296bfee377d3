"""What follows from other columns is put right again: as it was, in chunks, and nothing else with it."""

from collections import Counter

import pytest
from builders import assert_consistent, random_base, snapshot
from sqlalchemy import text

from salesdesk.base.checking import check, curing, derived
from salesdesk.base.checking.curing import START, cure
from salesdesk.errors import NotAllowedError

KEY = {"sqlite": "rowid", "postgresql": "client_id"}
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
    usual, before = wrong(desk), snapshot(desk.base)
    broken(desk, *(FAULTS[code] if code else [one for many in FAULTS.values() for one in many]))
    found = {name: count for name, count in wrong(desk).items() if usual.get(name) != count}
    assert set(found) == ({code} if code else set(FAULTS))
    assert cured(desk) == Counter(found)
    assert snapshot(desk.base) == before
    assert wrong(desk) == usual
    assert cured(desk) == Counter()


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
