"""Lines about what was done with a person's settings, kept until there is somewhere to say them."""

_lines: list[str] = []


def say_once(line: str) -> None:
    """Keep a line until it is taken; the same is not kept twice."""
    if line not in _lines:
        _lines.append(line)


def take_lines() -> list[str]:
    """Take what is to be said."""
    taken, _lines[:] = list(_lines), []
    return taken
