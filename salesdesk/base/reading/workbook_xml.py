"""What a workbook says of itself: its sheets, its shared strings, which styles are dates."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers.expat import ExpatError
from zipfile import ZipFile

from salesdesk.base.reading.streamed_xml import Silence, parser_of, refuse_doctype

Shown = Literal["date", "elapsed", "percent"] | int
"""How a style shows a number, where that is not as it is; a whole number: with so many digits at least."""

_BLOCK = 1 << 16
_MOST_BYTES = 16 << 20
# Excel ends a cell at 32,767 signs.
_LONGEST_STRING = 1 << 20
# So much of a sheet without a single cell, or of the strings without a string, is none.
MOST_SILENT = 1 << 22
_MOST_STRINGS = 160 << 20


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, and the part of the archive that holds it."""

    name: str
    part: str
    visible: bool


class _Tree(TreeBuilder):
    def doctype(self, *declared: object) -> None:
        refuse_doctype(*declared)


def _elements(archive: ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    """Give a small part's elements. Raises ValueError for one that is no XML, or is not small."""
    if archive.getinfo(part).file_size > _MOST_BYTES:
        raise ValueError(part)
    parser = XMLParser(target=_Tree())  # noqa: S314  # a document type is refused: no entities to expand
    try:
        parser.feed(archive.read(part))
        root: Element = parser.close()
    except ParseError as wrong:
        raise ValueError(part) from wrong
    for element in root.iter():
        yield element.tag.rpartition("}")[2], element


def _attribute(element: Element, name: str) -> str:
    """Read an attribute by its local name: workbooks differ in namespaces."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _part(archive: ZipFile, name: str) -> str | None:
    """Find a part whatever case its name was written in."""
    wanted = plain_name(name)
    return next((found for found in archive.namelist() if plain_name(found) == wanted), None)


def plain_name(name: str) -> str:
    """Give a part's name as it should be written: some programs write it with backslashes, or in capitals."""
    return name.replace("\\", "/").lstrip("/").lower()


def read_sheets(archive: ZipFile) -> tuple[list[Sheet], bool]:
    """Give the worksheets in order, and whether days count from 1904. Raises KeyError, ValueError."""
    targets: dict[str, str] = {}
    relations = _part(archive, "xl/_rels/workbook.xml.rels")
    for tag, element in _elements(archive, relations) if relations else ():
        if tag == "Relationship" and element.get("Type", "").endswith("/worksheet"):
            targets[element.get("Id", "")] = normpath(join("/xl", element.get("Target", ""))).lstrip("/")
    sheets: list[Sheet] = []
    since_1904 = False
    for tag, element in _elements(archive, _part(archive, "xl/workbook.xml") or "xl/workbook.xml"):
        if tag == "workbookPr":
            since_1904 = element.get("date1904", "").lower() in {"1", "true", "on"}
        elif tag == "sheet":
            target = _attribute(element, "id")
            part = _part(archive, targets[target]) if target in targets else None
            if part is not None:
                sheets.append(
                    Sheet(element.get("name", ""), part, element.get("state", "visible") == "visible")
                )
    return sheets, since_1904


class SharedStrings:
    """The strings of a workbook, by number: one run of bytes, so that a million of them stay small."""

    def __init__(self, archive: ZipFile) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])
        self._inside = False
        self._phonetic = False
        part = _part(archive, "xl/sharedStrings.xml")
        if part is None:
            return
        parser = parser_of(self._start, self._end, self._characters)
        silence = Silence(MOST_SILENT)
        try:
            with archive.open(part) as source:
                while block := source.read(_BLOCK):
                    parser.Parse(block, False)  # noqa: FBT003  # expat takes it by place only
                    silence.after(block, len(self._ends))
                parser.Parse(b"", True)  # noqa: FBT003
        except ExpatError as wrong:
            raise ValueError(part) from wrong

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        self._inside = tag == "t" and not self._phonetic
        self._phonetic = self._phonetic or tag == "rPh"

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        self._inside = False
        if tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self._ends.append(len(self._bytes))
            if len(self._bytes) > _MOST_STRINGS:
                raise ValueError

    def _characters(self, text: str) -> None:
        if self._inside:
            self._bytes += text.encode("utf-8", "surrogatepass")
            if len(self._bytes) - self._ends[-1] > _LONGEST_STRING:
                raise ValueError

    def __getitem__(self, at: int) -> str:
        """Give a string. Raises IndexError for a number that none has."""
        if not 0 <= at < len(self._ends) - 1:
            raise IndexError(at)
        return self._bytes[self._ends[at] : self._ends[at + 1]].decode("utf-8", "replace")


_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_PERCENTS = {9, 10}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def read_styles(archive: ZipFile) -> list[Shown | None]:
    """Tell for each cell style how it shows numbers: as dates, say, or with zeros before them."""
    part = _part(archive, "xl/styles.xml")
    if part is None:
        return []
    kinds: dict[int, Shown | None] = {46: "elapsed"}
    kinds.update(dict.fromkeys(_DATE_FORMATS, "date"))
    kinds.update(dict.fromkeys(_PERCENTS, "percent"))
    styles: list[Shown | None] = []
    for tag, element in _elements(archive, part):
        if tag == "numFmt":
            kinds[int(element.get("numFmtId", "0"))] = _kind(element.get("formatCode", ""))
        elif tag == "cellXfs":
            styles = [kinds.get(int(style.get("numFmtId", "0"))) for style in element]
    return styles


def _kind(code: str) -> Shown | None:
    bare = _NOT_CODE.sub("", code).split(";")[0].lower().strip()
    if re.search(r"\[[hms]+\]", bare):
        return "elapsed"
    if len(bare) > 1 and not bare.strip("0"):
        return min(len(bare), 30)
    if bare.endswith("%"):
        return "percent"
    return "date" if re.search(r"[dmyhs]", bare) and not {"general", "standard"} & {bare} else None
