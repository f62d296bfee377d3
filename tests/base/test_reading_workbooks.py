"""Tables on sheets: XLSX, XLS, ODS, XML Spreadsheet 2003 and web pages."""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.base.reading import open_table
from salesdesk.base.reading.sheets import sheet_names
from salesdesk.errors import InputError

at = datetime.fromisoformat
NAMES = ("Название", "Телефон", "Город")


def read(path, **options):
    table = open_table(path, **options)
    return table.header, [row for _number, row in table.rows()]


@pytest.fixture
def book(tmp_path):
    """Make a workbook of sheets: what each cell is given as (value, format)."""

    def book(sheets, **options):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path, options) as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        value, code = cell if isinstance(cell, tuple) else (cell, None)
                        style = workbook.add_format({"num_format": code}) if code else None
                        sheet.write(number, column, value, style)
        return path

    return book


@pytest.fixture
def parts(tmp_path):
    """Make an XLSX out of its XML."""

    def parts(
        sheet="", *, name="made.xlsx", head="<worksheet><sheetData>", end="</sheetData></worksheet>", **more
    ):
        path = tmp_path / name
        relation = '<Relationship Id="a" Type="x/worksheet" Target="worksheets/s.xml"/>'
        content = {
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>",
            "xl/worksheets/s.xml": head + sheet + end,
        } | {f"xl/{key}.xml": value for key, value in more.items()}
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for part, text in content.items():
                archive.writestr(part, text)
        return path

    return parts


def cells(*values):
    inline = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)
    return f"<row>{inline}</row>"


@pytest.mark.parametrize("since_1904", [False, True])
def test_numbers_as_their_styles_show_them(book, since_1904):
    row = [
        79161234567, 770708389312.0, (1101, "000000"), (0.155, "0.0%"), (0.25, "0%"), 0.1 + 0.2,
        (at("2026-11-23"), "dd.mm.yyyy"), (0.427083333333333, "h:mm"), (1.5, "[h]:mm:ss"),
        (at("2026-11-23T15:30"), "[$-419]d mmm yyyy h:mm;@"), (45000.5, '0.00 "дней"'), True,
    ]  # fmt: skip
    path = book(
        {"S": [[f"столбец {chr(97 + column)}" for column in range(len(row))], row]}, date_1904=since_1904
    )
    assert read(path)[1] == [
        (
            79161234567, 770708389312, "001101", "15.5%", "25%", 0.3, date(2026, 11, 23), "10:15:00",
            "36:00:00", at("2026-11-23T15:30"), 45000.5, True,
        )
    ]  # fmt: skip


def test_the_sheet_with_a_table_is_taken(book):
    path = book({
        "Обложка": [["Отчёт по клиентам"], ["Автор", "Иван"], ["Отдел", "Продажи"]],
        "Пусто": [],
        "Клиенты": [["Клиенты"], [], NAMES, ["Ромашка", "84951234567", "Тверь"]],
        "Ещё": [NAMES, ["Лютик", "84951234568", "Орёл"]],
    })  # fmt: skip
    table = open_table(path)
    assert table.sample() == [("Ромашка", "84951234567", "Тверь")]
    assert sheet_names(table, path) == ("Обложка", "Пусто", "Клиенты", "Ещё")
    assert read(path, sheet="4")[1][0][0] == read(path, sheet="Ещё")[1][0][0] == "Лютик"


def test_merged_cells(tmp_path):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:A2", "Компания")
        sheet.merge_range("B1:C1", "Контакты")
        sheet.write_row("B2", ["Телефон", "Email"])
        sheet.merge_range("D1:D2", "Город")
        sheet.merge_range("A3:A5", "Ромашка")
        sheet.merge_range("D3:D4", "Москва")
        for number in range(2, 5):
            sheet.write_row(number, 1, [f"8495123456{number}", f"a{number}@b.ru"])
        sheet.write_row(5, 0, ["Лютик", "84951234569", "x@y.ru", "Тверь"])
    assert read(path) == (
        ("Компания", "Телефон", "Email", "Город"),
        [
            ("Ромашка", "84951234562", "a2@b.ru", "Москва"), ("Ромашка", "84951234563", "a3@b.ru", "Москва"),
            ("Ромашка", "84951234564", "a4@b.ru", None), ("Лютик", "84951234569", "x@y.ru", "Тверь"),
        ],
    )  # fmt: skip


def test_a_sheet_as_other_programs_write_it(parts):
    row = (
        '<row><c s="9"><v>1.50</v></c><c t="s"><v>0</v></c><c t="d"><v>2026-11-23T10:00:00Z</v></c></row>'
        '<row><c><v>NaN</v></c><c><v>12,5</v></c><c t="e"><v>#N/A</v></c>'
        '<c t="str"><f>A1</f><v>x</v></c></row>'
    )
    strings = "<sst><si><r><t>Рома</t></r><r><t>шка</t></r><rPh><t>!</t></rPh></si></sst>"
    assert read(parts(cells(*NAMES) + row, sharedStrings=strings))[1] == [
        (1.5, "Ромашка", at("2026-11-23T10:00"), None), ("NaN", "12,5", None, "x")
    ]  # fmt: skip


def test_backslashes_and_capitals_in_the_names_of_parts(parts, tmp_path):
    path = tmp_path / "net.xlsx"
    with ZipFile(parts(cells(*NAMES) + cells("a", "1", "b"))) as source, ZipFile(path, "w") as target:
        for part in source.namelist():
            target.writestr(part.replace("/", "\\").replace("workbook", "Workbook"), source.read(part))
    assert read(path) == (NAMES, [("a", "1", "b")])


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "faulty",
    [
        {"head": f"{ENTITIES}<worksheet><sheetData>", "sheet": cells("&b;")},
        {"sharedStrings": f"{ENTITIES}<sst><si><t>&b;</t></si></sst>"},
        {"styles": f"{ENTITIES}<styleSheet>&b;</styleSheet>"},
        {"styles": f"{ENTITIES}<styleSheet>&b;</styleSheet>".encode("utf-16")},
        {"sheet": cells("x" * 3_000_000)},
        {"head": "<worksheet><!--" + "".join(map(str, range(900_000))) + "--><sheetData>"},
        {"sharedStrings": "<sst><si><t>" + "x" * 3_000_000 + "</t></si></sst>"},
        {"sheet": '<row r="99999999999"></row>'},
        {"sheet": '<row><c r="ZZZZ1"><v>1</v></c></row>'},
        {"end": ""},
    ],
)
def test_a_workbook_that_no_program_writes(parts, faulty):
    with pytest.raises(InputError, match=r"damaged"):
        read(parts(**faulty))


def old_book(tmp_path, rows):
    path = tmp_path / "book.xls"
    workbook = xlwt.Workbook()
    workbook.add_sheet("Обложка").write(0, 0, "Отчёт")
    sheet = workbook.add_sheet("Клиенты")
    styles = {date: xlwt.easyxf(num_format_str="DD.MM.YYYY"), timedelta: xlwt.easyxf(num_format_str="[h]:mm")}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            value = cell.total_seconds() / 86400 if isinstance(cell, timedelta) else cell
            sheet.write(number, column, value, styles.get(type(cell), xlwt.Style.default_style))
    sheet.write_merge(len(rows), len(rows) + 1, 0, 0, "Слитая")
    sheet.write(len(rows), 1, "1")
    sheet.write(len(rows) + 1, 1, "2")
    workbook.save(str(path))
    return path


def test_an_old_workbook(tmp_path):
    row = ["Ромашка", 79161234567, "Тверь", date(2026, 11, 23), timedelta(hours=30), 7707083893.0, 1.25, True]
    path = old_book(tmp_path, [["Выгрузка"], [*NAMES, "Дата", "Время", "ИНН", "Сумма", "VIP"], row])
    table = open_table(path)
    assert table.header[:3] == NAMES
    assert table.sample()[0] == (
        "Ромашка", 79161234567, "Тверь", date(2026, 11, 23), "30:00:00", 7707083893, 1.25, True,
    )  # fmt: skip
    assert [row[:2] for row in table.sample()[1:]] == [("Слитая", "1"), ("Слитая", "2")]
    assert sheet_names(table, path) == ("Обложка", "Клиенты")


def test_an_old_workbook_with_a_lone_cell_far_away(tmp_path):
    path = tmp_path / "far.xls"
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("S")
    sheet.write(0, 0, "name")
    sheet.write(65535, 255, "x")
    workbook.save(str(path))
    with pytest.raises(InputError, match="too big"):
        open_table(path)


def test_a_damaged_old_workbook_writes_nothing_over_the_screen(tmp_path, capfd):
    whole = old_book(tmp_path, [NAMES] + [["a", "1", "b"]] * 50).read_bytes()
    chance = random.Random(3)  # noqa: S311  # which bytes are damaged is no secret
    path = tmp_path / "damaged.xls"
    for _try in range(12):
        content = bytearray(whole)
        for _bit in range(20):
            content[chance.randrange(512, len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.choice([len(content), 4000, 5000, len(content) - 10])])
        with suppress(InputError):
            list(open_table(path).rows())
    assert capfd.readouterr() == ("", "")


SPACES = 'xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"'


def text_cell(value, more=""):
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def number_cell(kind, value, shown=""):
    attribute = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">'
        f"<text:p>{shown or value}</text:p></table:table-cell>"
    )


def ods_row(*cells_of_it, more=""):
    return f"<table:table-row {more}>{''.join(cells_of_it)}</table:table-row>"


@pytest.fixture
def ods(tmp_path):
    def ods(*rows, flat=False, more=""):
        content = (
            f"<office:document {SPACES}><office:automatic-styles>"
            '<style:style style:name="ta1" style:family="table">'
            '<style:table-properties table:display="false"/>'
            "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
            f'<table:table table:name="Скрытый" table:style-name="ta1">{ods_row(*map(text_cell, NAMES))}'
            f"{ods_row(*map(text_cell, 'abc'))}</table:table>"
            f'<table:table table:name="Клиенты &amp; Ко">{"".join(rows)}</table:table>{more}'
            "</office:spreadsheet></office:body></office:document>"
        )
        path = tmp_path / ("flat.fods" if flat else "book.ods")
        if flat:
            path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + content, encoding="utf-8")
        else:
            with ZipFile(path, "w", ZIP_DEFLATED) as archive:
                archive.writestr("content.xml", content)
        return path

    return ods


@pytest.mark.parametrize("flat", [False, True])
def test_an_open_document(ods, flat):
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    names = [*NAMES, "Дата", "Время", "Доля", "Индекс", "VIP", "Момент"]
    path = ods(
        ods_row(text_cell("Выгрузка")),
        ods_row(blank, more='table:number-rows-repeated="3"'),
        ods_row(*map(text_cell, names), blank),
        ods_row(
            text_cell("Ром<text:s text:c='2'/>ашка", 'table:number-rows-spanned="2"'),
            number_cell("float", "7.9161234567E10"), text_cell("Тверь"), number_cell("date", "2026-11-23"),
            number_cell("time", "PT30H15M00S"), number_cell("percentage", "0.155"),
            number_cell("float", "1101", "001101"), number_cell("boolean", "true"),
            number_cell("date", "2026-11-23T10:15:00"),
        ),
        ods_row("<table:covered-table-cell/>", number_cell("float", "2")),
        ods_row(
            "<table:table-cell office:value-type='string'><office:annotation><text:p>!</text:p>"
            "</office:annotation><text:p>а</text:p><text:p>б</text:p></table:table-cell>",
            number_cell("currency", "1.5"), more='table:number-rows-repeated="2"',
        ),
        ods_row(blank, more='table:number-rows-repeated="1048000"'),
        flat=flat,
    )  # fmt: skip
    header, rows = read(path)
    assert header == tuple(names)
    assert rows[0] == (
        "Ром  ашка", 79161234567, "Тверь", date(2026, 11, 23), "30:15:00", "15.5%", "001101", True,
        at("2026-11-23T10:15"),
    )  # fmt: skip
    assert [row[:2] for row in rows[1:]] == [("Ром  ашка", 2), ("а\nб", 1.5), ("а\nб", 1.5)]
    assert sheet_names(open_table(path), path) == ("Скрытый", "Клиенты & Ко")
    assert read(path, sheet="Скрытый")[1] == [("a", "b", "c")]


def test_an_open_document_that_would_fill_the_memory(ods):
    bomb = ods_row(
        text_cell("x", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048576"'
    )
    with pytest.raises(InputError, match="too big"):
        read(ods(bomb))


def test_an_open_document_with_a_password(tmp_path):
    path = tmp_path / "secret.ods"
    with ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b"\x93\x01\x02")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(InputError, match="password"):
        open_table(path)


def test_an_xml_spreadsheet(tmp_path):
    path = tmp_path / "old.xls"
    path.write_text(
        """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
        <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
        xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Лист"><Table>
        <Row><Cell><Data ss:Type="String">Название</Data></Cell>
        <Cell><Data ss:Type="String">Телефон</Data></Cell>
        <Cell><Data ss:Type="String">Дата</Data></Cell></Row>
        <Row ss:Index="4"><Cell ss:MergeDown="1"><Data ss:Type="String">Ромашка &amp; Ко</Data></Cell>
        <Cell><Data ss:Type="Number">79161234567</Data></Cell>
        <Cell><Data ss:Type="DateTime">2026-11-23T00:00:00.000</Data></Cell></Row>
        <Row><Cell ss:Index="2"><Data ss:Type="Number">7.5</Data></Cell>
        <Cell><Data ss:Type="DateTime">1899-12-31T10:15:00.000</Data></Cell></Row>
        </Table></Worksheet></Workbook>""",
        encoding="utf-8",
    )
    assert read(path) == (
        ("Название", "Телефон", "Дата"),
        [("Ромашка & Ко", 79161234567, date(2026, 11, 23)), ("Ромашка & Ко", 7.5, "10:15:00")],
    )


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-16"])
def test_a_web_page_saved_as_xls(tmp_path, encoding):
    path = tmp_path / "page.xls"
    charset = {"cp1251": "windows-1251"}.get(encoding, encoding)
    path.write_bytes(
        f"""<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{charset}">
        <style>td {{ color: red }}</style></head><body><table><tr><td colspan=3>Выгрузка<br>от 1.1</table>
        <TABLE border=1><thead><tr><th rowspan=2>Название<th colspan=2>Связь</tr><tr><th>Телефон<th>Email</tr>
        <tr><td rowspan="2"><b>Ромашка</b> &amp; &laquo;Ко&raquo;</td><td>8 495&nbsp;1234567</td>
        <td><a href="mailto:a@b.ru">a@b.ru</a></td></tr>
        <tr><td>2</td><td>c@d.ru<!-- <td>x</td> --></td></tr><tr><td>Лютик</td><td>3</td></tr></TABLE>
        </body></html>""".encode(encoding)
    )
    assert read(path) == (
        ("Название", "Телефон", "Email"),
        [
            ("Ромашка & «Ко»", "8 495 1234567", "a@b.ru"),
            ("Ромашка & «Ко»", "2", "c@d.ru"),
            ("Лютик", "3", None),
        ],
    )


def mutated(content, draw):
    content = bytearray(content)
    for _time in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content) - 1))
        end = start + draw(st.sampled_from([1, 2, 20, 300]))
        content[start:end] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(content[start:end]) * 3)))
        if not content:
            return b""
    return bytes(content)


@cache
def small_book():
    """Give one and the same workbook: XlsxWriter puts the time into each."""
    made = BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        sheet.write_row(1, 0, ["a", 1, "b"])
        sheet.merge_range("A3:A5", "c")
    return made.getvalue()


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_mutated_workbooks_are_read_or_refused(data, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    made = BytesIO(small_book())
    part = data.draw(
        st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", ""])
    )
    path = folder / "mutated.xlsx"
    if part:
        with ZipFile(made) as source, ZipFile(path, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                target.writestr(name, mutated(content, data.draw) if name == part else content)
    else:
        path.write_bytes(mutated(made.getvalue(), data.draw))
    with suppress(InputError):
        list(open_table(path).rows())
