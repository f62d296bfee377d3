"""`list` and `export`: a filter on the command line, and files that imports read."""

import csv

import pytest

from tests.cli.conftest import one_line

KEYS = [
    "client", "external_id", "name", "stage", "class", "band", "owner", "city", "region", "industry",
    "campaign", "source", "interest", "expected_amount", "last_call_at", "next_action", "phone",
    "claimed_by",
]  # fmt: skip


def test_list_as_json(desk):
    found = desk("list", "--where", "stage=new,proposal", "--limit", "3", "--json").document
    assert found["total"] > len(found["rows"]) == 3
    assert [*found["rows"][0]] == KEYS
    assert {row["stage"] for row in found["rows"]} <= {"new", "proposal"}
    assert {*found["rows"][0]["next_action"]} == {"kind", "goal", "due_at", "promise", "operator"}
    names = [row["name"] for row in desk("list", "--limit", "100", "--json").document["rows"]]
    assert len(names) == 60


def test_list_in_orders(desk):
    amounts = [
        float(row["expected_amount"]) for row in desk("list", "--sort", "amount", "--json").document["rows"]
    ]
    assert amounts == sorted(amounts, reverse=True)
    due = [
        row["next_action"] and row["next_action"]["due_at"]
        for row in desk("list", "--sort", "next", "--limit", "60", "--json").document["rows"]
    ]
    kept = [moment for moment in due if moment]
    assert kept
    assert due == sorted(kept) + [None] * (len(due) - len(kept))


def test_list_for_people(desk):
    ran = desk("list", "--where", "deal=in_work", "--limit", "2")
    assert ran.status == 0
    assert ran.out.splitlines()[0].startswith("Client")
    assert ran.out.splitlines()[-1].endswith("shown: 2")
    assert desk("--lang", "ru", "list", "--where", "этап=новый").status == 0
    assert desk("list", "--where", "name~нигдетакогонет").out.strip() == "No client is so."


def test_a_wrong_filter_is_one_line_that_names_the_column(desk):
    assert one_line(desk("list", "--where", "stage=fresh")).startswith(
        "--where: column 7: there is no “fresh”"
    )
    assert one_line(desk("list", "--where", "owner=nobody")).startswith("--where: column 1: ")
    assert one_line(desk("export", "clients", "a.csv", "--where", "(")).startswith("--where: column 2: ")
    assert one_line(desk("list", "--where", "city=a\udc80 )")).startswith("--where: column 9: ")


def test_wrong_calls(desk):
    assert "name, amount" in one_line(desk("list", "--sort", "size"), 2)
    assert "clients, calls, deals" in one_line(desk("export", "people", "a.csv"), 2)
    assert one_line(desk("export", "deals", "a.csv", "--period", "2026"), 2).startswith("--period")
    said = one_line(desk("export", "calls", "a.csv", "--period", "soon"))
    assert said.startswith("--period: “soon” is not a period")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "vcf"])
def test_export_says_how_much_went_where(desk, tmp_path, ending):
    file = tmp_path / f"out.{ending}"
    done = desk("export", "clients", file, "--where", "city!=none", "--json").document
    assert done == {"rows": done["rows"], "file": str(file)}
    assert done["rows"] >= desk("list", "--where", "city!=none", "--json").document["total"]
    assert file.stat().st_size > 1000
    assert desk("export", "clients", file).out.startswith(f"{file}: ")


def test_a_sample_goes_out_and_into_another_base_and_out_the_same(desk, tmp_path, monkeypatch):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    rows = desk("export", "clients", first, "--json").document["rows"]
    logins = [row["login"] for row in desk("operators", "list", "--json").document["rows"]]
    monkeypatch.setenv("SALESDESK_DB", str(tmp_path / "other.db"))
    desk("init")
    for login in logins[1:]:
        assert desk("operators", "add", login).status == 0
    brought = desk("import", first, "--json").document
    assert (brought["rejected"], brought["problems"], brought["added"]) == (0, [], 60)
    assert desk("export", "clients", second, "--json").document["rows"] == rows
    assert sorted(_rows(second)) == sorted(_rows(first))


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file, delimiter=";")]
