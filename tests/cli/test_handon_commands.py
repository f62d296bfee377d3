"""`handon`, and `log` that hands on, as one calls them."""

import pytest

from tests.cli.conftest import one_line


@pytest.fixture
def pair(desk):
    """Who sells and who looks after accounts here, and a client of the one that has a proposal."""
    people = {row["specialty"]: row["login"] for row in desk("operators", "list", "--json").document["rows"]
              if row["role"] == "operator"}  # fmt: skip
    if "accounts" not in people:
        assert desk("operators", "add", "osipova", "--specialty", "accounts").status == 0
    giver, receiver = people["sales"], people.get("accounts", "osipova")
    rows = desk("list", "--where", f"owner={giver} stage=proposal", "--json").document["rows"]
    return giver, receiver, str(rows[0]["client"])


def invoice(desk, giver, client, *more):
    return desk(
        "--operator", giver, "log", client, "--outcome", "invoice_requested", "--result", "hit", *more
    )  # fmt: skip


def test_a_logged_call_hands_on_and_the_receiver_confirms(desk, pair):
    giver, receiver, client = pair
    said = invoice(desk, giver, client, "--note", "к пятнице", "--json").document
    assert set(said) == {"call", "next_action", "stage", "handed_on"}
    assert (said["stage"], said["handed_on"]["to"]) == ("invoice", receiver)
    assert set(said["handed_on"]) == {
        "client", "name", "to", "specialty", "instead_of", "confirm_by",
    }  # fmt: skip
    listed = desk("--operator", receiver, "handon", "list", "--json").document
    assert listed["total"] == 1
    (row,) = listed["rows"]
    assert set(row) == {
        "client", "name", "from", "note", "at", "confirm_by", "late", "stage", "amount", "instead_of",
    }  # fmt: skip
    assert (row["client"], row["note"], row["confirm_by"]) == (
        int(client), "к пятнице", "2026-11-23T14:24:00+03:00",
    )  # fmt: skip
    late = ("--operator", "lead", "--now", "2026-11-24T14:24:00+03:00", "tails")
    board = desk(*late, "--json").document
    assert (board["unconfirmed"], [one["to"] for one in board["unconfirmed_rows"]]) == (
        1,
        [row_to(desk, receiver)],
    )
    assert board["unconfirmed_amount"] == row["amount"]
    assert "not confirmed" in desk(*late).out
    assert desk("--operator", receiver, "handon", "confirm", client, "--json").document == {
        "confirmed": int(client)
    }
    assert "has taken this client over" in one_line(desk("--operator", giver, "undo"))
    assert desk("--operator", receiver, "handon", "list").out == "Nothing waits for you to confirm it.\n"


def row_to(desk, login):
    return next(row["name"] for row in desk("operators", "list", "--json").document["rows"]
                if row["login"] == login)  # fmt: skip


def test_it_is_kept_given_by_hand_and_given_back(desk, pair):
    giver, receiver, client = pair
    assert invoice(desk, giver, client, "--hand-to", "keep", "--json").document.keys() == {
        "call", "next_action", "stage",
    }  # fmt: skip
    assert desk("--operator", giver, "undo").status == 0
    assert "→ goes to" in invoice(desk, giver, client).out
    assert desk("--operator", giver, "undo").status == 0
    given = desk("--operator", giver, "handon", client, "--to", "accounts", "--note", "бери", "--json")
    assert given.document["to"] == receiver
    assert "--why" in one_line(desk("--operator", receiver, "handon", "decline", client))
    back = desk("--operator", receiver, "handon", "decline", client, "--why", "не мой", "--json")
    assert back.document == {"declined": int(client), "to": giver}
    assert "gave it back: не мой" in desk("--operator", giver, "card", client).out
    assert "--hand-to" in one_line(invoice(desk, giver, client, "--hand-to", giver))
    assert "--to" in one_line(desk("--operator", giver, "handon", client, "--to", giver))
    one_line(desk("--operator", giver, "handon", client), 2)
    one_line(desk("--operator", giver, "handon", "confirm"), 2)
    one_line(desk("--operator", giver, "handon", client, "--to", "nobody"))
