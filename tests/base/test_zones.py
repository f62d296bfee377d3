import pytest

from salesdesk.base.zones import client_zone

TEAM = "Europe/Moscow"


@pytest.mark.parametrize(
    ("region", "city", "zone"),
    [
        ("Свердловская обл.", None, "Asia/Yekaterinburg"),
        ("Свердловской области", None, "Asia/Yekaterinburg"),
        (None, "Екатеринбург", "Asia/Yekaterinburg"),
        (None, "г. Казань", "Europe/Moscow"),
        ("Калининградская область", None, "Europe/Kaliningrad"),
        ("Приморский край", "Владивосток", "Asia/Vladivostok"),
        ("Республика Саха (Якутия)", None, "Asia/Yakutsk"),
        ("Сахалинская обл", None, "Asia/Sakhalin"),
        ("Омская область", None, "Asia/Omsk"),
        ("Томская область", None, "Asia/Tomsk"),
        ("Кировская обл.", None, "Europe/Kirov"),
        ("Ханты-Мансийский АО — Югра", None, "Asia/Yekaterinburg"),
        ("Республика Алтай", None, "Asia/Barnaul"),
        ("Ростовская область", "Ростов-на-Дону", "Europe/Moscow"),
        ("Хабаровский край", "Комсомольск-на-Амуре", "Asia/Vladivostok"),
        ("Кемеровская область — Кузбасс", None, "Asia/Novokuznetsk"),
        ("Камчатский край", None, "Asia/Kamchatka"),
        ("Чукотский АО", None, "Asia/Anadyr"),
        ("Челябинская область", None, "Asia/Yekaterinburg"),
        ("Самарская обл.", "Тольятти", "Europe/Samara"),
        ("CA", "SAN FRANCISCO", "America/Los_Angeles"),
        ("CO", None, "America/Denver"),
        ("Vladivostok", None, "Asia/Vladivostok"),
    ],
)
def test_a_place_tells_the_zone(region, city, zone):
    assert client_zone([], region, city, "Etc/UTC") == zone


def test_a_number_counts_only_where_the_place_is_unknown():
    assert client_zone(["+74232123456"], "Свердловская область", None, TEAM) == "Asia/Yekaterinburg"
    assert client_zone(["+74232123456"], "Тридевятое царство", None, TEAM) == "Asia/Vladivostok"
    assert client_zone(["+74232123456"], None, None, TEAM) == "Asia/Vladivostok"


def test_a_number_of_many_zones_tells_nothing():
    assert client_zone(["+79261234567", "+78005553535"], None, None, "Asia/Omsk") == "Asia/Omsk"
    assert client_zone(["+79261234567", "+74232123456"], None, None, "Asia/Omsk") == "Asia/Vladivostok"


def test_nothing_known_is_the_team_s_zone():
    assert client_zone([], "", None, TEAM) == TEAM
    assert client_zone(["+", "nonsense"], "!!!", "😀", TEAM) == TEAM


def test_every_region_of_the_file_is_a_zone_of_its_own_stem():
    from salesdesk.base.zones import _places

    assert len(set(_places().regions.values())) > 25
