"""A terminal that is gone is noticed, whoever was told of it."""

import os
import pty
import threading

from salesdesk.ending import when_hung_up


def test_a_terminal_that_closes_is_told_of_and_typing_is_not():
    ours, theirs = pty.openpty()
    told = threading.Event()
    waiting = threading.Thread(target=when_hung_up, args=(theirs, told.set), daemon=True)
    waiting.start()
    os.write(ours, b"n\n")
    assert os.read(theirs, 8) == b"n\n"
    assert not told.is_set()
    os.close(ours)
    waiting.join(10)
    os.close(theirs)
    assert told.is_set()
