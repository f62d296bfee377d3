"""Text whose lines are of two encodings: each is UTF-8, or of the other one as a whole.

Files that were put together from several are so. It is an encoding of Python's own kind, and so is read by
whatever reads text.
"""

import codecs
import re
from functools import partial
from typing import Any

_PREFIX = "utf-8+"
_LONGEST_LINE = 1 << 22


def mixed_with(encoding: str) -> str:
    """Give the name of the encoding whose lines are UTF-8 or of another."""
    return f"{_PREFIX}{encoding}"


class _Decoder(codecs.IncrementalDecoder):
    """Decodes the lines that are whole, and keeps what has come of the next one."""

    def __init__(self, other: str, errors: str = "strict") -> None:
        super().__init__(errors)
        self._other = other
        self._rest = b""

    def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]  # noqa: FBT001, FBT002  # as Python calls it
        data = self._rest + data
        cut = len(data) if final or len(data) > _LONGEST_LINE else data.rfind(b"\n") + 1
        self._rest = data[cut:]
        return "".join(map(self._line, data[:cut].splitlines(keepends=True)))

    def _line(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode(self._other, self.errors)

    def reset(self) -> None:
        """Begin anew."""
        self._rest = b""

    def getstate(self) -> tuple[bytes, int]:
        """Give what has come of the next line."""
        return self._rest, 0

    def setstate(self, state: tuple[bytes, int]) -> None:
        """Go on from there."""
        self._rest = state[0]


def _find(name: str) -> codecs.CodecInfo | None:
    """Find an encoding by its name, of which Python makes underscores of all signs."""
    sought, prefix = (re.sub("[^0-9a-z]+", "_", each) for each in (name, _PREFIX))
    if not sought.startswith(prefix):
        return None
    other = codecs.lookup(sought.removeprefix(prefix)).name

    def decode(data: Any, errors: str = "strict") -> tuple[str, int]:  # noqa: ANN401  # any buffer, a type of Python 3.12
        whole = bytes(data)
        return _Decoder(other, errors).decode(whole, final=True), len(whole)

    return codecs.CodecInfo(
        codecs.lookup("utf-8").encode,
        decode,
        incrementaldecoder=partial(_Decoder, other),
        name=name,
    )


codecs.register(_find)
