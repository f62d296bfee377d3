"""A filter in the words of the screen: Russian where the screen is, and read as the same filter."""

import pytest
from hypothesis import HealthCheck, given, settings
from test_filters import ANY_TEXT, WORDS, filters

from salesdesk.base.filters import parse_filter
from salesdesk.base.filters.worded import worded, worded_line
from salesdesk.i18n import use_language

SAID = [
    ("", ""),
    ("city=Москва and stage=new", "город=Москва этап=новый"),
    ("stage=proposal,cold", 'этап="КП отправлено",холодный'),
    ("not (city=Москва or owner=me)", "не (город=Москва или ответственный=я)"),
    ("last_call>30d next=none", "звонок>30д далее=нет"),
    ("last_call=never created=last-month", "звонок=никогда создан=прошлый-месяц"),
    ("last_call=7d..2w amount=100k..1.5m", "звонок=7д..2нед сумма=100000..1500000"),
    ("worked=yes doubtful=number", "в работе=да сомнительно=номер"),
    ("do_not_call=no class=VIP,A", "не звонить=нет класс=VIP,A"),
    ('segment="Новые в Москве"', 'сегмент="Новые в Москве"'),
    ('name~"Рога и копыта"', 'название~"Рога и копыта"'),
]


@pytest.mark.parametrize(("line", "said"), SAID)
def test_a_filter_stands_on_the_screen_in_its_language(lite, line, said):
    where = parse_filter(line, lite.context)
    assert worded(where, lite.context) == str(where)
    use_language("ru")
    assert worded(where, lite.context) == said
    assert parse_filter(said, lite.context) == where


def test_a_line_that_cannot_be_read_stays_as_it_is(lite):
    use_language("ru")
    assert worded_line("city=Нижний Новгород", lite.context) == "city=Нижний Новгород"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=filters(WORDS | ANY_TEXT))
def test_what_is_worded_is_read_as_the_same(lite, where):
    use_language("ru")
    assert parse_filter(worded(where, lite.context), lite.context) == where
