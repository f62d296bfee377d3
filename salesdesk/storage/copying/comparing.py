"""Whether a copy is what was copied: each row of each table, of both bases, side by side."""

from collections.abc import Callable
from contextlib import closing
from itertools import zip_longest

from sqlalchemy import Connection

from salesdesk.errors import BaseError
from salesdesk.i18n import _
from salesdesk.storage.copying.reading import Row, chunks
from salesdesk.storage.copying.tables import Copied


def compare(source: Connection, target: Connection, table: Copied, seen: Callable[[int], None]) -> None:
    """Compare a table in both bases, telling `seen` how many rows more.

    Raises BaseError, which names the first row that differs.
    """
    with closing(chunks(source, table)) as original, closing(chunks(target, table)) as copy:
        for ours, theirs in zip_longest(original, copy, fillvalue=()):
            if ours != theirs:
                raise BaseError(_first_difference(table, ours, theirs))
            seen(len(ours))


def _first_difference(table: Copied, ours: "list[Row] | tuple[()]", theirs: "list[Row] | tuple[()]") -> str:
    rows = zip_longest(ours, theirs)
    one, other = next((one, other) for one, other in rows if one != other)
    if one is None or other is None or table.name_row(one) != table.name_row(other):
        return _("{row} is in one of the two bases only; nothing was copied.").format(
            row=table.name_row(one or other)
        )
    column = next(name for name, mine, its in zip(table.columns, one, other, strict=True) if mine != its)
    return _("{row} is not the same in the copy ({column}); nothing was copied.").format(
        row=table.name_row(one), column=column
    )
