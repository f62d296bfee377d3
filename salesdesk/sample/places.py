"""Cities of the sample base: their names, area codes, zones, postal prefixes and tax regions."""
# ruff: noqa: E501  # a table is read by its rows

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A city in both languages. A city's numbers have its area code and as many digits as fill ten."""

    city: str
    city_en: str
    region: str
    region_en: str
    area: str
    zone: str
    postal: str
    tax: str
    weight: int

    @property
    def subscriber_digits(self) -> int:
        """How long a number is without its area code."""
        return 10 - len(self.area)


_MSK = "Europe/Moscow"
_URAL = "Asia/Yekaterinburg"

PLACES = tuple(
    Place(*row)
    for row in (
        ("Москва", "Moscow", "Москва", "Moscow", "495", _MSK, "115", "77", 22),
        ("Москва", "Moscow", "Москва", "Moscow", "499", _MSK, "127", "77", 8),
        ("Подольск", "Podolsk", "Московская область", "Moscow Region", "4967", _MSK, "142", "50", 3),
        ("Санкт-Петербург", "Saint Petersburg", "Санкт-Петербург", "Saint Petersburg", "812", _MSK, "197", "78", 12),
        ("Калининград", "Kaliningrad", "Калининградская область", "Kaliningrad Region", "4012", "Europe/Kaliningrad", "236", "39", 3),
        ("Мурманск", "Murmansk", "Мурманская область", "Murmansk Region", "8152", _MSK, "183", "51", 1),
        ("Архангельск", "Arkhangelsk", "Архангельская область", "Arkhangelsk Region", "8182", _MSK, "163", "29", 1),
        ("Ярославль", "Yaroslavl", "Ярославская область", "Yaroslavl Region", "4852", _MSK, "150", "76", 2),
        ("Тула", "Tula", "Тульская область", "Tula Region", "4872", _MSK, "300", "71", 2),
        ("Тверь", "Tver", "Тверская область", "Tver Region", "4822", _MSK, "170", "69", 1),
        ("Рязань", "Ryazan", "Рязанская область", "Ryazan Region", "4912", _MSK, "390", "62", 1),
        ("Воронеж", "Voronezh", "Воронежская область", "Voronezh Region", "473", _MSK, "394", "36", 3),
        ("Белгород", "Belgorod", "Белгородская область", "Belgorod Region", "4722", _MSK, "308", "31", 1),
        ("Липецк", "Lipetsk", "Липецкая область", "Lipetsk Region", "4742", _MSK, "398", "48", 1),
        ("Нижний Новгород", "Nizhny Novgorod", "Нижегородская область", "Nizhny Novgorod Region", "831", _MSK, "603", "52", 4),
        ("Казань", "Kazan", "Республика Татарстан", "Tatarstan", "843", _MSK, "420", "16", 4),
        ("Набережные Челны", "Naberezhnye Chelny", "Республика Татарстан", "Tatarstan", "8552", _MSK, "423", "16", 2),
        ("Пенза", "Penza", "Пензенская область", "Penza Region", "8412", _MSK, "440", "58", 1),
        ("Чебоксары", "Cheboksary", "Чувашская Республика", "Chuvashia", "8352", _MSK, "428", "21", 1),
        ("Киров", "Kirov", "Кировская область", "Kirov Region", "8332", "Europe/Kirov", "610", "43", 1),
        ("Волгоград", "Volgograd", "Волгоградская область", "Volgograd Region", "8442", "Europe/Volgograd", "400", "34", 2),
        ("Астрахань", "Astrakhan", "Астраханская область", "Astrakhan Region", "8512", "Europe/Astrakhan", "414", "30", 1),
        ("Саратов", "Saratov", "Саратовская область", "Saratov Region", "8452", "Europe/Saratov", "410", "64", 2),
        ("Ульяновск", "Ulyanovsk", "Ульяновская область", "Ulyanovsk Region", "8422", "Europe/Ulyanovsk", "432", "73", 1),
        ("Самара", "Samara", "Самарская область", "Samara Region", "846", "Europe/Samara", "443", "63", 4),
        ("Тольятти", "Togliatti", "Самарская область", "Samara Region", "8482", "Europe/Samara", "445", "63", 2),
        ("Ижевск", "Izhevsk", "Удмуртская Республика", "Udmurtia", "3412", "Europe/Samara", "426", "18", 2),
        ("Ростов-на-Дону", "Rostov-on-Don", "Ростовская область", "Rostov Region", "863", _MSK, "344", "61", 4),
        ("Краснодар", "Krasnodar", "Краснодарский край", "Krasnodar Territory", "861", _MSK, "350", "23", 4),
        ("Ставрополь", "Stavropol", "Ставропольский край", "Stavropol Territory", "8652", _MSK, "355", "26", 1),
        ("Махачкала", "Makhachkala", "Республика Дагестан", "Dagestan", "8722", _MSK, "367", "05", 1),
        ("Екатеринбург", "Yekaterinburg", "Свердловская область", "Sverdlovsk Region", "343", _URAL, "620", "66", 5),
        ("Челябинск", "Chelyabinsk", "Челябинская область", "Chelyabinsk Region", "351", _URAL, "454", "74", 3),
        ("Пермь", "Perm", "Пермский край", "Perm Territory", "342", _URAL, "614", "59", 3),
        ("Уфа", "Ufa", "Республика Башкортостан", "Bashkortostan", "347", _URAL, "450", "02", 3),
        ("Оренбург", "Orenburg", "Оренбургская область", "Orenburg Region", "3532", _URAL, "460", "56", 1),
        ("Тюмень", "Tyumen", "Тюменская область", "Tyumen Region", "3452", _URAL, "625", "72", 2),
        ("Сургут", "Surgut", "Ханты-Мансийский АО – Югра", "Khanty-Mansi Area", "3462", _URAL, "628", "86", 1),
        ("Омск", "Omsk", "Омская область", "Omsk Region", "3812", "Asia/Omsk", "644", "55", 2),
        ("Новосибирск", "Novosibirsk", "Новосибирская область", "Novosibirsk Region", "383", "Asia/Novosibirsk", "630", "54", 5),
        ("Барнаул", "Barnaul", "Алтайский край", "Altai Territory", "3852", "Asia/Barnaul", "656", "22", 1),
        ("Томск", "Tomsk", "Томская область", "Tomsk Region", "3822", "Asia/Tomsk", "634", "70", 1),
        ("Кемерово", "Kemerovo", "Кемеровская область", "Kemerovo Region", "3842", "Asia/Novokuznetsk", "650", "42", 1),
        ("Красноярск", "Krasnoyarsk", "Красноярский край", "Krasnoyarsk Territory", "391", "Asia/Krasnoyarsk", "660", "24", 3),
        ("Иркутск", "Irkutsk", "Иркутская область", "Irkutsk Region", "3952", "Asia/Irkutsk", "664", "38", 2),
        ("Якутск", "Yakutsk", "Республика Саха (Якутия)", "Yakutia", "4112", "Asia/Yakutsk", "677", "14", 1),
        ("Хабаровск", "Khabarovsk", "Хабаровский край", "Khabarovsk Territory", "4212", "Asia/Vladivostok", "680", "27", 2),
        ("Владивосток", "Vladivostok", "Приморский край", "Primorsky Territory", "423", "Asia/Vladivostok", "690", "25", 3),
    )
)  # fmt: skip

MOBILE = ("903", "905", "906", "909", "910", "912", "915", "916", "919", "920", "921", "925", "926",
          "950", "960", "963", "981", "985", "987", "999")  # fmt: skip
"""Codes of mobile operators."""
