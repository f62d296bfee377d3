"""The words of `data/likeness.toml`: what tells clients apart and what does not."""

from functools import lru_cache

from salesdesk.base.datafiles import read_data


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    return read_data("likeness.toml")


def likeness_lists(of: str) -> dict[str, list[str]]:
    """Give all the lists of one kind."""
    return _lists()[of]


def likeness(of: str, which: str) -> list[str]:
    """Give one of the lists."""
    return _lists()[of][which]
