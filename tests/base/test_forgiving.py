"""Search that forgives: slips of the finger, the wrong layout, a blank too many; and who comes first."""

from datetime import timedelta

import pytest
from builders import owed
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.base import mistyping
from salesdesk.base.folding import fold
from salesdesk.base.layouts import other_layout
from salesdesk.base.search import search
from salesdesk.base.search_marks import spans
from salesdesk.keyboard import LATIN_OF

CLIENTS = {
    "Р": ("ООО «Ромашка»", ("+7 495 123-45-67",), ("Мария Ёлкина",), "Орёл", None, "info@romashka.ru"),
    "Х": ("АО Холодмаш", ("+7 863 200-10-20",), ("Иванов Пётр",), "Омск", "7707083893", "sales@holod.su"),
    "Э": ("Электроснаб", ("+7 863 200-12-34", "+7 916 555-10-20"), ("Юлия Бах",), "Омск", None, None),
    "С": ("ТД Строительные технологии", ("8 800 555-35-35",), (), "Тюмень", None, None),
    "G": ("Grain & Sons Ltd", ("+44 20 7946 4567",), ("Mary O'Neil",), "London", None, "mary@grain.co.uk"),
}


@pytest.fixture
def filled(desk):
    with desk.filling() as base:
        for name, phones, people, city, tax_id, email in CLIENTS.values():
            base.client(name, phones=phones, people=people, city=city, tax_id=tax_id, email=email)
    return desk


def found(desk, text):
    letters = {name: letter for letter, (name, *_rest) in CLIENTS.items()}
    result = desk.read(search, text)
    return "".join(sorted(letters[row.name] for row in result.rows)), result.understood


# Typed, found, understood.
FORGIVEN = [
    # One slip: another letter, one too many, one too few, two that changed places; in the first and the last.
    ("ромвшка", "Р", "ромашка"),
    ("роомашка", "Р", "ромашка"),
    ("ромшка", "Р", "ромашка"),
    ("ромакша", "Р", "ромашка"),
    ("томашка", "Р", "ромашка"),
    ("ромашкы", "Р", "ромашка"),
    ("ромашкаа", "Р", "ромашка"),
    ("ормашка", "Р", "ромашка"),
    # In what was typed so far, in people and cities, in one word of several.
    ("строетел", "С", "строител"),
    ("елкена", "Р", "елкина"),
    ("иваноф омск", "Х", "иванов омск"),
    ("омкс", "ХЭ", "омск"),
    ("строительые технолгии", "С", "строительные технологии"),
    ("ООО «Ромошка»", "Р", "ромашка"),
    ("grian sons", "G", "grain sons"),
    # Two, of those that people make, in a long word.
    ("техналогея", "", None),
    ("технолагие", "С", "технологии"),
    ("електраснаб", "Э", "электроснаб"),
    # A blank too many, and one too few.
    ("ро машка", "Р", "ромашка"),
    ("холод маш", "Х", "холодмаш"),
    ("строительныетехнологии", "С", "строительные технологии"),
    # A slip in a number and in a tax id.
    ("+7 495 123-45-76", "Р", "+74951234567"),
    ("84951234576", "Р", "+74951234567"),
    ("7707083892", "Х", "7707083893"),
    # The other layout, both ways, the letters on the keys of signs too; a whole text or one word of it.
    ("hjvfirf", "Р", "ромашка"),
    ("HJVFIRF", "Р", "РОМАШКА"),
    ("[jkjl", "Х", "холод"),
    ("'ktrnhj", "Э", "электро"),
    (".kbz ,f[", "Э", "юлия бах"),
    ("`krbyf", "Р", "ёлкина"),
    ("пкфшт", "G", "grain"),
    ("ьфкн щэтушд", "G", "mary o'neil"),
    ("ыфдуы", "Х", "sales"),
    ("bdfyjd jvcr", "Х", "иванов омск"),
    ("иванов jvcr", "Х", "иванов омск"),
    ("jvcr 1020", "ХЭ", "омск 1020"),
    # The other layout and a slip.
    ("hjvfifr", "Р", "ромашка"),
    # What is known is left as it is.
    ("ромашка", "Р", None),
    ("sales", "Х", None),
    ("грузовик", "", None),
    ("рмк", "", None),
]  # fmt: skip


def test_what_is_forgiven(filled):
    assert [(text, *found(filled, text)) for text, _who, _as in FORGIVEN] == FORGIVEN


# Words and the digits of a number together, in any order.
MIXED = {
    "ромашка 4567": "Р",
    "4567 ромашка": "Р",
    "ромашка 123-45-67": "Р",
    "ромашка +7 (495) 123-45-67": "Р",
    "ромашка 8 495 123 45 67": "Р",
    "ромашка 1020": "",
    "омск 1020": "ХЭ",
    "омск 200-10-20": "Х",
    "омск 2001 0020": "",
    "иванов омск 863": "Х",
    "омск иванов": "Х",
    "холод 7707": "Х",
    "орел елкина ромашка": "Р",
    "info@romashka.ru": "Р",
    "romashka.ru": "Р",
    "romashka": "Р",
    "sales@": "Х",
    "@grain.co.uk": "G",
    "тд строительные": "С",
    "ооо строительные технологии": "С",
    "ао ромашка": "Р",
    "ромашка ооо": "Р",
}


def test_words_and_digits_mix_in_any_order(filled):
    assert {text: found(filled, text)[0] for text in MIXED} == MIXED


def test_what_matched_is_said_and_the_number_that_did_is_shown(filled):
    rows = {
        text: filled.read(search, text).rows[0] for text in ("5551020", "юлия", "омск 863200", "77070838")
    }
    assert (rows["5551020"].matched, rows["5551020"].phone) == ("phone", "+79165551020")
    assert (rows["юлия"].matched, rows["юлия"].contact) == ("contact", "Юлия Бах")
    assert rows["омск 863200"].matched == "phone"
    assert (rows["77070838"].matched, rows["77070838"].matched_text) == ("tax_id", "7707083893")


def test_the_better_match_comes_first_and_then_what_one_works_with(desk):
    boris = desk.beside("boris").me
    now = desk.now
    with desk.filling() as base:

        def add(name, **said):
            base.client(name, **({"phones": (), "owner_id": boris} | said))

        add("Сервис Заря", owner_id=desk.me)
        add("Зарянка", owner_id=desk.me)
        add("Заря Плюс 1")
        add("Заря Плюс 2", last_call_at=now - timedelta(days=9))
        add("Заря Плюс 3", last_call_at=now - timedelta(days=2))
        add("Заря Плюс 4", stage="new", owes=owed(now, operator_id=boris))
        add("Заря Плюс 5", stage="new", owes=owed(now))
        add("Заря Плюс 6", owner_id=desk.me)
        add("Заря Плюс 7", owner_id=desk.me, stage="new", owes=owed(now))
        add("Уют", city="Заря", owner_id=desk.me)
        add("ООО «Заря»")
    names = [row.name.removeprefix("Заря Плюс ") for row in desk.read(search, "заря").rows]
    assert names == [
        "ООО «Заря»",
        *"7654321"[0:1],
        "6",
        "5",
        "4",
        "3",
        "2",
        "1",
        "Зарянка",
        "Сервис Заря",
        "Уют",
    ]


def test_ones_own_are_not_lost_among_many_names_alike(desk):
    boris = desk.beside("boris").me
    with desk.filling() as base:
        for number in range(150):
            base.client(f"Ромашка {number:03}", phones=(), owner_id=desk.me if number == 140 else boris)
    assert desk.read(search, "ромаш").rows[0].name == "Ромашка 140"


@given(st.text(alphabet="абвгдежз", min_size=4, max_size=9), st.data())
def test_any_one_slip_is_turned_round(word, data):
    letters = st.sampled_from("абвгдежз")
    place = data.draw(st.integers(0, len(word) - 1))
    slip = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + data.draw(letters) + word[place + 1 :],
                word[:place] + data.draw(letters) + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    slips = mistyping.one_slip(slip)
    assert slip == word or word in slips.whole | slips.begun or word.startswith(slip)
    assert slip not in slips.whole | slips.begun


@given(st.text(alphabet=sorted(LATIN_OF)))
def test_the_other_layout_and_back_is_the_same(word):
    there = other_layout(word)
    if there is not None and other_layout(there) is not None:
        assert fold(other_layout(there)) == fold(word)


@pytest.mark.parametrize(
    ("text", "marks", "marked"),
    [
        ("ООО «Ромашка-Юг»", ["ром", "юг"], ["Ром", "Юг"]),
        ("Мария Ёлкина", ["елк"], ["Ёлк"]),
        ("+7 495 123-45-67", ["3456"], ["3-45-6"]),
        ("Лондон", ["ондон"], []),
        ("STRASSE Straße", ["strasse"], ["STRASSE", "Straße"]),
        ("", ["a"], []),
    ],
)
def test_what_was_found_is_marked_where_it_stands(text, marks, marked):
    assert [text[start:end] for start, end in spans(text, marks)] == marked


@given(st.text(), st.lists(st.text(min_size=1)))
def test_marks_stand_in_any_text_in_order(text, marks):
    at = 0
    for start, end in spans(text, marks):
        assert at <= start < end <= len(text)
        at = end
