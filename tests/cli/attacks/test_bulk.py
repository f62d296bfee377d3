"""An operator who wants to carry the base away: so much a list, so much a day, and it stands in the trail."""

from dataclasses import replace

import pytest
from builders import Desk

from salesdesk.base.listing import listed
from salesdesk.context import context_of
from salesdesk.models import Setting
from salesdesk.storage import catalogue_rows
from salesdesk.storage.base import Base
from tests.cli.conftest import one_line


@pytest.fixture
def few(attacked):
    """The same base, with 3 rows a list and 5 exported ones a day; Boris has 6 clients."""
    team = replace(
        attacked.desk.context.catalogues.team,
        list_rows=3, list_rows_a_day=8, export_rows_a_day=5, whose_a_day=2,
    )  # fmt: skip
    with attacked.desk.base.write() as session:
        session.get_one(Setting, catalogue_rows.TEAM).value = team.as_json()
    boris = attacked.desk.beside("boris")
    for number in range(5):
        boris.client(f"Ещё {number}", phones=())
    return attacked


def test_a_list_has_its_end(few):
    assert len(few("list", "--limit", "3", "--json").document["rows"]) == 3
    said = one_line(few("list", "--limit", "4"))
    assert said == "A list has at most 3 rows for an operator. Choose fewer by a filter, or ask a team lead."
    assert few.trail()[0][::2] == ("refused list", "boris")
    assert "nothing to undo" in one_line(few("undo"))
    assert len(few("list", "--limit", "100", "--json", who="anna").document["rows"]) == 8


def test_a_days_lists_have_their_end_too(few):
    assert few("list", "--where", "name=nobody", "--limit", "3").status == 0
    assert few("list", "--limit", "3", "--json").status == 0
    assert few.trail()[0][::2] == ("listed 3", "boris")
    assert few("report", "calls", "--period", "2026", "--rows", "total", "--json").status == 0
    listed = sum(int(action.split()[1]) for action, *_ in few.trail() if action.startswith("listed "))
    while listed + 3 <= 8:
        assert few("list", "--limit", "3").status == 0
        listed += 3
    refused = few("list", "--limit", "3", "--json")
    assert one_line(refused) == (
        "Commands list an operator at most 8 rows a day, and this is more. "
        "Choose fewer by a filter, or ask a team lead."
    )
    assert few.trail()[0][::2] == ("refused list", "boris")
    assert "nothing to undo" in one_line(few("undo"))
    # Nobody else's day is over, and the next one is new; a lead's lists are not counted.
    assert few("list", "--limit", "1", who="vera").status == 0
    assert few("--now", "2026-11-24T10:00:00+03:00", "list", "--limit", "3").status == 0
    before = len(few.trail())
    assert few("list", "--limit", "100", who="anna").status == 0
    assert len(few.trail()) == before


def test_the_list_of_the_day_and_the_rows_behind_a_figure_have_theirs(few):
    rows = ("report", "calls", "--period", "2026", "--rows", "total")
    for words in (("today",), rows):
        assert few(*words, "--json").status == 0
        assert few(*words, "--limit", "3").status == 0
        for more in (("--limit", "4"), ("--limit", "2", "--offset", "2"), ("--offset", "3")):
            assert one_line(few(*words, *more)).startswith("A list has at most 3 rows for an operator.")
            assert few.trail()[0][::2] == ("refused list", "boris")
        assert few(*words, "--limit", "100", who="anna").status == 0
    assert len(few("today", "--json").document["rows"]) <= 3


def test_page_by_page_it_ends_there_too(few):
    base = few.desk.base
    with base.read() as session:
        known = Base(base.engine, catalogue_rows.load(session), base.time)
    for login, wanted in (("boris", 3), ("anna", 8)):
        desk = Desk(known, context_of(known, few.desk.context.clock, login))
        seen, after = [], None
        while True:
            page = desk.read(listed, limit=2, after=after)
            seen += [row.client_id for row in page.rows]
            after = page.next
            if after is None:
                break
        assert len(seen) == len(set(seen)) == wanted
        assert page.total == (7 if login == "boris" else 8)


def test_a_days_exports_have_theirs(few, tmp_path):
    his, one = ("--where", "owner=boris"), ("--where", "name=ромашка")
    for ending in ("csv", "xlsx", "vcf"):
        said = one_line(few("export", "clients", tmp_path / f"all.{ending}", *his))
        assert said.startswith("An operator exports at most 5 rows a day, and this is more.")
        assert few.trail()[0][::2] == ("refused clients", "boris")
    assert [*tmp_path.glob("*all*")] == []
    file = tmp_path / "one.csv"
    for _time in range(5):
        assert few("export", "clients", file, *one, "--json").document["rows"] == 1
        assert few.trail()[0][::2] == ("export 1 clients", "boris")
    one_line(few("export", "clients", file, *one))
    # Nobody else's day is over, and the next one is new.
    assert few("export", "clients", file, "--where", "owner=vera", who="vera").status == 0
    assert few("export", "clients", file, who="anna").status == 0
    assert few("--now", "2026-11-24T10:00:00+03:00", "export", "clients", file, *one).status == 0


def test_whose_client_a_number_is_is_told_so_many_times_a_day(few):
    number = "+7 812 345-67-89"
    for typed in (number, number[:-1] + "8"):
        assert few("search", typed).status == 0
    for typed in (number, number[:-1] + "8"):  # told apart by nothing
        said = one_line(few("search", typed))
        assert said == "Whose client somebody is can be asked 2 times a day. Ask a team lead."
        assert few.trail()[0][::2] == ("refused whose_number", "boris")
    assert (
        few("--now", "2026-11-24T10:30:00+03:00", "search", number).out
        == "This number is a client of Vera.\n"
    )


def test_the_team_says_how_much(attacked):
    team = attacked.desk.context.catalogues.team
    assert (team.list_rows, team.export_rows_a_day) == (500, 2000)
    older = {key: value for key, value in team.as_json().items() if not key.endswith(("_rows", "_a_day"))}
    assert type(team).from_json(older) == team
