"""How far a long job is: a bar, the count, the rate, and the time left. Told by words besides the bar."""

from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Static

from salesdesk import formatting
from salesdesk.i18n import _

_BAR = 12
_RATE_AFTER = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a job is after so many seconds. `share` is 0 to 1, or None where nobody knows the end."""

    done: int
    share: float | None
    seconds: float

    @property
    def rate(self) -> float | None:
        """How many in a second; None while it is too early to tell."""
        return self.done / self.seconds if self.seconds >= _RATE_AFTER else None

    @property
    def left(self) -> int | None:
        """How many seconds are left; None where nobody knows."""
        if self.share is None or self.share <= 0 or self.seconds < _RATE_AFTER:
            return None
        return round(self.seconds * (1 - self.share) / self.share)


def pace_text(pace: Pace, counted: str) -> str:
    """Write a pace on one line; `counted` says how many of what are done."""
    parts = []
    if pace.share is not None:
        filled = round(min(max(pace.share, 0), 1) * _BAR)
        parts.append(f"{'█' * filled}{'░' * (_BAR - filled)} {min(round(pace.share * 100), 100)} %")
    parts.append(counted)
    if pace.rate is not None:
        parts.append(_("{count} a second").format(count=grouped(round(pace.rate))))
    if pace.left is not None:
        parts.append(_("{time} left").format(time=formatting.duration(pace.left)))
    return "  ".join(parts)


def grouped(count: int) -> str:
    """Write a count with its thousands apart: `47 000`."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


class ProgressLine(Static):
    """One line that says how far a job is. Hidden while nothing runs."""

    DEFAULT_CSS = """
    ProgressLine { display: none; width: 1fr; height: auto; padding: 0 1; }
    ProgressLine.-running { display: block; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(markup=False, id=id)

    def begin(self, text: str) -> None:
        """Say what was begun."""
        self.add_class("-running")
        self.update(Text(text))

    def show(self, pace: Pace, counted: str) -> None:
        """Say how far it is."""
        self.add_class("-running")
        self.update(Text(pace_text(pace, counted)))

    def end(self) -> None:
        """Go away."""
        self.remove_class("-running")
