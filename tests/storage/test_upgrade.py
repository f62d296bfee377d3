"""The schema: the migrations make what the models say, and an upgrade keeps what the base holds."""

import shutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import Desk, owed, snapshot
from hasty_engines import migrate_as_delivered
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.errors import BaseError
from salesdesk.storage import schema
from salesdesk.storage.base import open_base
from salesdesk.storage.engine import base_url, make_engine, sqlite_path

NEXT = "9000"
NOW = schema.REVISION
WIDER = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{NEXT}", "{NOW}"
def upgrade():
    with op.batch_alter_table("client") as batch:
        batch.add_column(sa.Column("nickname", sa.String(), nullable=False, server_default="-"))
        batch.alter_column("city", type_=sa.String(200))
"""


def test_the_migrations_make_what_the_models_say(base):
    def ours(name, kind, _parents):
        return not (kind == "table" and name.startswith("client_search"))

    with base.engine.connect() as connection:

        def of_this_database(entry, _name, kind, _reflected, _compared):
            only = getattr(entry, "_ddl_if", None) if kind == "index" else None
            return only is None or only.dialect == connection.dialect.name

        given = {"include_name": ours, "include_object": of_this_database, "compare_type": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=given), SQLModel.metadata) == []
        for table in SQLModel.metadata.sorted_tables:
            made = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            assert {str(check.name) for check in table.constraints if "_code" in str(check.name)} == made


SHAPE = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    "postgresql": """
        SELECT 'column' AS kind, table_name || '.' || column_name AS name,
            concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default, is_identity)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'function', proname, pg_get_functiondef(oid)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
        UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3""",
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_base_that_tests_make_by_what_was_heard_once_is_as_migrations_make_it(
    request, tmp_path, monkeypatch, kind
):
    def shape_of(name):
        made = request.getfixturevalue("bare_postgres") if kind == "postgresql" else tmp_path.joinpath
        base = open_base(str(made(name)))
        with base.engine.connect() as connection:
            found = connection.execute(text(SHAPE[kind])).all()
        base.close()
        return found

    shape_of("heard_at_least_once")
    heard = shape_of("made_by_what_was_heard")
    monkeypatch.setattr(schema, "migrate", migrate_as_delivered)
    assert heard == shape_of("migrated")


def test_the_newest_migration_is_the_one_that_a_start_looks_for():
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.REVISION]


@pytest.fixture
def migration(tmp_path, monkeypatch):
    """Give the next version one more migration."""

    def put(body: str) -> None:
        shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
        (tmp_path / "migrations" / "versions" / "9000_next.py").write_text(body)
        monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
        monkeypatch.setattr(schema, "REVISION", NEXT)

    return put


def test_a_table_made_anew_keeps_its_children_its_search_and_a_backup(desk, migration):
    desk.client("Ромашка", people=("Мария",), stage="new", owes=owed(desk.now), deal=100)
    before = snapshot(desk.base)
    migration(WIDER)
    backup = schema.bring_up_to_date(desk.base.engine)
    assert snapshot(desk.base) == before
    with desk.base.engine.connect() as connection:
        assert connection.execute(text("SELECT nickname FROM client")).scalars().all() == ["-"]
        assert schema.version(connection) == NEXT
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert (backup is None) == (sqlite_path(desk.base.engine.url) is None)
    if backup is not None:
        with desk.base.engine.connect() as connection:
            connection.exec_driver_sql("ATTACH ? AS backup", (str(backup),))
            kept = "SELECT (SELECT name FROM backup.contact), version_num FROM backup.alembic_version"
            assert tuple(connection.exec_driver_sql(kept).one()) == ("Мария", NOW)


def assert_refused(base, said):
    before = snapshot(base)
    with pytest.raises(Exception, match=said):
        schema.bring_up_to_date(base.engine)
    assert snapshot(base) == before
    with base.engine.connect() as connection:
        assert schema.version(connection) == NOW
        assert "nickname" not in {column["name"] for column in inspect(connection).get_columns("client")}


def test_an_upgrade_that_fails_changes_nothing(desk, migration):
    desk.client("Ромашка", people=("Мария",))
    migration(WIDER + '    op.execute("this is no statement")\n')
    assert_refused(desk.base, "statement")


def test_an_upgrade_that_would_lose_the_parents_of_rows_is_refused(sqlite_url, migration):
    base = open_base(sqlite_url)
    Desk(base, context_of(base, Clock())).client(people=("Мария",))
    migration(WIDER + '    op.execute("DELETE FROM client")\n')
    assert_refused(base, "rows without")
    base.close()


def test_a_file_that_another_program_has_open_is_not_upgraded(
    sqlite_url, migration, other_program, monkeypatch
):
    monkeypatch.setattr("salesdesk.storage.open_elsewhere.PATIENCE", 0)
    base = open_base(sqlite_url)
    migration(WIDER)
    with other_program(base.path) as number:
        assert_refused(base, rf"others work on it: 1 program \({number}\)")
    assert schema.bring_up_to_date(base.engine) is not None
    base.close()


def test_a_file_that_a_desk_has_open_is_not_upgraded(sqlite_url, migration, monkeypatch):
    monkeypatch.setattr("salesdesk.storage.open_elsewhere.PATIENCE", 0)
    older = open_base(sqlite_url)
    assert older.empty
    migration(WIDER)
    with pytest.raises(BaseError, match="another program has it open"):
        open_base(sqlite_url)
    older.close()
    open_base(sqlite_url).close()


def test_a_server_on_which_others_work_by_the_older_program_is_not_upgraded(postgres_url, migration):
    older = open_base(postgres_url)
    assert older.empty
    migration(WIDER)
    with pytest.raises(BaseError, match=r"others work on it: 1 program \(.+\)") as refused:
        open_base(postgres_url)
    assert "\n" not in str(refused.value)
    with older.engine.connect() as connection:
        assert schema.version(connection) == NOW
    older.close()
    left(postgres_url)
    open_base(postgres_url).close()


def left(url):
    """Wait until the server has seen everybody off: it does so a moment after they have gone."""
    engine = make_engine(base_url(url))
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        while connection.scalar(others):
            connection.rollback()
    engine.dispose()


def test_of_several_new_programs_the_first_upgrades_and_the_others_open_it(postgres_url, migration):
    migration(WIDER)
    waiting = make_engine(base_url(postgres_url))
    with waiting.connect() as connection:
        assert schema.version(connection) == NOW
    open_base(postgres_url).close()
    assert schema.bring_up_to_date(waiting) is None
    waiting.dispose()


def test_a_base_of_a_newer_program_is_refused(base):
    with base.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BaseError, match="9999"):
        open_base(base.engine.url.render_as_string(hide_password=False))


def test_a_base_of_another_program_is_refused(base):
    with base.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(BaseError, match="another program"):
        open_base(base.engine.url.render_as_string(hide_password=False))
