"""`now`, `dropped`, `tails --history` and `report calls --by script`."""

from tests.cli.conftest import one_line


def test_now_is_what_the_board_shows(desk):
    found = desk("now", "--json").document
    assert found["working"] is True
    row = found["rows"][0]
    assert set(row) >= {
        "operator", "card", "last_at", "idle_minutes", "calls", "contacts", "hit", "talk_seconds",
        "calls_per_company", "calls_per_company_mark", "tails",
    }  # fmt: skip
    idle = [one["idle_minutes"] for one in found["rows"] if one["idle_minutes"] is not None]
    assert idle == sorted(idle, reverse=True)
    ran = desk("now")
    assert row["name"] in ran.out
    assert one_line(desk("--operator", "ivanova", "now")) == "Only a team lead may do this."


def test_dropped_companies(desk):
    found = desk("dropped", "--period", "2026", "--limit", "2", "--json").document
    assert (found["from"], found["to"], len(found["rows"])) == ("2026-01-01", "2026-12-31", 2)
    assert found["total"] > 2
    whose = desk("dropped", "--period", "2026", "--operator", "ivanova", "--json").document
    assert 0 < whose["total"] < found["total"]
    assert desk("dropped", "--period", "2026").out.splitlines()[-1] == (
        f"{found['total']} companies were dropped"
    )
    one_line(desk("dropped", "--period", "someday"), 2)
    one_line(desk("dropped", "--operator", "nobody"))
    assert "No company" in desk("dropped", "--period", "1999").out


def test_past_days_stand_beside_the_tails_of_now(desk):
    now = desk("tails", "--json").document
    found = desk("tails", "--history", "--days", "5", "--json").document
    past = found.pop("history")
    assert found == now
    assert [day["date"] for day in past] == [f"2026-11-{day}" for day in range(18, 23)]
    assert set(past[0]["done"]) == {"in_time", "days_1", "days_2_3", "days_4_7", "older"}
    assert all(day["total"] == sum(day["buckets"].values()) for day in past)
    assert sum(sum(day["done"].values()) for day in past) > 0
    assert len(desk("tails", "--history").out.splitlines()) == 15
    alone = desk("tails", "--history", "--days", "5", "--operator", "ivanova", "--json").document["history"]
    assert all(mine["total"] <= all_["total"] for mine, all_ in zip(alone, past, strict=True))
    one_line(desk("tails", "--history", "--days", "4000"), 2)
    one_line(desk("tails", "--history", "--operator", "nobody"))


def by_goal_codes(found) -> list[str]:
    # The packaged scripts have the codes of their goals.
    return [row["goal"] for row in found["rows"]]


def test_calls_are_told_by_the_script_of_their_goal_and_marked_by_operator(desk):
    by_script = desk("report", "calls", "--period", "2026", "--by", "script", "--json").document
    by_goal = desk("report", "calls", "--period", "2026", "--by", "goal", "--json").document
    assert [row["hit"] for row in by_script["rows"]] == [row["hit"] for row in by_goal["rows"]]
    assert {row["script"] for row in by_script["rows"]} <= {*by_goal_codes(by_goal)}
    assert "= usual" in desk("report", "calls", "--period", "2026").out or (
        "▲ closes" in desk("report", "calls", "--period", "2026").out
    )
    assert "▲" not in desk("report", "calls", "--period", "2026", "--by", "day").out
