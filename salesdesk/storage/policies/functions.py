"""Puts the functions that the rules ask, and the triggers that call some of them, into a base."""

from sqlalchemy import Connection, text

from salesdesk.storage.policies.giving import GIVING
from salesdesk.storage.policies.kept import AT_THE_END, KEPT, TRIGGERS
from salesdesk.storage.policies.names import Names
from salesdesk.storage.policies.people import logins_kept
from salesdesk.storage.policies.seeing import SEEING
from salesdesk.storage.policies.told import TOLD


def make_functions(connection: Connection, names: Names) -> None:
    """Make the functions, or make them anew, and the triggers that call some of them."""
    for function in (*SEEING, *GIVING, *TOLD, *logins_kept(names), *KEPT):
        declared = f"DECLARE {function.declare}" if function.declare else ""
        name = f"{names.schema_quoted}.{function.signature}"
        _run(
            connection,
            f"CREATE OR REPLACE FUNCTION {name} RETURNS {function.returns} LANGUAGE plpgsql"
            f" {function.volatility} SECURITY DEFINER {function.costs} {function.rows}"
            f" SET search_path = {names.schema_quoted}, pg_temp"
            f" AS $salesdesk$ {declared} BEGIN {function.body} END $salesdesk$",
        )
        _run(connection, f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        if function.callers:
            callers = ", ".join(names.quoted(names.groups[role]) for role in function.callers)
            _run(connection, f"GRANT EXECUTE ON FUNCTION {name} TO {callers}")
    for table, event, called in TRIGGERS:
        _make_trigger(connection, names, "TRIGGER", table, f"{event} ON {{table}} FOR EACH ROW", called)
    for table, event, where, called in AT_THE_END:
        when = f"{event} ON {{table}} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({where})"
        _make_trigger(connection, names, "CONSTRAINT TRIGGER", table, when, called)


def _make_trigger(
    connection: Connection, names: Names, kind: str, table: str, when: str, function: str
) -> None:
    trigger, at = function.removesuffix("()"), names.table(table)
    _run(connection, f"DROP TRIGGER IF EXISTS {trigger} ON {at}")
    _run(
        connection,
        f"CREATE {kind} {trigger} {when.format(table=at)} EXECUTE FUNCTION {names.schema_quoted}.{function}",
    )


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", r"\:")))
