"""Cleaning: each kind is what its filter chooses, and agrees with the report that has the same rules."""

import pytest
from builders import random_base

from salesdesk.base.filters import parse_filter
from salesdesk.base.listing import listed
from salesdesk.codes import ClientClass
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.lead.cleaning import KINDS, filter_of, found, full_cards, kinds_for
from salesdesk.lead.reports.asking import report


def quality(desk, **asked):
    return {row.group: row.values for row in desk.read(report, "quality", **asked).rows}


@pytest.mark.parametrize("seed", range(3))
def test_counts_agree_with_the_report_and_open_into_their_clients(desk, seed):
    random_base(desk, seed)
    counts = {code: desk.read(found, code) for code in kinds_for(desk.context)}
    assert set(counts) == set(KINDS)
    for one in counts.values():
        where = parse_filter(one.filter, desk.context)
        assert desk.read(listed, where).total == one.count
    said = quality(desk)
    assert counts["no_phone"].count + counts["bad_phone"].count == said["no_phone"]["count"]
    for code in ("no_owner", "no_next_action", "no_deal", "no_contact", "no_city", "no_region", "no_industry",
                 "no_email"):  # fmt: skip
        assert counts[code].count == said[code]["count"], code


@pytest.mark.parametrize("seed", range(2))
def test_full_cards_are_those_on_which_nothing_is_missing(desk, seed):
    random_base(desk, seed)
    with desk.filling() as base:
        base.client(
            "полная", people=("Иван",), city="Омск", region="Омская обл.", industry="Еда", email="a@b.ru",
            stage=None,
        )  # fmt: skip
    rows = desk.read(full_cards)
    whole = quality(desk, by="operator")
    assert {row.login for row in rows} <= {"anna", "boris", None}
    assert sum(row.clients for row in rows) == sum(values["clients"] for values in whole.values())
    mine = next(row for row in rows if row.login == "anna")
    assert mine.full >= 1
    assert mine.share == pytest.approx(mine.full / mine.clients, abs=1e-4)
    assert [row.share or 0 for row in rows] == sorted(row.share or 0 for row in rows)


@pytest.mark.parametrize("code", KINDS)
def test_the_cold_base_is_counted_when_it_is_asked_for(desk, code):
    random_base(desk, 1)
    with desk.filling() as base:
        base.client("холодная", owner_id=None, stage=None, phones=())
    worked, whole = desk.read(found, code), desk.read(found, code, cold=True)
    assert whole.filter == worked.filter.removeprefix("worked=yes ")
    assert desk.read(listed, parse_filter(whole.filter, desk.context)).total == whole.count >= worked.count
    assert code not in {"no_phone", "no_owner"} or whole.count > worked.count


def test_an_operator_sees_their_own(desk):
    boris = desk.beside("boris")
    with desk.filling() as base:
        base.client("мой", phones=())
        base.client("его", phones=(), owner_id=boris.me)
    assert desk.read(found, "no_phone").count == 2
    assert desk.read(found, "no_phone", operator="boris").count == 1
    mine = boris.read(found, "no_phone")
    assert (mine.count, mine.filter) == (1, "owner=boris worked=yes missing=phone")
    assert "no_owner" not in kinds_for(boris.context)
    assert [row.login for row in boris.read(full_cards)] == ["boris"]
    with pytest.raises(NotAllowedError):
        boris.read(found, "no_phone", operator="anna")
    with pytest.raises(NotFoundError):
        desk.read(found, "no_phone", operator="nobody")


def test_only_cards_that_somebody_works_with_count(desk):
    with desk.filling() as base:
        base.client("холодный ничей", phones=(), owner_id=None)
        base.client("забракован", phones=(), stage="rejected")
        base.client("не звонить", phones=(), do_not_call=True)
        base.client("холодный с хозяином", phones=(), client_class=ClientClass.C)
    assert desk.read(found, "no_phone").count == 1


def test_every_filter_reads_and_so_many_months_are_as_many_as_asked(desk):
    for code in KINDS:
        for login in (None, "anna"):
            line = filter_of(desk.context, code, login, 3)
            assert str(parse_filter(line, desk.context))
    assert "untouched>3mo" in filter_of(desk.context, "untouched", None, 3)
