"""What a browser and its desk say to one another, over one websocket."""

import json
import logging
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType
from aiohttp.web import WebSocketResponse

from salesdesk.web.process import DeskProcess

HEARTBEAT = 15.0
"""Seconds; a browser that answers none for half as long again is gone, and so is its desk."""
FAREWELL = 3.0
"""Seconds that a browser is given to agree that it is over."""
LARGEST = 1 << 20
"""Bytes of one message: a long text that is pasted."""
_WIDTHS, _HEIGHTS = (20, 500), (5, 200)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keys:
    """What was typed or pasted."""

    text: str


@dataclass(frozen=True, slots=True)
class Size:
    """How large the terminal is, in cells."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Ping:
    """A question whether anybody is there; what it holds comes back."""

    mark: str


@dataclass(frozen=True, slots=True)
class Looking:
    """Whether somebody looks at the page."""

    looks: bool


Said = Keys | Size | Ping | Looking


def read_message(text: str) -> Said:
    """Read what a browser sent. Raises ValueError for what no page of ours sends."""
    message = json.loads(text)
    match message:
        case ["stdin", str(keys)]:
            return Keys(keys)
        case ["resize", {"width": int(width), "height": int(height)}]:
            return size(width, height)
        case ["ping", str(mark)] if len(mark) < 64:
            return Ping(mark)
        case ["focus" | "blur" as what]:
            return Looking(what == "focus")
    raise ValueError("not a message of ours")


def size(width: int, height: int) -> Size:
    """Keep a size to what a desk can be drawn in: a browser may ask for any."""
    return Size(min(max(width, _WIDTHS[0]), _WIDTHS[1]), min(max(height, _HEIGHTS[0]), _HEIGHTS[1]))


async def carry(socket: WebSocketResponse, desk: DeskProcess) -> None:
    """Bring what the browser says to the desk until either is gone."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
            return
        try:
            said = read_message(message.data)
        except (ValueError, RecursionError):
            log.warning("A browser sent what no page of ours sends")
            await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
            return
        if not await _told(socket, desk, said):
            return


async def _told(socket: WebSocketResponse, desk: DeskProcess, said: Said) -> bool:
    match said:
        case Keys(text):
            # A lone half of a pair, which JSON can hold, is no text.
            return await desk.send_bytes(text.encode("utf-8", "replace"))
        case Size(width, height):
            await desk.set_terminal_size(width, height)
        case Ping(mark):
            await socket.send_json(["pong", mark])
        case Looking(True):
            await desk.focus()
        case Looking(False):
            await desk.blur()
    return True
