"""How wide the columns of a written table are: as what stands in them, less where there is no room."""

from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.lead.written import Written

_ELASTIC_MOST = 60
_ELASTIC_LEAST = 16
_LABEL_LEAST = 20
"""What the rows are told apart by is read first, and stays in sight as one goes to the right."""
_PADDING = 2


def widths(written: "Written", room: int) -> list[int]:
    """Give each column's width; those that may be cut are narrowed, the widest first, until a row fits."""
    wide = [
        max(cell_len(head), *(cell_len(plain(row[place])) for row in written.rows))
        for place, head in enumerate(written.heads)
    ]
    for place in written.elastic:
        # The last one has nothing behind it that it would push away.
        if place < len(wide) - 1:
            wide[place] = min(wide[place], _ELASTIC_MOST)
    while sum(wide) + _PADDING * len(wide) > room:
        cut = [
            place for place in written.elastic if wide[place] > (_ELASTIC_LEAST if place else _LABEL_LEAST)
        ]
        if not cut:
            break
        wide[max(cut, key=wide.__getitem__)] -= 1
    return wide
