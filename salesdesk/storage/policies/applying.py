"""Putting the rules on a base: groups, grants, policies, functions, and a login role for each person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.storage.faults import said_plainly
from salesdesk.storage.policies.functions import make_functions
from salesdesk.storage.policies.names import Names, names_of
from salesdesk.storage.policies.rules import ADD, CHANGE, READ, REMOVE, RULES, Rule

_STAND = text("SELECT to_regprocedure('salesdesk_sees(bigint)') IS NOT NULL")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")
_SEQUENCES = text("SELECT sequencename FROM pg_sequences WHERE schemaname = :schema ORDER BY sequencename")
_POLICIES = text("SELECT tablename, policyname FROM pg_policies WHERE schemaname = :schema")
_GRANTEES = text(
    "SELECT DISTINCT pg_get_userbyid(given.grantee) FROM pg_class CROSS JOIN aclexplode(relacl) AS given"
    " WHERE relnamespace = CAST(:schema AS regnamespace) AND given.grantee NOT IN (0, relowner)"
)
_MAY = text(
    "SELECT pg_has_role(current_user, :owner, 'MEMBER') AS owns, mine.rolsuper AS super,"
    " (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = :owner) AS makes"
    " FROM pg_roles AS mine WHERE mine.rolname = current_user"
)
_MAY_SET_JIT = text(
    "SELECT pg_has_role(base.datdba, 'USAGE') AND NOT EXISTS ("
    " SELECT FROM pg_db_role_setting AS given, unnest(given.setconfig) AS one"
    " WHERE given.setdatabase = base.oid AND given.setrole = 0 AND one LIKE 'jit=%')"
    " FROM pg_database AS base WHERE base.datname = current_database()"
)
_IS_ROLE = text("SELECT to_regrole(quote_ident(:name)) IS NOT NULL")
_PEOPLE = text("SELECT login, role, active FROM operator ORDER BY id")
_STRANGERS = text(
    "SELECT salesdesk_admit(CAST(one.rolname AS text), 'operator', false) FROM pg_roles AS one"
    " WHERE salesdesk_marked(CAST(one.rolname AS text))"
    " AND NOT EXISTS (SELECT FROM operator WHERE login = one.rolname)"
)
"""Closes the logins of people whom the base does not know, as once another has been copied into it."""
_FORGET = text("UPDATE operator SET password_hash = NULL WHERE password_hash IS NOT NULL")
_ADMIT = text("SELECT salesdesk_admit(:login, :role, :active)")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was done: groups that are new, tables with rules, who may log in, and who cannot, with why."""

    groups: tuple[str, ...]
    tables: int
    logins: tuple[str, ...]
    without: Mapping[str, str]


def stand(connection: Connection) -> bool:
    """Tell whether a base has login roles."""
    return connection.dialect.name == "postgresql" and bool(connection.execute(_STAND).scalar_one())


def set_up(engine: Engine) -> SetUp:
    """Give a base login roles, or bring them in step with the people of the base; as often as one likes.

    Raises NotAllowedError for whoever is not the owner of the base, or may not make roles.
    """
    with said_plainly(), engine.connect() as connection, connection.begin():
        names = names_of(connection)
        _act_as_owner(connection, names)
        made = _make_groups(connection, names)
        tables = put_on(connection)
        logins, without = settle(connection)
    return SetUp(made, tables, logins, without)


def renew(engine: Engine) -> int:
    """Put the rules of this program on a base that had an earlier one's; give how many tables there are.

    None where there are no login roles, and for whoever is not the owner of the base.
    """
    with said_plainly(), engine.connect() as connection, connection.begin():
        if not stand(connection):
            return 0
        names = names_of(connection)
        if not connection.execute(_MAY, {"owner": names.owner}).one().owns:
            return 0
        connection.execute(text(f"SET LOCAL ROLE {names.quoted(names.owner)}"))
        return put_on(connection)


def _act_as_owner(connection: Connection, names: Names) -> None:
    may = connection.execute(_MAY, {"owner": names.owner}).one()
    if not may.owns:
        raise NotAllowedError(
            _("This is for the owner of the base on the server: {owner}.").format(owner=names.owner)
        )
    if not may.makes and may.super:
        connection.execute(text(f"ALTER ROLE {names.quoted(names.owner)} CREATEROLE"))
    elif not may.makes:
        raise NotAllowedError(
            _(
                "{owner} may not make roles. As an administrator of the server: ALTER ROLE {owner} CREATEROLE"
            ).format(owner=names.owner)
        )
    connection.execute(text(f"SET LOCAL ROLE {names.quoted(names.owner)}"))


def _make_groups(connection: Connection, names: Names) -> tuple[str, ...]:
    wanted = (names.login, *names.groups.values(), names.serving)
    missing = [name for name in wanted if not connection.execute(_IS_ROLE, {"name": name}).scalar_one()]
    for name in missing:
        connection.execute(text(f"CREATE ROLE {names.quoted(name)} NOLOGIN"))
    return tuple(missing)


def take_off(connection: Connection) -> None:
    """Take the rules off, for a migration: whoever changes a table must not stumble over them.

    Others wait until the transaction ends. Without a policy not even the owner would see a row.
    """
    names = names_of(connection)
    for table, policy in connection.execute(_POLICIES, {"schema": names.schema}).all():
        connection.execute(text(f"DROP POLICY {names.quoted(policy)} ON {names.table(table)}"))
    for table in connection.execute(_TABLES, {"schema": names.schema}).scalars().all():
        connection.execute(text(f"ALTER TABLE {names.table(table)} DISABLE ROW LEVEL SECURITY"))


def put_on(connection: Connection) -> int:
    """Put the rules on every table, in place of any that were there; give how many tables there are.

    Raises KeyError for a table that has none: a new one must not stay open, nor closed for ever.
    """
    names = names_of(connection)
    _make_groups(connection, names)
    make_functions(connection, names)
    _close(connection, names)
    _leave_out_jit(connection, names)
    take_off(connection)
    tables = connection.execute(_TABLES, {"schema": names.schema}).scalars().all()
    for table in tables:
        for statement in _statements(names, table, RULES[table]):
            connection.execute(text(statement.replace(":", r"\:")))
    return len(tables)


def _close(connection: Connection, names: Names) -> None:
    """Leave nothing to the public, nor to any other role that was let in by hand."""
    schema, groups = names.schema_quoted, _listed(names, *names.groups.values())
    base, serving = names.quoted(names.base), names.quoted(names.serving)
    everybody = f"{groups}, {names.quoted(names.login)}, {serving}"
    statements = [
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {groups}, {serving}",
        # Without this, whoever may connect could make tables and functions of their own.
        f"REVOKE ALL ON DATABASE {base} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {base} TO {everybody}",
        *(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON {what} FROM PUBLIC" for what in ("TABLES", "FUNCTIONS")),
    ]
    for other in [
        "PUBLIC",
        *map(names.quoted, connection.execute(_GRANTEES, {"schema": names.schema}).scalars()),
    ]:
        statements += [
            f"REVOKE ALL ON ALL {what} IN SCHEMA {schema} FROM {other}" for what in ("TABLES", "SEQUENCES")
        ]
    for sequence in connection.execute(_SEQUENCES, {"schema": names.schema}).scalars():
        statements.append(f"GRANT USAGE, SELECT ON SEQUENCE {names.table(sequence)} TO {groups}")
    for statement in statements:
        connection.execute(text(statement))


def _leave_out_jit(connection: Connection, names: Names) -> None:
    """Let no statement be compiled before it runs, unless somebody has said of this base what they want.

    With the rules in it a statement is taken for a dear one: to compile it takes longer than to answer it.
    """
    if connection.execute(_MAY_SET_JIT).scalar_one():
        connection.execute(text(f"ALTER DATABASE {names.quoted(names.base)} SET jit = off"))


def _statements(names: Names, table: str, rule: Rule) -> Iterator[str]:
    """Write what puts a rule on a table."""
    there = names.table(table)
    yield f"ALTER TABLE {there} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {there} FORCE ROW LEVEL SECURITY"
    owner = names.quoted(names.owner)
    yield f"CREATE POLICY salesdesk_owner ON {there} TO {owner} USING (true) WITH CHECK (true)"
    for role, privileges in (("lead", rule.leads), ("admin", rule.admins)):
        if privileges:
            yield f"GRANT {', '.join(privileges)} ON {there} TO {names.quoted(names.groups[role])}"
    watching = _listed(names, names.groups["lead"], names.groups["admin"])
    if rule.leads or rule.admins:
        yield f"CREATE POLICY salesdesk_leads ON {there} TO {watching} USING (true) WITH CHECK (true)"
    for privilege, condition in (
        (ADD, rule.leads_add), (CHANGE, rule.leads_change), (REMOVE, rule.leads_remove)
    ):  # fmt: skip
        if condition is not None:
            kept = "USING" if privilege == REMOVE else "WITH CHECK"
            yield (
                f"CREATE POLICY salesdesk_leads_{privilege.lower()} ON {there} AS RESTRICTIVE"
                # The owner is one of everybody, to end their connections.
                f" FOR {privilege} TO {watching} {kept}"
                f" ({condition} OR current_user = {names.said(names.owner)})"
            )
    if rule.serves:
        serving = names.quoted(names.serving)
        yield f"GRANT {', '.join(rule.serves)} ON {there} TO {serving}"
        yield f"CREATE POLICY salesdesk_serve ON {there} TO {serving} USING (true) WITH CHECK (true)"
    operator = names.quoted(names.groups["operator"])
    for privilege, condition in (
        (READ, rule.read), (ADD, rule.add), (CHANGE, rule.change), (REMOVE, rule.remove)
    ):  # fmt: skip
        if condition is None:
            continue
        columns = f" ({', '.join(rule.columns)})" if privilege == CHANGE and rule.columns else ""
        yield f"GRANT {privilege}{columns} ON {there} TO {operator}"
        using = "" if privilege == ADD else f" USING ({condition})"
        check = f" WITH CHECK ({condition})" if privilege in {ADD, CHANGE} else ""
        policy = f"salesdesk_operator_{privilege.lower()}"
        yield f"CREATE POLICY {policy} ON {there} FOR {privilege} TO {operator}{using}{check}"


def settle(connection: Connection) -> tuple[tuple[str, ...], dict[str, str]]:
    """Bring roles and passwords of a base with login roles in step with its people; as `admit_all` tells."""
    if not stand(connection):
        return (), {}
    connection.execute(_FORGET)  # the server knows the passwords
    connection.execute(_STRANGERS)
    return admit_all(connection)


def admit_all(connection: Connection) -> tuple[tuple[str, ...], dict[str, str]]:
    """Bring the login roles in step with the people: give who may log in, and who cannot, with why."""
    logins, without = [], {}
    for person in connection.execute(_PEOPLE).all():
        try:
            with connection.begin_nested():
                connection.execute(_ADMIT, dict(person._mapping))  # noqa: SLF001  # the public name of a row's mapping
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != "42501":
                raise
            without[person.login] = str(error.orig).partition("\n")[0]
            continue
        if person.active:
            logins.append(person.login)
    return tuple(logins), without


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Let the owner fill tables in bulk, which no server does under such rules; then they stand as before."""
    if not stand(connection):
        yield
        return
    names = names_of(connection)
    tables = connection.execute(_TABLES, {"schema": names.schema}).scalars().all()
    for table in tables:
        connection.execute(text(f"ALTER TABLE {names.table(table)} NO FORCE ROW LEVEL SECURITY"))
    connection.execute(text(f"ALTER TABLE {names.table('operator')} DISABLE TRIGGER USER"))
    yield
    connection.execute(text(f"ALTER TABLE {names.table('operator')} ENABLE TRIGGER USER"))
    for table in tables:
        connection.execute(text(f"ALTER TABLE {names.table(table)} FORCE ROW LEVEL SECURITY"))


def _listed(names: Names, *roles: str) -> str:
    return ", ".join(map(names.quoted, roles))
