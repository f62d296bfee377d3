"""A client's name in a list, with who is on the client now."""

from rich.cells import cell_len

from salesdesk.widgets.cells import fit, plain

_WHO_MOST = 18


def name_and_who(name: str, who: str | None, width: int) -> str:
    """Give a name exactly so many cells wide; who is on the client stands behind it, and is cut last."""
    if who is None:
        return fit(name, width)
    sign = f" ⧗ {fit(who, min(_WHO_MOST, width // 2)).rstrip()}"
    name = plain(name)
    room = width - cell_len(sign)
    return fit((name if cell_len(name) <= room else fit(name, room).rstrip()) + sign, width)
