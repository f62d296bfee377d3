"""Rejected clients on the screen: verdicts by single keys, back into work, filters, listening."""

import sys

import pytest
from desk_base import LONG, NOW, ROMASHKA, STROY, desk, give, make_base, rows_of, settle, shown, told, until
from sqlalchemy import update

from salesdesk.clock import Clock
from salesdesk.codes import Verdict
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.models import Call, Client, NextAction, Note, Review
from salesdesk.rows import WrapUp
from salesdesk.screens.card import CardScreen
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.form import FormScreen
from salesdesk.screens.rejected import RejectedScreen
from salesdesk.settings import save_settings
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    """Three rejected clients: the long name last, Ромашка first."""
    base = make_base(sqlite_url)
    give(base, "boris", ROMASHKA, STROY, LONG)
    for minutes, (client, reason) in enumerate(
        ((ROMASHKA, "price"), (STROY, "no_money"), (LONG, "price")), start=1
    ):
        context = context_of(base, Clock(fixed=NOW.replace(minute=minutes)), "boris")
        with base.write() as session:
            said = WrapUp(client, "not_interested", reason=reason, note="[b]дорого[/b]", talk_seconds=80)
            log_call(session, context, said)
    give(base, "anna", ROMASHKA, STROY, LONG)
    base.close()
    return sqlite_url


async def queue_of(app, pilot):
    await settle(pilot)
    await pilot.press("f4")
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
    await pilot.press("3")
    await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and app.screen.table.row_count)
    await settle(pilot)
    return app.screen


async def choose(app, pilot, key: str, *answer: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
    await pilot.press(*answer)


def waiting(app) -> list[int]:
    return [row.client_id for row in app.screen.rows]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_last_rejected_stands_first_with_what_was_said_beside_it(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await queue_of(app, pilot)
        assert waiting(app) == [LONG, STROY, ROMASHKA]
        assert "3 wait for a verdict" in shown(app)
        assert "This quarter: 0 accepted" in shown(app)
        await until(pilot, lambda: screen.pane.display == (size[0] > 80))
        if size[0] > 80:
            await until(pilot, lambda: "[b]дорого[/b]" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen) and app.screen.client_id == STROY)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.row.client_id == STROY
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_one_key_accepts_one_after_another_with_cyrillic_keys_and_undo_takes_back(url):
    async with desk(url) as (app, pilot):
        await queue_of(app, pilot)
        await pilot.press("ф", "ф")
        await until(pilot, lambda: waiting(app) == [ROMASHKA])
        assert [row.client_id for row in rows_of(url, Review, verdict=Verdict.ACCEPTED)] == [LONG, STROY]
        await pilot.press("г")
        await until(pilot, lambda: waiting(app) == [STROY, ROMASHKA])
        await until(pilot, lambda: "1 accepted" in shown(app))
        await pilot.press("a", "a")
        await until(pilot, lambda: "Nobody waits" in shown(app))


async def test_a_marked_set_is_accepted_at_once(url):
    async with desk(url) as (app, pilot):
        await queue_of(app, pilot)
        await pilot.press("space", "down", "space")
        await until(pilot, lambda: "2 marked" in shown(app))
        await pilot.press("a")
        await until(pilot, lambda: waiting(app) == [STROY])
        await pilot.press("u")
        await until(pilot, lambda: len(waiting(app)) == 3)
        await pilot.press("A")
        await until(pilot, lambda: "3 marked" in shown(app))
        await pilot.press("a")
        await until(pilot, lambda: "Nobody waits" in shown(app))


async def test_back_into_work_asks_when_who_and_which_goal(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await queue_of(app, pilot)
        await pilot.press("down", "down", "и")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        form = app.screen
        assert form.values == {"next": "24.11", "login": "anna", "goal": "find_need", "note": ""}
        form.query_one("#field-next").value = "вчера"
        await pilot.press("f2")
        await until(pilot, lambda: form.query_one("#wrong-next").has_class("-said"))
        form.query_one("#field-next").value = "26.11 12:00"
        form.query_one("#field-login").value = "boris"
        form.query_one("#field-note").value = "бюджет утвердили"
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and len(app.screen.rows) == 2)
        assert waiting(app) == [LONG, STROY]
        (action,) = rows_of(url, NextAction, client_id=ROMASHKA, closed_at=None)
        assert (action.operator_id, action.promise, action.goal) == (2, True, "find_need")
        assert rows_of(url, Client, id=ROMASHKA)[0].stage == "new"
        assert "бюджет утвердили" in [note.text for note in rows_of(url, Note, client_id=ROMASHKA)]
        await until(pilot, lambda: "1 back into work" in shown(app))
        await pilot.press("u")
        await until(pilot, lambda: len(waiting(app)) == 3)
    assert rows_of(url, Client, id=ROMASHKA)[0].stage == "rejected"
    assert rows_of(url, Review) == []


async def test_marked_ones_go_back_into_work_one_after_another_never_the_one_under_the_cursor(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await queue_of(app, pilot)
        await pilot.press("space", "space")  # LONG and STROY; the cursor goes on to ROMASHKA
        await until(pilot, lambda: "2 marked" in shown(app) and app.screen.row.client_id == ROMASHKA)
        await pilot.press("b")
        first = await until(pilot, lambda: app.screen if isinstance(app.screen, FormScreen) else None)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen is not first)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and len(app.screen.rows) == 2)
        assert waiting(app) == [STROY, ROMASHKA]
        assert "1 marked" in shown(app)


async def test_whose_which_reason_and_how_far_back(url):
    async with desk(url) as (app, pilot):
        await queue_of(app, pilot)
        await choose(app, pilot, "y", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and not app.screen.rows)
        await settle(pilot)
        assert "Nobody waits" in shown(app)
        await choose(app, pilot, "y", "0")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and len(app.screen.rows) == 3)
        await choose(app, pilot, "w", "2")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and not app.screen.rows)
        await choose(app, pilot, "ц", "1")
        await until(pilot, lambda: isinstance(app.screen, RejectedScreen) and len(app.screen.rows) == 3)
        await choose(app, pilot, "p", "5")
        await until(pilot, lambda: "last month" in shown(app) and not app.screen.rows)
        await choose(app, pilot, "p", "8")
        await until(pilot, lambda: "at any time" in shown(app) and len(app.screen.rows) == 3)


async def test_a_recording_is_played_by_the_program_of_the_settings(url, tmp_path):
    out, sound = tmp_path / "played", tmp_path / "1.mp3"
    sound.write_bytes(b"")
    base = open_base(url)
    with base.write() as session:
        session.execute(update(Call).where(Call.client_id == LONG).values(recording="1.mp3"))
    base.close()
    code = f"import sys; open({str(out)!r}, 'w').write(sys.argv[1])"
    save_settings(play=[sys.executable, "-c", code], recordings=str(tmp_path))
    async with desk(url) as (app, pilot):
        await queue_of(app, pilot)
        await pilot.press("l")
        await until(pilot, lambda: out.exists() and out.read_text() == str(sound))
        await until(pilot, lambda: "Playing" in told(app))
        sound.unlink()
        await pilot.press("д")
        await until(pilot, lambda: "is not there" in told(app))
        await pilot.press("down", "l")
        await until(pilot, lambda: "has no recording" in told(app))
