"""The logins of the people who work at a base: the server's roles, made and closed as people come and go."""

from salesdesk.storage.faults import TAKEN, TOO_LONG
from salesdesk.storage.policies.function import Function
from salesdesk.storage.policies.names import Names


def logins_kept(names: Names) -> tuple[Function, ...]:
    """Give the functions that make and close logins, never one that this base has not made."""
    return (
        Function(
            "salesdesk_marked(wanted text)", "boolean", f"RETURN {_marked(names)};", callers=(),
        ),
        Function(
            "salesdesk_admit(wanted text, kind text, works boolean)", "void",
            _admitting(names), declare="one text; moved boolean := false;", volatility="VOLATILE", callers=(),
        ),
        Function(
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
        Function(
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
    )  # fmt: skip


def _marked(names: Names) -> str:
    return (
        "EXISTS (SELECT FROM pg_auth_members AS member JOIN pg_roles AS one ON one.oid = member.member"
        f" JOIN pg_roles AS mark ON mark.oid = member.roleid WHERE mark.rolname = {names.said(names.login)}"
        # Whoever makes a group is a member of it, too.
        " AND one.rolname = wanted AND NOT one.rolsuper AND NOT one.rolcreaterole)"
    )


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
