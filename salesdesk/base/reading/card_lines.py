"""The lines of vCards (2.1, 3.0, 4.0) as telephones and mail programs really write them.

Lines are put together here and pictures let go by; vobject's grammar then cuts a line's head into name
and parameters. Its own reader of whole cards takes none of: a charset for each line, a blank line within
a picture, a card without its end. No more is held than one card.
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vobject.base import ParseError, parseLine

from salesdesk.base.reading.encoding import find_encoding, guess

_BLOCK = 1 << 16
_LONGEST_LINE = 1 << 20
_LONGEST_CARD = 4 << 20
_WIDE = ("utf-16", "utf-32")
_LINE_END = re.compile(rb"\r*\n|\r")
_PROPERTY = re.compile(rb"[ \t]*(?:[\w-]+\.)?([A-Za-z][\w-]*)[ \t]*(;[^:]*)?:")
_QUOTED = re.compile(rb"[;=]\s*QUOTED-PRINTABLE", re.IGNORECASE)
_PICTURE = re.compile(rb";\s*(?:ENCODING\s*=\s*)?(?:BASE64|B)\s*(?=[;:]|$)", re.IGNORECASE)
_EDGE = re.compile(rb"[ \t]*(?:[\w-]+\.)?(?:BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*$", re.IGNORECASE)
_CARD = {"BEGIN", "END"}
_READ = frozenset(
    [
        "BEGIN", "END", "VERSION", "KIND", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND", "FN", "N", "ORG",
        "NICKNAME", "TITLE", "ROLE", "TEL", "EMAIL", "ADR", "LABEL", "URL", "NOTE", "BDAY", "CATEGORIES",
        "UID", "IMPP", "X-SKYPE", "X-SKYPE-USERNAME", "X-TELEGRAM", "X-ABLABEL", "AGENT",
        "X-SALESDESK-CLIENT",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card. `types` are the words of its TYPE in all three ways of writing it, small."""

    name: str
    value: str
    group: str = ""
    types: frozenset[str] = frozenset()
    params: tuple[tuple[str, str], ...] = ()


@dataclass
class Card:
    """What stands between BEGIN and END; `agents` are the cards within it. `fault` says what is wrong."""

    properties: list[Property] = field(default_factory=list)
    agents: "list[Card]" = field(default_factory=list)
    fault: str | None = None
    size: int = 0


CUT_SHORT = "cut_short"
TOO_LONG = "too_long"


class CardReader:
    """Reads the cards of a file. `position` is how many of its bytes were read."""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path = path
        self.encoding = encoding or find_encoding(path)
        self._said = encoding is not None
        self.position = 0

    def cards(self) -> Iterator[Card]:
        """Give every card; what stands between cards is nothing."""
        opened: list[Card] = []
        for line in self._unfolded():
            if line.name == "BEGIN":
                within = bool(opened and opened[-1].properties) and opened[-1].properties[-1] == _AGENT
                if opened and not within:
                    yield opened[0]
                    opened = []
                opened.append(Card())
            elif line.name == "END":
                if len(opened) > 1:
                    agent = opened.pop()
                    opened[-1].agents.append(agent)
                elif opened:
                    yield opened.pop()
            elif opened:
                _add(opened[-1], line, self._property(bytes(line.kept)))
        if opened:
            yield opened[0]

    # -- lines -----------------------------------------------------------------------------------------

    def _blocks(self) -> Iterator[bytes]:
        """Give the file's bytes; of an encoding with wide characters, as UTF-8."""
        wide = self.encoding.lower().replace("_", "-").startswith(_WIDE)
        decoder = codecs.getincrementaldecoder(self.encoding)("replace") if wide else None
        with self.path.open("rb") as file:
            self.position = 0
            while block := file.read(_BLOCK):
                self.position += len(block)
                yield block if decoder is None else decoder.decode(block).encode("utf-8", "replace")

    def _lines(self) -> Iterator[tuple[bytes, bool]]:
        """Give each line, cut where it is longer than any that says something, and whether it ended."""
        rest = returns = b""
        for number, block in enumerate(self._blocks()):
            held = returns + (block if number else block.removeprefix(codecs.BOM_UTF8))
            bare = held.rstrip(b"\r")
            returns = held[len(bare) :]
            first, *lines = _LINE_END.split(bare)
            rest = (rest + first)[:_LONGEST_LINE]
            for line in lines:
                yield rest, True
                rest = line[:_LONGEST_LINE]
        if rest:
            yield rest, bool(returns)

    def _unfolded(self) -> Iterator["_Line"]:
        """Give each line that is read, put together again where it was folded."""
        line: _Line | None = None
        for text, ended in self._lines():
            start = _PROPERTY.match(text)
            edge = start is not None and _EDGE.match(text) is not None
            if not text.strip():
                yield from _read(line)
                line = None
            elif line is None or edge or not line.takes(text, begins=start is not None):
                yield from _read(line)
                line = None if start is None else _Line.begun(start, text, edge=edge)
            if line is not None and not ended:
                line.whole = edge
        yield from _read(line)

    # -- one line --------------------------------------------------------------------------------------

    def _property(self, line: bytes) -> Property:
        cut = _colon(line)
        head = line[:cut].decode("utf-8", "replace")
        try:
            name, params, _value, group = parseLine(_tidy(head) + ":")
        except ParseError:
            name, params, group = head.partition(";")[0].rpartition(".")[2].strip(), [], ""
        given = tuple((param[0].upper(), ",".join(param[1:])) for param in params)
        said = dict(given)
        types = ",".join(value or key for key, value in given if key == "TYPE" or not value)
        value = line[cut + 1 :]
        if said.get("ENCODING", "").upper() == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in said:
            value = binascii.a2b_qp(value)
        return Property(
            name.upper(), self._text(value, said.get("CHARSET")).strip(), (group or "").lower(),
            frozenset(word.strip().lower() for word in types.split(",") if word.strip()), given,
        )  # fmt: skip

    def _text(self, value: bytes, charset: str | None) -> str:
        """Decode a value: in its own charset, in UTF-8, in the file's; what is damaged stays apart."""
        usual = ("utf-8",) if not self._said else ()
        for encoding in (charset, *usual, self.encoding):
            if encoding and not encoding.lower().startswith(_WIDE):
                try:
                    return value.decode(encoding)
                except (UnicodeDecodeError, LookupError):
                    continue
        text = value.decode("utf-8", "surrogateescape")
        damaged = sum("\udc80" <= sign <= "\udcff" for sign in text)
        foreign = damaged > 0.3 * sum(byte > 127 for byte in value)
        return value.decode(guess(value), "surrogateescape") if foreign else text


@dataclass
class _Line:
    """A line of a card while its parts are met. Of one that nobody reads nothing is kept."""

    name: str
    kept: bytearray
    quoted: bool = False
    whole: bool = True

    @classmethod
    def begun(cls, start: re.Match[bytes], text: bytes, *, edge: bool) -> "_Line":
        """Take the first part; a picture, and what has no meaning here, is dropped."""
        name, params = start[1].decode().upper(), start[2] or b""
        if name not in _READ or _PICTURE.search(params) or (name in _CARD and not edge):
            return cls("", bytearray())
        return cls(name, bytearray(text), _QUOTED.search(params) is not None)

    def takes(self, text: bytes, *, begins: bool) -> bool:
        """Add a further part; tell whether it is one. `begins`: it reads like the beginning of a line."""
        if self.quoted and self.kept.rstrip().endswith(b"="):
            del self.kept[len(self.kept.rstrip()) - 1 :]
            self._add(text[1:] if text[:1] in b" \t" and text[1:2] == b"=" else text)
            return True
        if text[:1] in (b" ", b"\t"):
            self._add(text[1:])
            return True
        if begins:
            return False
        # A line break that nobody marked: only in a note does it say something.
        if self.name == "NOTE":
            self._add(b"\n" + text)
        return True

    def _add(self, text: bytes) -> None:
        if self.name and len(self.kept) <= _LONGEST_LINE:
            self.kept += text


def _read(line: _Line | None) -> Iterator[_Line]:
    if line is not None and line.name:
        yield line


_AGENT = Property("AGENT", "")


def _add(card: Card, line: _Line, found: Property) -> None:
    card.size += len(line.kept)
    if len(line.kept) >= _LONGEST_LINE or card.size > _LONGEST_CARD:
        card.fault = TOO_LONG
    elif not line.whole:
        card.fault = CUT_SHORT
    else:
        card.properties.append(_AGENT if found.name == "AGENT" and not found.value else found)


def _colon(line: bytes) -> int:
    """Find where the value begins: at the first colon outside quotes, which not every writer closes."""
    inside = False
    for at, byte in enumerate(line):
        if byte == 0x22:
            inside = not inside
        elif byte == 0x3A and not inside:
            return at
    return line.index(b":")


def _tidy(head: str) -> str:
    """Drop from a line's head what no grammar allows: blanks around the signs, a semicolon too many."""
    return re.sub(r";{2,}", ";", re.sub(r"\s*([;=,])\s*", r"\1", head.strip())).rstrip(";")
