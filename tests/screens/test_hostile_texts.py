"""Text of any script and any intent, as names, people and notes on every screen: text, and nothing else."""

import json

import pytest
from desk_base import NOW, desk, settle, until
from real_files import NAUGHTY

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.editing import add_client, add_note, save_contact
from salesdesk.errors import SalesdeskError
from salesdesk.screens.search import SearchScreen
from salesdesk.storage.base import open_base
from salesdesk.widgets.queue_list import QueueList

OURS = [
    "[bold]not markup[/bold]", "[/b]", "[@click=app.quit]here[/]", "=HYPERLINK(0)", "{{7*7}}", "%s%n",
    "'; DROP TABLE client;--", "\x1b[31mred", "a\u202ekcehc", "🏳️‍🌈 ｗｉｄｅ 名前", "e\u0301" * 40,
    "\u200b", "\x00nul", "line\nbreak", "x" * 3000,
]  # fmt: skip


def fill(url, texts):
    """Make a client of each text, with the text as its person and its note; give how many there are."""
    base = open_base(url)
    context = context_of(base, Clock(fixed=NOW))
    added = 0
    with base.write() as session:
        for number, text in enumerate(texts):
            try:
                client = add_client(session, context, text, f"+7 495 {number:03} 40 40")
            except SalesdeskError:
                continue
            save_contact(session, context, client, None, name=text, position=text)
            add_note(session, context, client, text)
            added += 1
    base.close()
    return added


async def walk(url, number):
    """Go down the whole list; look at every fortieth card, its script and its wrap-up."""
    async with desk(url, (120, 40)) as (app, pilot):
        queue = app.screen.query_one(QueueList)
        for place in range(number):
            await until(pilot, lambda place=place, queue=queue: len(queue.rows) > place)
            queue.choose(place)
            if place % 40 == 0:
                await pilot.press("enter")
                await settle(pilot)
                await pilot.press("l")
                await settle(pilot)
                await pilot.press("escape")
                await pilot.press("escape")
                await settle(pilot)
                queue = app.screen.query_one(QueueList)
        await settle(pilot)
        assert len(queue.rows) == number


async def look_for(url, texts):
    """Type each text into the search."""
    async with desk(url) as (app, pilot):
        await until(pilot, lambda: app.screen.query_one(QueueList).rows)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        field = app.screen.query_one("Input")
        screen = app.screen
        for text in texts:
            field.value = text
            await until(pilot, lambda: screen.searched == screen.text or not screen.text)
        assert app.screen is screen


async def test_our_own(sqlite_url):
    number = fill(sqlite_url, OURS)
    assert number >= len(OURS) - 2
    await walk(sqlite_url, number)
    await look_for(sqlite_url, OURS)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
async def test_the_naughty_strings(sqlite_url):
    texts = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    number = fill(sqlite_url, texts)
    assert number > 400
    await walk(sqlite_url, number)
    await look_for(sqlite_url, texts)
