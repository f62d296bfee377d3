"""A person's settings: file, environment, one clear line for a mistake."""

import pytest

from salesdesk.places import Place, default_base, place_at_once
from salesdesk.settings import SettingsError, load_settings, save_settings, settings_file


def write(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, "utf-8")


def test_without_a_file_everything_is_usual():
    settings = load_settings()
    assert settings.db == default_base()
    assert (settings.lang, settings.theme, settings.operator, settings.dial, settings.keys) == (
        None,
        None,
        None,
        None,
        {},
    )


def test_what_is_given_rules_over_the_environment_and_that_over_the_file(monkeypatch):
    write('db = "file.sqlite"\noperator = "anna"\nlang = "ru"\n[keys]\n"client.dial" = "x"\n')
    monkeypatch.setenv("SALESDESK_OPERATOR", "boris")
    monkeypatch.setenv("SALESDESK_LANG", "en_US.UTF-8")
    settings = load_settings(db="given.sqlite", lang=None)
    assert (settings.db, settings.operator, settings.lang) == ("given.sqlite", "boris", "en")
    assert settings.keys == {"client.dial": "x"}


def test_the_place_is_what_the_settings_say(monkeypatch):
    write('db = "file.sqlite"\noperator = "anna"\ndata_dir = "/team"\n')
    monkeypatch.setenv("SALESDESK_OPERATOR", "boris")
    place, settings = place_at_once(None, None), load_settings()
    assert place == Place(settings.db, settings.operator, settings.data_dir)
    assert place_at_once("other.sqlite", "vera") == Place("other.sqlite", "vera", settings.data_dir)


@pytest.mark.parametrize(
    ("dial", "words"),
    [('"softphone"', ["softphone"]), ('["softphone", "--to={number}"]', ["softphone", "--to={number}"])],
)
def test_the_dial_program(dial, words, monkeypatch):
    write(f"dial = {dial}\n")
    assert load_settings().dial == words
    monkeypatch.setenv("SALESDESK_DIAL", '["other", "-c"]')
    assert load_settings().dial == ["other", "-c"]


@pytest.mark.parametrize(
    "text",
    ["db = ", 'lang = "klingon"', "dial = 5", "db = 5", "\x00", 'theme = ["a"]', 'keys = "x"'],
)
def test_a_mistake_is_one_clear_line(text):
    write(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(settings_file()) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_left_to_the_settings_to_explain():
    write("db = ")
    assert place_at_once(None, None) is None
    write("db = 5")
    assert place_at_once(None, None) is None


def test_a_file_that_is_not_text():
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        load_settings()
    with pytest.raises(SettingsError):
        save_settings(lang="ru")
    assert settings_file().read_bytes() == b"\xff\xfe\x00"


def test_saving_keeps_what_else_stands_there():
    write('# mine\nlang = "en" # spoken\ndial = [\n  "a",\n  "b",\n]\n\n[keys]\n"x" = "y"\n')
    save_settings(lang="ru", theme="desk-light", dial=["c", 'quo"te'])
    text = settings_file().read_text("utf-8")
    assert "# mine" in text
    assert text.index("desk-light") < text.index("[keys]")
    settings = load_settings()
    assert (settings.lang, settings.theme, settings.dial) == ("ru", "desk-light", ["c", 'quo"te'])
    assert settings.keys == {"x": "y"}
    save_settings(theme=None)
    assert load_settings().theme is None
