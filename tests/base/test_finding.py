"""Finding a client: by whatever of it one remembers, in whatever spelling, the same on both databases."""

import json

import pytest
from builders import Desk
from real_files import NAUGHTY

from salesdesk.base.search import search
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls, card, editing, queue
from salesdesk.rows import WrapUp
from salesdesk.storage.base import open_base

HOSTILE = [
    '"', "'", "*", "%", "_", "\\", "(", "ром*", '"ромашка', "NEAR(a b)", "a OR b", "a AND NOT b",
    "text:ромашка", "-ромашка", "^ром", "{}", "';DROP TABLE client;--", "&", "|", "!", ":*", "<->", "ром:*",
    "\x00", "\udcff", "ромашка\x00", "ไทยกำลัง", "हिन्दी कि", "日本語", "👩‍👩‍👧", "e\u0301cole", "a" * 3000,
    "слово " * 500, "0" * 40, "٣٤٥٦", "½", "ß", "ŉ", "İstanbul", "ﬁnance", "\u202eabc", "[b]x[/b]", "=1+1",
    "{{ 7*7 }}",
]  # fmt: skip


def found(desk: Desk, text: str) -> list[str]:
    return [row.name for row in desk.read(search, text).rows]


FIVE = {
    "ООО «Ромашка»": "Р", "АО Ромашка-Юг": "Ю", "Щётки и кисти": "Щ", "Grain & Sons Ltd": "G", "Ёжик": "Ё",
}  # fmt: skip


@pytest.fixture
def base_of_five(desk):
    with desk.filling() as base:
        base.client("ООО «Ромашка»", phones=("+7 495 123-45-67",), people=("Мария Ёлкина",), city="Орёл")
        base.client("АО Ромашка-Юг", phones=("+7 863 200-12-34",), tax_id="7707083893", email="info@yug.ru")
        base.client("Щётки и кисти", phones=("2-33-44",), people=("Иван Петров", "Пётр Иванов"))
        base.client("Grain & Sons Ltd", phones=("+44 20 7946 4567",), people=("Mary O'Neil",))
        base.client("Ёжик", phones=(), city="Ромашково")
    return desk


FOUND = {
    "ром": "РЮЁ",
    "ромашка": "РЮ",
    "РОМАШКА": "РЮ",
    "ооо ромашка": "РЮ",
    "ооо «Ромашка»": "РЮ",
    "ромашка юг": "Ю",
    "юг ром": "Ю",
    "щетки": "Щ",
    "щётки": "Щ",
    "ежик": "Ё",
    "ёлкина": "Р",
    "мария елк": "Р",
    "пет ив": "Щ",
    "o'neil": "G",
    "neil grain": "G",
    "орел": "Р",
    "4567": "GР",
    "1234567": "Р",
    "84951234567": "Р",
    "8 (495) 123-45-67": "Р",
    "+7 495": "Р",
    "495 12": "Р",
    "001": "Ю",
    "33-44": "Щ",
    "7707083893": "Ю",
    "770708": "Ю",
    "info@yug.ru": "Ю",
    "грузовик": "",
    "9999999": "",
    "": "",
    "  «»  ": "",
}


def test_what_finds_whom(base_of_five):
    assert {typed: "".join(FIVE[name] for name in found(base_of_five, typed)) for typed in FOUND} == FOUND


def test_the_last_four_come_first_and_what_matched_is_said(desk):
    with desk.filling() as base:
        base.client("А в середине", phones=("+7 495 123-45-99",))
        base.client("Я в конце", phones=("+7 495 999-12-34",))
        base.client("1234", phones=())
    rows = desk.read(search, "1234").rows
    assert [(row.name, row.matched) for row in rows] == [
        ("1234", "name"), ("Я в конце", "phone"), ("А в середине", "phone"),
    ]  # fmt: skip
    desk.client("Кисть", people=("Анна Роза",), city="Омск", email="rosa@mail.ru", tax_id="7707083893")
    matched = {typed: desk.read(search, typed).rows[0].matched for typed in ("роза", "омск", "rosa", "77070")}
    assert matched == {"роза": "contact", "омск": "city", "rosa": "email", "77070": "tax_id"}


def test_what_was_changed_is_found_as_it_is_now(desk):
    client_id = desk.client("Старое имя", people=("Олег",))
    desk.write(editing.edit_client, client_id, name="Новое имя", city="Омск")
    desk.write(editing.save_contact, client_id, None, name="Зоя")
    desk.write(editing.save_phone, client_id, None, raw="+7 812 555-66-77")
    assert found(desk, "старое") == []
    for typed in ("новое", "омск", "зоя", "6677", "олег"):
        assert found(desk, typed) == ["Новое имя"]


def test_many_matches_are_counted_no_further_than_is_useful(desk):
    with desk.filling() as base:
        for number in range(230):
            base.client(f"Ромашка {number:03}", phones=())
    result = desk.read(search, "ромашка", limit=10)
    assert [row.name for row in result.rows] == [f"Ромашка {number:03}" for number in range(10)]
    assert (result.total, result.total_is_exact) == (100, False)
    every = desk.read(search, "ромашка", limit=230)
    assert (len(every.rows), every.total, every.total_is_exact) == (230, 230, False)
    assert desk.read(search, "ромашка", limit=231).total_is_exact
    assert found(desk, "ромашка 229") == ["Ромашка 229"]


@pytest.mark.parametrize("texts", [HOSTILE, pytest.param(NAUGHTY, id="naughty")])
def test_no_text_is_anything_but_text(sqlite_url, postgres_url, texts):
    """As names, people, notes and drafts of calls, and searched for; the same is found on both databases."""
    if texts is NAUGHTY:
        if not NAUGHTY.exists():
            pytest.skip(f"{NAUGHTY} is absent")
        texts = json.loads(NAUGHTY.read_text("utf-8"))
    desks = []
    for url in (sqlite_url, postgres_url):
        base = open_base(url)
        desks.append(Desk(base, context_of(base, Clock())))
        _live_with(desks[-1], [text for text in texts if text.strip("\x00\udcff").strip()])
    for text in texts:
        one, other = (desk.read(search, text) for desk in desks)
        assert one.total == other.total, text
        if one.total_is_exact:
            assert one.rows == other.rows, text
    for desk in desks:
        desk.base.close()


def _live_with(desk: Desk, texts: list[str]) -> None:
    with desk.base.write() as session:
        for number, text in enumerate(texts):
            client_id = editing.add_client(session, desk.context, text, "", city=text)
            if number % 8 == 0:
                editing.save_contact(session, desk.context, client_id, None, name=text, position=text)
                editing.add_note(session, desk.context, client_id, text)
                calls.log_call(session, desk.context, WrapUp(client_id, "busy", note=text))
    with desk.base.read() as session:
        shown = card.card(session, desk.context, 1)
        assert queue.page(session, desk.context) is not None
    assert shown.client.name == shown.contacts[0].name
