"""`kept`: what is kept on the workstation, listed, sent and written out without a desk."""

from datetime import UTC, datetime

import pytest

from salesdesk.kept.rows import Kept
from salesdesk.kept.store import Store
from salesdesk.secrecy import keyrings


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setattr(keyrings, "kept", lambda entry: None)
    monkeypatch.setattr(keyrings, "keep", lambda entry, password: False)


@pytest.fixture
def kept(desk, tmp_path):
    """Two notes: one for a client that there is, one for nobody."""
    base = str(tmp_path / "base.db")
    at = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
    store = Store(base, "anna")
    store.put(Kept(base, "anna", "one", at, 1, "Ромашка", text="звонить после обеда"))
    store.put(Kept(base, "anna", "two", at, 999_999, "Никто", text="нет такого"))
    return store


def test_it_is_listed_sent_once_and_what_is_refused_stays_with_its_reason(desk, kept, tmp_path):
    rows = desk("kept", "list", "--json").document["rows"]
    assert [(row["client"], row["state"]) for row in rows] == [(1, "waiting"), (999_999, "waiting")]
    assert "not sent yet" in desk("kept", "list").out
    assert desk("kept", "send", "--json").document == {"sent": 1, "stays": 1}
    notes = [row for row in desk("card", "1", "--json").document["timeline"] if row["kind"] == "note"]
    assert [row["text"] for row in notes].count("звонить после обеда") == 1
    (left,) = desk("kept", "list", "--json").document["rows"]
    assert (left["state"], "999999" in left["why"]) == ("refused", True)
    written = tmp_path / "kept.txt"
    assert desk("kept", "export", written, "--json").document["rows"] == 1
    assert "нет такого" in written.read_text("utf-8")
    assert desk("doctor", "--json").document["checks"][-1]["ok"] is False
