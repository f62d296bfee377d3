"""The pages, and everything else that is served: ours, and of the package what is named here."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import textual_serve
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from salesdesk.i18n import LANGUAGES, N_, translator

_HERE = Path(__file__).parent
_PACKAGE = Path(textual_serve.__file__).parent / "static"

STATICS: Mapping[str, tuple[Path, str]] = {
    "pages.css": (_HERE / "static" / "pages.css", "text/css"),
    "desk.css": (_HERE / "static" / "desk.css", "text/css"),
    "desk.js": (_HERE / "static" / "desk.js", "text/javascript"),
    "xterm.css": (_PACKAGE / "css" / "xterm.css", "text/css"),
    "textual.js": (_PACKAGE / "js" / "textual.js", "text/javascript"),
    "mono.ttf": (_PACKAGE / "fonts" / "RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "mono-italic.ttf": (_PACKAGE / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""Each file by its name, and its type. There is no folder behind: what is not named is not served."""

_TEXTS = {
    "login": N_("Login"),
    "password": N_("Password"),
    "enter": N_("Log in"),
    "leave": N_("Log out"),
    "again": N_("Open the desk"),
    "ended": N_("The desk was left, or the connection is lost. All that was saved is kept."),
    "full": N_("All seats are taken. Try again when somebody has left."),
    "without": N_("The desk needs JavaScript."),
}

_STRICT = (
    "default-src 'none'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " img-src data:; style-src 'self'"
)


def page(which: str, language: str, **values: str) -> str:
    """Make a page in a language."""
    say = translator(language)
    words = {key: say(text) for key, text in _TEXTS.items()}
    return _pages().get_template(f"{which}.html").render(lang=language, say=words, **values)


def policy(which: str, socket: str) -> str:
    """Say what a page may load: nothing but ours. The terminal makes its own styles as it runs."""
    if which != "desk":
        return _STRICT
    return f"{_STRICT} 'unsafe-inline'; script-src 'self'; connect-src 'self' {socket}"


def language_of(accepted: str) -> str:
    """Choose a language by the header Accept-Language: the first there that we speak."""
    for wanted in accepted.split(","):
        code = wanted.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE / "pages"), autoescape=True, undefined=StrictUndefined)
