"""Choosing how a text file cuts its rows: by which rows come out of one width, under known names."""

import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from salesdesk.base.reading.dialect import ONE_COLUMN, Dialect, unwrapped
from salesdesk.base.reading.header import LOOKED_AT, known_names
from salesdesk.base.reading.lines import Rows, UncutError

DELIMITERS = ",;\t|"
_DOUBLED = (
    " ; ",
    " | ",
    " , ",
    "||",
    ";;",
    "::",
    "~~",
    "^^",
    "|~|",
    "~|~",
    "^|^",
    "@@",
    "##",
    "$$",
    "<>",
    "=>",
)
# Signs that may be a delimiter by their regularity alone, and those that must also part known names.
_CONTROLS = "\x01\x02\x1f\x1e\x1d\x07"
_RARE = ":^~§¦¬" + _CONTROLS
_LAST = "*#!$%&=@?_/+ "
_QUOTES = "\"'"
_RARE_QUOTES = "`^~|*$%#"
_MOST_ROWS = 5000


def find_dialect(text: str, delimiter: str | None = None) -> Dialect:
    """Choose the dialect by which the beginning of a file falls into rows of one width, under known names.

    `text` ends with a whole line. A delimiter given is taken.
    """
    lines = list(io.StringIO(text, newline=""))
    if not delimiter and _is_wrapped(lines):
        within = replace(_best(list(map(unwrapped, lines)), None), wrapped=True)
        if any(known_names(row) > 1 for row in islice(Rows(iter(lines), within, trial=True), LOOKED_AT)):
            return within
    return _best(lines, delimiter)


def _best(lines: list[str], delimiter: str | None) -> Dialect:
    """Try all dialects there may be."""
    text = "".join(lines)
    nulls = "\\N" in text
    scored = [
        (_fitness(lines, replace(dialect, nulls=nulls)), dialect)
        for mark in ([delimiter] if delimiter else _marks(text, lines))
        for dialect in _quotes(text, mark)
    ]
    dialect = max(scored, key=lambda each: each[0])[1]
    return replace(dialect, nulls=nulls)


def _is_wrapped(lines: list[str]) -> bool:
    """Tell whether each line is one quoted cell."""
    bare = [line.strip() for line in lines[:LOOKED_AT] if line.strip()]
    return bool(bare) and all(
        len(line) > 1 and line[0] == line[-1] == '"' and '"' not in line[1:-1].replace('""', "")
        for line in bare
    )


def _marks(text: str, lines: list[str]) -> list[str]:
    """Give the delimiters worth a trial: the usual ones, and others that stand regularly."""
    doubled = [mark for mark in _DOUBLED if mark in text and _regular(lines, mark) and _always(text, mark)]
    within = {_sign(mark) for mark in doubled}
    usual = [mark for mark in DELIMITERS if mark in text and mark not in within]
    rare = [mark for mark in _RARE + _LAST if mark in text and _regular(lines, mark)]
    return [*(usual or [","]), ONE_COLUMN, *doubled, *rare]


def _regular(lines: list[str], mark: str) -> bool:
    """Tell whether a sign stands in nearly every line below the notes, and nearly as often in each."""
    filled = [line for line in lines[: 2 * LOOKED_AT] if line.strip()]
    with_it = [line.count(mark) for line in filled if mark in line]
    return len(with_it) >= max(2, 0.5 * len(filled)) or (bool(with_it) and len(filled) < 4)


def _always(text: str, mark: str) -> bool:
    """Tell whether the signs of a longer delimiter nearly always stand together, and only so many."""
    sign = _sign(mark)
    if " " in mark and f'"{mark}' not in text:
        return False  # blanks around a cell are dropped anyway; only before a quote they matter
    alone = text.count(sign) - text.count(mark) * mark.count(sign)
    return sign * (len(mark) + 1) not in text and alone <= 0.2 * text.count(sign)


def _sign(mark: str) -> str:
    return max(mark.strip(), key=mark.count)


def _quotes(text: str, mark: str) -> list[Dialect]:
    """Give the ways of quoting there may be: only a quote at the edge of a cell can be one."""

    def edged(quote: str) -> bool:
        return f"{mark}{quote}" in text or f"\n{quote}" in text or text.startswith(quote)

    ways = [Dialect(mark, None)] if edged('"') else [Dialect(mark)]
    for quote in filter(edged, _QUOTES):
        ways.append(Dialect(mark, quote))
        if f"\\{quote}" in text:
            ways.append(Dialect(mark, quote, "\\"))
    if f"\\{mark}" in text:
        ways.append(Dialect(mark, None, "\\"))
    if f'{mark} "' in text:
        ways.append(Dialect(mark, spaced=True))
    ways += [
        Dialect(mark, quote)
        for quote in _RARE_QUOTES
        if quote not in mark and f"{quote}{mark}{quote}" in text and edged(quote)
    ]
    return ways


def _fitness(lines: list[str], dialect: Dialect) -> tuple[float, float, float]:
    """Score a dialect.

    First counts whether it gives known names of columns, and the share of rows of the usual width (more
    columns weigh more); then how well quotes stand; then the width.
    """
    widths: Counter[int] = Counter()
    known = cells = 0
    left = 0.0
    rows = Rows(iter(lines), dialect, trial=True)
    try:
        for row in rows:
            if not row:
                continue
            if rows.count <= LOOKED_AT:
                known = max(known, known_names(row))
            widths[len(row)] += 1
            cells += len(row)
            left += _left_quotes(row, dialect.quote)
            if rows.count >= _MOST_ROWS:
                break
    except UncutError:
        return (-1.0, 0.0, 0.0)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width), default=1)
    total = widths.total() or 1
    bad = rows.mended + left
    if dialect.delimiter == ONE_COLUMN:
        alone = known == 1 and not any(mark in DELIMITERS for mark in _first_known(lines))
        return ((0.51 if alone else 0.005), -bad, 0.0)
    if usual < 2:
        return (0.01 if dialect.delimiter == "," else 0.0, -bad, 0.0)
    share = max(0.05 * widths[usual], widths[usual] - bad) / total * (1 - 1 / usual)
    return (_weighed(dialect.delimiter, share, usual, known), -left / cells, usual)


def _first_known(lines: list[str]) -> str:
    return next((line for line in lines[:LOOKED_AT] if known_names([line]) == 1), ",")


def _weighed(mark: str, share: float, usual: int, known: int) -> float:
    """Weigh a delimiter by how common it is: a rare one must be regular, or part names that are known."""
    named = known >= 2
    if mark in _LAST and not named:
        return -1.0
    if mark not in DELIMITERS and mark[0] not in _CONTROLS and len(mark) == 1:
        if not named and (usual < 3 or share < 0.9 * (1 - 1 / usual)):
            return -1.0
        return 0.5 * (share + named)
    return share + named


def _left_quotes(row: Iterable[str], quote: str | None) -> float:
    """Weigh the cells that still stand in quotes of another kind, or begin with one that ends nowhere."""
    left = 0.0
    for cell in row:
        if cell and cell[0] in " \"'" and len(cell) > 1:
            text = cell.strip()
            if len(text) > 1 and text[0] in _QUOTES and (text[0] != quote or cell[0] == " "):
                left += 0.6 if text[-1] == text[0] else 0.5 * (text[0] == '"')
    return left
