"""Text tables as other programs write them."""

import csv
import io
import os
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesdesk.base.reading import open_table
from salesdesk.base.reading.encoding import find_encoding
from salesdesk.errors import InputError

HEADER = ["Название", "Телефон", "Город", "Последний звонок"]
ROWS = [
    ["ООО «Ромашка»", "8 (495) 123-45-67", "Москва", "12.10.2026 10:15"],
    ["Ёлка, и сыновья; ко", "+7 499 123-45-68", "Тверь", "13.10.2026 09:00"],
    ["ИП Иванов | брат", "8-916-111-22-33", "Орёл", "14.10.2026 11:00"],
]


def read(path, **options):
    table = open_table(path, **options)
    return table.header, [row for _number, row in table.rows()]


@pytest.fixture
def put(tmp_path):
    def put(content, encoding="utf-8", name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return put


def written(mark, quote='"', *, everywhere=False, end="\n"):
    def cell(text):
        if everywhere or any(sign in text for sign in (mark, quote)):
            return quote + text.replace(quote, quote * 2) + quote
        return text

    return "".join(mark.join(map(cell, row)) + end for row in [HEADER, *ROWS])


MARKS = [
    *",;\t|:^~§¦*#!", " ", "\x01", "\x02", "\x1f", "\x1e", "\x07", "||", ";;", "::", "|~|",
]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "everywhere"), [*((mark, False) for mark in MARKS), *((mark, True) for mark in [*MARKS, " ; "])]
)
def test_any_delimiter(put, mark, everywhere):
    assert read(put(written(mark, everywhere=everywhere))) == (tuple(HEADER), [tuple(row) for row in ROWS])


@pytest.mark.parametrize("quote", ["'", "`", "%", "$"])
def test_other_quotes(put, quote):
    path = put(written(",", quote, everywhere=True))
    assert read(path) == (tuple(HEADER), [tuple(row) for row in ROWS])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "~"])
def test_the_first_line_may_say_the_delimiter(put, mark, encoding):
    header, rows = read(put(f"sep={mark}\r\n" + written(mark, end="\r\n"), encoding))
    assert (header, len(rows)) == (tuple(HEADER), 3)


def test_what_is_said_in_the_first_line_is_no_row(put):
    table = open_table(put("sep=;\nООО Ромашка;84951234567\nООО Лютик;84951234568\n"))
    assert [number for number, _row in table.rows()] == [1, 2]
    assert not table.header_found


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
def test_wide_encodings_with_and_without_mark(put, encoding):
    assert read(put(written(";"), encoding))[1][0] == tuple(ROWS[0])


def test_a_number_sign_alone_is_cyrillic(put):
    path = put("№;name;phone\n1;Acme;123-45-67\n2;Beta;123-45-68\n", "cp1251")
    assert read(path)[0] == ("№", "name", "phone")


def test_bytes_that_an_encoding_lacks_come_through_in_their_row(put):
    text = written(";") * 3
    path = put(text.encode("cp1251") + b"\x98;1;2;3\n")
    rows = read(path)[1]
    assert rows[0] == tuple(ROWS[0])
    assert rows[-1][0] == "\udc98"


@pytest.mark.parametrize("other", ["cp1251", "koi8-r"])
def test_lines_of_two_encodings_are_read_each_in_its_own(put, other):
    lines = [f"Фирма {at};+7495123{at:04};Орёл {at}\n" for at in range(200)]
    said = "".join(lines[:100]).encode() + "".join(lines[100:]).encode(other)
    path = put("Название;Телефон;Город\n".encode() + said)
    header, rows = read(path)
    assert header == ("Название", "Телефон", "Город")
    assert [";".join(row) + "\n" for row in rows] == lines
    assert open_table(path).format.startswith(f"utf-8+{other}")


@pytest.mark.parametrize(
    ("encoding", "why"), [("utf-8", "damaged"), ("cp1251", "damaged"), ("utf-16", "row 4 .* more text")]
)
def test_a_file_that_is_mostly_unwritten_disk(put, encoding, why):
    said = written(";").encode(encoding)
    path = put(said)
    with path.open("r+b") as file:
        file.truncate(1 << 36)
    with pytest.raises(InputError, match=why):
        read(path)
    with path.open("r+b") as file:
        file.truncate(len(said) + 1000)
    assert read(path)[1] == [tuple(row) for row in ROWS]


@pytest.mark.parametrize("count", [1, 35, 70])
def test_notes_above_of_any_length(put, count):
    notes = "".join(f"Отчёт, строка {at}: сводка, период\n" for at in range(count))
    assert read(put(notes + written(";")))[0] == tuple(HEADER)
    assert read(put("\n" * count + written(";")))[0] == tuple(HEADER)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (";Контакт;;Адрес;\nНазвание;Имя;Телефон;Город;Улица\nР;И;1;М;у\nЛ;П;2;Т;п\n",
         ("Название", "Имя", "Телефон", "Город", "Улица")),
        ("Компания;;Контактное лицо;;\nНазвание;Телефон;Имя;Телефон;Email\nР;1;И;2;a@b.ru\nЛ;2;П;3;c@d.ru\n",
         ("Название", "Телефон", "Имя", "Телефон", "Email")),
        ("Название;Телефоны;;Город\n;Рабочий;Мобильный;\nР;1;2;М\nЛ;3;4;Т\n",
         ("Название", "Телефоны Рабочий", "Мобильный", "Город")),
        ("Название;Телефон;Город\n1;2;3\nР;84951234567;М\nЛ;84951234568;Т\n",
         ("Название", "Телефон", "Город")),
    ],
)  # fmt: skip
def test_several_rows_of_names(put, text, header):
    found, rows = read(put(text))
    assert found == header
    assert [row[0] for row in rows] == ["Р", "Л"]


def test_a_row_of_numbers_under_names_that_nobody_knows_is_data(put):
    assert read(put("a,b,c\n1,2,3\n"))[1] == [("1", "2", "3")]


@pytest.mark.parametrize("everywhere", [False, True])
def test_files_put_together_from_several(put, everywhere):
    one = "\ufeff" + written(";", everywhere=everywhere)
    table = open_table(put("\ufeff" + one + one))
    assert table.header == tuple(HEADER)
    assert [row for _number, row in table.rows()] == [tuple(row) for row in ROWS] * 2
    assert [number for number, _row in table.rows()] == [1, 2, 3, 5, 6, 7]


def test_signs_that_are_not_seen(put):
    header, rows = read(put("\u200bНазвание\u200b;Теле\xadфон;\u200eГород\nА\0кме;1;Москва\nБ;2;Тверь\n"))
    assert header == ("Название", "Телефон", "Город")
    assert rows[0][0] == "Акме"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends(put, end):
    assert read(put(written(";", end=end)))[1] == [tuple(row) for row in ROWS]


def test_cells_filled_up_with_nuls(put):
    text = "name,phone\n" + "".join(f"Acme {at}\0\0\0\0,123456{at}\0\0\n" for at in range(50))
    assert read(put(text + "\0" * 200))[1][49] == ("Acme 49", "12345649")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('1,"ООО "Ромашка"",Москва', ("1", 'ООО "Ромашка"', "Москва")),
        ('1,"ООО ""Ромашка""",Москва', ("1", 'ООО "Ромашка"', "Москва")),
        ('1,"a "b" c, d",Москва', ("1", 'a "b" c, d', "Москва")),
        ('1,труба 2",Москва', ("1", 'труба 2"', "Москва")),
    ],
)
def test_quotes_out_of_order_within_a_row(put, row, cells):
    others = "".join(f'{at},"Компания, {at}",Тверь\n' for at in range(20))
    rows = read(put("id,name,city\n" + row + "\n" + others))[1]
    assert rows[0] == cells
    assert len(rows) == 21


@pytest.mark.parametrize("tail", [1, 30, 3000])
def test_a_quote_never_closed_is_named_by_its_row(put, tail):
    good = '{0},"Компания, {0}",Омск\n'
    before = "".join(good.format(at) for at in range(50))
    after = "".join(good.format(at) for at in range(tail))
    path = put('id,name,city\n"1","a\nb","c"\n' + before + '50,"open,Москва\n' + after)
    with pytest.raises(InputError, match=r"row 52 \(line 54\)"):
        read(path)


def test_what_is_escaped(put):
    assert read(put("id,name,city\n1,Acme\\, Ltd,Moscow\n2,Beta\\, Ltd,Tver\n3,\\N,Omsk\n"))[1] == [
        ("1", "Acme, Ltd", "Moscow"), ("2", "Beta, Ltd", "Tver"), ("3", "", "Omsk"),
    ]  # fmt: skip


def test_blanks_around_quotes(put):
    path = put('name, phone, city\n"Acme, Ltd", "84951234567", "Moscow"\n"B", "84951234568", "Tver"\n')
    assert read(path)[1][0] == ("Acme, Ltd", "84951234567", "Moscow")


@pytest.mark.parametrize("mark", [",", ";"])
def test_lines_in_quotes_as_a_whole(put, mark):
    lines = [line.replace('"', '""') for line in written(mark).splitlines()]
    path = put("".join(f'"{line}"\n' for line in lines))
    assert read(path) == (tuple(HEADER), [tuple(row) for row in ROWS])
    assert read(put('"Название"\n"Ромашка, ООО"\n"Лютик, ООО"\n'))[1][0] == ("Ромашка, ООО",)


def test_columns_without_name_and_content_are_dropped(put):
    assert read(put("Название;Телефон;\nРомашка;1;\nЛютик;2;\n"))[0] == ("Название", "Телефон")
    assert read(put("Название;Телефон;\nРомашка;1;x\nЛютик;2;\n"))[0] == ("Название", "Телефон", "3")


@pytest.mark.parametrize(
    "text",
    [
        "ООО Ромашка;Москва;Иванов\nАО Мир;Тверь;Сидоров\n",
        "Ромашка;Москва;Иванов\nМир;Москва;Сидоров\n",
        "Acme Ltd;London;Smith\nBeta;Paris;Jones\n",
    ],
)
def test_values_are_no_names(put, text):
    table = open_table(put(text))
    assert not table.header_found
    assert len(list(table.rows())) == 2


def test_one_column_with_commas(put):
    table = open_table(put("Название\nРомашка, ООО\nЛютик, ООО\n"))
    assert table.header == ("Название",)
    assert table.sample() == [("Ромашка, ООО",), ("Лютик, ООО",)]


def test_commas_that_every_row_has_do_not_cut_under_known_names(put):
    rows = "".join(f"Ромашка {at};8495123456{at % 10};{at},50" + ";М"[: at % 3] + "\n" for at in range(50))
    assert read(put("Название;Телефон;Сумма;Город\n" + rows))[0] == ("Название", "Телефон", "Сумма", "Город")


@pytest.mark.parametrize(
    "content",
    [
        b'[\n  {"name": "a"}\n]', b'{"a": [1, 2]}', b'<?xml version="1.0"?><a><b>1</b></a>',
        b"{\\rtf1 hello}",
        b"MIME-Version: 1.0\nX: y\n", b"\x89PNG\r\n\x1a\n" + b"a,b\n" * 20, b"PK\x03\x04" + b"x" * 50,
    ],
)  # fmt: skip
def test_documents_are_no_tables(put, content):
    with pytest.raises(InputError, match=r"not a table|damaged"):
        open_table(put(content))


@pytest.mark.parametrize("quoted", [False, True])
def test_a_cell_beyond_all_measure_is_named_by_its_row(put, quoted):
    quote = b'"' if quoted else b""
    path = put(b"name,phone\na,1\n" + quote + b"x" * 6_000_000 + quote + b",2\nb,3\n")
    with pytest.raises(InputError, match=r"row 2 \(line 3\)"):
        read(path)


def test_columns_beyond_all_measure(put):
    with pytest.raises(InputError, match=r"row 3: it has 20000 columns"):
        read(put("name,phone\na,1\nb,2\n" + ",".join("1" * 20_000) + "\n"))


def test_what_cannot_be_read_twice(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", "/dev/zero"):
        with pytest.raises(InputError, match="read again"):
            open_table(path)


def read_or_refused(path):
    with suppress(InputError):
        assert all(number > 0 and row for number, row in open_table(path).rows())


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ue000"), max_size=12
).map(str.strip)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=20),
    mark=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_read(tmp_path_factory, rows, mark, quoting):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    out = io.StringIO()
    names = ["Название", "Телефон", "Город"]
    csv.writer(out, delimiter=mark, quoting=quoting).writerows([names, *rows])
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    header, found = read(path)
    assert header == tuple(names)
    assert found == [tuple(row) for row in rows if any(row) and row != names]


@given(content=st.binary(max_size=400))
@example(content=b'"')
@example(content=b"a,b\n\"x\n'y")
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    read_or_refused(path)


@given(
    text=st.lists(
        st.sampled_from([*"\"'`,;|\t\n\r\\~: ", "a", "Название", "1", "\0", "\ufeff", "é", "||"]), max_size=60
    )
)
@settings(max_examples=300, deadline=None)
def test_any_marks_are_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "marks.csv"
    path.write_text("".join(text), encoding="utf-8", newline="")
    read_or_refused(path)


@pytest.mark.parametrize(("text", "encoding"), [
    ("+7(495)123-45-67 доб. 3\n", "cp1251"), ("84951234567 моб\n", "cp1251"), ("8495 РАБ\n", "cp1251"),
    ("84951234567;звонить после обеда\n", "koi8-r"), ("84951234567;доб. 3\n", "cp866"),
])  # fmt: skip
def test_a_word_or_two_are_of_the_usual_encoding(tmp_path, text, encoding):
    path = tmp_path / "x.txt"
    path.write_bytes(text.encode(encoding))
    assert find_encoding(path) == encoding
