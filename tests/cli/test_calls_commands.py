"""`log` and `undo`: a call logged from the command line is the call that the screens log."""

import pytest

from tests.cli.conftest import one_line


@pytest.fixture
def client(desk):
    """The first client of the list, who has several numbers or one."""
    rows = desk("today", "--json").document["rows"]
    return next(row["client"] for row in rows if row["band"] == "new")


def test_a_call_is_logged_with_what_is_owed_next(desk, client):
    logged = desk(
        "log", client, "--outcome", "interested", "--goal", "find_need", "--result", "hit",
        "--next", "call confirm_proposal завтра 10:00", "--note", "ждёт КП", "--talk", "95", "--json",
    ).document  # fmt: skip
    assert set(logged) == {"call", "next_action", "stage"}
    assert logged["stage"] == "proposal"
    card = desk("card", client, "--json").document
    owed = card["next_action"]
    assert (owed["id"], owed["goal"], owed["promise"]) == (logged["next_action"], "confirm_proposal", True)
    assert owed["due_at"] == "2026-11-24T10:00:00+03:00"
    call = next(event for event in card["timeline"] if event["kind"] == "call")
    assert (call["id"], call["talk_seconds"], call["text"]) == (logged["call"], 95, "ждёт КП")


def test_the_rule_fills_in_what_is_not_said(desk, client):
    logged = desk("log", client, "--outcome", "no_answer", "--json").document
    assert logged["next_action"]
    assert desk("why", client, "--json").document["block_codes"] == ["called_recently"]


def test_a_terminal_outcome_owes_nothing(desk, client):
    words = (
        "log",
        client,
        "--outcome",
        "not_interested",
        "--result",
        "missed",
        "--reason",
        "price",
        "--json",
    )
    assert desk(*words).document["next_action"] is None
    assert desk("card", client, "--json").document["next_action"] is None


def test_undo_takes_the_call_back(desk, client):
    before = desk("card", client, "--json").document
    desk("log", client, "--outcome", "busy")
    undone = desk("undo", "--json").document["undone"]
    assert (undone["client"], undone["action"]) == (client, "log_call")
    assert desk("card", client, "--json").document == before
    assert "nothing to undo" in one_line(desk("undo"))


def test_an_exact_moment_is_a_promise(desk, client):
    desk(
        "log",
        client,
        "--outcome",
        "talk_later",
        "--result",
        "missed",
        "--next",
        "call get_request 2026-11-25T15:00+05:00",
    )
    owed = desk("card", client, "--json").document["next_action"]
    assert (owed["due_at"], owed["promise"]) == ("2026-11-25T13:00:00+03:00", True)


@pytest.mark.parametrize("which", ["place", "digits"])
def test_the_number_called_is_named_by_place_or_digits(desk, client, which):
    card = desk("card", client, "--json").document
    numbers = [*card["phones"], *(phone for person in card["contacts"] for phone in person["phones"])]
    last = numbers[-1]
    said = str(len(numbers)) if which == "place" else last["e164"][-7:]
    assert desk("log", client, "--outcome", "wrong_number", "--phone", said).status == 0
    card = desk("card", client, "--json").document
    numbers = [*card["phones"], *(phone for person in card["contacts"] for phone in person["phones"])]
    assert {phone["id"]: phone["state"] for phone in numbers}[last["id"]] == "bad"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--outcome is missing"),
        (("--outcome", "goal_reached"), "--result"),
        (("--outcome", "not_interested", "--result", "missed"), "--reason"),
        (("--outcome", "not_interested", "--result", "missed", "--reason", "other"), "--note"),
        (("--outcome", "talk_later", "--result", "missed"), "--next"),
        (("--outcome", "not_now", "--result", "missed"), "--next"),
        (("--outcome", "nothing"), "no outcome “nothing”"),
        (("--outcome", "no_answer", "--goal", "keep_in_touch"), "no goal “keep_in_touch”"),
        (
            ("--outcome", "not_interested", "--result", "missed", "--reason", "mood"),
            "no reject reason “mood”",
        ),
        (("--outcome", "goal_reached", "--result", "maybe"), "--result: “maybe”"),
        (("--outcome", "goal_reached", "--result", "hit", "--next", "dance get_request tomorrow"), "“dance”"),
        (("--outcome", "goal_reached", "--result", "hit", "--next", "call"), "--next: The goal is missing"),
        (
            ("--outcome", "goal_reached", "--result", "hit", "--next", "call nothing tomorrow"),
            "no goal “nothing”",
        ),
        (
            ("--outcome", "goal_reached", "--result", "hit", "--next", "call get_request someday"),
            "not understood",
        ),
        (
            ("--outcome", "goal_reached", "--result", "hit", "--next", "call get_request 1.11.2026 9:00"),
            "passed",
        ),
        (("--outcome", "no_answer", "--phone", "99"), "--phone"),
        (("--outcome", "no_answer", "--talk", "-5"), "--talk"),
        (("--outcome", "no_answer", "--talk", "long"), "--talk"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_logged(desk, client, words, said):
    before = desk("card", client, "--json").document
    ran = desk("log", client, *words)
    assert said in one_line(ran, ran.status)
    assert ran.status in {1, 2}
    assert desk("card", client, "--json").document == before
