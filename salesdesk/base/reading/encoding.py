"""Finding the encoding of a text file: by its mark, by what decodes, by what reads like a language."""

import codecs
import re
from pathlib import Path

from salesdesk.base.reading.mixed_encoding import mixed_with
from salesdesk.base.reading.sheet_table import damaged
from salesdesk.errors import InputError
from salesdesk.i18n import _

BLOCK = 1 << 20
# So many lines in a hundred that are not UTF-8 are damaged; so many that are may be so by chance.
_FEW = 0.02
_BY_CHANCE = 0.1
# So many blocks of nothing but NULs are a disk that was never written, not cells filled up.
_MOST_EMPTY = 16
_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CYRILLIC = ("cp1251", "cp866", "koi8-r", "mac_cyrillic", "iso8859_5")
_USUAL = "cp1251"
_MORE_LIKELY = 1.5
"""By how many letters the usual encoding is ahead."""
_COMMON = frozenset("оеаинтсрвлкмдпуя")


def find_encoding(path: Path) -> str:
    """Tell how a text file is encoded. Raises InputError for a file that is no text.

    A file that is UTF-8 but for a few damaged bytes is told as UTF-8: its reader keeps those bytes apart.
    One with many lines of UTF-8 and many of another encoding is told as mixed with that.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = _wide(head)
    if wide is not None:
        return wide
    if _is_binary(head):
        raise InputError(
            _("{file} is not a table: neither text nor a workbook. Give a CSV, TSV or XLSX file.").format(
                file=path.name
            )
        )
    foreign, mixed = _not_utf8(path)
    if foreign is None:
        return "utf-8"
    return mixed_with(guess(foreign)) if mixed else guess(foreign)


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without their marks: every other byte is of few kinds."""
    said = len(head.rstrip(b"\0"))
    # What fills the file up says nothing; but a letter of several bytes may end with one.
    head = head[: said + -said % 4]
    if len(head) < 4:
        return None
    fours = len(head) // 4
    for name, empty in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if all(head[at::4].count(0) >= 0.99 * fours for at in empty):
            return name
    pairs = len(head) // 2
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if b"\0" in high and sum(high.count(byte) for byte in (0, 4, 0x20, 0x21)) > 0.9 * pairs:
            return name
    return None


_CONTROLS = bytes(set(range(1, 32)) - {9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})
_SIGNED = (
    b"%PDF", b"%!PS", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"BZh", b"Rar!", b"7z\xbc\xaf",
    b"\xfd7zXZ", b"{\\rtf", b"SQLite format 3\0", b"\x7fELF", b"MZ\x90",
)  # fmt: skip


def _is_binary(head: bytes) -> bool:
    """Tell what is no text. One control sign may stand between cells, and NULs may fill cells up."""
    if head.startswith(_SIGNED):
        return True
    said = head.replace(b"\0", b"")
    controls = sorted(said.count(bytes((sign,))) for sign in _CONTROLS)
    return (
        len(said) < 0.4 * len(head.rstrip(b"\0")) or not said or sum(controls[:-1]) > max(1, 0.01 * len(said))
    )


def _not_utf8(path: Path) -> tuple[bytes | None, bool]:
    """Read the whole file as UTF-8; give its lines with other bytes where it is not, None where it is.

    And whether so many lines are UTF-8 that they cannot be so by chance. Raises InputError where nothing
    but NULs goes on and on.
    """
    foreign = bytearray()
    broken = whole = empty = 0
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            empty = empty + 1 if block.count(0) == len(block) else 0
            if empty > _MOST_EMPTY:
                raise damaged(path)
            if empty:
                continue
            cut = block.rfind(b"\n") + 1
            lines, rest = (rest + block[:cut], block[cut:]) if cut else (b"", rest + block)
            if len(rest) > 8 * BLOCK:
                lines, rest = rest, b""
            broken, whole = _tally(lines, foreign, broken, whole)
    broken, whole = _tally(rest, foreign, broken, whole)
    if broken <= _FEW * whole:
        return None, False
    return bytes(foreign), whole > _BY_CHANCE * (broken + whole)


def _tally(block: bytes, foreign: bytearray, broken: int, whole: int) -> tuple[int, int]:
    """Count the lines that are not UTF-8 and those that are and need to be."""
    if block.isascii():
        return broken, whole
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return broken, whole + sum(not line.isascii() for line in block.splitlines())
    for line in block.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            whole += 1
        except UnicodeDecodeError:
            broken += 1
            if len(foreign) < _SAMPLE:
                foreign += line[:4096] + b"\n"
    return broken, whole


def guess(foreign: bytes) -> str:
    """Choose among the encodings of one byte, and ask the detector for all others."""
    runs = re.findall(rb"[\x80-\xff]+", foreign)
    high = sum(map(len, runs))
    in_words = sum(len(run) for run in runs if len(run) >= 3)
    if foreign.count(b"\xb9") > 0.5 * high:
        return "cp1251"  # № is all that is not Latin
    if in_words < 0.3 * high:
        # Lone letters inside Latin words: é, ü, ñ.
        return "cp1252" if _decodes(foreign, "cp1252") else "latin-1"
    scores = {name: _russian(foreign, name) for name in _CYRILLIC}
    if scores[_USUAL] > 0.3:
        # A word or two read as Russian in several of them.
        scores[_USUAL] += _MORE_LIKELY / high
    best = max(scores, key=scores.__getitem__)
    if scores[best] > 0.3:
        return best
    from charset_normalizer import from_bytes

    found = from_bytes(foreign).best()
    return found.encoding if found is not None else best


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _russian(data: bytes, encoding: str) -> float:
    """Score text as Russian: common letters for it, odd signs and capitals after small letters against."""
    text = data.decode(encoding, errors="replace")
    letters = [sign for sign in text if ord(sign) > 127]
    if not letters:
        return 0.0
    good = sum(sign.lower() in _COMMON for sign in letters)
    bad = sum(not ("а" <= sign.lower() <= "я" or sign in "ёЁ№«»—–…\u00a0") for sign in letters)
    odd = sum(1 for _found in re.finditer("[а-яё][А-ЯЁ]", text))
    return (good - 2 * bad - 2 * odd) / len(letters)
