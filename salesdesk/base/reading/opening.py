"""Telling what a file is by its first bytes, and opening it."""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from salesdesk.base.reading.card_head import holds_cards
from salesdesk.base.reading.delimited import DelimitedTable
from salesdesk.base.reading.header import LOOKED_AT
from salesdesk.base.reading.layouts import VICIDIAL, find_layout
from salesdesk.base.reading.table import Table
from salesdesk.errors import InputError
from salesdesk.i18n import _

_ZIP = b"PK\x03\x04"
_HEAD = 8192
# No table begins so, and text of it would be cut at its commas.
_JSON = re.compile(rb'\{\s*"|\[\s*[\[{"]|\[\s*\]|\{\s*\}')
_OLE = b"\xd0\xcf\x11\xe0"
# A workbook of Office with a password is an OLE file that holds this stream.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_table(
    path: Path | str, *, encoding: str | None = None, sheet: str | None = None, delimiter: str | None = None
) -> Table:
    """Open a table: CSV, TSV or the like, vCards, XLSX, XLS, XLSB, ODS. What is not said is found.

    `sheet` is a number from 1 or a name. Raises InputError with one line for a file that is missing,
    empty, a folder, no table, damaged, protected by a password, or made to fill the memory.
    """
    path = Path(path)
    head = _head(path)
    if not head:
        raise InputError(_("{file} is empty.").format(file=path.name))
    if head.startswith(_ZIP):
        return _open_archive(path, sheet)
    if head.startswith(_OLE):
        return _open_old_workbook(path, sheet)
    if holds_cards(head):
        from salesdesk.base.reading.cards import CardTable

        return CardTable(path, encoding)
    marked_up = _open_marked_up(path, head, encoding, sheet)
    return _laid_out(DelimitedTable(path, encoding, delimiter)) if marked_up is None else marked_up


def _laid_out(table: DelimitedTable) -> Table:
    """Name the columns of a table without a header where its rows are of a known kind."""
    layout = None if table.header_found else find_layout(table.sample(LOOKED_AT))
    if layout is VICIDIAL:
        from salesdesk.base.reading.leads import LeadTable

        return LeadTable(table)
    if layout is not None:
        table.layout = layout
        table.header = layout.header(len(table.header))
        table.format += f", {layout.title}"
    return table


def _head(path: Path) -> bytes:
    """Read the beginning. Raises InputError for what is missing, or is no file that can be read again."""
    try:
        if path.is_dir():
            raise InputError(_("{file} is a folder; give a file.").format(file=path))
        if path.exists() and not path.is_file():
            raise InputError(
                _("{file} is not a file that can be read again: save it as one first.").format(file=path)
            )
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError as wrong:
        raise InputError(_("There is no file {file}.").format(file=path)) from wrong
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        raise InputError(_("{file} cannot be read: {why}").format(file=path, why=why)) from wrong


def _open_marked_up(path: Path, head: bytes, encoding: str | None, sheet: str | None) -> Table | None:
    """Open what is a spreadsheet in one file of XML, or a web page; None for plain text."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"mime-version:", b"{\\rtf")) or _JSON.match(text):
        raise _no_table(path)
    if not text.startswith(b"<"):
        return None
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text and b"<html" not in text:
        from salesdesk.base.reading.spreadsheet_2003 import Spreadsheet2003

        return Spreadsheet2003(path, sheet)
    if b"office:document" in text:
        from salesdesk.base.reading.ods import OdsTable

        return OdsTable(path, sheet, flat=True)
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<table" in text:
        from salesdesk.base.reading.html_table import HtmlTable

        return HtmlTable(path, encoding, sheet)
    if text.startswith((b"<?xml", b"<!doctype")):
        raise _no_table(path)
    return None


def _open_archive(path: Path, sheet: str | None) -> Table:
    try:
        with ZipFile(path) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    except (BadZipFile, OSError, ValueError, NotImplementedError) as wrong:
        raise InputError(_("{file} is damaged or cut short; get it anew.").format(file=path.name)) from wrong
    if "xl/workbook.xml" in names:
        from salesdesk.base.reading.xlsx import XlsxTable

        return XlsxTable(path, sheet)
    if "content.xml" in names:
        from salesdesk.base.reading.ods import OdsTable

        return OdsTable(path, sheet)
    if "xl/workbook.bin" in names:
        from salesdesk.base.reading.calamine import CalamineTable

        return CalamineTable(path, sheet)
    raise _no_table(path)


def _no_table(path: Path) -> InputError:
    return InputError(
        _("{file} is an archive or a document, not a table. Give a CSV, TSV or XLSX file.").format(
            file=path.name
        )
    )


def _open_old_workbook(path: Path, sheet: str | None) -> Table:
    from salesdesk.base.reading.calamine import CalamineTable

    with path.open("rb") as file:
        before = b""
        while block := file.read(1 << 20):
            if _ENCRYPTED in before + block:
                raise protected(path)
            before = block[-64:]
    return CalamineTable(path, sheet)


def protected(path: Path) -> InputError:
    """Say that a workbook has a password."""
    return InputError(
        _("{file} is protected by a password; save it without one and import it again.").format(
            file=path.name
        )
    )
