"""`segment`, `cleaning`, and what `list` and `export` make of a segment, as one calls them."""

import pytest


@pytest.fixture
def south(desk):
    assert desk("segment", "save", "Юг", "--where", "stage=cold", "--sort", "amount").status == 0
    return desk


def test_a_segment_is_saved_listed_shown_renamed_and_removed(south):
    (row,) = south("segment", "list", "--json").document["rows"]
    assert {key: row[key] for key in ("name", "filter", "sort", "shared")} == {
        "name": "Юг", "filter": "stage=cold", "sort": "amount", "shared": False,
    }  # fmt: skip
    total = south("list", "--where", "stage=cold", "--json").document["total"]
    assert row["count"] == total > 0
    assert south("list", "--segment", "юг", "--json").document["total"] == total
    assert south("segment", "save", "юг", "--where", "stage=new", "--shared", "--json").document["shared"]
    assert south("segment", "rename", "юг", "Север", "--json").document["filter"] == "stage=new"
    assert "stage=new" in south("segment", "show", "север").out
    assert south("segment", "remove", "север", "--json").document == {"removed": "Север"}
    assert south("segment", "list").out.strip().startswith("There is no segment yet")
    assert south("undo").status == 0
    assert south("segment", "show", "Север").status == 0


def test_a_list_stands_in_the_order_of_its_segment_unless_another_is_asked_for(south):
    amounts = [float(row["expected_amount"]) for row in _rows(south("list", "--segment", "Юг", "--json"))]
    assert amounts == sorted(amounts, reverse=True)
    names = _rows(south("list", "--segment", "Юг", "--sort", "name", "--json"))
    assert names == _rows(south("list", "--where", "stage=cold", "--json"))


def test_export_of_a_segment_is_in_the_trail_and_nothing_to_undo(south, tmp_path):
    file = tmp_path / "south.csv"
    done = south("export", "clients", file, "--segment", "Юг", "--json").document
    assert done["rows"] >= south("segment", "show", "Юг", "--json").document["count"]
    # What is undone is what stood before it.
    assert "segment" in south("undo").out


def test_sharing_out_is_rehearsed_and_done(south):
    asked = ("segment", "assign", "Юг", "--to", "ivanova,anna", "--json")
    rehearsed = south(*asked, "--dry-run").document
    done = south(*asked).document
    assert rehearsed | {"dry_run": False} == done
    assert done["clients"] == sum(row["clients"] for row in done["rows"])
    again = south(*asked, "--dry-run").document
    assert again["changed"] == 0
    assert south("undo").status == 0
    by_class = south(
        "segment", "assign", "--where", "class=A", "--rule", "class", "--to", "A=ivanova", "--json"
    )
    assert by_class.status == 0


def test_a_campaign(south):
    count = south("segment", "show", "Юг", "--json").document["count"]
    assert south("segment", "campaign", "Юг", "осень", "--title", "Осень", "--json").document == {
        "campaign": "осень", "changed": count,
    }  # fmt: skip
    assert south("list", "--where", "campaign=осень", "--json").document["total"] == count


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("segment", "show", "нет"), 1, "there is no segment “нет”"),
        (("list", "--segment", "нет"), 1, "there is no segment “нет”"),
        (("segment", "save", "x"), 2, "--where"),
        (("segment", "save", "x", "--where", "city=A and stag=new"), 1, "column 12"),
        (("segment", "assign", "--to", "anna"), 2, "a segment, or --where"),
        (("segment", "assign", "Юг", "--to", "nobody"), 1, "nobody"),
        (("segment", "assign", "Юг", "--rule", "luck", "--to", "anna"), 2, "luck"),
        (("cleaning", "--operator", "nobody"), 1, "nobody"),
        (("cleaning", "--months", "0"), 2, "--months"),
    ],
)
def test_wrong_calls_are_one_line(south, words, status, said):
    ran = south(*words)
    assert ran.status == status
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_operator_may_save_but_not_give_away(south):
    assert south("--operator", "ivanova", "segment", "save", "мой", "--where", "owner=me").status == 0
    ran = south("--operator", "ivanova", "segment", "assign", "мой", "--to", "ivanova")
    assert (ran.status, ran.out) == (1, "")


def test_cleaning_says_what_is_wrong_and_whose_cards_are_full(south):
    found = south("cleaning", "--json").document
    for kind in found["kinds"]:
        assert south("list", "--where", kind["filter"], "--json").document["total"] == kind["count"]
        assert kind["advice"]
    assert all(row["full"] <= row["clients"] for row in found["full_cards"])
    mine = south("--operator", "ivanova", "cleaning", "--json").document
    assert [row["operator"] for row in mine["full_cards"]] == ["ivanova"]
    table = south("cleaning").out
    assert "no number at all" in table
    assert "%" in table


def _rows(ran):
    return ran.document["rows"]
