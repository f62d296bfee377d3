"""Every figure opens into rows that come to the figure again, over random histories."""

from statistics import mean, median

import pytest
from builders import random_base
from histories import dice_of, over, some_period, write_history

from salesdesk.errors import InputError, NotFoundError
from salesdesk.lead.behind.asking import OPENS, behind
from salesdesk.lead.behind.opening import Kind
from salesdesk.lead.flow import DIMENSIONS
from salesdesk.lead.funnel import COLUMNS as FUNNEL_COLUMNS
from salesdesk.lead.funnel import funnel
from salesdesk.lead.questions import FUNNEL, Question
from salesdesk.lead.reports import calls, quality, rejected, sales
from salesdesk.lead.reports.asking import report
from salesdesk.lead.rows import EVERYTHING, Spot

once = pytest.mark.parametrize("base", ["sqlite"], indirect=True)


def of(name):
    return lambda rows: sum(row[name] for row in rows)


def divided_by_number(part, digits):
    return lambda rows: round(part(rows) / len(rows), digits) if rows else None


def apart(rows):
    found = {}
    for row in rows:
        assert row["currency"] != "RUB"
        found[row["currency"]] = found.get(row["currency"], 0) + row["amount"]
    return found


COMES_TO = {
    "talk_seconds": of("talk_seconds"),
    "amount": of("amount"),
    "amount_after_return": of("amount"),
    "defects": of("missing"),
    "calls_per_company": divided_by_number(of("calls"), 2),
    "goal_hit_rate": divided_by_number(lambda rows: sum(row["goal_result"] == "hit" for row in rows), 4),
    "average": lambda rows: round(of("amount")(rows) / len(rows)) if rows else None,
    "cycle_days": lambda rows: round(mean(row["cycle_days"] for row in rows), 1) if rows else None,
    "won_back_share": divided_by_number(of("won_back"), 4),
    "other_currencies": apart,
    "conversion": divided_by_number(lambda rows: sum(row["fate"] == "advanced" for row in rows), 4),
    "median_days": lambda rows: round(median(row["days"] for row in rows), 1) if rows else None,
}
"""What the rows behind a figure come to, told by the rows alone; of any other figure, how many they are."""


def counted(key, rows):
    return COMES_TO.get(key, len)([row.values for row in rows])


def same(found, figure):
    """Tell whether they are the same; days behind a mean or a median were rounded each by itself."""
    if isinstance(figure, float) and isinstance(found, float):
        return found == pytest.approx(figure, abs=0.11)
    return found == figure


def check(desk, question, found):
    """Open every figure of a report."""
    spots = [(Spot(row.group), row.values) for row in found.rows]
    for spot, values in [*spots, (EVERYTHING, found.total)]:
        for column in OPENS[question.name].figures(found.by):
            opened = desk.read(behind, question, spot, column.key)
            assert opened.total == len(opened.rows), (column.key, spot)
            assert same(counted(column.key, opened.rows), values[column.key]), (column.key, spot)
            if opened.kind is Kind.CLIENTS:
                assert len({row.client_id for row in opened.rows}) == opened.total


@over()
@pytest.mark.parametrize(
    ("name", "dimensions"),
    [
        ("calls", (*calls.DIMENSIONS[:5], "hour", "weekday", "outcome", "goal", "industry", "class")),
        ("sales", (*sales.DIMENSIONS[:4], "quarter", "campaign", "product")),
        ("rejected", (*rejected.DIMENSIONS[:5], "source", "class")),
        ("operators", ("operator",)),
    ],
)
def test_the_rows_behind_every_figure_come_to_it(desk, name, dimensions, seed):
    write_history(desk, seed, clients=8)
    dice = dice_of(seed)
    for by in dice.sample(dimensions, min(3, len(dimensions))):
        who = dice.choice([None, None, "boris"])
        question = Question(name, some_period(desk, dice), by, operator=who)
        check(desk, question, desk.read(report, name, period=question.period, by=by, operator=who))


@over()
def test_the_rows_behind_the_facts_of_pace(desk, seed):
    write_history(desk, seed, clients=8)
    dice = dice_of(seed)
    period = some_period(desk, dice)
    for by in ("operator", "measure"):
        found = desk.read(report, "pace", period=period, by=by)
        rows = [(row, Spot(row.group)) for row in found.rows] + [(row, EVERYTHING) for row in found.totals]
        for row, spot in rows:
            opened = desk.read(behind, Question("pace", period, by), spot, row.values["measure"])
            assert counted(row.values["measure"], opened.rows) == row.values["fact"], (row.group, by)


@over()
def test_the_calls_behind_reviews(desk, seed):
    write_history(desk, seed, clients=8)
    dice = dice_of(seed)
    for by in ("operator", "item", "week"):
        question = Question("reviews", some_period(desk, dice), by)
        found = desk.read(report, "reviews", period=question.period, by=by)
        spots = [(Spot(row.group), row.values) for row in found.rows]
        for spot, values in [*spots, (EVERYTHING, found.total)]:
            rows = [row.values for row in desk.read(behind, question, spot, "score").rows]
            points, items = (sum(row[key] for row in rows) for key in ("points", "items"))
            assert len(rows) == values["reviewed"]
            assert (round(points / (2 * items), 4) if items else None) == values["score"]


@over()
def test_the_cards_behind_quality(desk, seed):
    random_base(desk, seed, clients=20)
    by_owner = desk.read(report, "quality", by="operator")
    for spot, values in [
        *((Spot(row.group), row.values) for row in by_owner.rows),
        (EVERYTHING, by_owner.total),
    ]:
        for column in by_owner.columns:
            opened = desk.read(behind, Question("quality", by="operator"), spot, column.key)
            assert counted(column.key, opened.rows) == values[column.key]
    for row in desk.read(report, "quality").rows:
        lacking = desk.read(behind, Question("quality"), Spot(row.group), "count").rows
        looked_at = desk.read(behind, Question("quality"), Spot(row.group), "share").rows
        assert all(row.group in one.values["lacks"].split(",") for one in lacking)
        assert len(lacking) == row.values["count"]
        assert looked_at[: len(lacking)] == lacking
        assert len(looked_at) == by_owner.total["clients"]
    missing = desk.read(behind, Question("quality"), EVERYTHING).rows
    assert sum(row.values["missing"] for row in missing) == by_owner.total["defects"]


@over()
def test_the_rows_behind_every_figure_of_the_funnel(desk, seed):
    write_history(desk, seed, clients=8)
    dice = dice_of(seed)
    for by in (None, dice.choice(["operator", "operator", *DIMENSIONS[1:]])):
        cohort = dice.random() < 0.5
        period = some_period(desk, dice)
        question = Question(FUNNEL, period, by, cohort)
        found = desk.read(funnel, period=period, by=by, cohort=cohort)
        for row in found.stages:
            spot = Spot(row.group.key if row.group else None, stage=row.stage)
            for column in FUNNEL_COLUMNS[: -2 if cohort else None]:
                opened = desk.read(behind, question, spot, column.key)
                figure = row.values[column.key]
                if column.key == "conversion" and figure is None:
                    figure = 0 if row.entered else None
                assert same(counted(column.key, opened.rows), figure), (column.key, row)
                if column.key in {"advanced", "still", "rejected", "aside"}:
                    assert {one.values["fate"] for one in opened.rows} <= {column.key}
        whole = {row.stage: row for row in desk.read(funnel, period=period, cohort=cohort).stages}
        for stage, row in whole.items():
            opened = desk.read(behind, question, Spot(total=True, stage=stage), "entered")
            assert opened.total == row.entered


@over()
def test_pages_are_the_whole_cut_up(desk, seed):
    write_history(desk, seed, clients=8)
    question = Question("calls", some_period(desk, dice_of(seed)))
    for key in ("calls", "companies"):
        whole = desk.read(behind, question, EVERYTHING, key)
        pages = [
            desk.read(behind, question, EVERYTHING, key, limit=3, offset=offset)
            for offset in range(0, whole.total + 1, 3)
        ]
        assert sum((page.rows for page in pages), ()) == whole.rows
        assert {page.total for page in pages} == {whole.total}
    assert desk.read(behind, question, EVERYTHING, limit=3, offset=10**6).total == whole_of(desk, question)


def whole_of(desk, question):
    return desk.read(report, "calls", period=question.period).total["calls"]


@once
def test_what_does_not_open(desk):
    with pytest.raises(InputError, match="do not open into rows"):
        desk.read(behind, Question("vip"), EVERYTHING)
    with pytest.raises(InputError, match=r"no figure “profit” here\. Figures: calls, answered"):
        desk.read(behind, Question("calls"), EVERYTHING, "profit")
    with pytest.raises(NotFoundError, match="no operator nobody"):
        desk.read(behind, Question("calls"), Spot("nobody"))
    for by, group in (
        ("hour", "24"),
        ("weekday", "0"),
        ("day", "2026-11"),
        ("month", "soon"),
        ("class", "Z"),
        ("year", "1999"),
    ):
        with pytest.raises(InputError, match="is no group of this report"):
            desk.read(behind, Question("calls", by=by), Spot(group))
    with pytest.raises(InputError, match="is no group of this report"):
        desk.read(behind, Question("quality"), Spot("no_hat"))
    with pytest.raises(InputError, match="no stage of the pipeline: new, proposal"):
        desk.read(behind, Question(FUNNEL), Spot(stage="paused"))
    with pytest.raises(InputError, match="no figure “left_forward” here"):
        desk.read(behind, Question(FUNNEL, cohort=True), Spot(stage="new"), "left_forward")


def test_an_empty_base_opens_into_nothing(desk):
    for name, opens in OPENS.items():
        for column in opens.figures(None):
            spot = Spot(next(iter(quality.CHECKS))) if name == "quality" else EVERYTHING
            assert desk.read(behind, Question(name), spot, column.key).total == 0
    for column in FUNNEL_COLUMNS:
        assert desk.read(behind, Question(FUNNEL), Spot(stage="new"), column.key).rows == ()
