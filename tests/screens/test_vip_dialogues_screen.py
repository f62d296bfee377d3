"""VIP dialogues: reading them by keys alone, marking, other periods, the card, a note for the operator."""

from datetime import timedelta

import pytest
from desk_base import NOW, ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, until

from salesdesk.codes import ClientClass
from salesdesk.models import Call, Client, Message, Note, ReadMark
from salesdesk.screens.card import CardScreen
from salesdesk.screens.vip_dialogues import VipDialoguesScreen
from salesdesk.storage.journal import table_of

LONG = "первая строка [b]\n\nдолгая история " + "про насосы " * 30 + "КОНЕЦ"


@pytest.fixture
def url(sqlite_url):
    """Two VIP clients: a call of Boris today, a message of Anna's today, a call of hers a week ago."""
    base = make_base(sqlite_url)
    with base.write() as session:
        session.execute(table_of(Client).update().values(client_class=ClientClass.VIP))
        session.execute(table_of(Call).update().values(note=None))
        session.add_all([
            Call(client_id=STROY, operator_id=2, started_at=NOW - timedelta(hours=1), outcome="no_answer",
                 note=LONG),
            Message(client_id=ROMASHKA, operator_id=1, at=NOW - timedelta(hours=2), incoming=True,
                    text="Счёт?"),
            Call(client_id=ROMASHKA, operator_id=1, started_at=NOW - timedelta(days=7), outcome="no_answer",
                 note="на той неделе"),
        ])  # fmt: skip
    base.close()
    return sqlite_url


def notices(app):
    return "\n".join(f"{one.title}: {one.message}" for one in app._notifications)


async def dialogues(app, pilot):
    await settle(pilot)
    await pilot.press("f4", "4")
    await until(pilot, lambda: isinstance(app.screen, VipDialoguesScreen) and app.screen.table.row_count)
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_week_stands_there_and_the_text_is_read_whole(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await dialogues(app, pilot)
        assert [row.client_id for row in screen._rows] == [STROY, ROMASHKA]
        assert "2 unread" in shown(app)
        assert "первая строка [b]" in shown(app)
        await pilot.press("tab", "end")
        await until(pilot, lambda: "КОНЕЦ" in shown(app))
        await pilot.press("tab", "down")
        await until(pilot, lambda: "message from the client" in shown(app))
        # To open or to read marks nothing.
        assert rows_of(url, ReadMark) == []
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, VipDialoguesScreen))


async def test_space_marks_and_goes_on_and_takes_the_mark_off_again(url):
    async with desk(url) as (app, pilot):
        screen = await dialogues(app, pilot)
        await pilot.press("space")
        assert screen.row.client_id == ROMASHKA
        assert "1 unread" in shown(app)
        await pilot.press("ь")  # m
        await until(pilot, lambda: "all read" in shown(app).splitlines()[0])
        assert screen.row.client_id == ROMASHKA
        await pilot.press("space", "escape")
        await settle(pilot)
        (mark,) = rows_of(url, ReadMark)
        assert mark.call_id is not None
        # What was read stands last the next time.
        screen = await dialogues(app, pilot)
        assert [(row.client_id, row.read) for row in screen._rows] == [(ROMASHKA, False), (STROY, True)]


async def test_all_at_once_and_back(url):
    async with desk(url) as (app, pilot):
        screen = await dialogues(app, pilot)
        await pilot.press("space")
        await pilot.press("Ф")  # A
        await until(pilot, lambda: "A once more" in notices(app))
        await settle(pilot)
        assert len(rows_of(url, ReadMark)) == 2
        await pilot.press("A")
        await settle(pilot)
        assert len(rows_of(url, ReadMark)) == 1
        assert [row.read for row in screen._rows] == [True, False]


async def test_other_periods(url):
    async with desk(url) as (app, pilot):
        screen = await dialogues(app, pilot)
        await pilot.press("з")  # p
        await until(pilot, lambda: "на той неделе" in shown(app))
        await pilot.press("n", "n")
        await until(pilot, lambda: "Nothing was said" in shown(app))
        await pilot.press("p", "k")
        await until(pilot, lambda: len(screen._rows) == 3)
        assert "November 2026" in shown(app)


async def test_the_card_comes_back_to_the_same_place(url):
    async with desk(url) as (app, pilot):
        screen = await dialogues(app, pilot)
        await pilot.press("space", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.card)
        assert app.screen.client_id == ROMASHKA
        app.client_changed(ROMASHKA)
        await settle(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await settle(pilot)
        assert screen.row.client_id == ROMASHKA
        assert [row.client_id for row in screen._rows] == [STROY, ROMASHKA]


async def test_a_note_is_left_for_the_operator_of_the_dialogue_or_for_another(url):
    async with desk(url) as (app, pilot):
        await dialogues(app, pilot)
        await pilot.press("е")  # t
        await until(pilot, lambda: "For Борис Л., about Стройсервис" in shown(app))
        await pilot.press(*"позвони", "enter")
        await until(pilot, lambda: "Борис Л. sees it on the card" in notices(app))
        await pilot.press("T")
        await until(pilot, lambda: "A note for whom?" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "For anna, about" in shown(app))
        await pilot.press("a", "f2")
        await settle(pilot)
    notes = [row for row in rows_of(url, Note) if row.to_operator_id is not None]
    assert [(row.client_id, row.to_operator_id, row.text) for row in notes] == [
        (STROY, 2, "позвони"),
        (STROY, 1, "a"),
    ]


async def test_another_language_at_once(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await dialogues(app, pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "Диалоги с VIP" in shown(app) and "не прочитано" in shown(app))
