"""The line of keys at the foot of a screen: one widget, one line, the commands of this moment."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.screen import Screen
from textual.widget import Widget

from salesdesk.commands import Shown, commands_of

_WAY_OUT = "escape"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A command where it stands in the line."""

    shown: Shown
    start: int
    end: int


class KeysBar(Widget):
    """Shows the footer commands of its screen, the desk's own at the right.

    What does not fit is left out, but never the way out: whoever is lost looks for it there. Where there
    is one and room is short, the desk's other places make room, and the first of its keys, help, stays.
    A click presses the key; the pointer over an entry explains it.
    """

    COMPONENT_CLASSES = {"keys-bar--key", "keys-bar--off"}  # noqa: RUF012  # Textual's own shape
    DEFAULT_CSS = """
    KeysBar {
        dock: bottom;
        height: 1;
        background: $panel;
        color: $foreground;
        .keys-bar--key { color: $footer-key-foreground; text-style: bold; }
        .keys-bar--off { color: $secondary; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[_Entry, ...] = ()

    def on_mount(self) -> None:
        """Follow what the keys of the screen are."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def render(self) -> Text:
        """Lay the line out anew: words, keys and what is possible may all have changed."""
        shown = [one for one in commands_of(self.screen) if one.footer]
        local = [one for one in shown if one.node is not self.app]
        desk = [one for one in shown if one.node is self.app]
        width = self.size.width
        if _way_out(local) is not None and _widths([*local, *desk]) > width:
            desk = desk[:1]
        right = _widths(desk)
        self._entries = (*_laid(local, 0, width - right), *_laid(desk, max(width - right, 0), width))
        line = Text(no_wrap=True, overflow="crop")
        key_style = self.get_component_rich_style("keys-bar--key", partial=True)
        off_style = self.get_component_rich_style("keys-bar--off", partial=True)
        for entry in self._entries:
            line.pad_right(entry.start - line.cell_len)
            style = Style() if entry.shown.enabled else off_style
            line.append(" " + entry.shown.first_key, key_style if entry.shown.enabled else off_style)
            line.append(f" {entry.shown.title} ", style)
        return line

    def _entry_at(self, x: int) -> _Entry | None:
        return next((entry for entry in self._entries if entry.start <= x < entry.end), None)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the entry under the pointer."""
        entry = self._entry_at(event.x)
        self.tooltip = entry.shown.hint if entry is not None else None

    async def on_click(self, event: events.Click) -> None:
        """Do what the entry under the pointer does."""
        entry = self._entry_at(event.x)
        if entry is None:
            return
        event.stop()
        if entry.shown.enabled:
            await self.app.run_action(entry.shown.action, entry.shown.node)
        else:
            self.app.bell()


def _width(shown: Shown) -> int:
    return cell_len(f" {shown.first_key} {shown.title} ")


def _widths(shown: list[Shown]) -> int:
    return sum(_width(one) for one in shown)


def _way_out(shown: list[Shown]) -> Shown | None:
    return next((one for one in shown if _WAY_OUT in one.keys), None)


def _laid(shown: list[Shown], start: int, end: int) -> list[_Entry]:
    entries: list[_Entry] = []
    for one in _fitting(shown, end - start):
        entries.append(_Entry(one, start, start + _width(one)))
        start += _width(one)
    return entries


def _fitting(shown: list[Shown], room: int) -> list[Shown]:
    """Give the first that fit; where some do not, the way out stands behind those that still do."""
    if _widths(shown) <= room:
        return shown
    out = _way_out(shown)
    left = room - (_width(out) if out is not None else 0)
    fitting: list[Shown] = []
    for one in shown:
        if one is out:
            continue
        left -= _width(one)
        if left < 0:
            break
        fitting.append(one)
    return fitting if out is None else [*fitting, out]
