"""Whom of the base a new client may be: on both databases, in few statements."""

import pytest
from sqlalchemy import event

from salesdesk.base.duplicates import likely as likely_module
from salesdesk.base.duplicates.likely import Sketch, likely, reason_words
from salesdesk.desk.likely_there import likely_there
from salesdesk.i18n import use_language
from salesdesk.models import Contact
from salesdesk.storage.base import open_base
from salesdesk.storage.journal import table_of

NUMBER = "+74951234567"


def one(desk, **known):
    (found,) = desk.read(likely, [Sketch(**known)])
    return found


def test_nobody_is_like_somebody_who_shares_nothing(desk):
    desk.client("Ромашка", city="Москва")
    assert one(desk, name="Василёк", numbers=("+74957654320",), city="Москва") == ()


@pytest.mark.parametrize(
    "known",
    [
        {"name": "ООО «Ромашка»", "numbers": (NUMBER,)},
        {"name": "Romashka", "numbers": (NUMBER,)},
        {"name": "Ромашка", "city": "г. Москва"},
        {"name": "Ромошка плюс", "tax_id": "7707083893"},
    ],
)
def test_the_same_client_is_found_by_each_of_what_it_has(desk, known):
    client = desk.client("Ромашка", city="Москва", tax_id="7707083893", phones=(NUMBER,))
    (found,) = one(desk, **known)
    assert (found.client_id, found.name) == (client, "Ромашка")
    assert found.score >= 0.5
    assert found.why


@pytest.mark.parametrize("mail", ["Info@Romashka.ru", " info@romashka.RU"])
def test_a_mailbox_finds_its_client_whosever_it_is_and_however_the_name_is_written(desk, mail):
    company = desk.client("Ромашка", city="Москва", email="INFO@romashka.ru")
    person = desk.client("Гвоздика", city="Омск", people=("Мария",))
    with desk.filling() as base:
        base.session.execute(table_of(Contact).update().values(email="Maria@Gvozdika.ru"))
    assert [each.client_id for each in one(desk, name="Рамашка плюс", emails=(mail,))] == [company]
    assert [each.client_id for each in one(desk, name="Гвоздика+", emails=("maria@gvozdika.ru",))] == [person]
    assert one(desk, name="Ромашка", city="Омск", emails=("none@romashka.ru",)) == ()


def test_who_is_being_typed_is_found_by_the_mailbox(desk):
    client = desk.client("Ромашка", city="Москва", email="info@romashka.ru")
    typed = {"name": "Рамашка плюс", "email": "INFO@romashka.ru"}
    assert [each.client_id for each in desk.read(likely_there, typed)] == [client]
    assert desk.read(likely_there, typed | {"email": ""}) == ()


def test_mailboxes_are_looked_up_in_an_index(sqlite_url):
    # On SQLite alone: a server goes through a table as small as this one.
    base = open_base(sqlite_url)
    with base.engine.connect() as connection:
        for statement in (likely_module._BY_MAIL, likely_module._BY_PERSONS_MAIL):
            compiled = str(statement.compile(connection, compile_kwargs={"render_postcompile": True}))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ("[]",)).all()
            assert any("_email (<expr>=?)" in row[-1] for row in plan), plan
    base.close()


@pytest.mark.parametrize(
    "known",
    [
        {"name": "Ромашка", "tax_id": "7736050003", "numbers": (NUMBER,)},
        {"name": "Ромашка", "city": "Омск", "address": "ул. Мира, 5"},
        {"name": "Гвоздика", "numbers": (NUMBER,), "city": "Омск"},
        {"name": "Ромашка №2", "numbers": ("+74957654320",), "city": "Москва"},
    ],
    ids=["another tax id", "another town", "another name", "another branch"],
)
def test_what_contradicts_does_not_join(desk, known):
    desk.client("Ромашка", city="Москва", address="Лесная, 1", tax_id="7707083893", phones=(NUMBER,))
    assert one(desk, **known) == ()


def test_a_switchboard_joins_nobody(desk):
    for number in range(60):
        desk.client(f"Аптека {number}", address=f"Лесная, {number}", city="Москва", phones=(NUMBER,))
    assert one(desk, name="Аптека на Мира", city="Москва", address="Мира, 5", numbers=(NUMBER,)) == ()


def test_a_local_number_means_something_in_its_own_town(desk):
    desk.client("Ромашка", city="Бежецк", phones=("2-33-44",))
    assert one(desk, name="Ромашка +", city="Бежецк", numbers=("23344",))
    assert one(desk, name="Ромашка +", city="Тверь", numbers=("23344",)) == ()


def test_a_chunk_takes_a_few_statements(desk):
    for number in range(30):
        desk.client(f"Фирма {number}", phones=(f"+7495123{number:04}",))
    asked = []
    event.listen(desk.base.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    found = desk.read(likely, [Sketch(f"Фирма {n}", numbers=(f"+7495123{n:04}",)) for n in range(500)])
    assert sum(map(bool, found)) == 30
    assert len(asked) <= 10


def test_reasons_are_said_in_both_languages(desk):
    desk.client("Ромашка", city="Москва", phones=(NUMBER,))
    (found,) = one(desk, name="Ромашка", city="Москва", numbers=(NUMBER,))
    use_language("en")
    assert [reason_words(reason) for reason in found.why] == [
        f"the same number {NUMBER}", "the same name", "in the same city"
    ]  # fmt: skip
    use_language("ru")
    assert reason_words(found.why[0]) == f"тот же номер {NUMBER}"
