"""XML read as it comes, block by block, without a document type."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from salesdesk.base.cells import Cell

NumberedRow = tuple[int, list[Cell]]
# So much with no cell in it, below the styles that stand before the first one, is no document.
_MOST_SILENT = 1 << 23


def refuse_doctype(*_declared: object) -> None:
    """Refuse a document type: it has no place in a workbook, and entities are made in it."""
    raise ValueError


def parser_of(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
) -> XMLParserType:
    """Make a parser that tells where elements begin and end, and their text."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


class Silence:
    """Counts the bytes that came since anything that is looked for did: no more than `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heard = 0
        self._bytes = 0

    def after(self, block: bytes, heard: int) -> None:
        """Count a block, after which so much was `heard` in all. Raises ValueError for too long a silence."""
        self._bytes = self._bytes + len(block) if heard == self._heard else 0
        self._heard = heard
        if self._bytes > self._most:
            raise ValueError(self._bytes)


class StreamedRows(ABC):
    """Takes blocks of XML and gives the rows of one sheet that they complete.

    `seen` counts the elements that are looked for; `over` tells that the last row was read.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.over = False
        self._silence = Silence(_MOST_SILENT)
        self._done: list[NumberedRow] = []
        self._parser = parser_of(self._start, self._end, self._characters)

    def feed(self, block: bytes, *, last: bool = False) -> list[NumberedRow]:
        """Read on. Raises ExpatError, ValueError."""
        try:
            self._parser.Parse(block, last)
            self._silence.after(block, self.seen)
        except (ExpatError, ValueError):
            if not self.over:
                raise
        done, self._done = self._done, []
        return done

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Take note that an element begins."""

    @abstractmethod
    def _end(self, name: str) -> None:
        """Take note that an element ends."""

    @abstractmethod
    def _characters(self, text: str) -> None:
        """Take a piece of text."""
