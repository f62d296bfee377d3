"""`merge`: one card out of several, by words alone; rehearsed, listed, taken back."""

import pytest

from tests.cli.conftest import one_line

CSV = (
    "Код;Компания;Телефон;Город;Сайт\n"
    "A1;ООО «Ромашка»;+7 495 123-45-67;Москва;romashka.ru\n"
    "A2;Ромашка;8 (495) 123-45-67;Москва;romashka.ru\n"
    "A3;Лютик;+7 812 320-11-22;СПб;\n"
)


@pytest.fixture
def three(cli, tmp_path):
    """The numbers of three clients, of whom two are one."""
    path = tmp_path / "clients.csv"
    path.write_text(CSV, encoding="utf-8")
    cli("import", path, "--source", "crm")
    return [cli("card", f"A{number}", "--json").document["client"]["id"] for number in (1, 2, 3)]


def test_two_cards_become_one_and_are_two_again(cli, three):
    a, b, _c = three
    done = cli("merge", a, b, "--json").document
    assert (done["client"], done["merged"]) == (a, [b])
    for named in (b, "A2"):
        assert cli("card", named, "--json").document["client"]["id"] == a
        assert cli("why", named, "--json").document["client"] == a
    logged = cli("log", b, "--outcome", "no_answer", "--json").document
    assert logged["call"]
    assert len(cli("card", a, "--json").document["phones"]) == 1
    assert cli("search", "A2", "--json").document["rows"][0]["client"] == a
    assert cli("db", "check", "--json").document["ok"] is True
    undone = cli("merge", "undo", done["merge"], "--json").document
    assert (undone["merge"], undone["undone"], undone["back"]) == (done["merge"], True, [b])
    assert cli("card", "A2", "--json").document["client"]["id"] == b
    assert cli("db", "check", "--json").document["ok"] is True
    assert "already" in one_line(cli("merge", "undo", done["merge"]))


def test_a_rehearsal_keeps_nothing(cli, three):
    a, b, c = three
    plan = cli("merge", a, b, c, "--dry-run", "--take", f"city={c}", "--json").document
    assert (plan["merge"], plan["client"], plan["moves"]["phones"]) == (None, a, 2)
    city = next(field for field in plan["fields"] if field["field"] == "city")
    assert (city["from"], city["said"][2]) == (c, "СПб")
    assert "Rehearsal" in cli("merge", a, b, "--dry-run").out
    assert cli("card", b, "--json").document["client"]["id"] == b


def test_another_value_is_taken(cli, three):
    a, _b, c = three
    cli("merge", a, c, "--take", f"city={c}, name={c}")
    card = cli("card", a, "--json").document
    assert (card["client"]["city"], card["client"]["name"]) == ("СПб", "Лютик")
    assert "ООО «Ромашка»" in "\n".join(line.get("text") or "" for line in card["timeline"])


def test_all_from_a_score_on_are_merged_and_taken_back_at_once(cli, three):
    cli("duplicates")
    told = cli("merge", "all", "--min-score", "0.9", "--dry-run", "--json").document
    assert (told["merge"], told["groups"], told["cards"]) == (None, 1, 1)
    done = cli("merge", "all", "--min-score", "0.9", "--json").document
    assert (done["groups"], done["cards"], done["left_out"]) == (1, 1, 0)
    assert cli("merge", "all", "--min-score", "0.9", "--json").document["groups"] == 0
    (row,) = cli("merge", "list", "--json").document["rows"]
    assert (row["merge"], row["run"], row["undone"]) == (done["merge"], done["merge"], None)
    assert cli("merge", "undo", done["merge"], "--json").document["merges"] == 1
    assert len(cli("list", "--json").document["rows"]) == 3
    assert "↶" in cli("merge", "list").out or "Taken back" in cli("merge", "list").out


def test_the_last_thing_is_taken_back_as_any_other(cli, three):
    a, b, _c = three
    cli("merge", a, b)
    assert cli("undo", "--json").document["undone"]["action"] == "merge"
    assert cli("card", b, "--json").document["client"]["id"] == b


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["1"], 2, "KEEP OTHER"), (["undo"], 2, "undo ID"), (["undo", "x"], 2, "whole number"),
        (["all"], 2, "--min-score"), (["all", "--min-score", "7"], 1, "between 0 and 1"),
        (["1", "1"], 1, "two different"),
        (["1", "999"], 1, "no client 999"), (["1", "2", "--take", "nonsense=1"], 1, "--take"),
        (["1", "2", "--take", "name"], 1, "FIELD=CLIENT"), (["undo", "99"], 1, "no merge 99"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_one_line(cli, three, words, status, said):
    ran = cli("merge", *words)
    assert said in one_line(ran, status)
