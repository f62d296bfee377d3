"""Tables in XLSX workbooks, streamed: no more is held than a row and the workbook's shared strings.

What a sheet declares as its range is not believed: only the cells that stand in it are walked.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812  # an exception, by the name of its kind

from salesdesk.base.reading.merged import Span, read_spans
from salesdesk.base.reading.sheet_table import SheetTable, damaged
from salesdesk.base.reading.sheet_xml import MalformedError, SheetReader
from salesdesk.base.reading.streamed_xml import NumberedRow
from salesdesk.base.reading.workbook_xml import SharedStrings, read_sheets, read_styles
from salesdesk.errors import InputError
from salesdesk.i18n import _

_BLOCK = 1 << 16
_MOST_UNPACKED = 4 << 30
_MOST_STRINGS = 512 << 20
# Deflate cannot do better than about 1000:1; honest sheets stay below 100:1.
_MOST_PACKED = 400
_SMALL = 16 << 20


class XlsxTable(SheetTable):
    """One sheet of a workbook."""

    faults = (
        OSError,
        BadZipFile,
        MalformedError,
        ZlibError,
        EOFError,
        ValueError,
        LookupError,
        NotImplementedError,
    )

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        try:
            with ZipFile(path) as archive:
                _check_sizes(archive, path)
                found, self._since_1904 = read_sheets(archive)
                self._styles = read_styles(archive)
                self._strings = SharedStrings(archive)
            self._parts = [each.part for each in found]
            hidden = {at for at, each in enumerate(found) if not each.visible}
            name = self.choose([each.name for each in found], hidden, sheet)
        except self.faults as wrong:
            raise damaged(path) from wrong
        except RuntimeError as wrong:
            from salesdesk.base.reading.opening import protected

            raise protected(path) from wrong
        self.format = _("XLSX, sheet {name}").format(name=name)

    def cells(self, sheet: int) -> Iterator[NumberedRow]:
        """Give each row of a sheet with something in it."""
        reader = SheetReader(self._strings, self._styles, since_1904=self._since_1904)
        with ZipFile(self.path) as archive, archive.open(self._parts[sheet]) as part:
            self.size = archive.getinfo(self._parts[sheet]).file_size
            self.position = 0
            while not reader.over and (block := part.read(_BLOCK)):
                self.position += len(block)
                yield from reader.feed(block)
            if not reader.over:
                yield from reader.finish()
        self.position = self.size

    def spans(self, sheet: int) -> list[Span]:
        """Give the cells merged downwards."""
        with ZipFile(self.path) as archive:
            return read_spans(archive, self._parts[sheet])


def _check_sizes(archive: ZipFile, path: Path) -> None:
    """Refuse an archive that was made to fill the memory or the day."""

    def is_bomb(part: ZipInfo) -> bool:
        return part.file_size > _SMALL and part.file_size > _MOST_PACKED * max(1, part.compress_size)

    parts = archive.infolist()
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if (
        any(map(is_bomb, parts))
        or sum(part.file_size for part in parts) > _MOST_UNPACKED
        or strings > _MOST_STRINGS
    ):
        raise InputError(
            _("{file} unpacks to more than can be read safely; save the table as CSV.").format(file=path.name)
        )
