"""A base copied whole: every row arrives, on either database, or nothing does."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from builders import Desk, said, snapshot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text

from salesdesk.base import segments
from salesdesk.base.checking import check
from salesdesk.base.filters import These
from salesdesk.base.importing import ImportOptions, run_import
from salesdesk.base.merging import merge
from salesdesk.base.search import search
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls, drafts, editing
from salesdesk.errors import BaseError, InputError
from salesdesk.lead.handing_over import Asked, hand_over
from salesdesk.lead.sharing_out import read_to
from salesdesk.models import AuditEvent, Operator
from salesdesk.sample import fill
from salesdesk.storage import schema
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.copying import Step, copy_base
from salesdesk.storage.copying.tables import copied_tables
from salesdesk.storage.engine import base_url, make_engine
from salesdesk.storage.faults import StoppedError
from tests.conftest import NOW

LITE, SERVER = "sqlite", "postgresql"
_names = count()


@pytest.fixture(scope="module")
def place(request, tmp_path_factory, _template) -> Callable[[str, str], str]:
    """Name a place for a base on a database: where nothing is, or an empty base."""

    def named(database: str, what: str) -> str:
        number = next(_names)
        if database == SERVER:
            make = request.getfixturevalue("bare_postgres" if what == "nothing" else "new_postgres")
            return make(f"copy_{number}")
        path = tmp_path_factory.mktemp("copy") / f"{number}.db"
        if what == "empty":
            shutil.copy(_template, path)
        return str(path)

    return named


@pytest.fixture(scope="module")
def same_place(place) -> Callable[[str, str], str]:
    """Name the same place again and again: for copies of which nothing stays."""
    return cache(place)


def sit_down(where: str) -> Desk:
    base = open_base(where, operator="anna")
    return Desk(base, context_of(base, Clock(fixed=NOW)))


def everything(base: Base) -> dict[str, list[object]]:
    """Give every row, the trail too."""
    with base.read() as session:
        trail = select(*AuditEvent.__table__.columns).order_by(AuditEvent.id)
        return snapshot(base) | {"audit_event": [*map(repr, session.execute(trail))]}


def held(where: str) -> dict[str, list[object]]:
    desk = sit_down(where)
    try:
        return everything(desk.base)
    finally:
        desk.base.close()


@pytest.fixture(scope="module")
def filled(place, tmp_path_factory) -> Callable[[str], str]:
    """Give a base with rows in nearly every table, on a database; it is only read."""

    @cache
    def on(database: str) -> str:
        where = place(database, "empty")
        fill_with_everything(where, tmp_path_factory.mktemp("filled"))
        return where

    return on


def fill_with_everything(where: str, folder: Path) -> None:
    """Make a base with rows in nearly every table, by what people do."""
    desk = sit_down(where)
    fill(desk.base, clients=40, seed=3, now=NOW)
    desk = Desk(desk.base, context_of(desk.base, Clock(fixed=NOW)))
    one, other = desk.client("ООО «Ёлка»", phones=("+7 495 111-22-33",)), desk.client("Елка")
    desk.client("came later")
    desk.write(calls.log_call, said(one, "busy"))
    desk.write(editing.add_note, one, "line\nline\ttab \\N \\. \"quoted\" 'it' 🦊 e\u0301 \u202e")
    desk.write(drafts.keep, one, {"note": "half-typed \u0000"})
    desk.write(segments.save_segment, "Омск", "city=Омск")
    desk.write(merge, one, [other])
    desk.beside("zoe")
    later = desk.context.today + timedelta(days=30)
    desk.write(hand_over, Asked("anna", read_to("zoe"), These((one,)), until=later))
    rows = folder / "rows.csv"
    rows.write_text("name,phone\nAlpha,+74951230001\nBeta,+74951230002\n", "utf-8")
    desk.write(run_import, rows, ImportOptions(source="file"))
    with desk.filling() as base:
        base.claim(one, desk.me, desk.now + timedelta(hours=1))
        # Somebody whose substitute comes after them in the order of ids.
        people = base.session.scalars(select(Operator).order_by(Operator.id)).all()
        people[0].substitute_id = people[-1].id
    desk.base.close()


# -- what arrives ----------------------------------------------------------------------------------


def test_no_table_of_a_base_is_left_out(base):
    inner = {f"client_search_{part}" for part in ("data", "idx", "docsize", "content", "config")}
    with base.engine.connect() as connection:
        there = set(inspect(connection).get_table_names()) - inner - {"alembic_version"}
    assert there == {table.name for table in copied_tables()}


@pytest.mark.parametrize("what", ["nothing", "empty"])
@pytest.mark.parametrize("goes", [LITE, SERVER])
@pytest.mark.parametrize("came", [LITE, SERVER])
def test_a_copy_is_what_was_copied_and_can_be_worked_on(place, filled, came, goes, what):
    source, target = filled(came), place(goes, what)
    before = held(source)
    assert len([name for name, rows in before.items() if rows]) > 25
    rows = copy_base(source, target)
    assert held(source) == before
    desk = sit_down(target)
    assert everything(desk.base) == before
    assert rows == {name: len(rows) for name, rows in before.items()}
    assert desk.read(check) == []
    assert [row.name for row in desk.read(search, "елка").rows] == ["ООО «Ёлка»"]
    # The next ids are free.
    made = desk.client("Новый", people=("Мария",), phones=("+7 495 765-43-21",))
    desk.write(calls.log_call, said(made, "busy"))
    assert made > max(int(row.split(",")[0].lstrip("(")) for row in before["client"])
    desk.base.close()


@pytest.mark.parametrize("goes", [LITE, SERVER])
@pytest.mark.parametrize("came", [LITE, SERVER])
def test_the_number_of_a_merged_card_is_not_given_out_again(place, came, goes):
    source, target = place(came, "empty"), place(goes, "nothing")
    desk = sit_down(source)
    one, other = desk.client("ООО «Ёлка»"), desk.client("Елка")
    desk.write(merge, one, [other])
    desk.base.close()
    copy_base(source, target)
    desk = sit_down(target)
    assert desk.client("Новый") > other
    assert desk.read(check) == []
    desk.base.close()


def indexes(where: str) -> list[tuple[str, str]]:
    """Give every index with what makes it, and of a server the foreign keys, too."""
    engine = make_engine(base_url(where))
    asked = {
        LITE: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        SERVER: "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
        " SELECT conname, CAST(conrelid AS regclass) || pg_get_constraintdef(oid) || convalidated"
        " FROM pg_constraint WHERE contype = 'f'",
    }
    with engine.connect() as connection:
        found = connection.exec_driver_sql(asked[engine.dialect.name]).all()
    engine.dispose()
    return sorted((name, " ".join(made.replace('"', "").split())) for name, made in found)


@pytest.mark.parametrize("database", [LITE, SERVER])
def test_a_copy_has_every_index_and_key_and_no_file_beside_it(place, database):
    source, target = place(LITE, "empty"), place(database, "nothing")
    copy_base(source, target)
    assert indexes(target) == indexes(place(database, "empty"))
    assert database == SERVER or [each.name for each in Path(target).parent.iterdir()] == [Path(target).name]


Texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
Whole = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(Texts, Texts | st.none(), Whole, st.booleans(), Json), min_size=1, max_size=40))
def test_whatever_both_databases_take_comes_back_unchanged(bases, values):
    """SQLite, PostgreSQL, SQLite."""
    source, server, back = bases()
    with closing(sqlite3.connect(source)) as base, base:
        for number, (name, city, amount, flag, document) in enumerate(values, 1):
            base.execute(
                "INSERT INTO client (id, name, name_key, source, city, client_class, interest,"
                " expected_minor, do_not_call, attempts, band, sort_key, zone, pool, unowed, created_at,"
                " updated_at) VALUES (?, ?, ?, '', ?, 'C', 0, ?, ?, 0, 'other', ?, '', 0, 0, ?, 0)",
                (number, name, name, city, amount, flag, amount, amount),
            )
            base.execute(
                "INSERT INTO audit_event (at, action, client_id, changes) VALUES (0, '', ?, ?)",
                (number, json.dumps({"was": document}, ensure_ascii=number % 2 == 0)),
            )
            # A document is words with one space between, and never none at all.
            words = " ".join(["x", *name.split()])
            base.execute("INSERT INTO client_search (rowid, text) VALUES (?, ?)", (number, words))
            base.execute(
                "INSERT OR IGNORE INTO forbidden_number (number, batch_id, at) VALUES (?, 1, 0)", (name,)
            )
    rows = copy_base(source, server)
    assert copy_base(server, back) == rows
    assert dump(back) == dump(source)


def dump(path: str) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # The last id that was given on the way is no row of anybody's.
        kept = [name for name in names if not name.startswith(("client_search_", "sqlite_"))]
        return {name: sorted(base.execute(f'SELECT * FROM "{name}"'), key=repr) for name in kept}


@pytest.fixture
def bases(place, tmp_path):
    """Give the three bases of an example: an empty one, an emptied one on the server, and none."""
    server, empty = place(SERVER, "empty"), Path(place(LITE, "empty"))
    with closing(sqlite3.connect(empty)) as base, base:
        base.execute(
            "INSERT INTO import_batch VALUES"
            " (1, 1, 0, 0, 'done', 'do-not-call', '', '', '{}', 0, 0, 0, 0, 0, '{}')"
        )

    def made() -> tuple[str, str, str]:
        engine = make_engine(base_url(server))
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE client CASCADE"))
        engine.dispose()
        source, back = tmp_path / f"source-{next(_names)}.db", tmp_path / f"back-{next(_names)}.db"
        source.write_bytes(empty.read_bytes())
        return str(source), server, str(back)

    return made


@pytest.mark.parametrize("database", [LITE, SERVER])
def test_a_copy_is_of_the_moment_when_it_began(place, database):
    source, target = place(database, "empty"), place(LITE, "nothing")
    desk = sit_down(source)
    client_id = desk.client("was there")
    before = everything(desk.base)

    def others_work(step: Step, _done: int, _total: int) -> None:
        desk.write(calls.log_call, said(client_id, "busy"))
        desk.client(f"added while {step}")

    copy_base(source, target, report=others_work)
    assert len(everything(desk.base)["call"]) > 3
    desk.base.close()
    assert held(target) == before


def test_how_far_it_is_is_told_up_to_the_end(place, filled):
    told: list[tuple[Step, int, int]] = []
    rows = sum(
        copy_base(filled(LITE), place(LITE, "nothing"), report=lambda *each: told.append(each)).values()
    )
    for step in (Step.COPYING, Step.COMPARING):
        done = [done for at, done, _total in told if at == step]
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, rows)
    assert {total for _step, _done, total in told} == {rows}


def test_what_a_killed_copy_left_is_in_nobodys_way(place, filled):
    target = Path(place(LITE, "nothing"))
    for suffix in ("", "-journal", "-wal", "-shm"):
        target.with_name(f"{target.name}.partial{suffix}").write_bytes(b"left over")
    copy_base(filled(LITE), str(target))
    assert [*target.parent.iterdir()] == [target]
    assert held(str(target)) == held(filled(LITE))


# -- what does not ---------------------------------------------------------------------------------


def nothing_at(where: str) -> bool:
    """Tell whether there is no file, or not one table."""
    url = base_url(where)
    if url.get_backend_name() == "sqlite":
        return not [*Path(where).parent.glob(Path(where).name + "*")]
    engine = make_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
    engine.dispose()
    return names == []


def spoil(path: str, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            base.execute(statement)


@pytest.fixture
def one_client(place) -> str:
    """A base on SQLite with client 1."""
    source = place(LITE, "empty")
    desk = sit_down(source)
    assert desk.client("Ромашка", people=("Мария",)) == 1
    desk.write(calls.log_call, said(1, "busy"))
    desk.base.close()
    return source


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE client SET city = 'a' || char(0) || 'b'", "client 1, city", "sign"),
        ("UPDATE client_search SET text = char(0)", "client_search 1, text", "sign"),
        ("UPDATE operator SET login = printf('%65s', 'x')", "operator 1, login", "too long"),
        ("UPDATE call SET talk_seconds = 3000000000", "call 1, talk_seconds", "too large"),
        ("UPDATE call SET talk_seconds = 'secret'", "call 1, talk_seconds", "kind"),
        ("UPDATE audit_event SET changes = '{\"a\": NaN}'", "audit_event 1, changes", "kind"),
        ("UPDATE client SET band = 'secret'", "client 1", "allowed"),
        ("UPDATE client SET campaign = 'secret'", "client 1", "not there"),
    ],
)
def test_a_row_that_postgresql_does_not_take_is_named_and_nothing_stays(
    same_place, one_client, statement, row, why
):
    spoil(one_client, statement)
    target = same_place(SERVER, "nothing")
    with pytest.raises(BaseError) as refused:
        copy_base(one_client, target)
    line = str(refused.value)
    assert line.startswith(row)
    assert why in line
    assert "secret" not in line
    assert "\n" not in line
    assert refused.value.__cause__ is None  # it would bring the value into the log
    assert nothing_at(target)


@pytest.mark.parametrize("what", ["nothing", "empty"])
@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE client SET band = 'secret'", "client 1", "allowed"),
        ("UPDATE client SET campaign = 'secret'", "client 1", "not there"),
        ("UPDATE contact SET name = CAST(x'ff' AS TEXT)", "contact 1", "readable"),
    ],
)
def test_a_row_that_sqlite_does_not_take_is_named_and_nothing_stays(
    same_place, one_client, statement, row, why, what
):
    spoil(one_client, statement)
    target = same_place(LITE, what)
    with pytest.raises(BaseError, match=f"^{row}.*{why}"):
        copy_base(one_client, target)
    assert nothing_at(target) if what == "nothing" else held(target)["client"] == []


def test_the_sign_that_postgresql_refuses_goes_from_sqlite_to_sqlite(place, one_client):
    spoil(one_client, "UPDATE client SET city = 'a' || char(0) || 'b'")
    target = place(LITE, "nothing")
    copy_base(one_client, target)
    assert dump(target) == dump(one_client)


SPOIL = "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {} END$$"
CHANGED = {
    LITE: ("CREATE TRIGGER spoiling AFTER INSERT ON client BEGIN UPDATE client SET city = 'x'; END",),
    SERVER: (
        SPOIL.format("NEW.city := 'x'; RETURN NEW;"),
        "CREATE TRIGGER spoiling BEFORE INSERT ON client FOR EACH ROW EXECUTE FUNCTION spoil()",
    ),
}
LEFT_OUT = {
    LITE: ("CREATE TRIGGER spoiling AFTER INSERT ON contact BEGIN DELETE FROM contact; END",),
    SERVER: (
        SPOIL.format("RETURN NULL;"),
        "CREATE TRIGGER spoiling BEFORE INSERT ON contact FOR EACH ROW EXECUTE FUNCTION spoil()",
    ),
}


@pytest.mark.parametrize("database", [LITE, SERVER])
@pytest.mark.parametrize(
    ("how", "said_of_it"), [(CHANGED, r"client 1 .*\(city\)"), (LEFT_OUT, "contact 1 .*only")]
)
def test_a_copy_that_differs_is_not_kept(place, one_client, database, how, said_of_it):
    target = place(database, "empty")
    before = held(target)
    engine = make_engine(base_url(target)).execution_options(writes=True)
    with engine.begin() as connection:
        for statement in how[database]:
            connection.exec_driver_sql(statement)
    engine.dispose()
    with pytest.raises(BaseError, match=said_of_it):
        copy_base(one_client, target)
    assert held(target) == before


@pytest.mark.parametrize("what", ["nothing", "empty"])
@pytest.mark.parametrize("database", [LITE, SERVER])
@pytest.mark.parametrize("step", [*Step])
def test_a_copy_that_is_stopped_leaves_nothing(same_place, one_client, database, step, what):
    target, reached = same_place(database, what), []

    def report(at: Step, _done: int, _total: int) -> None:
        if at == step:
            reached.append(at)

    with pytest.raises(StoppedError):
        copy_base(one_client, target, report=report, stopped=lambda: bool(reached))
    assert nothing_at(target) if what == "nothing" else held(target)["client"] == []


@pytest.mark.parametrize("database", [LITE, SERVER])
def test_a_base_with_clients_is_not_copied_over(place, one_client, database):
    target = place(database, "empty")
    desk = sit_down(target)
    desk.client("theirs")
    before = everything(desk.base)
    desk.base.close()
    with pytest.raises(InputError, match="has clients"):
        copy_base(one_client, target)
    assert held(target) == before


def test_a_base_is_not_copied_into_itself(one_client):
    beside = Path(one_client).parent / "." / Path(one_client).name
    with pytest.raises(InputError, match="itself"):
        copy_base(one_client, str(beside))


@pytest.mark.parametrize("database", [LITE, SERVER])
@pytest.mark.parametrize("found", ["0001", "9999"])
def test_a_base_of_another_version_is_neither_copied_nor_copied_into(place, database, found):
    here, other = place(LITE, "empty"), place(database, "empty")
    engine = make_engine(base_url(other)).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{found}'"))
    engine.dispose()
    for source, target in ((other, place(LITE, "nothing")), (here, other)):
        with pytest.raises(BaseError, match=found):
            copy_base(source, target)
    assert schema.is_current(here)


def test_where_there_is_no_base_yet_nothing_can_be_copied_from(place):
    target = place(LITE, "nothing")
    with pytest.raises(BaseError, match="no base yet"):
        copy_base(place(SERVER, "nothing"), target)
    assert nothing_at(target)


@pytest.mark.parametrize("database", [LITE, SERVER])
def test_a_base_of_another_program_is_left_alone(place, one_client, database):
    target = place(database, "nothing")
    engine = make_engine(base_url(target)).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))
    engine.dispose()
    for came, goes in ((one_client, target), (target, place(LITE, "nothing"))):
        with pytest.raises(BaseError, match="another program"):
            copy_base(came, goes)
