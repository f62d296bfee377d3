"""`report` and `funnel`: what other programs read, and what people do."""

import pytest
from python_calamine import CalamineWorkbook

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


def test_pace_is_in_the_unit_of_each_figure_and_says_how_it_was_found(desk):
    found = desk("report", "pace", "--json").document
    assert {row["measure"] for row in found["rows"]} == set(found["total"]) - {
        "working_days", "working_days_gone", "gone",
    }  # fmt: skip
    for row in found["rows"]:
        assert {"operator", "plan", "fact", "forecast", "done", "state", "behind"} <= set(row)
        money = row["measure"] == "amount"
        figures = [row[key] for key in ("plan", "fact", "forecast", "expected", "behind")]
        assert all(isinstance(figure, str) == money for figure in figures if figure is not None)
    assert "÷" in found["method"]
    assert found["method"] in desk("report", "pace").out


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
        ("report", "pace"),
        ("report", "pace", "--period", "today", "--by", "measure"),
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


def test_the_rows_behind_a_figure(desk):
    whole = desk("report", "calls", "--period", "2026", "--json").document
    for row in whole["rows"]:
        opened = desk(
            "report", "calls", "--period", "2026", "--rows", row["group"], "--figure", "answered", "--json"
        ).document
        assert (opened["total"], opened["kind"], opened["figure"]) == (row["answered"], "calls", "answered")
        assert {"client", "name", "at", "outcome", "goal_result", "talk_seconds"} <= set(opened["rows"][0])
    page = desk(
        "report", "calls", "--period", "2026", "--rows", "total", "--limit", "3", "--offset", "2", "--json"
    ).document
    assert (len(page["rows"]), page["total"], page["whole"]) == (3, whole["total"]["calls"], True)
    won = desk("report", "sales", "--period", "2026", "--rows", "total", "--figure", "average", "--json")
    assert all(row["amount"].partition(".")[2] == "00" for row in won.document["rows"])
    assert (
        desk("report", "calls", "--rows", "total", "--limit", "2").out.splitlines()[-1].startswith("1–2 of")
    )
    assert "No rows." in desk("report", "sales", "--period", "1999", "--rows", "total").out


def test_the_rows_behind_the_funnel(desk):
    by_class = desk("funnel", "--period", "2026", "--by", "class", "--json").document["stages"]
    for stage in by_class[:5]:
        words = ("--rows", stage["stage"], "--group", stage["group"], "--figure", "advanced")
        opened = desk("funnel", "--period", "2026", "--by", "class", *words, "--json").document
        assert (opened["total"], opened["stage"]) == (stage["advanced"], stage["stage"])
    assert "clients" in desk("funnel", "--period", "2026", "--rows", "new").out


def test_answers_by_weekday_and_hour(desk):
    found = desk("report", "answers", "--period", "2026", "--json").document
    assert {"weekday", "hour", "calls", "answered", "rate"} <= set(found["rows"][0])
    calls = desk("report", "calls", "--period", "2026", "--json").document["total"]
    assert (found["total"]["calls"], found["total"]["answered"]) == (calls["calls"], calls["answered"])
    assert "Mon" in desk("report", "answers", "--period", "2026").out


def test_the_funnel_as_files(desk, tmp_path):
    xlsx, csv = tmp_path / "funnel.xlsx", tmp_path / "funnel.csv"
    words = ("funnel", "--period", "2026", "--by", "class", "--compare", "--xlsx", xlsx, "--csv", csv)
    found = desk(*words, "--json").document
    assert found["files"] == [str(xlsx), str(csv)]
    head, *rows = CalamineWorkbook.from_path(str(xlsx)).get_sheet_by_index(0).to_python()
    assert head[:3] == ["Class", "Stage", "Entered"]
    assert "Entered, before" in head
    assert [row[2] for row in rows] == [stage["entered"] for stage in found["stages"]]
    assert csv.read_text("utf-8-sig").count("\n") == len(rows) + 1
    assert desk(*words).out.endswith(f"written to {csv}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report",), "NAME"),
        (("report", "vip", "--rows", "total"), "do not open into rows"),
        (("report", "calls", "--by", "hour", "--rows", "24"), "no group of this report"),
        (("report", "calls", "--rows", "total", "--figure", "profit"), "Figures: calls, answered"),
        (("funnel", "--rows", "paused"), "no stage of the pipeline"),
        (("funnel", "--figure", "entered"), "--rows STAGE"),
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
        (("report", "nonsense"), "Reports: calls, sales"),
        (("report", "calls", "--operator", "nobody"), "no operator nobody"),
        (("report", "calls", "--xlsx", "/nowhere/x.xlsx"), "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_one_line(desk, words, said):
    assert said in one_line(desk(*words))
