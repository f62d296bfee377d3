"""The filter line: what is written is what is read, and SQL chooses what plain Python would."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import and_, invert, or_
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from builders import owed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from salesdesk.base import listing
from salesdesk.base.filters import (
    AllOf,
    AnyOf,
    Condition,
    Everything,
    FilterError,
    Not,
    condition_of,
    parse_filter,
    ways,
)
from salesdesk.base.filters.values import Days, Range, Span
from salesdesk.base.folding import fold, name_key
from salesdesk.base.listing import count, paged
from salesdesk.base.phones import parse_phones
from salesdesk.base.visible import visible_to
from salesdesk.codes import ClientClass, Role
from salesdesk.models import Campaign, Client, Contact, Deal, NextAction, Operator, Phone
from salesdesk.storage.journal import Journal

MOSCOW = ZoneInfo("Europe/Moscow")
C = Client.__table__.c
NAMES = ("ООО «Ромашка»", "Ёлка", "елка", "100% чай_", "Acme Ltd", "%", "Acme")
PHONES = ((), ("+74951234567",), ("8 (812) 123-45-67", "2-33-44"), ("+79161112233",))


@dataclass(frozen=True)
class Plain:
    """A client as plain values: what the filters of the tests are evaluated over."""

    client: Client
    phones: tuple[Phone, ...]
    contacts: int
    deals: tuple[Deal, ...]
    due: datetime | None
    owner: Operator | None


def plain_base(desk):
    with desk.base.read() as session:
        owners = {each.id: each for each in session.scalars(select(Operator))}
        of = {model: {} for model in (Phone, Contact, Deal, NextAction)}
        for model, found in of.items():
            for row in session.scalars(select(model)):
                found.setdefault(row.client_id, []).append(row)
        return [
            Plain(
                client,
                tuple(of[Phone].get(client.id, ())),
                len(of[Contact].get(client.id, ())),
                tuple(of[Deal].get(client.id, ())),
                _due(of[NextAction].get(client.id, ())),
                owners.get(client.owner_id),
            )
            for client in session.scalars(select(Client))
        ]  # fmt: skip


def _due(actions):
    return next((each.due_at for each in actions if each.closed_at is None), None)


def fill(desk, seed=1, clients=60):
    """A small base with every oddity: nothing at all, ё, quotes, several numbers, deals of every end."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    boris = desk.beside("boris").me
    with desk.filling() as base:
        base.session.add(Campaign(code="expo", title="Выставка «Осень»"))
        base.session.flush()
        journal = Journal(base.session)
        for number in range(clients):
            stage = dice.choice([None, None, "new", "proposal", "invoice", "paid", "paused", "rejected"])
            in_work = stage not in {None, "rejected"}
            owed_cold = stage is None and dice.random() < 0.2
            due = owed(desk.now + timedelta(hours=dice.randrange(-100, 100)))
            client_id = base.client(
                f"{dice.choice(NAMES)} {number % 4}",
                phones=dice.choice(PHONES),
                people=("Иван",) if dice.random() < 0.5 else (),
                owes=due if in_work or owed_cold else None,
                stage=stage,
                deal=700 if in_work and dice.random() < 0.7 else None,
                city=dice.choice([None, "", "Москва", "МОСКВА", "Орёл", "орел", "Нижний Новгород"]),
                region=dice.choice([None, "Московская область", "Орловская обл."]),
                industry=dice.choice([None, "Аптеки", "аптеки", "Еда, напитки"]),
                source=dice.choice(["", "2gis", "2GIS"]),
                campaign=dice.choice([None, "expo"]),
                tax_id=dice.choice([None, "7707083893", "500100732259", "GB-12a", "GB-12A"]),
                email=dice.choice([None, "", "a@b.ru"]),
                client_class=dice.choice([*ClientClass]),
                interest=dice.randrange(6),
                attempts=dice.randrange(4),
                expected_minor=dice.choice([0, 100, 10_050, 5_000_000, 70_000_000]),
                last_call_at=dice.choice([None, desk.now - timedelta(hours=dice.randrange(1500))]),
                created_at=desk.now - timedelta(hours=dice.randrange(3000)),
                do_not_call=stage is None and dice.random() < 0.1,
                owner_id=dice.choice([desk.me, boris, None]),
            )  # fmt: skip
            if dice.random() < 0.4:
                end = dice.choice([None, desk.now])
                journal.add(
                    Deal, client_id=client_id, title="", amount_minor=1, currency="RUB", source="",
                    stage=dice.choice(["new", "paid", "shipped", "rejected"]),
                    product=dice.choice([None, "Чай", "чай", "кофе"]),
                    reject_reason=dice.choice([None, "price", "no_need"]),
                    stage_since=desk.now, opened_at=desk.now, closed_at=end,
                )  # fmt: skip


# -- the same in plain Python ------------------------------------------------------------------------

TEXTS = {"city", "region", "industry", "source"}
NUMBERS = {"interest": "interest", "attempts": "attempts", "amount": "expected_minor"}
ABSENT = {
    "phone": lambda row: not row.phones,
    "contact": lambda row: not row.contacts,
    "owner": lambda row: row.owner is None,
    "next_action": lambda row: row.due is None,
    "amount": lambda row: row.client.expected_minor == 0,
}


def holds(where, row, context):
    if isinstance(where, Everything):
        return True
    if isinstance(where, AllOf):
        return all(holds(part, row, context) for part in where.parts)
    if isinstance(where, AnyOf):
        return any(holds(part, row, context) for part in where.parts)
    if isinstance(where, Not):
        return not holds(where.part, row, context)
    found = any(
        one(where.field, where.operator.replace("!=", "="), value, row, context) for value in where.values
    )
    return found != (where.operator == "!=")


def one(field, operator, value, row, context):  # noqa: C901, PLR0911, PLR0912  # a line for each field
    client = row.client
    if field in TEXTS or field == "campaign":
        texts = [getattr(client, field)]
        if field == "campaign" and texts[0]:
            texts.append("Выставка «Осень»")
        return text_holds(operator, value, texts)
    if field == "product":
        products = [deal.product for deal in row.deals if deal.product]
        return text_holds(operator, value, products) if products else value is None
    if field == "owner":
        return text_holds(operator, value, [row.owner and row.owner.login, row.owner and row.owner.name])
    if field == "name":
        key = name_key(value)
        return key in client.name_key if operator == "~" else key == client.name_key
    if field == "tax_id":
        if value is None or client.tax_id is None:
            return value is None and not client.tax_id
        return value in client.tax_id if operator == "~" else value == client.tax_id
    if field == "email":
        if value is None or not client.email:
            return value is None and not client.email
        return value.lower() in client.email if operator == "~" else value.lower() == client.email
    if field == "reject_reason":
        return any(deal.reject_reason == value for deal in row.deals)
    if field == "phone":
        return phone_holds(operator, value, row)
    if field in NUMBERS:
        return compared(operator, getattr(client, NUMBERS[field]), value)
    if field in {"last_call", "created", "next"}:
        moment = {"last_call": client.last_call_at, "created": client.created_at, "next": row.due}[field]
        return time_holds(operator, value, moment, context, forward=field == "next")
    if field == "missing":
        return ABSENT[value](row) if value in ABSENT else not getattr(client, value)
    if field == "deal":
        return value == deal_code(row) if value is None else value in deal_codes(row)
    if field == "do_not_call":
        return client.do_not_call == (value == "yes")
    return value == {"stage": client.stage, "class": client.client_class, "band": client.band}[field]


def text_holds(operator, value, texts):
    texts = [text for text in texts if text]
    if value is None:
        return not texts
    return any(fold(value) in fold(text) if operator == "~" else fold(value) == fold(text) for text in texts)


def phone_holds(operator, value, row):
    if value is None:
        return not row.phones
    typed = "".join(sign for sign in value if sign in "0123456789")
    if operator == "~":
        run = typed[1:] if len(typed) == 11 and typed[0] == "8" else typed
        return any(run in phone.digits for phone in row.phones)
    parsed = parse_phones(value)
    return any(
        phone.digits == (parsed[0].digits if len(parsed) == 1 and parsed[0].digits else typed)
        for phone in row.phones
    )


def compared(operator, have, value):
    if isinstance(value, Range):
        return (value.low is None or have >= value.low) and (value.high is None or have <= value.high)
    return {
        "=": have == value, "<": have < value, "<=": have <= value, ">": have > value, ">=": have >= value,
    }[operator]  # fmt: skip


def time_holds(operator, value, moment, context, *, forward):
    if value is None or moment is None:
        return value is None and moment is None
    if isinstance(value, Range):
        ends = [(">=", value.low), ("<=", value.high)]
        return all(
            time_holds(sign, end, moment, context, forward=forward) for sign, end in ends if end is not None
        )
    if isinstance(value, Span):
        away = moment - context.now if forward else context.now - moment
        hours = {"h": 1, "d": 24, "w": 168, "mo": 720, "y": 8760}[value.unit] * value.count
        return compared(operator, away, timedelta(hours=hours))
    have, wanted = named_so(value.text, moment.astimezone(MOSCOW).date(), context.today)
    return compared(operator, have, wanted)


def named_so(text, day, today):
    """Name a day as a period is named, and the period in a form that is compared with it."""
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}
    months = {"this-month": 0, "last-month": -1}
    if text in near:
        return day, today + timedelta(days=near[text])
    if text in months:
        return day.year * 12 + day.month, today.year * 12 + today.month + months[text]
    if "W" in text:
        return "{}-W{:02}".format(*day.isocalendar()[:2]), text
    return (f"{day.year}Q{(day.month + 2) // 3}" if "Q" in text else day.isoformat()[: len(text)]), text


def deal_codes(row):
    codes = set()
    for deal in row.deals:
        codes |= {"in_work"} if deal.closed_at is None else set()
        codes |= {"won"} if deal.stage in {"paid", "shipped"} else set()
        codes |= {"rejected"} if deal.stage == "rejected" else set()
    return codes | ({"rejected"} if row.client.stage == "rejected" else set())


def deal_code(row):
    return "something" if row.deals or row.client.stage == "rejected" else None


# -- filters by chance ----------------------------------------------------------------------------

WORDS = st.sampled_from(["Москва", "москва", "орел", "Ёлка", "ромашка", "чай", "expo", "осень", "2gis",
                         "обл", "none", "нет", "Еда, напитки", "acme", "a", "%", "_", "and"])  # fmt: skip
ANY_TEXT = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
    .map(lambda text: " ".join(normalize("NFC", text).split()))
    .filter(bool)
)
SPANS = st.builds(Span, st.integers(0, 60), st.sampled_from(["h", "d", "w", "mo", "y"])).filter(
    lambda span: span.count < 10 or span.unit != "y"
)
NAMED = ["today", "yesterday", "tomorrow", "this-month", "last-month"]
WRITTEN = [
    "2026-11-20",
    "2026-11",
    "2026",
    "2026-10-31",
    "2025-12",
    "2026-W47",
    "2025-W52",
    "2026Q3",
    "2026Q4",
]
DAYS = st.sampled_from(NAMED + WRITTEN).map(Days)
NUMERIC = st.integers(0, 5)
AMOUNTS = st.sampled_from([0, 100, 10_050, 5_000_000, 70_000_000])


def several(values):
    return st.lists(values, min_size=1, max_size=3).map(tuple)


def ranges(values):
    return st.one_of(
        st.builds(Range, values, values),
        st.builds(Range, values, st.none()),
        st.builds(Range, st.none(), values),
    )


def conditions(texts):
    def of(fields, operators, values):
        return st.builds(Condition, st.sampled_from(fields), st.sampled_from(operators), values)

    codes = {
        "reject_reason": ["price", "no_need"],
        "stage": [None, "new", "proposal", "paid", "rejected"], "class": ["VIP", "A", "B", "C"],
        "band": ["new", "active", "other", "telemarketing"], "deal": [None, "in_work", "won", "rejected"],
        "do_not_call": ["yes", "no"],
        "missing": [*ABSENT, "email", "tax_id", "city", "source", "stage"],
    }  # fmt: skip
    equal, single = ["=", "!="], ["<", "<=", ">", ">="]
    free = ["city", "region", "industry", "source", "campaign", "product"]
    return st.one_of(
        of(["email"], ["=", "!="], several(st.sampled_from([None, "A@b.ru", "x@y.ru"]))),
        of(["email"], ["~"], several(st.sampled_from(["@b.ru", "B.", "x"]))),
        of(free, equal, several(st.none() | texts)),
        of([*free, "name"], ["~"], several(texts)),
        of(["name"], equal, several(texts)),
        of(["owner"], ["=", "!=", "~"], several(st.sampled_from(["anna", "boris", "Boris"]))),
        of(["owner"], equal, several(st.sampled_from([None, "anna"]))),
        of(["tax_id"], ["=", "~"], several(st.sampled_from(["7707083893", "0", "GB-12a", "12A"]))),
        of(
            ["phone"],
            ["=", "!=", "~"],
            several(st.sampled_from(["84951234567", "+7 812 123-45-67", "4567", "23344"])),
        ),
        of(["interest", "attempts"], equal, several(NUMERIC | ranges(NUMERIC))),
        of(["interest", "attempts"], single, several(NUMERIC).map(lambda values: values[:1])),
        of(["amount"], equal, several(AMOUNTS | ranges(AMOUNTS))),
        of(["amount"], single, AMOUNTS.map(lambda value: (value,))),
        of(["last_call", "next"], equal, several(st.none() | DAYS | ranges(DAYS) | ranges(SPANS))),
        of(["created"], equal, several(DAYS | ranges(DAYS) | ranges(SPANS))),
        of(["last_call", "next", "created"], single, (DAYS | SPANS).map(lambda value: (value,))),
        *(of([name], equal, several(st.sampled_from(known))) for name, known in codes.items()),
    )


def filters(texts):
    def joined(parts):
        both, either = st.builds(and_, parts, parts), st.builds(or_, parts, parts)
        return both | either | parts.map(invert)

    return st.recursive(conditions(texts), joined, max_leaves=6)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=filters(WORDS | ANY_TEXT))
def test_what_is_written_is_read_as_the_same(lite, where):
    assert parse_filter(str(where), lite.context) == where


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.lists(
        st.sampled_from(
            [*"()=<>~!,.\"'«» 5", "city", "city=", "last_call<", "not ", "or", "и ", "2026-11", "stage=new"]
        ),
        max_size=12,
    ).map("".join)
)
def test_any_line_is_a_filter_or_says_where_it_is_wrong(lite, line):
    try:
        where = parse_filter(line, lite.context)
    except FilterError as wrong:
        assert 1 <= wrong.column <= len(line) + 1  # noqa: PT017  # both ends are right
        assert str(wrong).startswith(f"column {wrong.column}: ")  # noqa: PT017
    else:
        assert parse_filter(str(where), lite.context) == where


def test_sql_chooses_what_plain_python_would(desk, monkeypatch):
    fill(desk)
    rows = plain_base(desk)

    @settings(max_examples=60)
    @given(where=filters(WORDS))
    def same(where):
        wanted = {row.client.id for row in rows if holds(where, row, desk.context)}
        with desk.base.read() as session:
            condition = condition_of(session, desk.context, where)
            assert set(session.scalars(select(C.id).where(condition))) == wanted, str(where)
            assert count(session, desk.context, where) == len(wanted), str(where)
            page = paged(session, desk.context, where, 5, total=len(wanted))
        names = sorted((row.client.name_key, row.client.id) for row in rows if row.client.id in wanted)
        assert [row.client_id for row in page.rows] == [client_id for _name, client_id in names[:5]]

    # In a small base every way is short: clients are found on all that there are.
    for steps, few, many in ((10_000, 10_000, 100), (10, 10_000, 0), (1, 5, 2)):
        monkeypatch.setattr(listing, "_STEPS", steps)
        monkeypatch.setattr(listing, "_MANY", many)
        monkeypatch.setattr(ways, "_FEW", few)
        same()


def test_a_login_of_the_server_chooses_the_same_of_what_it_sees(roled):
    vera = roled.desk("vera", Role.OPERATOR)
    fill(vera)
    with roled.owner.read() as session:
        seen = {*session.scalars(select(C.id).where(visible_to(vera.context)))}
    rows = [row for row in plain_base(vera) if row.client.id in seen]
    assert 0 < len(rows) < len(plain_base(vera))

    @settings(max_examples=60)
    @given(where=filters(WORDS))
    def same(where):
        wanted = {row.client.id for row in rows if holds(where, row, vera.context)}
        with vera.person.read() as session:
            condition = condition_of(session, vera.context, where)
            assert {*session.scalars(select(C.id).where(condition))} == wanted, str(where)
            assert count(session, vera.context, where) == len(wanted), str(where)
            page = paged(session, vera.context, where, 5, total=len(wanted))
        names = sorted((row.client.name_key, row.client.id) for row in rows if row.client.id in wanted)
        assert [row.client_id for row in page.rows] == [client_id for _name, client_id in names[:5]]

    same()


BOTH_LANGUAGES = [
    ("город=Москва", "city=Москва"),
    ("city=Москва stage=new,proposal", "city=Москва and stage=new,proposal"),
    ("этап=новый,счёт или не (сумма>=100 тыс)", None),
    ('этап=новый,"КП отправлено" или не (сумма>="100 тыс")', "stage=new,proposal or not amount>=100000"),
    ("сумма=100000..500000", "amount=100000..500000"),
    ("сумма>1.5млн", "amount>1500000"),
    ("amount=0.05", "amount=0.05"),
    ("звонок<30д", "last_call<30d"),
    ("последний звонок = никогда", "last_call=none"),
    ("last_call=never", "last_call=none"),
    ("создан>=01.11.2026 и не звонить=да", "created>=2026-11-01 and do_not_call=yes"),
    ("не не звонить=да", "not do_not_call=yes"),
    ("created=2026-11", "created=2026-11"),
    ("created=2026-w47", "created=2026-W47"),
    ("звонок=2026q3", "last_call=2026Q3"),
    ("last_call=Last-Month", "last_call=last-month"),
    ("звонок=прошлый-месяц", "last_call=last-month"),
    ('создан>="эта неделя"', "created>=this-week"),
    ("created=2026Q1..last-month", "created=2026Q1..last-month"),
    ("следующий_шаг<сегодня", "next<today"),
    ("класс=вип,а", "class=VIP,A"),
    ("сделка=нет", "deal=none"),
    ('сделка="в работе"', "deal=in_work"),
    ("без=телефона,инн", "missing=phone,tax_id"),
    ("этап=холодный", "stage=cold"),
    ("stage!=cold", "stage!=cold"),
    ("менеджер=я", "owner=me"),
    ("owner=none", "owner=none"),
    ('city="none"', 'city="none"'),
    ("имя~«Ромашка и К»", 'name~"Ромашка и К"'),
    ("телефон~45-67", "phone~45-67"),
    ("ИНН=7707083893", "tax_id=7707083893"),
    ("interest≥3", "interest>=3"),
    ("a=1", None),
    ("(city=a or city=b) city=c", "(city=a or city=b) and city=c"),
    ("NOT(city=a)OR city=b", "not city=a or city=b"),
    ("", ""),
]


@pytest.mark.parametrize(("line", "meant"), BOTH_LANGUAGES)
def test_both_languages_are_read(lite, line, meant):
    if meant is None:
        with pytest.raises(FilterError):
            parse_filter(line, lite.context)
    else:
        assert str(parse_filter(line, lite.context)) == meant


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("city=Moscow and stage=fresh", 23, "there is no “fresh” here, there are: new, proposal"),
        ("ctiy=Moscow", 1, "Did you mean city?"),
        ("city=Нижний Новгород", 13, "in quotes"),
        ("city", 1, "is no condition"),
        ("city=", 6, "a value is missing"),
        ("city=a or", 10, "a condition is missing"),
        ("(city=a", 1, "not closed"),
        ("city=a)", 7, "closes nothing"),
        ('city="a', 6, "quote is not closed"),
        ("city<a", 5, "compared with = != ~ only"),
        ("interest>1,2", 12, "takes one value"),
        ("interest>1..2", 10, "takes one value"),
        ("interest=many", 10, "not a whole number"),
        ("amount>lots", 8, "not an amount"),
        ("last_call<soon", 11, "not a time"),
        ("last_call=30d", 11, "say last_call<30d or last_call>30d"),
        ("created=2026-02-30", 9, "not a time"),
        ("created=2025-W53", 9, "not a time"),
        ("created=2026Q5", 9, "not a time"),
        ("created=next-month", 9, "not a time"),
        ("created=2026-11-01..3d", 9, "a range goes"),
        ("amount=..", 8, "a range has an end"),
        ("phone~abc", 7, "no digits"),
        ("last_call<99999y", 11, "not a time"),
        ("(" * 100, 42, "brackets in brackets"),
        ("not " * 100, 164, "brackets in brackets"),
        (" ".join(["city=a"] * 201), 1401, "more than 200"),
    ],
)
def test_the_place_of_a_mistake_is_pointed_at(lite, line, column, said):
    with pytest.raises(FilterError) as wrong:
        parse_filter(line, lite.context)
    assert (wrong.value.column, said in str(wrong.value)) == (column, True), str(wrong.value)
    shown, caret = wrong.value.pointed.split("\n")
    assert (shown, caret) == (line, " " * (column - 1) + "^")


def test_an_operator_that_there_is_not_is_pointed_at_too(desk):
    where = parse_filter("city=a owner=nobody", desk.context)
    with desk.base.read() as session, pytest.raises(FilterError, match="column 8: there is no such operator"):
        condition_of(session, desk.context, where)
