"""How the desk looks: two themes of our own, and the last language and theme.

Settings are slow to load; the small file kept here makes the very first frame right.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_state_path
from textual.theme import Theme

DARK = "desk-dark"
LIGHT = "desk-light"


@dataclass(frozen=True, slots=True)
class Appearance:
    """The language and the theme of last time; None where never chosen."""

    language: str | None = None
    theme: str | None = None


def appearance_file() -> Path:
    """Tell where the last appearance is kept."""
    return user_state_path("salesdesk", appauthor=False) / "appearance.json"


def last_appearance() -> Appearance:
    """Read the appearance of last time; a missing or damaged file is no appearance."""
    try:
        kept = json.loads(appearance_file().read_text("utf-8"))
        language, theme = kept.get("language"), kept.get("theme")
    except (OSError, ValueError, AttributeError):
        return Appearance()
    return Appearance(
        language if isinstance(language, str) else None,
        theme if isinstance(theme, str) else None,
    )


def keep_appearance(appearance: Appearance) -> None:
    """Keep the appearance for the next start. A state folder that cannot be written costs only that."""
    file = appearance_file()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(appearance)), "utf-8")


_DARK_THEME = Theme(
    name=DARK,
    dark=True,
    primary="#6FB3E0",
    secondary="#8FA7C4",
    accent="#F2B457",
    foreground="#E4E7EB",
    background="#14181D",
    surface="#1A1F26",
    panel="#232A33",
    success="#7CC58C",
    warning="#F2B457",
    error="#F0807C",
    variables={
        "block-cursor-background": "#2F4A63",
        "block-cursor-foreground": "#FFFFFF",
        "block-cursor-text-style": "bold",
        "footer-key-foreground": "#F2B457",
        "border": "#4C5A69",
        "border-blurred": "#343E49",
    },
)

_LIGHT_THEME = Theme(
    name=LIGHT,
    dark=False,
    primary="#1F5E8C",
    secondary="#4A627D",
    accent="#8A4B00",
    foreground="#1B2027",
    background="#F4F5F3",
    surface="#FBFBF9",
    panel="#E4E7E6",
    success="#1F6B36",
    warning="#8A4B00",
    error="#A8211C",
    variables={
        "block-cursor-background": "#BCD7EC",
        "block-cursor-foreground": "#0B1016",
        "block-cursor-text-style": "bold",
        "footer-key-foreground": "#8A4B00",
        "border": "#8C97A1",
        "border-blurred": "#C2C9CE",
    },
)

THEMES = (_DARK_THEME, _LIGHT_THEME)
