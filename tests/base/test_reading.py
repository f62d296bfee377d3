import json
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from real_files import DATA

from salesdesk.base.reading import open_table
from salesdesk.errors import InputError

real = pytest.mark.skipif(not DATA.exists(), reason="the folder of real input is absent")
TEXT = "Название;Телефон;Город\nООО «Ромашка»;8-495-123-45-67;Москва\nЁлка и сыновья;(499) 123-45-68;Тверь\n"


def read(path, **options):
    table = open_table(path, **options)
    return table.header, [row for _number, row in table.rows()]


def put(tmp_path, text, encoding="utf-8", name="table.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1251",
        "cp866",
        "koi8-r",
        "mac_cyrillic",
    ],
)
def test_encodings(tmp_path, encoding):
    text = TEXT.replace("«", '"').replace("»", '"') if encoding in {"cp866", "koi8-r"} else TEXT
    header, rows = read(put(tmp_path, text, encoding))
    assert header == ("Название", "Телефон", "Город")
    assert [row[2] for row in rows] == ["Москва", "Тверь"]
    assert rows[1][0] == "Ёлка и сыновья"


def test_lone_letters_in_latin_words_are_western(tmp_path):
    path = put(tmp_path, "name,city\nCafé Müller,Montréal\nPlain,Paris\n", "latin-1")
    assert read(path)[1][0] == ("Café Müller", "Montréal")


def test_a_few_damaged_bytes_do_not_make_another_encoding(tmp_path):
    good = "".join(f"Компания {n};8-495-123-45-{n % 90 + 10}\n" for n in range(200))
    path = put(tmp_path, "Название;Телефон\n".encode() + good.encode() + b"\xd0broken;1\n" + good.encode())
    rows = read(path)[1]
    assert len(rows) == 401
    assert rows[0][0] == "Компания 0"
    assert "\udcd0" in rows[200][0]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(tmp_path, mark):
    path = put(tmp_path, TEXT.replace(";", mark))
    assert read(path)[0] == ("Название", "Телефон", "Город")


def test_bare_quotes_are_letters(tmp_path):
    rows = "".join(f'{n}\t"Ромашка" аптека №{n}\tул. "Мира\t8-495-123-45-67\n' for n in range(50))
    header, found = read(put(tmp_path, "№\tНазвание\tАдрес\tТелефон\n" + rows))
    assert len(found) == 50
    assert found[3] == ("3", '"Ромашка" аптека №3', 'ул. "Мира', "8-495-123-45-67")
    assert header[1] == "Название"


def test_quotes_of_another_kind(tmp_path):
    path = put(tmp_path, "id,name,addr\n1,'arnie morton\\'s, ltd','435 s. la cienega'\n2,campanile,'12 x'\n")
    assert read(path)[1][0] == ("1", "arnie morton's, ltd", "435 s. la cienega")


def test_notes_above_the_header_and_blank_rows(tmp_path):
    text = "Выгрузка клиентов;;\n;;\nна 23.11.2026;;\n" + TEXT + "\n;;\nПоследний;8-495-123-45-69;Орёл\n"
    table = open_table(put(tmp_path, text))
    assert table.header == ("Название", "Телефон", "Город")
    assert [number for number, _row in table.rows()] == [1, 2, 5]


def test_a_file_without_header(tmp_path):
    path = put(tmp_path, "ООО Ромашка;8-495-123-45-67\nЛютик;8-495-123-45-68\n")
    table = open_table(path)
    assert not table.header_found
    assert table.header == ("1", "2")
    assert [number for number, _row in table.rows()] == [1, 2]


def test_rows_are_as_wide_as_the_header_and_lose_nothing(tmp_path):
    path = put(tmp_path, "name,phone,city\na,1\nb,2,c,,\nd,3,e,more\n")
    assert read(path)[1] == [("a", "1", None), ("b", "2", "c"), ("d", "3", "e", "more")]


def test_one_column(tmp_path):
    assert read(put(tmp_path, "Название\nРомашка\nЛютик\n")) == (("Название",), [("Ромашка",), ("Лютик",)])


def test_what_is_said_is_taken(tmp_path):
    path = put(tmp_path, "name,x;phone\na,b;1\n", "cp1251")
    assert read(path, delimiter=";", encoding="cp1251")[0] == ("name,x", "phone")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "empty"), (b"  \n \n", "empty"), (b"\x00\x01\x02\x7fELF" * 50, "not a table"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"), (b"%PDF-1.7 text", "not a table"),
    ],
)  # fmt: skip
def test_files_that_are_no_tables(tmp_path, content, match):
    with pytest.raises(InputError, match=match):
        open_table(put(tmp_path, content))


def test_nothing_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="no file"):
        open_table(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="folder"):
        open_table(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "no-such-encoding"])
def test_a_wrong_encoding_is_named(tmp_path, encoding):
    path = put(tmp_path, TEXT * 3, "cp1251")
    if encoding == "utf-8":
        assert "\udccd" in open_table(path, encoding=encoding).header[0]
        return
    with pytest.raises(InputError, match=encoding):
        read(path, encoding=encoding)


def test_a_quote_that_never_closes(tmp_path):
    rows = "".join(f'{n},"good, row"\n' for n in range(30_000))
    path = put(tmp_path, "id,name\n" + rows + '1,"open\n' + "2,x\n" * 300_000)
    with pytest.raises(InputError, match="never closed"):
        read(path)


def test_position_goes_with_the_reading(tmp_path):
    table = open_table(put(tmp_path, "name,phone\n" + "Компания,123\n" * 20_000))
    seen = [table.position for _row in table.rows()]
    assert seen[0] < seen[len(seen) // 2] <= table.size == table.position


def workbook(tmp_path, rows, **options):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, options) as book:
        book.add_worksheet("Пустой")
        sheet = book.add_worksheet("Клиенты")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(
                        at, column, cell.replace(tzinfo=None), day if cell.hour == 0 else moment
                    )
                else:
                    sheet.write(at, column, cell)
    return path


@pytest.mark.parametrize("since_1904", [False, True])
def test_workbooks(tmp_path, since_1904):
    day, moment = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    rows = [["Клиенты за год"], [], ["Название", "Телефон", "Последний звонок", "Сумма", "VIP"],
            ["Ромашка", 74951234567, day, 1234.5, True], [], ["<b>&амп", "8-495", moment, 10,
            False]]  # fmt: skip
    table = open_table(workbook(tmp_path, rows, date_1904=since_1904))
    assert table.header == ("Название", "Телефон", "Последний звонок", "Сумма", "VIP")
    assert list(table.rows()) == [
        (1, ("Ромашка", 74951234567, day.date(), 1234.5, True)),
        (3, ("<b>&амп", "8-495", moment.replace(tzinfo=None), 10, False)),
    ]


def test_a_sheet_is_chosen_by_name_or_number(tmp_path):
    path = workbook(tmp_path, [["name", "phone"], ["a", "1"]])
    assert read(path, sheet="Клиенты") == read(path, sheet="2") == read(path)
    with pytest.raises(InputError, match="no rows"):
        open_table(path, sheet="1")
    with pytest.raises(InputError, match="Клиенты"):
        open_table(path, sheet="3")


def test_a_lone_cell_in_the_last_corner_costs_nothing(tmp_path):
    rows = [["name", "phone"], ["a", "1"]]
    path = workbook(tmp_path, rows)
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet2.xml"].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, sheet if name.endswith("sheet2.xml") else content)
    found = list(open_table(path).rows())
    assert [number for number, _row in found] == [1, 1048575]
    assert len(found[1][1]) == 16384


def test_a_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    with pytest.raises(InputError, match="unpacks"):
        open_table(path)


def test_a_workbook_cut_short(tmp_path):
    whole = workbook(tmp_path, [["name", "phone"]] + [["a", "1"]] * 500).read_bytes()
    with pytest.raises(InputError, match="damaged"):
        open_table(put(tmp_path, whole[: len(whole) // 2], name="cut.xlsx"))


@real
@pytest.mark.parametrize(
    "path", sorted((DATA / "csv_spectrum/csvs").glob("*.csv")), ids=lambda path: path.stem
)
def test_csv_spectrum(path):
    wanted = json.loads((DATA / "csv_spectrum/json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    if b"\r" not in path.read_bytes():
        # One of the files has lost the line ends that its JSON still has.
        wanted = json.loads(json.dumps(wanted).replace(r"\r\n", r"\n"))
    header, rows = read(path)
    assert [dict(zip(header, row, strict=True)) for row in rows] == wanted


@real
@pytest.mark.parametrize(
    ("name", "header", "count"),
    [
        ("pharmacies_ru/pharmacies.tsv", "№ строки", 4123), ("libraries_ru/libraries.tsv", "№ строки", 520),
        ("salesforce/accountData.csv", "ID", 423), ("salesforce/opportunityData.csv", "ID", 38),
        ("restaurants_duplicates/fodors.csv", "id", 533), ("restaurants_duplicates/zagats.csv", "id", 331),
        ("restaurants_duplicates/restaurants_single_table.csv", "id", 864),
        ("spreadsheets/issue_174.xlsx", "Your Ref #", 1), ("spreadsheets/header-row.xlsx", "Columns", 1),
        ("spreadsheets/no-header.xlsx", "1", 2), ("spreadsheets/date_1904.xlsx", "1", 3),
        ("spreadsheets/date.xls", "1", 3),
    ],
)  # fmt: skip
def test_real_files(name, header, count):
    found, rows = read(DATA / name)
    assert found[0] == header
    assert len(rows) == count
    assert {len(row) for row in rows} == {len(found)}


@real
@pytest.mark.parametrize(
    ("name", "match"),
    [("pass_protected.xlsx", "password"), ("empty_sheet.xlsx", "no rows"), ("errors.xlsx", "no rows")],
)
def test_real_files_without_a_table(name, match):
    with pytest.raises(InputError, match=match):
        open_table(DATA / "spreadsheets" / name)
