"""What each screen looks like, in both languages, at a fixed size, theme and hour."""

import shutil

import pytest
from desk_base import NOW, make_base, shown, until

from salesdesk.app import SalesdeskApp
from salesdesk.opening import Start
from salesdesk.widgets.queue_list import QueueList

WIDE, NARROW = (132, 36), (80, 24)
LOOKS = {
    "today": ((), WIDE),
    "today narrow": ((), NARROW),
    "card": (("enter",), WIDE),
    "card narrow": (("enter",), NARROW),
    "wrap-up": (("l", "e", "1"), NARROW),
    "search": (("s", *"рома"), WIDE),
    "move": (("m",), NARROW),
    "help": (("f1",), WIDE),
    "import": (("i",), WIDE),
    "settings": (("o",), NARROW),
}


async def settle(pilot):
    """Wait until the picture stays as it is."""
    before, same = "", 0
    for _round in range(200):
        await pilot.pause(0.02)
        now = shown(pilot.app)
        before, same = now, same + 1 if now == before else 0
        if same == 10:
            return


@pytest.fixture
def home(monkeypatch, tmp_path, sqlite_url):
    """A folder to be at home in, with a base in it: no path of this machine is in a picture."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shutil.copy(sqlite_url, "base.db")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("look", LOOKS)
def test_looks(snap_compare, home, language, look):
    keys, size = LOOKS[look]
    make_base("base.db").close()
    app = SalesdeskApp(Start(db="base.db", now=NOW, lang=language, operator="anna"))

    async def before(pilot):
        await app.ready()
        listed = app.screen.query_one(QueueList)
        await until(pilot, lambda: listed.rows)
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_first_start(snap_compare, home, language):
    app = SalesdeskApp(Start(db="base.db", now=NOW, lang=language, operator="anna"))

    async def before(pilot):
        await app.ready()
        await until(pilot, lambda: type(app.screen).__name__ == "WelcomeScreen")
        await settle(pilot)

    assert snap_compare(app, terminal_size=NARROW, run_before=before)
