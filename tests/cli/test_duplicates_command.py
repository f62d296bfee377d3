"""`duplicates`: groups with reasons, and what was decided of them."""

import pytest

from tests.cli.conftest import one_line

ROWS = """id,name,city,address,phone
1,ООО «Ромашка»,Москва,"ул. Лесная, 12",+7 495 200-00-01
2,Romashka,Москва,"Лесная ул., д. 12",84952000001
3,Гвоздика,Омск,"пр. Мира, 5",+7 381 220-00-01
"""
"""Two of the three are one."""


@pytest.fixture
def base(tmp_path, cli, monkeypatch):
    file = tmp_path / "ours.csv"
    file.write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("SALESDESK_OPERATOR", "anna")
    cli("import", file)
    return cli


def test_groups_have_reasons_and_ids_of_their_sources(base):
    said = base("duplicates", "--json").document
    (group,) = said["groups"]
    assert said["pairs"] == 1
    assert [(one["client"], one["source"], one["external_id"]) for one in group["clients"]] == [
        (1, "ours", "1"), (2, "ours", "2"),
    ]  # fmt: skip
    assert "the same number +74952000001" in group["why"]
    assert group["score"] > 0.9


def test_people_get_a_table(base):
    said = base("duplicates").out
    assert "the same number +74952000001" in said
    assert "1 group, 1 pair" in said


def test_a_score_can_be_asked_for_that_none_has(base):
    assert base("duplicates", "--min-score", "1", "--json").document["groups"] == []


def test_not_duplicates_is_remembered(base):
    assert base("duplicates", "--not", "1", "2", "--json").document == {"clients": [1, 2], "pairs": 1}
    assert base("duplicates", "--json").document == {"groups": [], "pairs": 0}
    base("undo")
    assert base("duplicates", "--json").document["pairs"] == 1


@pytest.mark.parametrize("words", [("--min-score", "2"), ("--min-score", "x"), ("1", "2"), ("--not", "1")])
def test_a_wrong_call_is_said_so(base, words):
    one_line(base("duplicates", *words), status=2)
