"""`handover` and `operators absent|retire|role`, as one calls them."""

import pytest

from tests.cli.conftest import one_line

SIX = ("clients", "next_actions", "promises", "overdue", "deals", "amount")


@pytest.fixture
def logins(desk):
    """Two operators who have clients: the first, and another."""
    owners = [row["owner"] for row in desk("list", "--limit", "1000", "--json").document["rows"]]
    roles = {row["login"]: row["role"] for row in desk("operators", "list", "--json").document["rows"]}
    found = sorted({owner for owner in owners if owner and roles[owner] == "operator"})
    assert len(found) > 1
    return found[:2]


def owned(desk, login):
    return desk("list", "--where", f"owner={login}", "--json").document["total"]


def test_what_would_go_is_counted_then_it_goes_and_undo_takes_it_back(desk, logins):
    whose, to = logins
    had = owned(desk, whose), owned(desk, to)
    rehearsed = desk("handover", whose, to, "--dry-run", "--json").document
    assert rehearsed["clients"] == had[0] > 0
    assert rehearsed["next_actions"] > 0
    assert rehearsed["rows"] == [{"operator": to, "clients": had[0]}]
    assert (owned(desk, whose), owned(desk, to)) == had
    done = desk("handover", whose, to, "--json").document
    assert rehearsed | {"dry_run": False} == done
    assert set(done) == {
        "from", *SIX, "rows", "left", "absent", "until", "handover", "dry_run",
    }  # fmt: skip
    assert (owned(desk, whose), owned(desk, to)) == (0, sum(had))
    assert "clients handed over" in desk("undo").out
    assert (owned(desk, whose), owned(desk, to)) == had


def test_some_of_them_evenly_until_a_day_and_back(desk, logins, monkeypatch):
    whose, to = logins
    had = owned(desk, whose)
    some = desk("list", "--where", f"owner={whose} stage=cold", "--json").document["total"]
    done = desk(
        "handover", whose, f"anna,{to}", "--clients", "stage=cold", "--until", "2026-12-01", "--json"
    ).document
    assert (done["clients"], done["until"]) == (some, "2026-12-01")
    assert owned(desk, whose) == had - some
    (row,) = desk("handover", "list", "--json").document["rows"]
    assert (row["handover"], row["from"], row["until"]) == (done["handover"], whose, "2026-12-01")
    assert (row["back_at"], row["clients"]) == (None, some)
    back = desk("handover", "back", str(done["handover"]), "--json").document
    assert (back["operator"], back["clients"], back["stayed"]) == (whose, some, [])
    assert owned(desk, whose) == had
    assert desk("undo").status == 0
    # On that day whoever opens the base brings them back.
    monkeypatch.setenv("SALESDESK_NOW", "2026-12-01T09:00:00+03:00")
    assert desk("--operator", to, "today", "--json").status == 0
    assert owned(desk, whose) == had
    (row,) = desk("handover", "list", "--json").document["rows"]
    assert row["back_at"] == "2026-12-01T09:00:00+03:00"


def test_people_read_it_as_well(desk, logins):
    whose, to = logins
    assert "Nothing was handed over" in desk("handover", "list").out
    said = desk("handover", whose, to, "--until", "2026-12-01").out
    assert "They come back on 01.12.2026." in said
    assert "salesdesk handover back 1" in said
    assert "01.12.2026" in desk("handover", "list").out
    assert desk("handover", "back").out.startswith("Back with")
    assert "Rehearsal" in desk("handover", whose, to, "--dry-run").out
    assert "Передаёт" in desk("--lang", "ru", "handover", whose, to, "--until", "2026-12-01").out


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        (("handover", "anna"), "FROM TO", 2),
        (("handover", "anna", "b", "c"), "FROM TO", 2),
        (("handover", "anna", "nobody"), "nobody", 1),
        (("handover", "anna", "anna"), "anna has these", 1),
        (("handover", "back"), "No clients are handed over", 1),
        (("handover", "back", "7"), "no handover 7", 1),
        (("operators", "absent", "anna"), "--until DATE or --back", 2),
        (("operators", "absent", "anna", "--back", "--until", "2026-12-01"), "--until DATE or --back", 2),
        (("operators", "absent", "anna", "--until", "2026-11-01"), "--until: ", 1),
        (("operators", "retire", "anna"), "last administrator", 1),
        (("operators", "role", "anna", "lead"), "last administrator", 1),
        (("operators", "role", "anna", "chief"), "“chief” is none of operator, lead, admin", 2),
    ],
)
def test_wrong_calls_are_one_line(desk, words, said, status):
    assert said in one_line(desk(*words), status)


def test_a_wrong_filter_or_day_names_its_option(desk, logins):
    whose, to = logins
    assert one_line(desk("handover", whose, to, "--clients", "colour=red")).startswith("--clients: ")
    assert one_line(desk("handover", whose, to, "--until", "never")).startswith("--until: ")


def test_an_operator_is_refused_in_one_line(desk, logins):
    whose, to = logins
    for words in (
        ("handover", to, whose), ("handover", to, whose, "--dry-run"), ("handover", "back", "1"),
        ("handover", "list"), ("operators", "absent", whose, "--until", "2026-12-01"),
        ("operators", "absent", whose, "--back"), ("operators", "retire", to),
        ("operators", "retire", to, "--dry-run"),
    ):  # fmt: skip
        assert "Only a team lead may do this." in one_line(desk("--operator", whose, *words))


def test_absent_and_back(desk, logins):
    whose, to = logins
    said = desk("operators", "absent", whose, "--until", "2026-12-01", "--substitute", to, "--json").document
    assert said == {"operator": whose, "absent_until": "2026-12-01", "substitute": to}
    (row,) = (row for row in desk("operators", "list", "--json").document["rows"] if row["login"] == whose)
    assert (row["absent_until"], row["substitute"]) == ("2026-12-01", to)
    assert f"until 01.12.2026: {to}" in desk("operators", "list").out
    rows = desk("--operator", to, "today", "--limit", "500", "--json").document["rows"]
    assert all(row["promise"] for row in rows if row["instead_of"])
    assert desk("undo").status == 0
    assert desk("operators", "absent", whose, "--until", "2026-12-01").out.strip().endswith("01.12.2026.")
    assert "is here" in desk("operators", "absent", whose, "--back").out
    assert "until 01.12.2026" not in desk("operators", "list").out


def test_who_leaves_cannot_sit_down_and_nothing_is_lost(desk, logins):
    whose, to = logins
    had = owned(desk, whose), owned(desk, to)
    left = desk("operators", "retire", whose, "--dry-run", "--json").document
    assert (left["left"]["clients"], left["handed_over"]) == (had[0], None)
    assert desk("--operator", whose, "today").status == 0
    done = desk("operators", "retire", whose, "--to", to, "--json").document
    assert done["handed_over"]["clients"] == had[0]
    assert done["left"]["clients"] == done["left"]["next_actions"] == done["left"]["deals"] == 0
    assert f"no operator {whose}" in one_line(desk("--operator", whose, "today"))
    assert owned(desk, to) == sum(had)
    assert "works here no more" in desk("operators", "list").out
    assert desk("undo").status == 0
    assert (owned(desk, whose), owned(desk, to)) == had
    assert desk("--operator", whose, "today").status == 0
    said = desk("operators", "retire", whose).out
    assert f"salesdesk handover {whose} TO" in said
    assert desk("handover", whose, to, "--json").document["clients"] == had[0]


def test_a_role_is_set(desk, logins):
    whose, _to = logins
    done = desk("operators", "role", whose, "lead", "--json").document
    assert done == {"operator": whose, "role": "lead", "before": "operator"}
    assert desk("--operator", whose, "handover", "list").status == 0
    assert f"({whose}): operator, was team lead." in desk("operators", "role", whose, "operator").out
    assert "администратор, раньше" in desk("--lang", "ru", "operators", "role", "anna", "admin").out
    assert "Only an administrator" in one_line(desk("--operator", whose, "operators", "role", whose, "admin"))
