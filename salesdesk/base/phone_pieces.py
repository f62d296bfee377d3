"""Cutting a cell with several telephone numbers into pieces, each with its extension."""

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Piece:
    """One number of a cell: as written, and cleaned for the library (`number`, no letters)."""

    raw: str
    number: str
    extension: str | None = None
    fax: bool = False
    wordy: bool = False


_SIGNS = dict.fromkeys("‐‑‒–—―−ー－", "-") | dict.fromkeys("\u00a0\u2007\u202f\u2009\t", " ") | {"＋": "+"}
_DASHES = str.maketrans(_SIGNS)
_SEPARATOR = re.compile(r"[;,\n\r|\\]+|\s*:::\s*|\s+(?:и|или|and|or|либо)\s+", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\(?\s*(?:добавочный|доб|внутренний|внутр|вн|extension|extn|ext|xtn|x|х|#|д\.)[.:\s№]*"
    r"(\d{1,7}(?:-\d{1,6})*)\s*\)?",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"(?<=\d)\s*\((\d{2,5})\)\s*$")
_NEXT_NUMBER = re.compile(r"(?<=\d)\s+(?=\+\d|8[-\s(]*\d{3}|\(\d{3,5}\))")
_FAX = re.compile(r"^\s*\(?(?:факс|fax|ф\.)", re.IGNORECASE)
_VANITY = re.compile(r"\+?[\d\s().-]*\d[\s).-]*[A-Z]{3}[A-Z-]*")
_LETTERS = re.compile(r"[^\W\d_]+\.?:?", re.UNICODE)
_AREA = re.compile(r"^\D*?\((\d{3,5})\)[\s-]*([\d\s-]+)$")


def pieces_of(cell: str) -> list[Piece]:
    """Cut a cell into its numbers, in order; extensions go to the number before them."""
    pieces: list[Piece] = []
    for part in _SEPARATOR.split(cell):
        for text in _slashes(part):
            if text.strip():
                _take(text.strip(), pieces)
    return _share_area(pieces)


def _digits(text: str) -> int:
    return sum(sign.isdecimal() for sign in text)


def _slashes(part: str) -> list[str]:
    """Cut at slashes that stand between numbers: "310/246-1501" is one number, "45-96/97" are two."""
    if "/" not in part or re.match(r"\s*[^\W\d]+\s*/\s*[^\W\d]+", part):
        return [part]
    found: list[str] = []
    for text in part.split("/"):
        before = _digits(found[-1]) if found else 0
        if found and before < 5:
            found[-1] += "-" + text
        elif found and 1 <= _digits(text) <= 4 and text.strip().isdecimal():
            found.append(_same_but_end(found[-1], text.strip()))
        else:
            found.append(text)
    return found


def _same_but_end(number: str, end: str) -> str:
    kept: list[str] = []
    left = len(end)
    for sign in reversed(number):
        if sign.isdecimal() and left:
            left -= 1
            kept.append(end[left])
        else:
            kept.append(sign)
    return "".join(reversed(kept))


def _take(text: str, pieces: list[Piece]) -> None:
    """Add what a part says: a number, two with a blank between, or the extension of the one before."""
    only = _EXTENSION.match(text) or re.fullmatch(r"\((\d{2,5})\)", text)
    if pieces and only:
        pieces[-1] = _extended(pieces[-1], only[1], text[: only.end()])
        rest = text[only.end() :].strip()
        if rest:
            _take(rest, pieces)
        return
    if pieces and pieces[-1].extension and re.fullmatch(r"\d{1,5}\)?", text):
        pieces[-1] = _extended(pieces[-1], text.rstrip(")"), text)
        return
    if _digits(text) > 13:
        parts = _NEXT_NUMBER.split(text)
        if len(parts) > 1 and all(_digits(part) >= 5 for part in parts):
            for part in parts:
                _take(part, pieces)
            return
    pieces.append(_piece(text))


def _extended(piece: Piece, extension: str, written: str) -> Piece:
    known = f"{piece.extension}, {extension}" if piece.extension else extension
    return replace(piece, extension=known[:20], raw=f"{piece.raw}, {written.strip()}")


def _piece(text: str) -> Piece:
    number, extension = text.translate(_DASHES), None
    if _VANITY.fullmatch(text):
        return Piece(text, text)
    marked = _EXTENSION.search(text)
    bracketed = _IN_BRACKETS.search(text)
    found = marked or bracketed
    if found and _digits(text[: found.start()]) >= 5:
        number, extension = number[: found.start()], found[1]
    letters = _LETTERS.findall(number)
    wordy = "@" in number or "://" in number or sum(map(len, letters)) > 2 * _digits(number) + 6
    number = _LETTERS.sub(" ", number).strip(" .,:;-_*'\"")
    return Piece(text, number, extension, _FAX.match(text) is not None, wordy)


def _share_area(pieces: list[Piece]) -> list[Piece]:
    """Give "(3854)327289, 328409" its area code on both: in brackets it is meant for all that follow."""
    area, local = "", 0
    done: list[Piece] = []
    for piece in pieces:
        own = _AREA.match(piece.number)
        count = _digits(piece.number)
        if own:
            area, local = own[1], _digits(own[2])
        elif area and count == local and count + len(area) == 10 and not area.startswith("9"):
            done.append(replace(piece, number=f"({area}) {piece.number}"))
            continue
        else:
            area = ""
        done.append(piece)
    return done
