"""Languages: gettext catalogues in `locale/`, chosen by the locale, switched at once.

`_` and `ngettext` translate at the moment of the call, so nothing translated is ever kept in a module.
"""

import gettext
import os
from collections.abc import Callable, Mapping
from pathlib import Path

LANGUAGES = ("en", "ru")
LOCALE_DIR = Path(__file__).parent / "locale"

_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def language() -> str:
    """Tell the language in use: `en` or `ru`."""
    return _language


def use_language(code: str) -> None:
    """Speak this language from now on; English for one that the desk does not know."""
    global _current, _language  # noqa: PLW0603  # one process speaks to one person
    _language = code if code in LANGUAGES else "en"
    _current = gettext.translation("salesdesk", LOCALE_DIR, [_language], fallback=True)


def language_of_environment(environ: Mapping[str, str] = os.environ) -> str:
    """Choose by SALESDESK_LANG, then by the locale, in the order that POSIX gives its variables."""
    for variable in ("SALESDESK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "ru" if value.lower().startswith("ru") else "en"
    return "en"


def _(message: str) -> str:
    """Translate."""
    return _current.gettext(message)


def translator(code: str) -> Callable[[str], str]:
    """Give what translates into a language, whichever is in use: one server speaks to several people."""
    return gettext.translation("salesdesk", LOCALE_DIR, [code], fallback=True).gettext


def ngettext(one: str, many: str, count: int) -> str:
    """Translate with the plural form that the count takes."""
    return _current.ngettext(one, many, count)


def title(titles: Mapping[str, str]) -> str:
    """Choose a catalogue's title in the language in use; any language is better than none."""
    return titles.get(_language) or titles.get("en") or next(iter(titles.values()), "")


def N_(message: str) -> str:  # noqa: N802  # the name by which extractors of messages know it
    """Mark a message that is kept as it is and translated where it is shown."""
    return message
