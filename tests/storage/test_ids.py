"""No id is given out twice: what was taken away comes back as what it was, whoever came meanwhile."""

import pytest
from sqlalchemy import text
from test_upgrade import WIDER, migration  # noqa: F401  # a fixture

from salesdesk.base.checking import check
from salesdesk.base.importing import ImportOptions, run_import, undo_import
from salesdesk.base.merging import merge, undo_merge
from salesdesk.models import Client, Contact, Phone, SQLModel
from salesdesk.storage import ids, schema

FILE = "Код;Название;Телефон\n1;Ромашка;+7 495 123-45-67\n2;Лютик;+7 495 123-45-68\n"


def names(desk):
    with desk.base.read() as session:
        return dict(session.execute(text("SELECT id, name FROM client")).all())


def test_the_number_of_a_merged_card_is_nobody_elses(desk):
    kept, merged = desk.client("Ромашка", people=("Мария",)), desk.client("Ромашка ООО", people=("Анна",))
    done = desk.write(merge, kept, [merged])
    other = desk.client("Лютик", people=("Олег",))
    assert other > merged
    desk.write(undo_merge, done.merge_id)
    assert names(desk) == {kept: "Ромашка", merged: "Ромашка ООО", other: "Лютик"}
    assert desk.read(check) == []


@pytest.mark.parametrize("model", [Client, Contact, Phone])
def test_ids_of_an_import_that_was_taken_back_are_not_given_again(desk, tmp_path, model):
    file = tmp_path / "file.csv"
    file.write_text(FILE, "utf-8")
    first = desk.write(run_import, file, ImportOptions())
    with desk.base.read() as session:
        before = ids.given_out(session.connection()).get(model.__tablename__, 0)
    desk.write(undo_import, first.batch)
    desk.write(run_import, file, ImportOptions())
    with desk.base.read() as session:
        given = [*session.scalars(text(f"SELECT id FROM {model.__tablename__}"))]
    assert all(each > before for each in given)


def test_a_table_that_an_upgrade_makes_anew_goes_on_counting(desk, migration):  # noqa: F811  # the fixture
    kept, merged = desk.client("Ромашка"), desk.client("Ромашка ООО")
    desk.write(merge, kept, [merged])
    migration(WIDER)
    schema.bring_up_to_date(desk.base.engine)
    with desk.base.read() as session:
        assert ids.next_id(session.connection(), SQLModel.metadata.tables["client"]) == merged + 1


def test_every_table_with_ids_keeps_which_it_gave(desk):
    numbered = {table.name for table in SQLModel.metadata.sorted_tables if "id" in table.columns}
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%(id AUTOINCREMENT)%'",
        "postgresql": "SELECT table_name FROM information_schema.columns WHERE column_name = 'id'"
        " AND table_schema = current_schema() AND column_default LIKE 'nextval(%'",
    }
    with desk.base.read() as session:
        connection = session.connection()
        assert numbered <= set(connection.execute(text(asked[connection.dialect.name])).scalars())
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
