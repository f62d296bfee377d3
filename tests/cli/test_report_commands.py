"""`report` and `funnel`: what other programs read, and what people do."""

import pytest

from tests.cli.conftest import one_line


def test_a_report_is_one_document(desk):
    found = desk("report", "calls", "--period", "2026", "--by", "outcome", "--json").document
    assert (found["report"], found["from"], found["to"]) == ("calls", "2026-01-01", "2026-12-31")
    assert sum(row["calls"] for row in found["rows"]) == found["total"]["calls"] > 0
    assert found["rows"][0]["group"] == found["rows"][0]["outcome"]
    assert set(found["total"]) >= {"contacts", "talk_seconds", "calls_per_company", "goal_hit_rate"}


def test_amounts_are_decimal_strings(desk):
    total = desk("report", "sales", "--period", "2026", "--json").document["total"]
    assert total["won"] > 0
    assert total["amount"].partition(".")[2].isdigit()
    assert total["other_currencies"] == {}


def test_the_usual_period_is_this_month_and_the_usual_group_an_operator(desk):
    found = desk("report", "calls", "--json").document
    assert (found["from"], found["to"], found["by"]) == ("2026-11-01", "2026-11-30", "operator")
    assert desk("report", "rejected", "--json").document["by"] == "reason"


def test_one_person_alone(desk):
    everybody = desk("report", "calls", "--json").document["rows"]
    login = everybody[0]["operator"]
    alone = desk("report", "calls", "--operator", login, "--json").document
    assert alone["rows"] == everybody[:1]


def test_vip_tells_what_was_said(desk):
    found = desk("report", "vip", "--period", "2026", "--json").document
    assert found["by"] is None
    assert found["total"]["calls"] + found["total"]["messages"] == len(found["rows"])
    assert all({"at", "kind", "client", "name", "operator", "text"} <= set(row) for row in found["rows"])


def test_rejected_tells_what_a_lead_said_and_what_stands_out(desk):
    found = desk("report", "rejected", "--period", "2026", "--json").document
    total = found["total"]
    assert total["won_after_return"] <= total["returned"] <= total["reviewed"] < total["clients"]
    assert total["reviewed"]
    assert total["amount_after_return"].partition(".")[2].isdigit()
    for one in found["unusual"]:
        keys = {"operator", "reason", "count", "of", "others_count", "others_of", "others_share"}
        assert set(one) == keys
        assert one["count"] / one["of"] > 2 * one["others_share"]


def test_reviews_are_told_apart_by_operator_item_and_time(desk):
    for by in ("operator", "item", "day", "week", "month", "quarter"):
        found = desk("report", "reviews", "--period", "2026", "--by", by, "--json").document
        assert found["rows"]
        assert all(0 <= row["score"] <= 1 and row["reviewed"] for row in found["rows"])
        assert found["total"]["reviewed"] > 0


def test_the_funnel_is_one_document(desk):
    found = desk("funnel", "--period", "2026", "--compare", "--json").document
    assert [row["stage"] for row in found["stages"]] == ["new", "proposal", "invoice", "paid", "shipped"]
    for row in found["stages"]:
        keys = {"entered", "advanced", "rejected", "still", "conversion", "amount", "median_days", "before"}
        assert keys <= set(row)
    assert found["before"]["to"] == "2025-12-31"
    by_class = desk("funnel", "--period", "2026", "--by", "class", "--cohort", "--json").document["stages"]
    assert all(row["group"] == row["class"] for row in by_class)
    new = [row["entered"] for row in by_class if row["stage"] == "new"]
    assert sum(new) == found["stages"][0]["entered"]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "words",
    [
        ("report", "calls", "--by", "day"),
        ("report", "sales", "--period", "2026", "--by", "month"),
        ("report", "rejected", "--period", "this-year"),
        ("report", "vip", "--period", "2026"),
        ("report", "operators"),
        ("report", "quality"),
        ("report", "sales", "--period", "1999"),
        ("funnel", "--compare"),
        ("funnel", "--by", "operator", "--cohort"),
    ],
)
def test_people_read_a_table(desk, language, words):
    ran = desk("--lang", language, *words)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("\n") >= 2


def test_files_beside_it(desk, tmp_path):
    xlsx, csv = tmp_path / "calls.xlsx", tmp_path / "calls.csv"
    found = desk("report", "calls", "--xlsx", xlsx, "--csv", csv, "--json").document
    assert found["files"] == [str(xlsx), str(csv)]
    assert xlsx.read_bytes().startswith(b"PK")
    assert csv.read_text("utf-8-sig").count("\n") == len(found["rows"]) + 2
    assert desk("report", "calls", "--csv", csv).out.endswith(f"written to {csv}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report",), "NAME"),
        (("report", "calls", "--period", "soon"), "“soon” is no period"),
        (("report", "calls", "--period", "2026-12..2026-11"), "ends before it begins"),
        (("report", "calls", "--by", "product"), "It can be by operator, day"),
        (("funnel", "--by", "hour"), "It can be by operator, campaign"),
        (("funnel", "--period", "[b]\x1b"), "is no period"),
    ],
)
def test_a_wrong_call_is_one_line(desk, words, said):
    assert said in one_line(desk(*words), 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "pace"), "no plans in the base yet"),
        (("report", "nonsense"), "Reports: calls, sales"),
        (("report", "calls", "--operator", "nobody"), "no operator nobody"),
        (("report", "calls", "--xlsx", "/nowhere/x.xlsx"), "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_one_line(desk, words, said):
    assert said in one_line(desk(*words))
