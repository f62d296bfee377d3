"""Telling a file of vCards by its beginning, without what reads them."""

import re

_BEGIN = re.compile(
    rb"(?:^|[\r\n])[ \t]*(?:[\w-]+\.)?BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?=[\r\n]|$)", re.IGNORECASE
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def holds_cards(head: bytes) -> bool:
    """Tell by its beginning whether a file holds vCards; of wide characters every other byte is nothing."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return _BEGIN.search(head.replace(b"\0", b"")) is not None
