"""The settings on the screen: what is saved, what is refused, and what changes at once."""

import sys
import tomllib

import pytest
from desk_base import ROMASHKA, desk, fill, make_base, settle, shown, until
from sqlalchemy.engine import make_url
from textual.widgets import Input, Select

from salesdesk import i18n
from salesdesk.appearance import LIGHT
from salesdesk.places import settings_file
from salesdesk.screens.settings import SettingsScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.whereabouts import base_words
from salesdesk.secrecy.pgpass import pgpass_file
from salesdesk.storage.base import open_base


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def opened(app, pilot, key="o") -> SettingsScreen:
    await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, SettingsScreen) and app.screen.is_mounted)
    await pilot.pause()
    return app.screen


def field(screen, name):
    return screen.query_one(f"#field-{name}")


def saved() -> dict[str, object]:
    return tomllib.loads(settings_file().read_text("utf-8")) if settings_file().exists() else {}


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_everything_stands_on_one_screen(url, size):
    async with desk(url, size=size) as (app, pilot):
        await opened(app, pilot)
        text = shown(app)
    for words in (
        "Language",
        "Theme",
        "Base",
        "Who sits here",
        "Dial program",
        "Team's catalogues",
        "Locks after, min",
    ):
        assert words in text, words


async def test_language_and_theme_change_at_once(url):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "theme").value = LIGHT
        field(screen, "lang").value = "ru"
        await until(pilot, lambda: i18n.language() == "ru" and app.theme == LIGHT)
        await until(pilot, lambda: saved() == {"lang": "ru", "theme": LIGHT})
        assert app.screen is screen
        # Nothing is left to be saved: one press leaves.
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))


async def test_what_is_typed_outlives_another_language(url):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "dial").value = "sip call"
        field(screen, "operator").value = "boris"
        await pilot.press("f8")
        app.action_next_language()
        await pilot.pause()
        assert field(screen, "dial").value == "sip call"
        assert field(screen, "operator").value == "boris"


async def test_the_dial_program_is_saved_as_words(url):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "dial").value = f"{sys.executable} -c 'two words' {{number}}"
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        assert saved()["dial"] == [sys.executable, "-c", "two words", "{number}"]
        assert (await app.settings()).dial == [sys.executable, "-c", "two words", "{number}"]


@pytest.mark.parametrize(
    ("key", "lang", "label"), [("o", "en", "Locks after, min"), ("щ", "ru", "Блокировка, мин")]
)
async def test_when_the_desk_locks_is_saved_and_holds_at_once(url, key, lang, label):
    async with desk(url, (80, 24)) as (app, pilot):
        i18n.use_language(lang)
        screen = await opened(app, pilot, key)
        assert label in shown(app)
        assert field(screen, "lock_after").value == "15"
        base = app.gateway.opened.base
        field(screen, "lock_after").value = "40"
        await pilot.press("f2")
        await until(pilot, lambda: app._lock_after == 40)
        assert saved() == {"lock_after": 40}
        # The base stays open, and what is left out is as usual.
        assert app.gateway.opened.base is base
        screen = await opened(app, pilot, key)
        field(screen, "lock_after").value = ""
        await pilot.press("f2")
        await until(pilot, lambda: app._lock_after == 15)
        assert saved() == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("dial", "no-such-program-here", "There is no program no-such-program-here"),
        ("lock_after", "1441", "up to 1440; 0 for never"),
        ("lock_after", "soon", "up to 1440; 0 for never"),
        ("dial", "sh 'open", "A quote is opened and not closed"),
        ("data_dir", "/no/such/folder", "There is no folder /no/such/folder"),
        ("db", "mysql://server/base", "SQLite or PostgreSQL"),
        ("db", "/", "is a folder"),
    ],
)
async def test_a_mistake_is_named_at_its_field_and_nothing_is_saved(url, name, value, words):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, name).value = value
        await pilot.press("f2")
        await until(pilot, lambda: field(screen, name).has_focus and words in shown(app).replace("\n", " "))
        assert app.screen is screen
        assert str(app.gateway.opened.base.path) == url
    assert saved() == {}


async def test_a_broken_catalogue_is_named_with_its_file(url, tmp_path):
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "stages.toml").write_text("[[stage", "utf-8")
    async with desk(url, size=(160, 45)) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "data_dir").value = str(tmp_path / "team")
        await pilot.press("f2")
        await until(pilot, lambda: "stages.toml" in shown(app) and field(screen, "data_dir").has_focus)
    assert saved() == {}


async def test_another_operator_sits_down_at_once(url):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        select = field(screen, "operator")
        assert isinstance(select, Select)
        select.value = "boris"
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.context.me.login == "boris")
        assert isinstance(app.screen, TodayScreen)
    # The base was named for this run only; the base of the settings need not know him.
    assert saved() == {}


async def test_another_base_is_opened_at_once(url, tmp_path):
    other = tmp_path / "другая база" / "team.sqlite"
    base = make_base(str(other))
    base.close()
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "db").value = str(other)
        await until(pilot, lambda: "there is a file" in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.base.path == other)
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        app.open_card(ROMASHKA)
        await until(pilot, lambda: "Ромашка" in shown(app))
    assert saved() == {"db": str(other)}


async def test_a_new_base_is_said_to_be_new_and_made(url, tmp_path):
    other = tmp_path / "new" / "team.sqlite"
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "db").value = str(other)
        await until(pilot, lambda: "a new base will be made" in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.base.path == other)
    base = open_base(str(other))
    assert base.operator().login == "anna"
    base.close()


async def test_somebody_unknown_at_another_base_is_named(url, tmp_path):
    other = tmp_path / "other.sqlite"
    open_base(str(other), operator="vera").close()
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text('operator = "anna"\n', "utf-8")
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "db").value = str(other)
        await pilot.press("f2")
        await until(pilot, lambda: "There is no operator anna" in shown(app))
        field(screen, "operator").value = Select.NULL
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.context.me.login == "vera")


async def test_a_letter_of_a_command_is_typed_in_a_field(url):
    async with desk(url) as (app, pilot):
        screen = await opened(app, pilot)
        box = field(screen, "dial")
        assert isinstance(box, Input)
        box.focus()
        await pilot.press("o", "i", "u", "ы")
        assert box.value == "oiuы"
        assert app.screen is screen


async def test_a_team_server_is_opened(url, postgres_url):
    fill(open_base(postgres_url)).close()
    async with desk(url, size=(160, 45)) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "db").value = postgres_url
        await until(pilot, lambda: "a team's server" in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.base.path is None)
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        assert base_words(app.gateway.opened).startswith("postgresql")


async def test_a_password_of_a_server_is_kept_elsewhere_and_never_shown(url, postgres_url):
    fill(open_base(postgres_url)).close()
    given = make_url(postgres_url).set(password="m4rk").render_as_string(hide_password=False)  # noqa: S106
    async with desk(url, size=(160, 45)) as (app, pilot):
        screen = await opened(app, pilot)
        field(screen, "db").value = given
        await pilot.press("f2")
        await until(pilot, lambda: app.gateway.opened.base.path is None)
        await settle(pilot)
        await opened(app, pilot)
        assert "m4rk" not in shown(app)
    assert "m4rk" not in settings_file().read_text("utf-8")
    assert saved()["db"].startswith("postgresql://")
    assert pgpass_file().read_text("utf-8").endswith(":m4rk\n")
