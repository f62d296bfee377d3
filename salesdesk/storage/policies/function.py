"""A function of the server, as the rules and the triggers of a base call it.

They run as the owner of the base, with a path of their own, so that nobody can put other tables or functions
in their way. Who asks is told by `session_user`: the login that the server has let in, which no statement
changes.
"""

from dataclasses import dataclass

NOW = "CAST(extract(epoch FROM now()) AS bigint)"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it is called with, what it gives, its lines, and which groups may call it."""

    signature: str
    returns: str
    body: str
    declare: str = ""
    volatility: str = "STABLE"
    callers: tuple[str, ...] = ("operator", "lead", "admin")
    costs: str = ""
    """What a server takes it to cost in operators; a hundred, unless told."""
    rows: str = ""
