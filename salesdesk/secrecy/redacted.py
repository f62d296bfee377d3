"""Texts without passwords: for logs, errors, lists of processes, and whoever else may read them."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

MASK = "***"
_SECRETS = ("password", "sslpassword")
"""What a URL may carry in its query that nobody else may see."""
_OURS = ("SALESDESK_PASSWORD", "PGPASSWORD")

# Of a server's URL up to the last @: a password that was not encoded may hold any sign but a space.
_IN_URL = re.compile(
    r"(?P<before>postgres\w*(?:\+\w+)?:/{1,3}[^\s:/@'\"]*):[^\s'\"]+@"
    r"|(?P<other>[a-z][a-z0-9+.-]*://[^\s:/@'\"]*):[^\s'\"/@]+@",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?P<name>(?:ssl)?password|pgpassword|salesdesk_password)(?P<equals>\s*=\s*)"
                    r"(?:'[^']*'|\"[^\"]*\"|[^\s&'\",;)]+)", re.IGNORECASE)  # fmt: skip


def redacted(text: str) -> str:
    """Give a text with every password of a URL, and every `password=…`, masked."""
    if "@" in text:
        text = _IN_URL.sub(lambda found: f"{found['before'] or found['other']}:{MASK}@", text)
    return _NAMED.sub(rf"\g<name>\g<equals>{MASK}", text) if "=" in text else text


def holds_password(place: str) -> bool:
    """Tell whether the place of a base carries a password: in its URL, or in the URL's query."""
    if "://" not in place:
        return False
    try:
        parts = urlsplit(place)
        return bool(parts.password) or any(name in _SECRETS for name, _value in parse_qsl(parts.query))
    except ValueError:
        return redacted(place) != place


def environment_of_children(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for a program that is started, without the passwords of this one."""
    return {
        name: value
        for name, value in environ.items()
        if name not in _OURS and not (name == "SALESDESK_DB" and holds_password(value))
    }
