"""Under which addresses the desk is reached: what a request must say it was sent to, and from."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from salesdesk.errors import InputError
from salesdesk.i18n import _

_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Reached:
    """`hosts` may stand in the header Host, `origins` in Origin; `url` is what a person types."""

    url: str
    hosts: frozenset[str]
    origins: frozenset[str]
    secure: bool
    by_proxy: bool

    def socket_scheme(self, host: str) -> str:
        """Give the scheme of websockets where the desk is reached by this name."""
        return "wss" if self.secure and self.url == f"https://{host.lower()}/" else "ws"


def reached(host: str, port: int, url: str | None = None) -> Reached:
    """Tell how the desk is reached that listens there; `url` is where a reverse proxy offers it.

    A name that is none of these is refused: a page elsewhere could otherwise let its own name mean
    this machine, and speak to the desk as if it were one of its pages. Raises InputError.
    """
    names = _names(host)
    if not names and url is None:
        raise InputError(
            _("On every address of this machine the desk needs to know its own: --url https://…"), "url"
        )
    here = [f"{name}{_port('http', port)}" for name in names]
    scheme, netloc = ("http", here[0]) if url is None else _read(url)
    return Reached(
        url=f"{scheme}://{netloc}/",
        hosts=frozenset([netloc, *here]),
        origins=frozenset([f"{scheme}://{netloc}", *(f"http://{name}" for name in here)]),
        secure=scheme == "https",
        by_proxy=url is not None,
    )


def is_local(host: str) -> bool:
    """Tell whether only this machine reaches what listens there."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _names(host: str) -> list[str]:
    if is_local(host):
        return list(dict.fromkeys([_bracketed(host), *_LOCAL]))
    try:
        return [] if ip_address(host).is_unspecified else [_bracketed(host)]
    except ValueError:
        return [host.lower()] if host else []


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(scheme: str, port: int) -> str:
    return "" if port == _USUAL_PORTS[scheme] else f":{port}"


def _read(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if (
        host is None
        or parts.scheme not in _USUAL_PORTS
        or parts.path.strip("/")
        or parts.query
        or parts.username
    ):
        raise InputError(_("“{url}” is not an address as https://desk.example.org.").format(url=url), "url")
    return parts.scheme, _bracketed(host) + _port(parts.scheme, port or _USUAL_PORTS[parts.scheme])
