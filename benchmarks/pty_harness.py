"""Runs a program in a real pseudo-terminal and times what comes out of it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_QUIET = 0.05


@dataclass
class Terminal:
    """A program behind a terminal of so many columns and rows. Times are seconds since it was started."""

    command: Sequence[str]
    columns: int = 120
    rows: int = 40
    environ: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        self.seen = b""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            self.command,
            stdin=side,
            stdout=side,
            stderr=side,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **self.environ},
            start_new_session=True,
        )
        os.close(side)
        self.main = main
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self.main)

    def read(self, within: float) -> bytes:
        """Read what comes within a time; nothing where nothing does."""
        if not select.select([self.main], [], [], within)[0]:
            return b""
        try:
            data = os.read(self.main, 1 << 16)
        except OSError:
            return b""
        self.seen += data
        return data

    def wait_for(self, text: str, within: float = 30.0) -> float:
        """Wait until a text was written; tell when. Colours between its words do not matter."""
        sign = text.encode()
        while time.perf_counter() - self.started < within:
            if sign in plain(self.seen):
                return time.perf_counter() - self.started
            self.read(0.2)
        raise TimeoutError(f"{text!r} never came; the end of what did: {plain(self.seen)[-400:]!r}")

    def wait_quiet(self, quiet: float = 0.4) -> None:
        """Wait until nothing more comes."""
        while self.read(quiet):
            pass

    def press(self, keys: bytes) -> float:
        """Press a key; tell how long until the last byte of what it drew."""
        pressed = last = time.perf_counter()
        os.write(self.main, keys)
        while self.read(_QUIET if last > pressed else 1.0):
            last = time.perf_counter()
        return last - pressed

    def memory(self) -> int:
        """Tell the resident memory of the program, bytes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


_SEQUENCES = re.compile(rb"\x1b(\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>])")


def plain(written: bytes) -> bytes:
    """Drop the escape sequences of a terminal's output."""
    return _SEQUENCES.sub(b"", written)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
