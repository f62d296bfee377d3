"""`plan` and `operators cost`: planning a month, and what people cost."""

import pytest

from tests.cli.conftest import one_line


def test_a_plan_is_set_listed_and_undone(desk):
    before = desk("plan", "list", "--month", "2027-03", "--json").document
    assert (before["month"], before["team"]) == ("2027-03", {"plan": {}, "explicit": []})
    made = desk("plan", "set", "anna", "2027-03", "calls=1 200", "amount=1,5 млн", "--json").document
    assert made == {
        "operator": "anna", "month": "2027-03", "changed": 2,
        "plan": {"calls": 1200, "amount": "1500000.00"},
    }  # fmt: skip
    desk("plan", "set", "team", "2027-03", "calls=900")
    found = desk("plan", "list", "--month", "2027-03", "--json").document
    assert found["team"] == {"plan": {"calls": 900, "amount": "1500000.00"}, "explicit": ["calls"]}
    taken = desk("plan", "set", "anna", "2027-03", "calls=", "amount=", "--json").document
    assert (taken["changed"], taken["plan"]) == (2, {})
    for _turn in range(3):
        assert desk("undo", "--json").status == 0
    assert desk("plan", "list", "--month", "2027-03", "--json").document == before


def test_plans_are_copied(desk):
    found = desk("plan", "copy", "2026-11", "2026-12", "--json").document
    assert (found["from"], found["to"]) == ("2026-11", "2026-12")
    assert found["copied"] > 0
    november, december = (
        desk("plan", "list", "--month", month, "--json").document for month in ("2026-11", "2026-12")
    )
    assert [row["plan"] for row in november["rows"]] == [row["plan"] for row in december["rows"]]
    assert "0 plans copied" in desk("plan", "copy", "2026-11", "2026-12").out


def test_what_somebody_costs(desk):
    made = desk("operators", "cost", "anna", "100 000", "--from", "2026-11", "--json").document
    assert made == {"operator": "anna", "from": "2026-11", "cost": "100000.00", "changed": True}
    rows = {row["operator"]: row for row in desk("report", "operators", "--json").document["rows"]}
    assert rows["anna"]["cost"] == "75000.00"
    assert rows["anna"]["return"] == round(float(rows["anna"]["amount"]) / 75_000, 2)
    assert "2026-11" in desk("operators", "cost", "anna", "-").out
    assert desk("plan", "list", "--json").document["rows"][0]["cost_since"] < "2026-11"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_people_read_a_table(desk, language):
    ran = desk("--lang", language, "plan", "list")
    assert (ran.status, ran.err) == (0, "")
    assert "Σ" in ran.out.splitlines()[-1]
    assert desk("--lang", language, "plan", "set", "anna", "2026-11", "won=3").out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("plan", "set", "anna", "2026-11"), 2, "MEASURE"),
        (("plan", "set", "anna", "2026-11", "calls"), 2, "MEASURE=VALUE"),
        (("plan", "set", "anna", "2026-11", "smiles=3"), 2, "MEASURE=VALUE"),
        (("plan", "set", "anna", "2026-11", "calls=many"), 2, "calls: not an amount"),
        (("plan", "set", "anna", "2026-11", "won=1.5"), 2, "won: not a whole number"),
        (("plan", "set", "anna", "2026-W11", "won=1"), 1, "is no month"),
        (("plan", "set", "nobody", "2026-11", "won=1"), 1, "no operator nobody"),
        (("plan", "copy", "2026-11", "soon"), 1, "is no period"),
        (("operators", "cost", "anna", "5 $"), 1, "are in RUB"),
        (("operators", "cost", "nobody", "5"), 1, "no operator nobody"),
    ],
)
def test_what_cannot_be_planned_is_one_line(desk, words, status, said):
    assert said in one_line(desk(*words), status)
