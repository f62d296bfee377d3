"""One desk in a browser, as a process: `python -m salesdesk.web.desk`, started by the server alone.

Who sits there and at which base is read from a pipe that only the server writes to, and nothing here
can change it: the settings, files and programs of the server's machine are out of reach. The desk ends
when the pipe is closed, whatever the server ended of.
"""

import json
import os
import signal
import sys
import threading
from datetime import datetime
from typing import TextIO

from salesdesk.log_file import keep_log
from salesdesk.opening import Start

SEAT = "SALESDESK_SEAT"
"""The number of the pipe: what stands in arguments everybody on the machine could read."""
_GRACE = 5.0
"""Seconds for what is being written, once the server is gone."""


def main() -> int:
    """Run the desk until it is left."""
    told = os.environ.pop(SEAT, "")
    if not told.isdigit():
        sys.stderr.write("This is started by `salesdesk serve`.\n")
        return 2
    pipe = os.fdopen(int(told), encoding="utf-8")
    given = json.loads(pipe.readline())
    threading.Thread(target=_end_with, args=(pipe,), name="server", daemon=True).start()
    if given["data_dir"]:
        os.environ["SALESDESK_DATA_DIR"] = given["data_dir"]
    keep_log()
    now = given["now"]
    start = Start(
        db=given["db"],
        now=None if now is None else datetime.fromisoformat(now),
        operator=given["operator"],
        lang=given["lang"],
        in_browser=True,
    )
    from salesdesk.app import run

    return run(start)


def _end_with(pipe: TextIO) -> None:
    """Wait until the server lets go of the pipe; leave then."""
    pipe.read()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GRACE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
