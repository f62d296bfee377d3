"""What the commands tell an operator: their own figures, and lists that they could take out anyway."""

import csv

import pytest

from tests.cli.conftest import one_line

YEAR = ("--period", "2026", "--json")


@pytest.fixture
def other(desk):
    """An operator who has figures, and is not anna."""
    rows = desk("report", "calls", *YEAR).document["rows"]
    roles = {row["login"]: row["role"] for row in desk("operators", "list", "--json").document["rows"]}
    return next(row["operator"] for row in rows if roles[row["operator"]] == "operator")


def name_of(desk, login):
    rows = desk("operators", "list", "--json").document["rows"]
    return next(row["name"] for row in rows if row["login"] == login)


def without_costs(document):
    """Leave out what people cost: that is not for an operator to know."""
    hidden = ("cost", "return", "cost_per_won")
    rows = [{key: value for key, value in row.items() if key not in hidden} for row in document["rows"]]
    total = {key: value for key, value in document["total"].items() if key not in hidden}
    return document | {"rows": rows, "total": total}


@pytest.mark.parametrize("name", ["calls", "sales", "rejected", "vip", "operators", "quality"])
def test_a_report_is_the_operators_own(desk, other, name):
    own = desk("--operator", other, "report", name, *YEAR).document
    assert without_costs(own) == without_costs(desk("report", name, "--operator", other, *YEAR).document)


def test_by_operator_is_one_row(desk, other):
    own = desk("--operator", other, "report", "calls", "--by", "operator", *YEAR).document
    assert [row["operator"] for row in own["rows"]] == [other]
    stages = desk("--operator", other, "funnel", "--by", "operator", *YEAR).document["stages"]
    assert {row["operator"] for row in stages} <= {other}


def test_the_funnel_is_the_operators_own(desk, other):
    own = desk("--operator", other, "funnel", *YEAR).document
    assert own == desk("funnel", "--operator", other, *YEAR).document
    everybodys = desk("funnel", *YEAR).document
    assert own["clients"] < everybodys["clients"]


@pytest.mark.parametrize("words", [("report", "sales"), ("funnel",)])
def test_somebody_elses_are_refused_in_one_line(desk, other, words):
    assert "their own figures only" in one_line(desk("--operator", other, *words, "--operator", "anna"))


def test_an_operators_list_is_what_they_could_export(desk, other, tmp_path):
    everybodys = desk("list", "--limit", "1000", "--json").document
    own = desk("--operator", other, "list", "--limit", "500", "--json").document
    owed = {row["client"] for row in own["rows"] if row["owner"] not in {other, None}}
    cards = [desk("card", client, "--json").document for client in owed]
    assert {card["next_action"]["operator"] for card in cards} <= {name_of(desk, other)}
    assert own["total"] == len(own["rows"]) < everybodys["total"]
    file = tmp_path / "own.csv"
    assert desk("--operator", other, "export", "clients", file).status == 0
    with file.open(encoding="utf-8-sig", newline="") as rows:
        exported = {row["External id"] for row in csv.DictReader(rows, delimiter=";")}
    assert exported == {row["external_id"] or f"salesdesk-{row['client']}" for row in own["rows"]}
    assert desk("--operator", other, "list", "--where", "owner=anna", "--json").document["total"] == 0
