"""Segments: saved, shared, standing on one another; the fields that cleaning asks for; filters as forms."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

import pytest
from builders import snapshot
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base.filters import FilterError, These, parse_filter
from salesdesk.base.filters.form import Form, Line, as_form, from_form, offers
from salesdesk.base.listing import listed
from salesdesk.base.segments import (
    change_segment,
    counted,
    remove_segment,
    save_segment,
    segment_named,
    segments,
)
from salesdesk.base.values import is_inn
from salesdesk.catalogues import packaged_data, read_catalogues
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.context import Context, Me
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError

OMSK = "город=Омск"


def names(desk, where, **asked):
    return [row.name for row in desk.read(listed, parse_filter(where, desk.context), **asked).rows]


def fill(desk):
    with desk.filling() as base:
        base.client("Альфа", city="Омск", stage="new", expected_minor=100)
        base.client("Бета", city="Омск", owner_id=None)
        base.client("Вега", city="Томск")


def test_a_saved_filter_is_found_however_it_is_typed_and_counts_anew(desk):
    fill(desk)
    saved = desk.write(save_segment, "Осень-Юг", OMSK, sort="amount")
    assert (saved.name, saved.filter, saved.sort, saved.mine) == ("Осень-Юг", "city=Омск", "amount", True)
    assert names(desk, "сегмент=осень-юг") == names(desk, 'segment="ОСЕНЬ ЮГ"') == ["Альфа", "Бета"]
    assert names(desk, "segment!=осень-юг") == ["Вега"]
    assert names(desk, "segment=осень-юг stage=new") == ["Альфа"]
    desk.client("Гамма", city="Омск")
    assert desk.read(counted, saved).count == 3


def test_one_name_is_one_segment_and_undo_takes_each_change_back(desk):
    fill(desk)
    before = desk.write(save_segment, "Юг", OMSK)
    desk.write(save_segment, "ЮГ", "city=Томск", shared=True)
    (only,) = desk.read(segments)
    assert (only.name, only.filter, only.shared) == ("ЮГ", "city=Томск", True)
    desk.write(undo)
    assert desk.read(segments) == (before,)
    desk.write(change_segment, before.id, name="Север")
    with pytest.raises(NotFoundError, match="Юг"):
        desk.read(segment_named, "Юг")
    desk.write(remove_segment, before.id)
    assert desk.read(segments) == ()
    desk.write(undo)
    desk.write(undo)
    desk.write(undo)
    assert desk.read(segments) == ()


def test_a_shared_one_is_everybodys_and_only_its_owners_or_a_leads_to_change(desk):
    fill(desk)
    boris, lead = desk.beside("boris"), desk.beside("lena", Role.LEAD)
    private = desk.write(save_segment, "Моё", OMSK)
    shared = desk.write(save_segment, "Общее", "owner=me", shared=True)
    assert [row.name for row in boris.read(segments)] == ["Общее"]
    # Whose: who asks, not who saved it.
    assert boris.read(counted, boris.read(segment_named, "общее")).count == 0
    assert desk.read(counted, shared).count == 2
    with pytest.raises(NotAllowedError):
        boris.write(change_segment, shared.id, shared=False)
    with pytest.raises(NotFoundError):
        lead.write(remove_segment, private.id)
    assert lead.write(change_segment, shared.id, name="Наше")
    own = boris.write(save_segment, "Наше", "city=Томск")
    assert boris.read(segment_named, "наше").id == own.id
    assert boris.read(segment_named, "наше@anna").id == shared.id
    assert names(boris, 'segment="наше@anna"') == []


def test_a_segment_never_stands_in_itself(desk):
    with pytest.raises(FilterError, match="no segment"):
        desk.write(save_segment, "A", "segment=A")
    first = desk.write(save_segment, "A", OMSK)
    desk.write(save_segment, "B", "not segment=A")
    with pytest.raises(FilterError, match="stands in itself"):
        desk.write(save_segment, "A", "city=Томск or segment=B")
    with pytest.raises(InputError, match="B"):
        desk.write(remove_segment, first.id)
    with pytest.raises(InputError, match="B"):
        desk.write(change_segment, first.id, name="C")


def test_an_unknown_one_is_pointed_at(desk):
    with pytest.raises(FilterError) as wrong:
        names(desk, "city=Омск or segment=нет-такого")
    assert wrong.value.column == 14
    assert wrong.value.pointed.splitlines()[1].index("^") == 13


def test_a_segment_that_no_longer_works_says_so_and_stops_no_list(desk):
    kept = desk.write(save_segment, "A", OMSK)
    with desk.base.write() as session:
        session.connection().exec_driver_sql("UPDATE segment SET filter = 'owner=nobody'")
    found = desk.read(counted, desk.read(segments)[0])
    assert found.count is None
    assert "no such operator" in found.wrong
    assert kept.id == found.segment.id


def test_clients_that_were_marked_are_a_filter_too(desk):
    fill(desk)
    assert [row.client_id for row in desk.read(listed, These((3, 1))).rows] == [1, 3]


# -- what cleaning asks for -------------------------------------------------------------------------


def test_doubtful_numbers_names_and_addresses(desk):
    with desk.filling() as base:
        base.client("все плохие", phones=("!+7 495 123-45-67",))
        base.client("один хороший", phones=("!+7 495 123-45-67", "+7 495 123-45-68"))
        base.client("без номера", phones=())
        base.client("местный", phones=("327289",))
        base.client("почта", email="a@b.ru")
        base.client("почта без имени", email="@b.ru")
        base.client("почта с пробелом", email="a b@c.ru")
        base.client("без названия")
        base.client("12 345")
        base.client("Я")
    assert names(desk, "doubtful=phone") == ["все плохие"]
    assert names(desk, "сомнительно=номер") == ["местный"]
    assert names(desk, "doubtful=email") == ["почта без имени", "почта с пробелом"]
    assert sorted(names(desk, "doubtful=name")) == ["12 345", "Я", "без названия"]
    assert "почта" in names(desk, "doubtful!=email,phone,name,number")


def test_tax_ids_are_doubted_as_the_import_doubts_them(desk):
    given = [
        "7707083893", "7707083894", "500100732259", "500100732258", "770708389", "77070838930",
        "0000000000", "000000000000", "GB-12a", "12345", "1234567890123", None, "", "7728168971",
    ]  # fmt: skip
    with desk.filling() as base:
        for at, tax_id in enumerate(given):
            base.client(f"N{at:02}", tax_id=tax_id)
    wrong = [
        f"N{at:02}"
        for at, tax_id in enumerate(given)
        if tax_id and tax_id.isdecimal() and 9 <= len(tax_id) <= 12 and not is_inn(tax_id)
    ]
    assert names(desk, "doubtful=tax_id") == wrong


def test_untouched_counts_from_the_last_call_or_from_when_it_came(desk):
    with desk.filling() as base:
        base.client("давно", last_call_at=desk.now - timedelta(days=200), created_at=desk.now)
        base.client("недавно", last_call_at=desk.now, created_at=desk.now - timedelta(days=900))
        base.client("ни разу", created_at=desk.now - timedelta(days=200))
    assert names(desk, "untouched>6mo") == ["давно", "ни разу"]
    assert names(desk, "не трогали<6мес") == ["недавно"]


@cache
def catalogues():
    return read_catalogues(packaged_data())


# -- a filter as a form -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "",
        "city=Омск",
        "city=Омск,Томск stage!=new",
        "city=Омск or not last_call<30d",
        'industry~"Еда, напитки" owner=me',
        "not city~омск",
        "amount>=1500000.50",
        'city="none"',
        "city=none",
        "missing=phone,city do_not_call=no",
        'segment="Осень, юг"',
        'name~"«Ромашка»"',
        "last_call=never next=3d..7d",
    ],
)
def test_a_line_that_a_form_can_hold_is_the_same_line_again(lite, line):
    where = parse_filter(line, lite.context)
    form = as_form(where)
    assert str(from_form(form, lite.context)) == str(where)


@pytest.mark.parametrize(
    "line", ["city=Омск city=Томск", "city=Омск and (stage=new or class=A)", "not (city=Омск or stage=new)"]
)
def test_a_line_that_no_form_can_hold_is_left_alone(lite, line):
    assert as_form(parse_filter(line, lite.context)) is None


def test_a_form_takes_what_people_type_and_names_the_wrong_field(lite):
    filled = {
        "city": Line("=", "Нижний Новгород, Омск"),
        "amount": Line(">=", "1,5 млн"),
        "stage": Line("=", "новый"),
        "region": Line("=", "  "),
    }
    assert str(from_form(Form(lines=filled), lite.context)) == (
        'city="Нижний Новгород",Омск and amount>=1500000 and stage=new'
    )
    with pytest.raises(InputError) as wrong:
        from_form(Form(lines={"city": Line("=", "Омск"), "stage": Line("=", "нигде")}), lite.context)
    assert wrong.value.field == "stage"
    with pytest.raises(InputError, match="one value"):
        from_form(Form(lines={"interest": Line(">", "1, 2")}), lite.context)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12))
def test_any_text_of_a_form_is_read_as_a_line_says_it_or_refused(text):
    context = Context(Clock(), Me(1, "anna", "", Role.ADMIN), catalogues())
    form = Form(lines={"city": Line("=", text)})
    with suppress(InputError):
        where = from_form(form, context)
        assert parse_filter(str(where), context) == where


def test_a_form_offers_what_the_base_and_the_catalogues_have(desk):
    fill(desk)
    desk.write(save_segment, "Осень", OMSK)
    assert desk.read(offers, "city") == ("Омск", "Томск")
    assert desk.read(offers, "owner") == ("anna",)
    assert desk.read(offers, "segment") == ("Осень",)
    assert "VIP" in desk.read(offers, "class")
    assert len(desk.read(offers, "stage")) == len(desk.context.catalogues.stages)
    assert desk.read(offers, "amount") == ()


def test_saving_is_one_line_of_the_trail(desk):
    before = snapshot(desk.base)
    desk.write(save_segment, "A", OMSK)
    desk.write(undo)
    assert snapshot(desk.base) == before
