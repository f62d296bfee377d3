"""What each screen looks like, in both languages, at a fixed size, theme and hour."""

import asyncio
import shutil
from pathlib import Path
from time import monotonic

import pytest
from desk_base import NOW, PATIENCE, make_base, shown, until
from sqlalchemy import select
from textual.widgets import Input

from salesdesk.app import SalesdeskApp
from salesdesk.base.duplicates.scanning import scan
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.editing import add_client
from salesdesk.models import Client, Phone
from salesdesk.opening import Start
from salesdesk.sample import fill
from salesdesk.screens.door import DoorScreen
from salesdesk.screens.lead_desk import place_of
from salesdesk.storage.base import open_base
from salesdesk.team.passwords import set_password
from salesdesk.widgets.password_input import PasswordInput
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
LEADS_LOOKS = {
    "tails": (None, ("f2",)),
    "tail history": (None, ("f2", "h")),
    "reports": (None, ("f3",)),
    "plot": (None, ("f3", "v")),
    "heat map": (None, ("f3", "h")),
    "rows behind": (None, ("f3", "enter")),
    "funnel": (None, ("f3", "7", "k")),
    "pace": (None, ("f3", "8")),
    "operators now": ("now", ()),
    "stand-up": ("stand_up", ()),
    "stand-up card": ("stand_up", ("enter", "enter")),
    "rejected": ("rejected", ()),
    "vip dialogues": ("vip", ("k",)),
    "call reviews": ("reviews", ()),
    "plans": ("plans", ()),
}
"""A place behind F4, if it is one, and the keys from there on."""
LEADS_NARROW = ("tails", "reports", "stand-up card", "rejected")
LEADS = [*((look, WIDE) for look in LEADS_LOOKS), *((look, NARROW) for look in LEADS_NARROW)]
BROAD = (160, 45)


class Typed(str):
    """What is put into the field that has the focus, in one go."""

    __slots__ = ()


CLIENTS = """Код;Компания;Телефон;Город;Интерес;Сумма;Этап;Следующий шаг
17;ООО «Ромашка»;+7 343 200-10-20, 8 912 111-22-33;Екатеринбург;4;450 тыс.;новый;25.11.2026 10:00
18;Вектор-Юг;(863) 200-11-22;Ростов-на-Дону;3;300 000,00;КП отправлено;24.11.2026
19;[red]Разметка[/] 中文 и название, которое никуда не поместится, хоть плачь;8 343 555-66-77;Казань;;много;;
20;;8 343 555-66-78;Омск;;;;
21;{likely};{number};{city};;;;
"""
"""Rows of each kind: new ones, one that is there already, an amount that is none, a client without a name."""
FILTERED = ("f5", "/", Typed("city=Москва stage=new"), "enter")
MAPPED = ("i", Typed("~/clients.csv"), "enter")
BASE_LOOKS = {
    "clients": ("f5", "space", "space"),
    "a wrong filter": ("f5", "/", Typed("город=Нижний Новгород"), "enter"),
    "filter form": (*FILTERED, "f", "tab", "tab", "tab", "tab", Typed("н")),
    "segments": (*FILTERED, "b", "s", Typed("Новые в Москве [red]"), "f2"),
    "share out": ("f5", "space", "space", "a", "f2"),
    "export": (*FILTERED, "e"),
    "cleaning": ("f7",),
    "duplicates": ("f6",),
    "merge": ("f6", "enter"),
    "merge all": ("f6", "B", "enter"),
    "merged": ("f6", "B", "enter", "m", "escape", "h"),
    "columns": MAPPED,
    "policies": (*MAPPED, "r", "p"),
    "rehearsal": (*MAPPED, "r"),
    "rows of a rehearsal": (*MAPPED, "r", "w", "k", "1"),
    "imported": (*MAPPED, "f2"),
    "past imports": (*MAPPED, "f2", "enter", "i", "f6"),
    "new client": ("s", Typed("нет такого"), "f2", Typed("{likely}"), "tab", Typed("{number}")),
    "a slip": ("s", Typed("стройтехнка")),
}
"""Keys from Today on, on a base with likely duplicates; `{likely}` is a client of it."""


# Seconds: what is done a moment after a key waits for less, what is done now and then for no less.
MOMENT = 0.5


def in_a_moment(app):
    """Tell whether a timer or a worker of the desk will do something by itself in a moment."""
    nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
    timers = (timer for node in nodes for timer in node._timers if timer._interval < MOMENT)
    return any(worker.group == "follow" and not worker.is_finished for worker in app.workers) or any(
        timer._active.is_set() and timer._task is not None and not timer._task.done() for timer in timers
    )


@pytest.fixture
def at_rest(eager_pilot):
    """Wait until no thread is at work, nothing is due in a moment, and all is painted."""

    async def waited(app):
        last = monotonic() + PATIENCE
        while monotonic() < last:
            await eager_pilot.painted(app)
            if not eager_pilot.busy and not in_a_moment(app):
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"still at work: {eager_pilot.busy}\n{shown(app)}")

    return waited


@pytest.fixture
def home(monkeypatch, tmp_path, sqlite_url):
    """A folder to be at home in, with a base in it: no path of this machine is in a picture."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("textual.widgets.Input.cursor_blink", False)
    # A promise that is due is told of after a while: how long a test takes is no part of a picture.
    monkeypatch.setattr("salesdesk.app._LOOK_FOR_PROMISES", 3600)
    shutil.copy(sqlite_url, "base.db")


@pytest.fixture(autouse=True)
def _one_frame(monkeypatch):
    """Paint each picture anew: what lies beneath a modal may have been painted while that was put up."""
    taken = SalesdeskApp.export_screenshot

    def painted(app, **told):
        for screen in app.screen_stack:
            screen.refresh()
        return taken(app, **told)

    monkeypatch.setattr(SalesdeskApp, "export_screenshot", painted)


@pytest.fixture(scope="module")
def sample(tmp_path_factory, _template):
    """A base of a whole department with a past, made once and copied for each look."""
    path = tmp_path_factory.mktemp("sample") / "base.db"
    shutil.copy(_template, path)
    base = open_base(str(path), operator="anna")
    fill(base, clients=1000, seed=1, now=NOW)
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return path


@pytest.fixture(scope="module")
def twinned(sample, tmp_path_factory):
    """The sample with a few clients in it twice, and what one of them says."""
    path = tmp_path_factory.mktemp("twinned") / "base.db"
    shutil.copy(sample, path)
    base = open_base(str(path), operator="anna")
    context = context_of(base, Clock(fixed=NOW))
    with base.write() as session:
        found = select(Client.name, Client.city, Phone.raw).join(Phone, Phone.client_id == Client.id)
        some = session.execute(found.where(Client.stage.is_(None)).order_by(Client.id).limit(200)).all()[::25]
        for name, city, number in some:
            add_client(session, context, name[:6] + name[7:], number, city=city)
        scan(session, context)
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    name, city, number = some[0]
    return path, {"likely": name, "number": number, "city": city}


@pytest.mark.parametrize(("language", "size"), [("en", BROAD), ("ru", NARROW)], ids=["en", "ru"])
@pytest.mark.parametrize("look", BASE_LOOKS)
def test_what_the_base_is_kept_in_order_with(snap_compare, home, at_rest, twinned, language, size, look):
    path, words = twinned
    shutil.copy(path, "base.db")
    Path("clients.csv").write_text(CLIENTS.format(**words), "utf-8")
    start = Start(db="base.db", now=NOW, lang=language, operator="anna")
    app = SalesdeskApp(start)

    async def before(pilot):
        await app.ready()
        await until(pilot, lambda: app.screen.queue.rows)
        await at_rest(app)
        for key in BASE_LOOKS[look]:
            if isinstance(key, Typed):
                await until(pilot, lambda: isinstance(app.focused, Input))
                app.focused.value = key.format(**words)
            else:
                await pilot.press(key)
            await at_rest(app)
        await at_rest(app)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("look", LOOKS)
def test_looks(snap_compare, home, at_rest, language, look):
    keys, size = LOOKS[look]
    make_base("base.db").close()
    app = SalesdeskApp(Start(db="base.db", now=NOW, lang=language, operator="anna"))

    async def before(pilot):
        await app.ready()
        listed = app.screen.query_one(QueueList)
        await until(pilot, lambda: listed.rows)
        await at_rest(app)
        for key in keys:
            await pilot.press(key)
        await at_rest(app)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("look", "size"), LEADS, ids=[look if size is WIDE else f"{look} narrow" for look, size in LEADS]
)
def test_what_a_lead_looks_at(snap_compare, home, at_rest, sample, language, look, size):
    place, keys = LEADS_LOOKS[look]
    shutil.copy(sample, "base.db")
    start = Start(db="base.db", now=NOW, lang=language, operator="anna")
    app = SalesdeskApp(start)

    async def before(pilot):
        await app.ready()
        if place is not None:
            await app.push_screen(place_of(place).screen())
        for key in keys:
            await at_rest(app)
            await pilot.press(key)
        await at_rest(app)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_first_start(snap_compare, home, at_rest, language):
    app = SalesdeskApp(Start(db="base.db", now=NOW, lang=language, operator="anna"))

    async def before(pilot):
        await app.ready()
        await until(pilot, lambda: type(app.screen).__name__ == "WelcomeScreen")
        await at_rest(app)

    assert snap_compare(app, terminal_size=NARROW, run_before=before)


@pytest.mark.parametrize(("language", "size"), [("en", BROAD), ("ru", NARROW)], ids=["en", "ru"])
@pytest.mark.parametrize("look", ["login", "wrong password", "locked"])
def test_the_door(snap_compare, home, at_rest, quick_passwords, language, size, look):
    base = make_base("base.db")
    context = context_of(base, Clock(fixed=NOW))
    with base.write() as session:
        set_password(session, context, "anna", "восемь слонов")
    base.close()
    app = SalesdeskApp(Start(db="base.db", now=NOW, lang=language, operator="anna"))

    async def given(pilot, password):
        door = app.screen
        door.query_one(PasswordInput).value = password
        await pilot.press("enter")
        await until(pilot, lambda: not door._entering)

    async def before(pilot):
        await until(pilot, lambda: isinstance(app.screen, DoorScreen))
        await at_rest(app)
        if look == "wrong password":
            await given(pilot, "not this one")
        if look == "locked":
            await given(pilot, "восемь слонов")
            await until(pilot, lambda: app.screen.query_one(QueueList).rows)
            await pilot.press("ctrl+l")
        app.screen.query_one(PasswordInput).value = "девять"
        await at_rest(app)

    assert snap_compare(app, terminal_size=size, run_before=before)
