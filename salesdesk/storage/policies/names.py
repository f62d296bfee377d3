"""What the roles of a base are called: they are the server's, so the base's name is part of each."""

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql

from salesdesk.codes import Role
from salesdesk.errors import InputError
from salesdesk.i18n import _

LONGEST = 63
"""Bytes: a server cuts what is longer."""

_FIND = text(
    "SELECT current_database() AS base, nspname AS schema, pg_get_userbyid(relowner) AS owner"
    " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    " WHERE pg_class.oid = to_regclass('client_search')"
)
_preparer = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Names:
    """A base, the schema that it stands in, who owns it, and its groups."""

    base: str
    schema: str
    owner: str

    @property
    def login(self) -> str:
        """The group of everybody whom this base has let in: other roles of the server it never touches."""
        return f"{self.base}_login"

    @property
    def groups(self) -> dict[str, str]:
        """Give the group of each role."""
        return {role.value: f"{self.base}_{role.value}" for role in Role}

    @property
    def serving(self) -> str:
        """The group of whoever lets browsers in: it reads who works here, and counts guesses."""
        return f"{self.base}_serve"

    @property
    def schema_quoted(self) -> str:
        """The schema, as a statement writes it."""
        return self.quoted(self.schema)

    def table(self, name: str) -> str:
        """Write a table of the base."""
        return f"{self.schema_quoted}.{self.quoted(name)}"

    @staticmethod
    def quoted(name: str) -> str:
        """Write a name of anything."""
        return str(_preparer.quote_identifier(name))

    @staticmethod
    def said(name: str) -> str:
        """Write a name as a text."""
        return "'" + name.replace("'", "''") + "'"


def names_of(connection: Connection) -> Names:
    """Tell what the roles of a base are called. Raises InputError for a base whose name is too long."""
    names = Names(*connection.execute(_FIND).one())
    if max(len(name.encode()) for name in (names.login, names.serving, *names.groups.values())) > LONGEST:
        raise InputError(_("The name of this database is too long: its roles are named after it."))
    return names
