"""Languages: chosen by the environment, switched at once, never lost for a missing word."""

import pytest

from salesdesk import i18n


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "RU"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ru_RU.UTF-8"}, "ru"),
        ({"LC_ALL": "ru_RU.UTF-8", "SALESDESK_LANG": "en"}, "en"),
        ({"LC_ALL": "", "LANG": "ru"}, "ru"),
    ],
)
def test_the_language_is_chosen_as_posix_chooses_it(environment, language):
    assert i18n.language_of_environment(environment) == language


def test_a_language_is_switched_at_once_and_an_unknown_one_is_english():
    for asked, spoken in (("ru", "ru"), ("en", "en"), ("tlh", "en"), ("../ru", "en")):
        i18n.use_language(asked)
        assert i18n.language() == spoken


def test_what_is_not_translated_is_said_as_it_stands():
    i18n.use_language("ru")
    assert i18n._("no such message at all") == "no such message at all"
    assert [i18n.ngettext("{count} x", "{count} xs", count) for count in (1, 2)] == [
        "{count} x",
        "{count} xs",
    ]


def test_a_title_falls_back_to_any_language_there_is():
    i18n.use_language("ru")
    assert i18n.title({"en": "new", "ru": "новый"}) == "новый"
    assert i18n.title({"en": "new"}) == "new"
    assert i18n.title({"kk": "жаңа"}) == "жаңа"
    assert i18n.title({}) == ""
