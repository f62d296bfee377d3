"""Files made to break whoever reads them: one clear line or plain text, and no more memory than is due."""

import tracemalloc
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.cli.conftest import one_line

_TENFOLD = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ENTITIES = (
    f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "AAAAAAAAAA">{_TENFOLD}'
    '<!ENTITY out SYSTEM "file:///etc/passwd">]>'
)
MOST = 80 << 20
"""Bytes that reading any of these may take at once."""


def book(path, sheet, *, more=()):
    """Write the parts of an XLSX as they are."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>'
        )
        relation = '<Relationship Id="a" Type="x/worksheet" Target="worksheets/s.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr("xl/worksheets/s.xml", sheet)
        for name, content in more:
            archive.writestr(name, content)


def rows(*cells):
    inline = [f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells]
    row = f"<row>{''.join(inline)}</row>"
    return f"<worksheet><sheetData>{row * 2}</sheetData></worksheet>"


def bomb(path):
    book(path, b"<worksheet>" + b" " * (64 << 20))


def entities(path):
    book(path, ENTITIES + rows("name", "&i;", "&out;"))


def entities_of_a_document(path):
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            ENTITIES
            + "<office:document-content><office:body><office:spreadsheet><table:table table:name='S'>"
            "<table:table-row><table:table-cell><text:p>&i;&out;</text:p></table:table-cell></table:table-row>"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )


def tricks(path):
    outside = [("../" * 9 + "tmp/salesdesk-was-here", "x"), (str(path.parent / "salesdesk-was-here"), "x")]
    book(path, rows("name", "phone"), more=outside)


def nul(path):
    path.write_bytes(b"name;phone\n\x00\x00Ro\x00maska;+7 495 123-45-67\n" + b"\x00" * 100_000)


def columns(path):
    path.write_bytes(b"name;phone" + b";x" * 100_000 + b"\n" + b"a;1" + b";y" * 100_000 + b"\n")


def nested(path):
    path.write_bytes(b"BEGIN:VCARD\nAGENT:\n" * 3_000 + b"END:VCARD\n" * 3_000)


def one_huge_line(path):
    path.write_bytes(b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nNOTE:" + b"x" * (8 << 20) + b"\nEND:VCARD\n")


def folded_for_ever(path):
    path.write_bytes(b"BEGIN:VCARD\nFN:A\nNOTE:x\n" + b" xxxxxxxxxxxxxxx\n" * 30_000 + b"END:VCARD\n")


HOSTILE = {
    "bomb.xlsx": bomb, "entities.xlsx": entities, "entities.ods": entities_of_a_document,
    "tricks.xlsx": tricks, "nul.csv": nul, "columns.csv": columns, "nested.vcf": nested,
    "line.vcf": one_huge_line, "folded.vcf": folded_for_ever,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_line_or_plain_text(cli, sqlite_url, tmp_path, name):
    file = tmp_path / name
    HOSTILE[name](file)
    before = {*tmp_path.rglob("*")}
    tracemalloc.start()
    try:
        ran = cli("--operator", "anna", "import", file, "--dry-run", "--rejected", tmp_path / "no.csv")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if ran.status:
        one_line(ran)
    said = ran.out + ran.err
    assert "Traceback" not in said
    assert "root:" not in said
    assert "AAAAAAAAAAAAAAAAAAAAAAAAA" not in said
    assert len(said) < 20_000
    assert peak < MOST
    assert {path.name for path in {*tmp_path.rglob("*")} - before} <= {"no.csv", "base.db-wal", "base.db-shm"}
