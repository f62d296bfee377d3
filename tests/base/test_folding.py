import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_files import NAUGHTY

from salesdesk.base.folding import fold, name_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("«Ёлки-Палки»", "елки палки"),
        ("  ООО   \t Ромашка\n", "ооо ромашка"),
        ("и\u0306од", "йод"),
        ("Аптека №5", "аптека 5"),
        ("ＷＩＤＥ", "wide"),
        ("Straße", "strasse"),
        ("zero\u200bwidth", "zerowidth"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_one_spelling(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "name",
    [
        'ООО "Ромашка"', "Ромашка, ООО", "ЗАО «РОМАШКА»", "О.О.О. Ромашка", "ромашка", "ИП Ромашка",
        "Общество с ограниченной ответственностью «Ромашка»", "Публичное акционерное общество Ромашка",
        "ФГУП „Ромашка“", "Государственное бюджетное учреждение здравоохранения Ромашка", "ПАО Ромашка",
    ],
)  # fmt: skip
def test_legal_forms_do_not_matter(name):
    assert name_key(name) == "ромашка"


@pytest.mark.parametrize(
    "name", ["Acme, Inc.", "ACME LLC", "Acme GmbH & Co. KG", "acme ltd", "Acme Co", "Acme L.L.C."]
)
def test_english_legal_forms_do_not_matter(name):
    assert name_key(name) == "acme"


def test_what_is_a_form_at_the_end_stays_inside():
    assert name_key("Company of Heroes Ltd") == "company of heroes"


@given(st.text(min_size=1, max_size=60))
def test_a_name_never_loses_everything(name):
    assert name_key(name)


@pytest.mark.parametrize("name", ["ООО", "!!!", "Co", "№"])
def test_nothing_but_a_form_is_kept(name):
    assert name_key(name)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the folder of real input is absent")
def test_naughty_strings_fold():
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        assert fold(fold(text)) == fold(text)
        assert name_key(text) or not text
