"""`today`, `why`, `card`, `search`: what they print for programs and for people."""

from datetime import datetime

import pytest

TODAY_KEYS = {
    "rank", "client", "external_id", "name", "band", "due_at", "promise", "days_late", "interest",
    "expected_amount", "attempt", "phone", "goal", "reason",
}  # fmt: skip


def test_today_is_one_document_with_every_key(desk):
    found = desk("today", "--json").document
    assert found["operator"] == "anna"
    assert found["date"] == "2026-11-23"
    assert set(found["bands"]) == {"new", "active", "other", "telemarketing"}
    assert isinstance(found["overdue"], int)
    assert found["rows"]
    assert all(set(row) >= TODAY_KEYS for row in found["rows"])
    assert [row["rank"] for row in found["rows"]] == list(range(1, len(found["rows"]) + 1))
    assert {type(row["client"]) for row in found["rows"]} == {int}


def test_times_have_offsets_and_amounts_are_decimals(desk):
    rows = desk("today", "--json").document["rows"]
    due = [datetime.fromisoformat(row["due_at"]) for row in rows if row["due_at"]]
    assert due
    assert all(moment.utcoffset() is not None for moment in due)
    assert all(row["expected_amount"][-3] == "." for row in rows)


def test_the_list_is_cut_by_limit_and_offset(desk):
    whole = [row["client"] for row in desk("today", "--json").document["rows"]]
    part = desk("today", "--json", "--limit", "3", "--offset", "2").document
    assert [row["client"] for row in part["rows"]] == whole[2:5]
    assert [row["rank"] for row in part["rows"]] == [3, 4, 5]
    assert part["more"] is (len(whole) > 5)


def test_an_offset_beyond_the_end_is_an_empty_list(desk):
    found = desk("today", "--json", "--offset", "100000").document
    assert found["rows"] == []
    assert found["more"] is False


@pytest.mark.parametrize("at", ["13:30", "2026-11-23T13:30", "2026-11-23T10:30:00Z"])
def test_the_list_at_another_moment(desk, at):
    assert desk("today", "--json", "--at", at).document["now"] == "2026-11-23T13:30:00+03:00"


def test_a_day_alone_is_its_morning(desk):
    assert desk("today", "--json", "--at", "2026-11-24").document["now"] == "2026-11-24T09:00:00+03:00"


def test_the_plan_holds_clients_and_times(desk):
    plan = desk("today", "--json").document["plan"]
    assert plan
    assert all(set(slot) == {"at", "client", "band"} for slot in plan)
    assert desk("today", "--plan").out.count("\n") == len(plan) + 1


def test_people_get_a_plain_table_without_a_terminal(desk):
    ran = desk("today", "--limit", "2")
    assert ran.status == 0
    assert "\x1b" not in ran.out
    assert "Client" in ran.out


def test_without_a_command_and_a_terminal_the_list_is_printed(desk):
    assert desk().out == desk("today").out


def test_every_row_can_say_why(desk):
    for row in desk("today", "--json", "--limit", "5").document["rows"]:
        why = desk("why", row["client"], "--json").document
        assert why["listed"] is True
        assert why["blocks"] == []
        assert why["reason"] == row["reason"]


def test_who_is_not_listed_says_why_not(desk):
    listed = {row["client"] for row in desk("today", "--json").document["rows"]}
    absent = next(client for client in range(1, 60) if client not in listed)
    why = desk("why", absent, "--json").document
    assert (why["client"], why["listed"]) == (absent, False)
    assert why["blocks"]


def test_a_card_has_every_part(desk):
    row = desk("today", "--json").document["rows"][0]
    card = desk("card", row["client"], "--json").document
    assert set(card) >= {
        "client",
        "contacts",
        "deals",
        "next_action",
        "timeline",
        "phones",
        "script",
        "policy",
        "why",
    }
    assert card["client"]["id"] == row["client"]
    assert card["next_action"]["due_at"] == row["due_at"]
    assert card["timeline"]


def test_a_client_is_named_by_its_external_id_too(desk):
    row = desk("today", "--json").document["rows"][0]
    for name in (row["external_id"], f"ext:{row['external_id']}"):
        assert desk("card", name, "--json").document["client"]["id"] == row["client"]


def test_a_card_for_people_names_the_client_and_its_history(desk):
    row = desk("today", "--json").document["rows"][0]
    text = desk("card", row["client"]).out
    assert row["name"] in text
    assert "History" in text


def test_search_finds_by_name(desk):
    row = desk("today", "--json").document["rows"][0]
    found = desk("search", row["name"], "--json").document
    assert found["total"] >= 1
    assert set(found["rows"][0]) >= {"client", "external_id", "name", "phone", "city", "matched"}
    assert row["client"] in [one["client"] for one in found["rows"]]
    assert row["name"] in desk("search", row["name"]).out


def test_search_for_nothing_finds_nothing(desk):
    nothing = {"rows": [], "total": 0, "total_is_exact": True, "understood": None, "client_of": None}
    assert desk("search", "", "--json").document == nothing
    assert desk("search", "щщщщщщ").status == 0


def test_json_is_utf8_whatever_the_language(desk):
    ran = desk("--lang", "ru", "today", "--json")
    assert "\\u" not in ran.out
    assert ran.document["rows"]


def test_reading_commands_write_nothing(desk, tmp_path):
    base = tmp_path / "base.db"
    desk("today")
    before = base.read_bytes()
    for words in (["today", "--json"], ["card", "1"], ["why", "1"], ["search", "a"], ["operators", "list"]):
        assert desk(*words).status == 0
    assert base.read_bytes() == before
