"""What the rules ask of the base, in functions that see all of it and tell but one thing each.

They run as the owner of the base, with a path of their own, so that nobody can put other tables or functions
in their way. Who asks is told by `session_user`: the login that the server has let in, which no statement
changes.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from salesdesk.catalogues.book import WHOSE_A_DAY
from salesdesk.storage.faults import TAKEN, TOO_LONG
from salesdesk.storage.journal import ASKED_WHOSE, EXPORT, GOES_ON, LISTED, WRITE_DOWN
from salesdesk.storage.policies.names import Names
from salesdesk.storage.word_lookup import look_up

NOW = "CAST(extract(epoch FROM now()) AS bigint)"


@dataclass(frozen=True, slots=True)
class _Function:
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


_SEEN = f"""
    c.owner_id = ANY ({{people}}) OR (c.owner_id IS NULL AND {{me}} IS NOT NULL)
    OR EXISTS (SELECT FROM next_action AS owed WHERE owed.client_id = c.id AND owed.closed_at IS NULL
               AND owed.operator_id = ANY ({{people}}) OFFSET 0)
    OR EXISTS (SELECT FROM claim WHERE claim.client_id = c.id AND claim.operator_id = {{me}}
               AND claim.expires_at > {NOW})
    -- What was changed in this transaction was seen in it: it stays so until its end.
    OR (c.xmin = CAST(pg_current_xact_id_if_assigned() AS xid) AND {{me}} IS NOT NULL)
"""
"""Whether a client `c` is seen by an operator: the rule of `team/sight.py`.

What is owed is looked up client by client: for want of the `OFFSET` a server would first gather all that
somebody owes, for a page of names.
"""


_LAST = """NOT EXISTS (SELECT FROM hand_on AS later
                        WHERE later.client_id = h.client_id AND later.id > h.id)"""
_WAITS_FROM_ME = f"""h.from_id = me AND h.to_id <> me AND h.closed_at IS NULL
        AND h.confirmed_at IS NULL AND h.declined_at IS NULL AND {_LAST}"""
"""Whether a hand-on `h` is the last of its client, its giver's own, and not answered yet."""
_TAKEN_BACK = f"""(
        (h.to_id = {{owner}} AND {_WAITS_FROM_ME})
        OR (h.to_id = me AND h.from_id = {{owner}} AND h.declined_at IS NOT NULL AND {_LAST}))"""
"""Whether a client of an owner is to be taken back: handed on and not answered, or declined, by mistake."""
_HANDED = f"""
                        {_TAKEN_BACK.format(owner="OLD.owner_id")}
                        -- Handed on: nobody's, what they stand in for, or what is owed by them.
                        OR (h.to_id = NEW.owner_id AND {_WAITS_FROM_ME}
                            AND (OLD.owner_id IS NULL OR OLD.owner_id = ANY (people)
                                 OR EXISTS (SELECT FROM next_action AS owed WHERE owed.client_id = OLD.id
                                            AND owed.closed_at IS NULL AND owed.operator_id = me)))
                        -- Answered in the place of who is absent.
                        OR (OLD.owner_id = ANY (people) AND {_LAST} AND (
                            (h.to_id = me AND h.confirmed_at IS NOT NULL AND NEW.owner_id = me)
                            OR (h.to_id = OLD.owner_id AND h.declined_at IS NOT NULL AND NEW.owner_id <> me)))
"""
"""Whether a hand-on `h` lets an operator change whose a client is."""


def _functions(names: Names) -> tuple[_Function, ...]:
    marked = (
        "EXISTS (SELECT FROM pg_auth_members AS member JOIN pg_roles AS one ON one.oid = member.member"
        f" JOIN pg_roles AS mark ON mark.oid = member.roleid WHERE mark.rolname = {names.said(names.login)}"
        # Whoever makes a group is a member of it, too.
        " AND one.rolname = wanted AND NOT one.rolsuper AND NOT one.rolcreaterole)"
    )
    return (
        _Function(
            "salesdesk_me()", "bigint",
            "RETURN (SELECT id FROM operator WHERE login = session_user AND active);",
        ),
        _Function(
            "salesdesk_role()", "text",
            "RETURN (SELECT role FROM operator WHERE login = session_user AND active);",
        ),
        _Function(
            # Whose promises somebody keeps: their own, and those of the absent for whom they stand in.
            "salesdesk_people()", "bigint[]",
            f"""
            RETURN CASE WHEN me IS NOT NULL THEN me || ARRAY(
                SELECT id FROM operator WHERE substitute_id = me AND active AND absent_until > {NOW}) END;
            """,
            # Asked at nearly every statement: by what an index finds, not among all who work here.
            declare="me bigint := (SELECT id FROM operator WHERE login = session_user AND active);",
        ),
        _Function(
            # Clients that are owed something by them, or held: asked without the rules of those tables, which
            # a server would plan anew with every statement that asks for clients.
            "salesdesk_theirs()", "SETOF bigint",
            # What is owed in two parts, each by an index of its own: in lists, and held back from them.
            f"""
            RETURN QUERY
                SELECT client_id FROM next_action
                    WHERE closed_at IS NULL AND hold IS NULL AND operator_id = ANY (people)
                UNION ALL SELECT client_id FROM next_action
                    WHERE closed_at IS NULL AND hold IS NOT NULL AND operator_id = ANY (people)
                UNION ALL SELECT client_id FROM claim WHERE operator_id = me AND expires_at > {NOW};
            """,
            declare="me bigint := salesdesk_me(); people bigint[] := salesdesk_people();",
            rows="ROWS 1000",
        ),
        _Function(
            "salesdesk_sees(wanted bigint)", "boolean",
            f"""
            -- Hardly ever is more to be asked: one's own, or nobody's.
            IF EXISTS (SELECT FROM client WHERE id = wanted AND me IS NOT NULL
                       AND (owner_id = me OR owner_id IS NULL)) THEN
                RETURN true;
            END IF;
            people := salesdesk_people();
            RETURN EXISTS (SELECT FROM client AS c
                           WHERE c.id = wanted AND ({_SEEN.format(me="me", people="people")}));
            """,
            declare="me bigint := salesdesk_me(); people bigint[];",
            # It asks the base three times: for a comparison a server would ask it of every row there is.
            costs="COST 10000",
        ),
        _Function(
            "salesdesk_mine_alone(wanted bigint)", "boolean",
            f"""
            RETURN NOT EXISTS (SELECT FROM call WHERE client_id = wanted AND operator_id <> salesdesk_me())
               AND NOT EXISTS (SELECT FROM note WHERE client_id = wanted AND operator_id <> salesdesk_me())
               AND NOT EXISTS (SELECT FROM message WHERE client_id = wanted AND operator_id <> salesdesk_me())
               AND NOT EXISTS (SELECT FROM stage_change
                               WHERE client_id = wanted AND operator_id <> salesdesk_me())
               AND NOT EXISTS (SELECT FROM import_row WHERE client_id = wanted)
               AND NOT EXISTS (SELECT FROM merged_client WHERE kept_id = wanted)
               AND EXISTS (SELECT FROM audit_event WHERE client_id = wanted AND operator_id = salesdesk_me())
               AND NOT EXISTS (SELECT FROM audit_event WHERE client_id = wanted
                               AND operator_id IS DISTINCT FROM salesdesk_me()
                               AND action <> '{ASKED_WHOSE}');
            """,
        ),
        _Function(
            "salesdesk_search(words text, most integer)", "SETOF bigint",
            # Asked of each client: joined with them, many would be looked at that have no such word.
            "RETURN QUERY "
            + look_up(
                "words", "most",
                seen="EXISTS (SELECT FROM client AS c WHERE c.id = document.client_id"
                f" AND ({_SEEN.format(me='me', people='people')}) OFFSET 0)",
            ) + ";",
            declare="me bigint := salesdesk_me(); people bigint[] := salesdesk_people();",
            rows="ROWS 50",
        ),
        # Where a few rows are looked for among others' as well, what is seen is asked of each that is met: to
        # gather all that is theirs first, as for a list, would take longer than to find them.
        _Function(
            "salesdesk_named(begins text, beyond text, most bigint)", "SETOF bigint",
            f"""
            RETURN QUERY EXECUTE $words$
                SELECT c.id FROM client AS c
                WHERE c.name_key >= $1 COLLATE "C" AND c.name_key < $2 COLLATE "C"
                AND ({_SEEN.format(me="$4", people="$5")}) ORDER BY c.name_key LIMIT $3 $words$
                USING begins, beyond, most, salesdesk_me(), salesdesk_people();
            """,
            rows="ROWS 50",
        ),
        _Function(
            "salesdesk_called(ending text, most bigint)", "SETOF bigint",
            f"""
            RETURN QUERY SELECT phone.client_id FROM phone JOIN client AS c ON c.id = phone.client_id
                WHERE phone.last4 = right(ending, 4) AND right(phone.digits, length(ending)) = ending
                AND ({_SEEN.format(me="me", people="people")}) ORDER BY phone.client_id LIMIT most;
            """,
            declare="me bigint := salesdesk_me(); people bigint[] := salesdesk_people();",
            rows="ROWS 50",
        ),
        _Function(
            "salesdesk_ask_whose(wanted text)", "bigint",
            _ASK_WHOSE,
            declare="me bigint := salesdesk_me(); theirs bigint; asked bigint;",
            volatility="VOLATILE", callers=("operator",),
        ),
        _Function(
            "salesdesk_told_whose(asked bigint)", "TABLE (too_often boolean, whose text)",
            _TOLD_WHOSE,
            declare="me bigint := salesdesk_me();",
            callers=("operator",), rows="ROWS 1",
        ),
        _Function(
            "salesdesk_zones()", "SETOF text",
            """
            RETURN QUERY WITH RECURSIVE skip(zone) AS (SELECT min(client.zone) FROM client UNION ALL
                SELECT (SELECT min(client.zone) FROM client WHERE client.zone > skip.zone)
                FROM skip WHERE skip.zone IS NOT NULL)
                SELECT CAST(skip.zone AS text) FROM skip WHERE skip.zone IS NOT NULL;
            """,
            rows="ROWS 20",
        ),
        _Function(
            "salesdesk_never_called(numbers text[])", "TABLE (number text, client bigint, never boolean)",
            """
            RETURN QUERY SELECT CAST(phone.e164 AS text), c.id, c.do_not_call
                FROM phone JOIN client AS c ON c.id = phone.client_id
                WHERE phone.e164 = ANY (numbers) AND phone.state = 'do_not_call';
            """,
        ),
        _Function(
            "salesdesk_never_call(wanted bigint)", "void",
            """
            IF NOT salesdesk_sees(wanted) THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied for this client';
            END IF;
            -- Cards that are not seen have the number, too: there as well nobody may call it from now on.
            UPDATE phone SET state = 'do_not_call'
                WHERE state <> 'do_not_call' AND NOT salesdesk_sees(client_id) AND e164 IN (
                    SELECT own.e164 FROM phone AS own
                    WHERE own.client_id = wanted AND own.state = 'do_not_call' AND own.e164 IS NOT NULL);
            """,
            volatility="VOLATILE", callers=("operator",),
        ),
        _Function(
            "salesdesk_marked(wanted text)", "boolean", f"RETURN {marked};", callers=(),
        ),
        _Function(
            "salesdesk_admit(wanted text, kind text, works boolean)", "void",
            _admitting(names), declare="one text; moved boolean := false;", volatility="VOLATILE", callers=(),
        ),
        _Function(
            "salesdesk_set_password(wanted text, verifier text)", "void",
            f"""
            IF NOT (salesdesk_role() IS NOT DISTINCT FROM 'admin' OR session_user = wanted
                    OR pg_has_role(session_user, {names.said(names.owner)}, 'MEMBER')) THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied to give others a password';
            END IF;
            IF verifier NOT LIKE 'SCRAM-SHA-256$%:%$%:%' OR NOT salesdesk_marked(wanted) THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied to set this password';
            END IF;
            EXECUTE format('ALTER ROLE %I PASSWORD %L', wanted, verifier);
            """,
            volatility="VOLATILE",
        ),
        _Function(
            "salesdesk_operator_changed()", "trigger",
            """
            IF salesdesk_role() = 'lead' AND TG_OP = 'UPDATE' AND (OLD.role <> NEW.role
                    OR (OLD.role = 'admin' AND OLD.active <> NEW.active)) THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied for an administrator';
            END IF;
            PERFORM salesdesk_admit(NEW.login, NEW.role, NEW.active);
            RETURN NEW;
            """,
            volatility="VOLATILE", callers=(),
        ),
        _Function(
            "salesdesk_owner_changed()", "trigger",
            f"""
            IF salesdesk_role() = 'operator' AND OLD.owner_id IS DISTINCT FROM NEW.owner_id THEN
                me := salesdesk_me();
                people := salesdesk_people();
                IF OLD.owner_id IS DISTINCT FROM me AND NOT (OLD.owner_id IS NULL AND NEW.owner_id = me)
                        AND NOT EXISTS (SELECT FROM hand_on AS h WHERE h.client_id = OLD.id AND ({_HANDED}))
                        THEN
                    RAISE insufficient_privilege USING MESSAGE = 'permission denied to take a client';
                END IF;
            END IF;
            -- From here on this transaction has a number: the rule of clients asks whether it changed one.
            PERFORM pg_current_xact_id();
            RETURN NEW;
            """,
            declare="me bigint; people bigint[];", volatility="VOLATILE", callers=(),
        ),
        _Function(
            "salesdesk_hand_on_kept()", "trigger",
            """
            IF salesdesk_role() = 'operator' THEN
                me := salesdesk_me();
                IF NEW.client_id <> OLD.client_id OR NEW.from_id <> OLD.from_id
                        OR ((NEW.to_id <> OLD.to_id OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
                             OR NEW.declined_at IS DISTINCT FROM OLD.declined_at)
                            AND OLD.to_id <> me
                            AND NOT (NEW.to_id IN (OLD.to_id, me) AND OLD.to_id = ANY (salesdesk_people())))
                        -- Nobody declines what they do not have.
                        OR (NEW.declined_at IS NOT NULL AND NEW.declined_at IS DISTINCT FROM OLD.declined_at
                            AND NOT EXISTS (SELECT FROM client
                                            WHERE id = OLD.client_id AND owner_id = OLD.to_id)) THEN
                    RAISE insufficient_privilege USING MESSAGE = 'permission denied to answer for another';
                END IF;
            END IF;
            RETURN NEW;
            """,
            declare="me bigint;", volatility="VOLATILE", callers=(),
        ),
        _Function(
            "salesdesk_reach_back(wanted bigint)", "void",
            # What is written in a transaction is seen in it.
            f"""
            IF EXISTS (SELECT FROM client AS c JOIN hand_on AS h ON h.client_id = c.id
                       WHERE c.id = wanted AND {_TAKEN_BACK.format(owner="c.owner_id")}) THEN
                UPDATE client SET zone = zone WHERE id = wanted;
            END IF;
            """,
            declare="me bigint := salesdesk_me();", volatility="VOLATILE",
        ),
        _Function(
            "salesdesk_loads(people bigint[])", "TABLE (person bigint, owed bigint)",
            """
            RETURN QUERY SELECT n.operator_id, count(*) FROM next_action AS n
                WHERE n.operator_id = ANY (people) AND n.closed_at IS NULL AND n.hold IS NULL
                GROUP BY n.operator_id;
            """,
        ),
        _Function(
            "salesdesk_trail_kept()", "trigger",
            _TRAIL_KEPT,
            volatility="VOLATILE", callers=(),
        ),
        _Function("salesdesk_trail_follows()", "trigger", _TRAIL_FOLLOWS, volatility="VOLATILE", callers=()),
        _Function("salesdesk_taking_noted()", "trigger", _TAKING_NOTED, volatility="VOLATILE", callers=()),
        _Function("salesdesk_export_dated()", "trigger", _EXPORT_DATED, volatility="VOLATILE", callers=()),
        _Function("salesdesk_merge_kept()", "trigger", _MERGE_KEPT, volatility="VOLATILE", callers=()),
    )  # fmt: skip


# One after another, so that their numbers are in the order in which they stand in the trail.
_ASK_WHOSE = f"""
    IF me IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to ask';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('salesdesk_ask_whose'), CAST(me AS integer));
    theirs := (SELECT min(c.id) FROM client AS c WHERE c.owner_id IS NOT NULL AND c.id IN (
        SELECT phone.client_id FROM phone WHERE phone.e164 = wanted
        UNION SELECT own.id FROM client AS own WHERE own.email IS NOT NULL
                                               AND lower(substr(own.email, 1, 100)) = wanted
        UNION SELECT contact.client_id FROM contact WHERE contact.email IS NOT NULL
                                                    AND lower(substr(contact.email, 1, 100)) = wanted));
    INSERT INTO audit_event (at, operator_id, action, client_id, changes)
        VALUES (CAST(extract(epoch FROM clock_timestamp()) AS bigint), me, '{ASKED_WHOSE}', theirs, '[]')
        RETURNING id INTO asked;
    RETURN asked;
"""
_TOLD_WHOSE = f"""
    -- Whoever has written nothing yet sees only what is committed: nothing is told that the trail may lose.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied before what was asked is committed';
    END IF;
    RETURN QUERY WITH told AS (
        SELECT event.client_id, (
            SELECT count(*) FROM audit_event AS before WHERE before.operator_id = me AND before.id <= asked
            AND before.action = '{ASKED_WHOSE}' AND before.at > {NOW} - 86400
        ) > coalesce((SELECT CAST(CAST(setting.value AS jsonb)->>'whose_a_day' AS bigint)
                      FROM setting WHERE setting.key = 'team'), {WHOSE_A_DAY}) AS too_often
        FROM audit_event AS event WHERE event.id = asked AND event.operator_id = me
        AND event.action = '{ASKED_WHOSE}' AND event.at > {NOW} - 60)
    SELECT told.too_often, CASE WHEN NOT told.too_often THEN CAST(operator.name AS text) END
        FROM told LEFT JOIN client ON client.id = told.client_id
        LEFT JOIN operator ON operator.id = client.owner_id;
"""
_GOES_ON = int(GOES_ON.total_seconds())
_TRAIL_KEPT = f"""
    IF salesdesk_role() IS NULL THEN  -- the owner of the base
        RETURN NEW;
    END IF;
    IF OLD.undone_at IS DISTINCT FROM NEW.undone_at AND OLD.operator_id IS DISTINCT FROM salesdesk_me()
            AND (salesdesk_role() = 'operator' OR OLD.undone_at IS NOT NULL) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to change the trail';
    END IF;
    IF CAST(OLD.changes AS jsonb) IS DISTINCT FROM CAST(NEW.changes AS jsonb) OR OLD.at <> NEW.at THEN
        -- What is still being typed grows, while nothing else was done; what rows were before it began stays.
        IF OLD.operator_id IS DISTINCT FROM salesdesk_me() OR OLD.undone_at IS NOT NULL
                OR OLD.action <> '{WRITE_DOWN}' OR NEW.at NOT BETWEEN OLD.at AND OLD.at + {_GOES_ON}
                OR EXISTS (SELECT FROM audit_event AS later WHERE later.operator_id = OLD.operator_id
                           AND later.id > OLD.id AND later.undone_at IS NULL)
                OR jsonb_array_length(CAST(NEW.changes AS jsonb))
                   <> jsonb_array_length(CAST(OLD.changes AS jsonb))
                OR EXISTS (
                    SELECT FROM jsonb_array_elements(CAST(OLD.changes AS jsonb)) AS was
                    WHERE jsonb_typeof(was->2) <> 'object' OR jsonb_typeof(was->3) <> 'object'
                    OR NOT EXISTS (
                        SELECT FROM jsonb_array_elements(CAST(NEW.changes AS jsonb)) AS now
                        WHERE (now->0) = (was->0) AND (now->1) = (was->1) AND (now->2) @> (was->2))) THEN
            RAISE insufficient_privilege USING MESSAGE = 'permission denied to change the trail';
        END IF;
    END IF;
    RETURN NEW;
"""

_TRAIL_FOLLOWS = """
    -- As the transaction ends: by then the cards are made one, or apart again.
    IF salesdesk_role() IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM merged_client AS gone WHERE gone.client_id = OLD.client_id AND gone.kept_id IN (
                    NEW.client_id, (SELECT kept_id FROM merged_client WHERE client_id = NEW.client_id))
                AND NOT EXISTS (SELECT FROM client WHERE client.id = OLD.client_id))
            AND NOT EXISTS (
                SELECT FROM merge WHERE merge.client_id = OLD.client_id AND merge.undone_at IS NOT NULL
                AND CAST(merge.changes AS jsonb) @> jsonb_build_array(jsonb_build_array('audit_event', OLD.id,
                    jsonb_build_object('client_id', NEW.client_id),
                    jsonb_build_object('client_id', OLD.client_id)))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to move the trail';
    END IF;
    RETURN NULL;
"""
# Who takes clients of nobody leaves a line for each. What this transaction wrote, or wrote anew, has no age.
_TAKING_NOTED = """
    IF salesdesk_role() = 'operator'
            AND NOT EXISTS (SELECT FROM audit_event AS event WHERE event.client_id = NEW.id
                            AND event.operator_id = salesdesk_me() AND age(event.xmin) <= 0) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to take a client unsaid';
    END IF;
    RETURN NULL;
"""
# What a day's exports and lists are counted by is no workstation's clock.
_EXPORT_DATED = f"""
    IF (NEW.action LIKE '{EXPORT} %' OR NEW.action LIKE '{LISTED} %') AND salesdesk_role() = 'operator' THEN
        NEW.at := {NOW};
    END IF;
    RETURN NEW;
"""
_MERGE_KEPT = """
    IF salesdesk_role() IS NOT NULL AND CAST(OLD.changes AS jsonb) <> '[]'
            AND CAST(OLD.changes AS jsonb) <> CAST(NEW.changes AS jsonb) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to change what a merge was';
    END IF;
    RETURN NEW;
"""


def _admitting(names: Names) -> str:
    """Write what makes, moves, closes or opens a login role; never one that this base has not made."""
    groups = ", ".join(f"'{role}', {names.said(group)}" for role, group in names.groups.items())
    return f"""
    IF octet_length(wanted) > 63 THEN
        RAISE insufficient_privilege USING MESSAGE = '{TOO_LONG}: ' || wanted;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        IF NOT works THEN
            RETURN;
        END IF;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', wanted);
        EXCEPTION WHEN reserved_name OR duplicate_object OR unique_violation THEN
            RAISE insufficient_privilege USING MESSAGE = '{TAKEN}: ' || wanted;
        END;
        EXECUTE format('GRANT %I TO %I', {names.said(names.login)}, wanted);
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            -- Whoever is to end a person's connections must be one of them.
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
    ELSIF NOT salesdesk_marked(wanted) THEN
        IF NOT works THEN
            RETURN;
        END IF;
        RAISE insufficient_privilege USING MESSAGE = '{TAKEN}: ' || wanted;
    END IF;
    FOREACH one IN ARRAY ARRAY['operator', 'lead', 'admin'] LOOP
        IF works AND one = kind THEN
            IF NOT EXISTS (SELECT FROM pg_auth_members AS m
                           WHERE m.roleid = to_regrole(quote_ident(jsonb_build_object({groups})->>one))
                           AND m.member = to_regrole(quote_ident(wanted))) THEN
                EXECUTE format('GRANT %I TO %I', jsonb_build_object({groups})->>one, wanted);
            END IF;
        ELSIF EXISTS (SELECT FROM pg_auth_members AS m
                      WHERE m.roleid = to_regrole(quote_ident(jsonb_build_object({groups})->>one))
                      AND m.member = to_regrole(quote_ident(wanted))) THEN
            EXECUTE format('REVOKE %I FROM %I', jsonb_build_object({groups})->>one, wanted);
            moved := works;
        END IF;
    END LOOP;
    IF moved THEN
        -- What a connection has planned goes by the rules of the group that it was planned in, and that it is
        -- another one by now makes no server plan anew; that the schema is granted does, everywhere.
        EXECUTE 'GRANT USAGE ON SCHEMA {names.schema_quoted} TO {names.quoted(names.groups["operator"])}';
    END IF;
    IF works <> (SELECT rolcanlogin FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('ALTER ROLE %I %s', wanted, CASE WHEN works THEN 'LOGIN' ELSE 'NOLOGIN' END);
    END IF;
    IF NOT works THEN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE usename = wanted AND pid <> pg_backend_pid();
    END IF;
    """


_TRIGGERS = (
    ("operator", "AFTER INSERT OR UPDATE OF login, role, active", "salesdesk_operator_changed()"),
    ("client", "BEFORE UPDATE OF owner_id", "salesdesk_owner_changed()"),
    ("audit_event", "BEFORE UPDATE", "salesdesk_trail_kept()"),
    ("hand_on", "BEFORE UPDATE", "salesdesk_hand_on_kept()"),
    ("audit_event", "BEFORE INSERT", "salesdesk_export_dated()"),
    ("merge", "BEFORE UPDATE OF changes", "salesdesk_merge_kept()"),
)
_AT_THE_END = (
    (
        "audit_event", "AFTER UPDATE OF client_id", "OLD.client_id IS DISTINCT FROM NEW.client_id",
        "salesdesk_trail_follows()",
    ),
    (
        "client", "AFTER UPDATE OF owner_id", "OLD.owner_id IS NULL AND NEW.owner_id IS NOT NULL",
        "salesdesk_taking_noted()",
    ),
)  # fmt: skip
"""What is asked as a transaction ends: by then all that belongs together is written."""


def make_functions(connection: Connection, names: Names) -> None:
    """Make the functions, or make them anew, and the triggers that call some of them."""
    for function in _functions(names):
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
    for table, event, called in _TRIGGERS:
        _make_trigger(connection, names, "TRIGGER", table, f"{event} ON {{table}} FOR EACH ROW", called)
    for table, event, where, called in _AT_THE_END:
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
