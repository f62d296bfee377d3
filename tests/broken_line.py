"""A line between the desk and a server that a test can cut, hang and refuse, at the moment that it wants."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\0"


class BrokenLine:
    """Listens as a server on this machine and carries every byte to the real one, unless told otherwise."""

    def __init__(self, url: str) -> None:
        real = make_url(url)
        (self._folder,) = {real.query["host"]}
        self._wires: list[socket.socket] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._at_commit: str | None = None
        self.port = 0
        self.mend()
        query = {name: value for name, value in real.query.items() if name != "host"}
        self.url = real.set(host="127.0.0.1", port=self.port, query=query).render_as_string(
            hide_password=False
        )

    # What happens to it

    def mend(self) -> None:
        """Let everything through, from now on; what was open is cut."""
        for wire in self._wires:
            _close(wire)
        self._wires.clear()
        self._flowing.set()
        self._at_commit = None
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen()
        self.port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def break_off(self) -> None:
        """Cut all that is open, and refuse all that would be."""
        for wire in (self._listening, *self._wires):
            _close(wire)
        self._wires.clear()

    def hang(self) -> None:
        """Take what is sent and carry nothing any more; refuse what would be new."""
        self._flowing.clear()
        _close(self._listening)

    def break_off_at_commit(self, *, done: bool) -> None:
        """Break off at the next commit: before the server hears of it, or when it is `done`."""
        self._at_commit = "after" if done else "before"

    # Carrying

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _address = listening.accept()
                theirs = socket.socket(socket.AF_UNIX)
                theirs.connect(str(Path(self._folder) / ".s.PGSQL.5432"))
                self._wires += [ours, theirs]
                for source, target in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._carry, args=(source, target, ours), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, ours: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if source is ours and COMMIT in data and self._at_commit == "before":
                    self.break_off()
                    return
                if source is ours and COMMIT in data and self._at_commit == "after":
                    self._at_commit = "answer"
                elif source is not ours and self._at_commit == "answer":
                    self.break_off()
                    return
                target.sendall(data)
        for wire in (source, target):
            _close(wire)


def _close(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()


@contextmanager
def broken_line(url: str) -> Iterator[BrokenLine]:
    """Lay a line to a server for a while."""
    line = BrokenLine(url)
    yield line
    line._flowing.set()
    line.break_off()
