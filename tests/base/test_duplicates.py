"""Who is likely the same client as who else: how two are weighed, whom they meet, and what is kept."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.base.duplicates.apart import tell_apart
from salesdesk.base.duplicates.blocks import Keyed, pairs_of
from salesdesk.base.duplicates.clusters import Pair, grouped
from salesdesk.base.duplicates.comparing import LIKELY, compare
from salesdesk.base.duplicates.counting import counted
from salesdesk.base.duplicates.frequencies import Frequencies
from salesdesk.base.duplicates.groups import groups
from salesdesk.base.duplicates.naming import legal_form
from salesdesk.base.duplicates.packed import Packed
from salesdesk.base.duplicates.reasons import Reason, Why
from salesdesk.base.duplicates.scanning import Found, FoundPair, ScanStoppedError, find, keep, scan
from salesdesk.base.duplicates.sounding import sound
from salesdesk.base.duplicates.traits import mail_key, phone_key, site_key, tax_key, traits_of
from salesdesk.base.duplicates.vocabulary import Vocabulary, endings_of
from salesdesk.base.folding import name_key
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotFoundError
from salesdesk.models import Client, LikelyDuplicate
from salesdesk.storage.journal import table_of

NUMBERS = [f"+7495{number:07}" for number in range(2000000, 2000010)]
BASE = Frequencies(5000, cities={"moskva": 900, "omsk": 60})


def client(name, **known):
    return traits_of(name_key(name), name=name, **known)


def score(ours, theirs, base=BASE):
    return compare(ours, theirs, base).score


# Two clients against each other

FULL = {"city": "Москва", "address": "ул. Лесная, д. 12, оф. 3", "numbers": [NUMBERS[0]]}


@pytest.mark.parametrize(
    "again",
    [
        ("ООО «Ромашка»", FULL),
        ("РОМАШКА", FULL | {"numbers": [NUMBERS[1]]}),
        ("Romashka LLC", FULL | {"numbers": []}),
        ("Рамашка", FULL | {"address": None}),
        ("Ромашка", {"city": "г. Москва"}),
        ("Ромашка", FULL | {"city": None, "address": "Лесная улица 12", "numbers": []}),
        ("Ромашка плюс", FULL | {"address": None}),
        ("Ромашка", {"numbers": [NUMBERS[0]], "city": "Москва", "address": "пр-т Мира, 5"}),
        ("Ромшака", FULL | {"numbers": []}),
    ],
)
def test_the_same_client_typed_anew_is_likely_the_same(again):
    name, known = again
    assert score(client("ООО «Ромашка»", **FULL), client(name, **known)) >= LIKELY


@pytest.mark.parametrize(
    "other",
    [
        ("Ромашка", FULL | {"city": "Омск", "address": "ул. Мира, 5", "numbers": []}),
        ("Ромашка", {"city": "Омск"}),
        ("Гвоздика", FULL | {"numbers": []}),
        ("Гвоздика", FULL | {"address": "ул. Мира, 5"}),
        ("Ромашка №2", FULL | {"numbers": []}),
        ("Торговый дом", {"city": "Москва"}),
    ],
)
def test_another_client_is_not(other):
    name, known = other
    mine = client("Ромашка №1" if "№" in name else "Ромашка", **FULL)
    assert score(mine, client(name, **known)) < LIKELY


def test_two_right_tax_ids_are_two_clients_whatever_else_is_the_same():
    mine = client("Ромашка", tax_id="7707083893", **FULL)
    assert score(mine, client("Ромашка", tax_id="7736050003", **FULL)) < 0.01
    assert score(mine, client("Ромашка", tax_id="7707083893")) >= LIKELY
    # One without its check digit is a slip of the hand.
    assert score(mine, client("Ромашка", tax_id="7707083898", **FULL)) >= LIKELY


def test_branches_share_a_name_and_a_number_and_are_not_one():
    chain = Frequencies(5000, names={("romashka",): 40}, values={f"p{NUMBERS[0][2:]}": 40})
    mine = client("Ромашка", **FULL)
    branch = client("Ромашка", city="Москва", address="пр-т Мира, 5", numbers=[NUMBERS[0]])
    assert score(mine, branch, chain) < 0.1
    assert score(mine, branch) >= LIKELY, "a number of its own: it has moved"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иванов Пётр", "Петр Иванов"), ("Иванов Петр", "Иванов П."), ("John Smithson", "Jhon Smithson"),
     ("Anna Maria Kowalski", "Kowalski Anna")],
)  # fmt: skip
def test_people_are_found_by_names_in_any_order(one, other):
    place = {"city": "Sydney", "address": "12 Marsh Street", "postal_code": "2034"}
    assert score(client(one, **place), client(other, **place | {"postal_code": "2043"})) >= LIKELY


def test_words_that_all_have_say_nothing():
    common = Frequencies(5000, words={"restoran": 900, "drakon": 2, "lotos": 2})
    mine = client("Ресторан Дракон", city="Москва")
    assert score(mine, client("Дракон", city="Москва"), common) >= LIKELY
    assert score(mine, client("Ресторан Лотос", city="Москва"), common) < 0.1


WORDS = st.sampled_from(
    ["ромашка", "romashka", "гвоздика", "дом", "торговый", "12", "14", "о", "h2o", "плюс"]
)
TRAITS = st.builds(
    lambda words, tax, city, address, number, mail: client(
        " ".join(words) or "-", tax_id=tax, city=city, address=address,
        numbers=[number] if number else [], emails=[mail] if mail else [],
    ),
    st.lists(WORDS, max_size=4),
    st.sampled_from([None, "7707083893", "7736050003", "12345", "0000000000"]),
    st.sampled_from([None, "Москва", "г Москва", "Омск", "-"]),
    st.sampled_from([None, "Лесная 1", "ул Лесная, д 1", "Мира 5 к2", "!!!", "5"]),
    st.sampled_from([None, *NUMBERS[:2], "22344"]),
    st.sampled_from([None, "a@romashka.ru", "none@none.ru", "info@gmail.com"]),
)  # fmt: skip


# A base in which every town has the same streets, and names are made of the same few words.
TOWNS, STREETS = ("Казань", "Пермь", "Омск", "Тула"), ("Ленина", "Мира", "Садовая", "Кирова", "Лесная")
STEMS, ENDINGS = ("Гарант", "Вектор", "Лидер", "Сектор", "Альфа"), ("тех", "сервис", "торг", "декор", "клин")
TOWN_BASE = counted(
    [
        client(f"{stem}{ending}", city=town, address=f"ул. {STREETS[number % 5]}, {number % 90 + 1}")
        for number, (stem, ending, town) in enumerate(product(STEMS, ("", *ENDINGS), TOWNS * 8))
    ]
)


def of_town(name, city="Казань", address=None):
    return client(name, city=city, address=address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Вектор", "Казань", "ул. Ленина, 42"), ("Вектор", "Пермь", "ул. Ленина, 42")),
        (("Резеда", "Казань", "ул. Ленина, 42"), ("Резеда", "Пермь", "ул. Ленина, 42")),
        (("Вектор", "Казань", "ул. Ленина, 42"), ("Вектор", "Казань", "ул. Мира, 7")),
        (("Вектор", "Казань", "ул. Ленина, 42"), ("Сектор", "Казань", "ул. Ленина, 42")),
        (("Гаранттех", "Казань"), ("Гарант-Сервис", "Казань")),
        (("Гаранттех", "Казань"), ("Гарантсервис", "Казань")),
        (("Лидер", "Казань"), ("Лидердекор", "Казань")),
        (("Вектор", "Казань"), ("Вектордекор", "Казань")),
    ],
    ids=lambda each: " ".join(filter(None, each)),
)
def test_what_every_town_and_many_names_have_joins_nobody(one, other):
    assert score(of_town(*one), of_town(*other), TOWN_BASE) < LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Вектор", "Казань", "ул. Ленина, 42"), ("ООО «Вектор»", "г. Казань", "Ленина 42")),
        (("Резеда", "Казань", "ул. Ленина, 42"), ("Резеда", None, "ул. Ленина, 42")),
        (("Резеда", "Казань", "ул. Ленина, 42"), ("Ризеда", "Казань", None)),
        (("Гаранттех", "Казань", "ул. Мира, 7"), ("Гарант-Тех", "Казань", "ул. Мира, 7")),
        (("Гаранттех", "Казань", "ул. Мира, 7"), ("Граанттех", "Казань", "ул. Мира, 7")),
        (("Лидердекор", "Казань", "ул. Мира, 7"), ("Лидердек", "Казань", "ул. Мира, 7")),
    ],
    ids=lambda each: " ".join(filter(None, each)),
)
def test_real_slips_and_other_ways_to_write_it_are_forgiven(one, other):
    assert score(of_town(*one), of_town(*other), TOWN_BASE) >= LIKELY


def test_an_address_says_most_within_its_town():
    mine = of_town("Резеда", "Казань", "ул. Ленина, 42")
    there, somewhere, elsewhere = (
        compare(mine, of_town("Резеда", city, "ул. Ленина, 42"), TOWN_BASE)
        for city in ("Казань", None, "Пермь")
    )
    assert there.address > somewhere.address > elsewhere.address > 0
    assert there.total > somewhere.total > elsewhere.total


def test_a_rare_street_speaks_even_with_another_house():
    base = Frequencies(9000, streets={"lenina": 900, "kleinig": 2}, houses={"4": 90, "139": 3})
    rare, common = (
        compare(
            client("Anna Berg", address=f"4 {street}"), client("Anna Berg", address=f"139 {street}"), base
        )
        for street in ("kleinig", "lenina")
    )
    assert rare.address > 0 > common.address


def test_legal_forms_that_differ_speak_a_little_against():
    names = ("ИП Вектор", "ООО «Вектор»", "Vektor LLC", "Vektor, Inc.", "Инпром")
    assert [legal_form(name) for name in names] == ["person", "limited", "limited", "shares", ""]
    mine = of_town("ООО «Вектор»")
    same, lacking, trade = (
        compare(mine, of_town(name), TOWN_BASE).total for name in ("Вектор ООО", "Вектор", "ИП Вектор")
    )
    assert same == lacking > trade
    assert of_town("Vector Inc").form != of_town("Vector GmbH").form


def test_endings_are_learnt_from_the_names_of_the_base():
    words = {"garant": 9, "lider": 9, "vektor": 9, "garantklin": 1, "liderklin": 1, "vektorklin": 1}
    assert "klin" in endings_of(words)
    assert "klin" not in endings_of({"garant": 9, "garantklin": 3})
    known = Vocabulary(words, endings_of(words))
    assert known.stem("garantklin", "garanttorg") == ("garant" if "torg" in endings_of(words) else "")
    assert known.stem("garantklin", "garant") == "garant"
    assert known.stem("garantkl", "garant") == ""


@given(TRAITS)
def test_packed_a_client_is_the_same(one):
    packed = Packed()
    packed.append(one)
    assert (packed[0], *packed, len(packed)) == (one, one, 1)


@settings(max_examples=150)
@given(TRAITS, TRAITS)
def test_weighing_is_bounded_and_knows_no_order(one, other):
    forth, back = compare(one, other, BASE), compare(other, one, BASE)
    assert 0 <= forth.score <= 1
    assert forth.score == pytest.approx(back.score)


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_compared(name, address):
    one = traits_of(
        name_key(name), city=name, address=address, emails=[name], numbers=[address], website=name
    )
    assert 0 <= score(one, one) <= 1


# What is no value


def test_placeholders_say_nothing():
    assert [phone_key(number, "") for number in ("+70000000000", "00000", "+79999999999", "1")] == [""] * 4
    assert [mail_key(mail) for mail in ("none@x.ru", "нет@x.ru", "a@example.com", "@", "x@none.ru")] == [
        ""
    ] * 5
    assert [tax_key(tax) for tax in ("0000000000", "1111111111", "1234567890", "12")] == [""] * 4
    assert [site_key(site) for site in ("vk.com", "нет", "http://")] == [""] * 3
    assert site_key("https://www.romashka.ru/kontakty?x=1") == "romashka.ru"
    assert site_key("vk.com/romashka") == "vk.com/romashka"
    assert traits_of("ромашка", emails=["info@gmail.com"]).sites == ()


@pytest.mark.parametrize(
    ("russian", "latin"),
    [("ромашка", "romashka"), ("юность", "yunost"), ("щит", "shchit"), ("эксперт", "expert"),
     ("хладокомбинат", "khladokombinat"), ("маяк", "mayak"), ("филипс", "philips")],
)  # fmt: skip
def test_a_word_sounds_alike_in_both_alphabets(russian, latin):
    assert sound(russian) == sound(latin)


# Whom to compare with whom


def test_blocks_take_the_rarest_keys_first():
    clients = [client(f"Фирма {number}") for number in range(100)]
    keyed = Keyed(clients, lambda one: ("all",))
    assert [len(block) for block in keyed.blocks()] == [100]
    assert keyed.largest(4000) == 1
    assert keyed.largest(5000) == 100


def test_pairs_are_given_once_and_in_order():
    clients = [client("Ромашка", **FULL)] * 3 + [client("Гвоздика", city="Омск")]
    found = [pair for part in pairs_of(clients, counted(clients)).parts() for pair in part]
    assert found == sorted(set(found)) == [(0, 1), (0, 2), (1, 2)]


def test_counting_tells_what_is_shared():
    clients = [client(f"Аптека {word}", numbers=[NUMBERS[0]], emails=[f"{word}@apteka.ru"])
               for word in ("раз", "два", "три")]  # fmt: skip
    found = counted([*clients, clients[0]])
    assert found.values[f"p{NUMBERS[0][2:]}"] == 4
    assert found.values["sapteka.ru"] == 4
    assert found.values["mраз@apteka.ru"] == 2
    assert "mдва@apteka.ru" not in found.values
    assert found.words["apteka"] == 4


# Groups


def test_groups_do_not_chain():
    assert [group.members for group in grouped([Pair(1, 2, 0.9), Pair(2, 3, 0.8)], 0.5)] == [(1, 2)]
    whole = grouped([Pair(1, 2, 0.9), Pair(2, 3, 0.8), Pair(1, 3, 0.7)], 0.5)
    assert whole == [((1, 2, 3), 0.8)]
    assert grouped([Pair(1, 2, 0.4)], 0.5) == []


def test_what_contradicts_is_in_no_group_however_the_others_hang_together():
    ids = list(combinations(range(1, 5), 2))
    pairs = [Pair(*pair, 0.99) for pair in ids if pair != (1, 4)]
    assert [group.members for group in grouped(pairs, 0.5)] == [(1, 2, 3, 4)]
    for said in ({"own": {1: "7707083893", 4: "7736050003"}}, {"apart": {(1, 4)}}):
        for group in grouped(pairs, 0.1, **said):
            assert not {1, 4} <= set(group.members)


def test_names_that_differ_join_two_never_a_third():
    differ = Pair(2, 3, 0.99, differ=True)
    assert [group.members for group in grouped([differ], 0.5)] == [(2, 3)]
    known = [Pair(1, 2, 0.9), differ, Pair(1, 3, 0.99, differ=True)]
    assert [group.members for group in grouped(known, 0.5)] == [(1, 2)]


@settings(max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(list(combinations(range(8), 2))), st.tuples(st.floats(0, 1), st.booleans())
    ),
    st.randoms(use_true_random=False),
)
def test_groups_are_apart_and_the_order_of_pairs_does_not_matter(known, dice):
    pairs = [Pair(*ids, *said) for ids, said in known.items()]
    found = grouped(pairs, 0.5)
    members = [each for group in found for each in group.members]
    assert len(members) == len(set(members))
    dice.shuffle(pairs)
    assert grouped(pairs, 0.5) == found


# The base


def filled(desk):
    ids = {}
    with desk.filling() as base:
        usual = {"phones": ("+74952000001",), "city": "Москва", "external_id": "r1"}
        ids["rose"] = base.client("ООО «Роза»", source="a", **usual)
        ids["roza"] = base.client("Roza", source="b", **usual)
        for number in range(30):
            name = f"Фирма {'абвгдежзик'[number % 10]}{number}"
            base.client(name, phones=(f"+7495300{number:04}",), city="Омск")
    return ids


def test_what_is_found_is_kept_and_read_with_reasons(desk):
    ids = filled(desk)
    assert desk.write(scan) == 1
    found = desk.read(groups)
    ((group,), total, pairs) = found.groups, found.total, found.pairs
    assert (total, pairs, found.after) == (1, 1, None)
    assert found.scanned_at == desk.now
    assert [one.client_id for one in group.clients] == [ids["rose"], ids["roza"]]
    assert [(one.source, one.external_id, one.phone, one.owner) for one in group.clients] == [
        ("a", "r1", "+74952000001", "anna"), ("b", "r1", "+74952000001", "anna"),
    ]  # fmt: skip
    assert group.why[0] == Reason(Why.NUMBER, "+74952000001")
    assert group.score > 0.9
    assert desk.write(scan) == 1, "what was found before is replaced"


def test_what_is_gone_meanwhile_is_not_kept(desk):
    ids = filled(desk)
    found = desk.read(find)
    with desk.filling() as base:
        base.session.execute(table_of(Client).delete().where(table_of(Client).c.id == ids["roza"]))
    assert desk.write(keep, found) == 0


def test_a_look_can_be_stopped_and_tells_how_far_it_is(desk):
    filled(desk)
    told = []
    desk.read(find, progress=lambda done, of: told.append((done, of)))
    assert told
    assert all(done <= of for done, of in told if of)
    with pytest.raises(ScanStoppedError):
        desk.read(find, cancelled=lambda: True)


def test_an_operator_sees_groups_of_their_own_clients_and_of_nobody_s(desk):
    filled(desk)
    desk.write(scan)
    boris = desk.beside("boris")
    assert boris.read(groups).groups == ()
    with desk.filling() as base:
        base.session.execute(table_of(Client).update().values(owner_id=None))
    assert len(boris.read(groups).groups) == 1


def test_pages_follow_each_other(desk):
    with desk.filling() as base:
        ids = [base.client(f"Лес{word}", phones=(), city="Омск") for word in "абвгд" for _twice in (1, 2)]
    pairs = [FoundPair(ids[at], ids[at + 1], 0.9 - at / 100, (Reason(Why.NAME),)) for at in range(0, 10, 2)]
    desk.write(keep, Found(10, tuple(pairs)))
    first = desk.read(groups, limit=3)
    second = desk.read(groups, limit=3, after=first.after)
    assert (len(first.groups), len(second.groups), second.after) == (3, 2, None)
    assert [
        one.client_id for page in (first, second) for group in page.groups for one in group.clients
    ] == ids
    assert desk.read(groups, limit=None).pairs == 5


def test_told_apart_they_are_offered_no_more_until_it_is_taken_back(desk):
    ids = filled(desk)
    desk.write(scan)
    assert desk.write(tell_apart, [ids["roza"], ids["rose"]]) == 1
    assert desk.read(groups).groups == ()
    assert desk.write(scan) == 0
    assert desk.write(tell_apart, [ids["rose"], ids["roza"]]) == 0, "it is known"
    desk.write(undo)
    assert desk.write(scan) == 1


def test_whom_one_may_tell_apart(desk):
    ids = filled(desk)
    with pytest.raises(InputError):
        desk.write(tell_apart, [ids["rose"], ids["rose"]])
    with pytest.raises(NotFoundError):
        desk.write(tell_apart, [ids["rose"], 10**9])


def test_pairs_go_with_their_clients(desk):
    ids = filled(desk)
    desk.write(scan)
    with desk.filling() as base:
        base.session.execute(table_of(Client).delete().where(table_of(Client).c.id == ids["rose"]))
        assert base.session.execute(table_of(LikelyDuplicate).select()).all() == []
