import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher, get_close_matches

import pytest
from builders import assert_consistent, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from real_files import DATA

from salesdesk.base.checking import check
from salesdesk.base.exporting import export
from salesdesk.base.fields import parse_values
from salesdesk.base.finding_fields import Findings, find_mapping, guess_kind
from salesdesk.base.importing import (
    ImportOptions,
    ImportStoppedError,
    OpenDates,
    look,
    look_unasked,
    products,
    run_import,
    undo_import,
)
from salesdesk.base.search import search
from salesdesk.codes import Band, ImportKind
from salesdesk.desk.calls import log_call
from salesdesk.desk.deals import save_deal
from salesdesk.desk.queue import page
from salesdesk.errors import InputError
from salesdesk.models import (
    Client,
    Deal,
    ImportBatch,
    NextAction,
    Note,
    Operator,
    StageChange,
)

OPPORTUNITIES = DATA / "salesforce" / "opportunityData.csv"

KINDS = {"kind": ImportKind.DEALS}

DEALS = """ID;Название сделки;Компания;Ответственный;Продукт;Бюджет;Этап;Дата создания;Закрыта;Причина
1;Окна;ООО «Ромашка»;Иван Петров;Окно;450 тыс;КП отправлено;02.03.2026;;
2;Двери;Ромашка;anna;;1 234,50 ₽;Успешно реализовано;05.02.2026;19.02.2026;
3;Рамы;Лютик;Иван Петров;;100;Закрыто и не реализовано;01.02.2026;03.02.2026;дорого
4;Пол;Мак;;;10;Оплачено;01.02.2026;03.02.2026;
5;Стол;Роза;;;10;Lost;01.02.2026;;ушли в отпуск
"""


@pytest.fixture
def deals(bring):
    """Import a text, or a file, of deals."""
    return lambda text, name="deals.csv", **options: bring(text, name, **(KINDS | options))


@pytest.fixture
def whole(base, context, desk):
    """Hold the base against its rules."""

    def whole():
        with base.read() as session:
            assert check(session, context) == []
        assert_consistent(desk)

    return whole


def day(year, month, day):
    """When that day begins for the team, which sits in Moscow."""
    return datetime(year, month, day, 6, tzinfo=UTC)


def by_name(rows):
    return {client.name: client for client in rows(Client)}


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "ID|ACCOUNTID|NAME|STAGENAME|AMOUNT|CLOSEDATE|TYPE|OWNERID|CREATEDDATE",
            "external_id|client.external_id|title|stage|amount|closed||owner|opened",
        ),
        (
            "opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value",
            "external_id|owner|product|client|stage|opened|closed|amount",
        ),
        (
            "Название сделки|Бюджет|Ответственный|Этап|Дата создания|Дата закрытия|Компания|Продукт|Причина",
            "title|amount|owner|stage|opened|closed|client|product|reject_reason",
        ),
        ("Deal Name|Deal Stage|Amount|Currency|Close Date|Deal owner|Associated Company",
         "title|stage|amount|currency|closed|owner|client"),
    ],
)  # fmt: skip
def test_columns_of_other_systems(header, fields):
    names = header.split("|")
    rows = [[f"{name} {n}" for name in names] for n in range(3)]
    found = find_mapping(names, rows, ImportKind.DEALS)
    assert "|".join(field or "" for field in found.fields) == fields


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("ID|ACCOUNTID|NAME|STAGENAME|AMOUNT|CLOSEDATE|TYPE|OWNERID|CREATEDDATE", "deals"),
        ("opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value", "deals"),
        ("Название сделки|Бюджет|Ответственный|Этап|Дата создания|Компания", "deals"),
        ("Название сделки|Бюджет|Этап сделки", "deals"),
        ("Deal Name|Deal Stage|Amount|Close Date|Associated Company", "deals"),
        ("Компания|Этап|Сумма", "clients"),
        ("Компания|Этап|Сумма|Дата создания|Телефон", "clients"),
        ("Название|Этап|Сумма|ИНН|Дата создания", "clients"),
        ("Название|Этап|Сумма", "clients"),
        ("Company|Deal Stage|Close Date", "clients"),
    ],
)
def test_what_the_rows_are_is_guessed_where_the_columns_are_clear(header, kind):
    names = header.split("|")
    assert guess_kind(Findings(names, [[f"{name} {n}" for name in names] for n in range(3)])) == kind


def test_exports_of_ours_are_guessed(deals, base, context, tmp_path):
    deals(DEALS)
    for kind in (ImportKind.CLIENTS, ImportKind.DEALS):
        with base.read() as session:
            export(session, context, kind.value, tmp_path / f"{kind}.csv")
        assert look_unasked(tmp_path / f"{kind}.csv").kind is kind


def test_deals_come_with_their_history_and_clients(deals, rows, context, whole):
    result = deals(DEALS)
    assert (result.rows, result.added, result.rejected, result.problems) == (5, 5, 0, ())
    assert (result.clients_made, result.operators_made) == (4, 1)
    first, second, third, fourth, fifth = rows(Deal)
    ivan = next(operator for operator in rows(Operator) if operator.name == "Иван Петров")
    assert (ivan.login, ivan.active, ivan.password_hash) == ("ivan.petrov", False, None)
    assert (first.title, first.product, first.amount_minor, first.currency, first.stage) == (
        "Окна", "Окно", 45000000, "RUB", "proposal",
    )  # fmt: skip
    assert (first.opened_at, first.closed_at, first.owner_id) == (day(2026, 3, 2), None, ivan.id)
    assert (second.stage, second.amount_minor, second.owner_id) == ("shipped", 123450, context.me.id)
    assert (second.opened_at, second.closed_at) == (day(2026, 2, 5), day(2026, 2, 19))
    assert (third.stage, third.reject_reason, third.closed_at) == ("rejected", "price", day(2026, 2, 3))
    assert (fourth.stage, fourth.closed_at, fourth.stage_since) == ("paid", None, day(2026, 2, 3))
    assert (fifth.reject_reason, fifth.closed_at) == ("other", day(2026, 2, 1))
    assert [note.text for note in rows(Note)] == ["Стол: ушли в отпуск"]
    changes = [
        (change.deal_id, change.from_stage, change.to_stage, change.at, change.reason)
        for change in rows(StageChange)
    ]
    assert changes[:6] == [
        (first.id, None, "new", day(2026, 3, 2), None), (first.id, "new", "proposal", day(2026, 3, 2), None),
        (second.id, None, "new", day(2026, 2, 5), None),
        (second.id, "new", "shipped", day(2026, 2, 19), None),
        (third.id, None, "new", day(2026, 2, 1), None),
        (third.id, "new", "rejected", day(2026, 2, 3), "price"),
    ]  # fmt: skip
    whole()


def test_a_client_stands_where_its_deals_put_it(deals, rows, context):
    deals(DEALS)
    clients = by_name(rows)
    actions = {action.client_id: action for action in rows(NextAction)}
    romashka = clients["ООО «Ромашка»"]
    assert (romashka.stage, romashka.won_at, romashka.band) == ("proposal", day(2026, 2, 19), Band.ACTIVE)
    assert (romashka.expected_minor, romashka.owner_id) == (45000000, context.me.id)
    assert actions[romashka.id].operator_id == context.me.id, "who works here, not who is gone"
    assert (actions[romashka.id].goal, actions[romashka.id].due_at) == ("confirm_proposal", context.now)
    assert (clients["Лютик"].stage, clients["Лютик"].owner_id) == ("rejected", None)
    assert clients["Мак"].stage == "paid"
    assert actions.keys() == {romashka.id, clients["Мак"].id}


PRODUCTS = "id,client,product\n1,A,Окно\n2,B, ОКНО \n3,C,Дверь  стальная\n4,D,\n"


def told(result):
    return [(each.product, each.rows, each.near) for each in result.unknown_products]


def test_products_that_no_deal_had_are_told_and_come_in(deals, rows):
    first = deals(PRODUCTS, dry_run=True)
    assert told(first) == told(deals(PRODUCTS)) == [("Окно", 2, None), ("Дверь  стальная", 1, None)]
    assert [deal.product for deal in rows(Deal)] == ["Окно", "ОКНО", "Дверь  стальная", None]
    again = deals(PRODUCTS)
    assert (told(again), again.unknown_product_count, again.unchanged) == ([], 0, 4)
    more = deals("id,client,product\n5,E,окно\n6,F,Дверь стальня\n7,G,Стена\n8,H,Стена\n", "deals.csv")
    assert told(more) == [("Дверь стальня", 1, "Дверь  стальная"), ("Стена", 2, None)]
    assert (more.added, more.problems, len(rows(Deal))) == (4, (), 8)


def test_a_sign_tells_products_apart_and_refused_rows_tell_of_none(deals):
    deals("id,client,product\n1,A,Насос 5+\n")
    result = deals("id,client,product,amount\n2,A,Насос 5,1\n3,B,Лодка,many\n", "other.csv")
    assert (told(result), result.rejected) == ([("Насос 5", 1, "Насос 5+")], 1)


def test_of_many_new_products_twenty_are_listed_and_all_counted(deals, monkeypatch):
    monkeypatch.setattr(products, "_KEPT", 25)
    text = "id,client,product\n" + "".join(f"{n},A,P{n % 30:02}\n" for n in range(45))
    result = deals(text)
    assert (len(result.unknown_products), result.unknown_product_count) == (20, 30)
    assert told(result)[:1] == [("P00", 2, None)]
    assert result.as_json()["unknown_products"][0] == {"product": "P00", "rows": 2}
    assert deals("id,client\n1,A\n", "no.csv").as_json()["unknown_products"] == []


@given(st.lists(st.text("абв", max_size=9), max_size=8), st.lists(st.text("абв", max_size=9), max_size=8))
def test_what_is_nearly_a_known_product_is_found_as_difflib_finds_it(new, known):
    found = dict(products._near(new, {key: key for key in known}))
    for key in new:
        close = get_close_matches(key, known, n=1, cutoff=0.85)
        assert (key in found) == bool(close)
        if close:
            alike = [SequenceMatcher(None, other, key).ratio() for other in (found[key], close[0])]
            assert alike[0] == alike[1]


def test_the_clients_are_found_by_search(deals, base, context):
    deals(DEALS)
    with base.read() as session:
        assert [row.name for row in search(session, context, "ромаш").rows] == ["ООО «Ромашка»"]


def test_the_same_file_again_changes_nothing(deals, counts):
    deals(DEALS)
    before = counts()
    again = deals(DEALS)
    assert (again.added, again.updated, again.unchanged, again.problems) == (0, 0, 5, ())
    assert counts() == before | {"ImportBatch": 2}


def test_deals_without_an_id_are_known_by_title_client_and_day(deals, counts):
    text = "\n".join(line.partition(";")[2] for line in DEALS.splitlines())
    assert deals(text).added == 5
    before = counts()
    again = deals(text.replace("450 тыс", "500 тыс"))
    assert (again.added, again.updated, again.unchanged) == (0, 1, 4)
    assert counts() == before | {"ImportBatch": 2, "ImportRow": before["ImportRow"] + 1}


def test_a_changed_file_moves_a_deal_and_its_client(deals, rows, whole):
    deals(DEALS)
    again = deals(DEALS.replace("КП отправлено;02.03.2026;;", "Отказ;02.03.2026;10.03.2026;конкурент"))
    assert (again.added, again.updated, again.unchanged) == (0, 1, 4)
    lost = rows(Deal)[0]
    assert (lost.stage, lost.reject_reason, lost.closed_at) == ("rejected", "competitor", day(2026, 3, 10))
    client = by_name(rows)["ООО «Ромашка»"]
    assert client.stage == "shipped", "who was won once is not rejected by a lost deal"
    last = rows(StageChange)[-1]
    assert (last.from_stage, last.to_stage, last.at) == ("proposal", "rejected", day(2026, 3, 10))
    whole()


def test_the_work_at_this_desk_is_not_undone_by_an_old_file(deals, rows, base, at, whole):
    deals(DEALS)
    romashka, mak = by_name(rows)["ООО «Ромашка»"], by_name(rows)["Мак"]
    later = at(datetime(2026, 11, 23, 8, tzinfo=UTC))
    with base.write() as session:
        log_call(session, later, said(romashka.id, "no_answer"))
        save_deal(session, later, mak.id, rows(Deal)[3].id, title="Пол", amount="10", stage="shipped")
    again = deals(DEALS.replace("КП отправлено", "Отказ").replace("450 тыс", "500 тыс"))
    assert (again.updated, again.unchanged) == (1, 4)
    assert [(deal.stage, deal.amount_minor) for deal in (rows(Deal)[0], rows(Deal)[3])] == [
        ("proposal", 50000000), ("shipped", 1000),
    ]  # fmt: skip
    assert by_name(rows)["ООО «Ромашка»"].expected_minor == 50000000
    whole()


def test_a_client_is_found_by_an_id_of_any_source_then_by_name(bring, deals, rows, whole):
    bring("ID;Название;Телефон\n7;Ромашка;8-495-123-45-67\n8;Лютик;8-495-123-45-68\n", source="crm")
    result = deals(
        "Account ID,Account Name,Deal name,Stage\n7,,a,Proposal\n9,лютик,b,Won\n10,Новый,c,New\n"
        "11,Новый,d,New\n7,Иначе,e,Lost\n"
    )
    assert result.problems == ()
    romashka, lyutik, *made = rows(Client)
    assert [(client.name, client.external_id) for client in made] == [("Новый", "10"), ("Новый", "11")]
    assert [deal.client_id for deal in rows(Deal)] == [
        romashka.id, lyutik.id, made[0].id, made[1].id, romashka.id,
    ]  # fmt: skip
    assert (romashka.stage, romashka.pool, lyutik.stage) == ("proposal", False, "shipped")
    assert {action.client_id for action in rows(NextAction)} == {client.id for client in rows(Client)}
    whole()


def test_one_name_of_many_clients_is_named(bring, deals, rows):
    bring("ID;Название;Телефон\n1;Аптека;8-495-123-45-67\n2;Аптека;8-495-123-45-68\n")
    result = deals("Компания;Название сделки\nАптека;Бинты\n")
    assert [problem.column for problem in result.problems] == ["Компания"]
    assert rows(Deal)[0].client_id == rows(Client)[0].id


def test_a_known_deal_stays_with_its_client(deals, rows):
    deals("id,client,deal name\n1,Alpha,a\n")
    again = deals("id,client,deal name\n1,Beta,a\n")
    assert (again.unchanged, [problem.value for problem in again.problems]) == (1, ["Beta"])
    assert [client.name for client in rows(Client)] == ["Alpha"]


USUAL = {
    "shipped": ["Won", "Closed Won", "Успешно реализовано"],
    "paid": ["Оплачено", "Paid"],
    "rejected": ["Lost", "Closed Lost", "Закрыто и не реализовано"],
    "new": ["Prospecting", "Qualification", "Engaging", "Needs Analysis", "Неразобранное", ""],
    "proposal": ["Proposal/Price Quote", "Коммерческое предложение"],
    "invoice": ["Negotiation/Review", "Invoice", "Счёт", "СЧЕТ"],
}


def test_the_usual_words_of_stages(deals, rows):
    words = [(word, code) for code, listed in USUAL.items() for word in listed]
    deals("client,title,stage\n" + "".join(f"Alpha,{word},{word}\n" for word, _code in words))
    assert [(deal.title, deal.stage) for deal in rows(Deal)] == words


def test_words_are_said(deals, rows):
    deals(
        "client,stage,reason\nAlpha,Ура,\nBeta,Эх,Дождь\n",
        values=parse_values("stage:Ура=paid,Эх=rejected,reject_reason:Дождь=no_need"),
    )
    assert [(deal.stage, deal.reject_reason) for deal in rows(Deal)] == [
        ("paid", None),
        ("rejected", "no_need"),
    ]
    assert rows(Note) == []


def test_what_cannot_be_taken_is_refused_with_its_reason(deals, rows, tmp_path):
    path = tmp_path / "bad.csv"
    text = (
        "Компания;Этап;Сумма;Валюта;Дата создания\n"
        "Мак;Ух ты;1;;\n;Новая;1;;\nМак;Новая;много;;\nМак;Новая;1;тугрик;\nМак;Новая;1;;вчера\n"
        "Мак;Новая;1;EUR;01.02.2026\n"
    )
    result = deals(text, rejected=path)
    assert (result.added, result.rejected) == (1, 5)
    assert [(problem.column, problem.value) for problem in result.problems] == [
        ("Этап", "Ух ты"), ("Компания", ""), ("Сумма", "много"), ("Валюта", "тугрик"),
        ("Дата создания", "вчера"),
    ]  # fmt: skip
    assert "Ух ты" in result.problems[0].why
    with path.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.reader(file))
    assert [row[:2] for row in refused[1:]] == [
        ["Мак", "Ух ты"], ["", "Новая"], ["Мак", "Новая"], ["Мак", "Новая"], ["Мак", "Новая"],
    ]  # fmt: skip
    assert all(row[-1] for row in refused[1:])
    (deal,) = rows(Deal)
    assert (deal.currency, deal.amount_minor) == ("EUR", 100)
    assert rows(Client)[0].expected_minor == 0, "another currency is nothing in ours"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (["2026-03-04", "2026-03-05"], day(2026, 3, 4)), (["3/4/2026", "3/25/2026"], day(2026, 3, 4)),
        (["4.3.2026", "5.3.2026"], day(2026, 3, 4)), (["04-03-26", "25-03-26"], day(2026, 3, 4)),
    ],
)  # fmt: skip
def test_a_column_decides_how_its_dates_are_read(deals, rows, written, found):
    deals("client,opened\n" + "".join(f"Alpha,{date}\n" for date in written))
    assert min(deal.opened_at for deal in rows(Deal)) == found


def test_which_dates_are_open_is_told_with_one_of_them(deals, tmp_path):
    path = tmp_path / "deals.csv"
    rows = "".join(f"a,{n % 12 + 1:02}/05/2026,2026-02-03\n" for n in range(2500))
    path.write_text("client,opened,closed\n" + rows, "utf-8")
    options = ImportOptions(kind=ImportKind.DEALS)
    assert look(path, options).open_dates() == (OpenDates("opened", "01/05/2026"),)
    assert look(path, replace(options, dates="mdy")).open_dates() == ()
    with pytest.raises(ImportStoppedError):
        look(path, options).open_dates(lambda: True)
    path.write_text("client,opened,closed\n" + rows + "a,13/05/2026,\n", "utf-8")
    assert look(path, options).open_dates() == ()


def test_a_stage_that_is_nothing_yet_is_where_deals_begin(deals, rows):
    result = deals("client,stage\nA,Хм\n", values={"stage": {"Хм": "cold"}})
    assert (result.added, rows(Deal)[0].stage) == (1, "new")


def test_dates_that_no_column_decides_are_asked_for(deals, rows, counts):
    text, before = "client,opened\nAlpha,03/04/2026\n", counts()
    with pytest.raises(InputError, match="--dates") as asked:
        deals(text)
    assert asked.value.field == "dates"
    assert counts() == before
    deals(text, dates="mdy")
    assert rows(Deal)[0].opened_at == day(2026, 3, 4)


def test_a_row_far_below_still_counts_for_its_column(deals, monkeypatch):
    monkeypatch.setattr("salesdesk.base.importing.looking._SAMPLE", 2)
    text = "client,opened\nAlpha,25/12/2025\nAlpha,03/04/2026\nAlpha,12/25/2025\n"
    with pytest.raises(InputError, match="opened"):
        deals(text)
    assert deals(text, dates="dmy").added == 3


def test_a_deal_of_today_is_the_same_deal_later_in_the_day(deals, base, at, rows, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("client,deal name,opened\nAlpha,a,2026-11-23\nBeta,b,2026-12-01\n", encoding="utf-8")
    for hour in (5, 7):  # the team's day begins between the two
        with base.write() as session:
            context = at(datetime(2026, 11, 23, hour, tzinfo=UTC))
            run_import(session, context, path, ImportOptions(kind=ImportKind.DEALS))
    assert [deal.title for deal in rows(Deal)] == ["a", "b"]


def test_a_dash_is_an_empty_cell(deals, rows):
    assert deals("client,stage,amount,opened,reject reason\nAlpha,New,—,-,-\n").rejected == 0
    assert rows(Deal)[0].amount_minor == 0


def test_a_deal_is_never_closed_before_it_began_nor_tomorrow(deals, rows, context, whole):
    deals("client,stage,opened,closed\nAlpha,Won,2026-05-01,2026-04-01\nBeta,Won,2026-05-01,2027-04-01\n")
    first, second = rows(Deal)
    assert (first.opened_at, first.closed_at) == (day(2026, 4, 1), day(2026, 4, 1))
    assert second.closed_at == context.now.replace(microsecond=0)
    whole()


def test_an_operator_is_made_once_and_found_again(deals, rows, desk):
    desk.beside("boris")
    text = "client,owner\nA,Пётр Щукин\nB,пётр  щукин\nC,Petr Shchukin\nD,BORIS\nE,!!!\n"
    deals(text)
    deals(text, source="another")
    logins = [(operator.login, operator.active) for operator in rows(Operator)]
    assert logins == [
        ("anna", True), ("boris", True), ("petr.shchukin", False), ("petr.shchukin2", False),
    ]  # fmt: skip
    owners = {operator.id: operator.login for operator in rows(Operator)}
    assert [owners[deal.owner_id] for deal in rows(Deal)][:5] == [
        "petr.shchukin", "petr.shchukin", "petr.shchukin2", "boris", "anna",
    ]  # fmt: skip


def test_a_rehearsal_and_an_undo_leave_nothing(deals, bring, counts, rows, base, context, whole):
    bring("ID;Название;Телефон\n7;Ромашка;8-495-123-45-67\n")
    clients, before = rows(Client), counts()
    assert deals(DEALS, dry_run=True).added == 5
    assert counts() == before
    batch = deals(DEALS).batch
    whole()
    with base.write() as session:
        undone = undo_import(session, context, batch)
    assert (undone.removed, undone.restored, undone.kept) == (5, 0, ())
    # The trail of what was done to a client that stays is kept with its batch.
    assert counts() == before | {"ImportBatch": 2, "ImportRow": 2}
    assert rows(Client) == clients
    assert rows(ImportBatch)[-1].kind == "deals"
    whole()


def test_an_update_taken_back_is_as_before(deals, rows, base, context, whole):
    deals(DEALS)
    tables = (Client, Deal, StageChange, NextAction, Note)
    before = [rows(table) for table in tables]
    batch = deals(DEALS.replace("КП отправлено;02.03.2026;;", "Отказ;02.03.2026;10.03.2026;блажь")).batch
    assert [rows(table) for table in tables] != before
    with base.write() as session:
        undone = undo_import(session, context, batch)
    assert (undone.removed, undone.restored) == (0, 1)
    assert [rows(table) for table in tables] == before
    whole()


def test_clients_worked_with_since_stay_with_their_deals(bring, deals, rows, base, at, whole):
    bring("ID;Название;Телефон\n7;Мак;8-495-123-45-67\n")
    batch = deals(DEALS).batch
    later = at(datetime(2026, 11, 23, 8, tzinfo=UTC))
    clients = by_name(rows)
    for name in ("Мак", "ООО «Ромашка»"):
        with base.write() as session:
            log_call(session, later, said(clients[name].id, "no_answer"))
    with base.write() as session:
        undone = undo_import(session, later, batch)
    assert {name for _id, name in undone.kept} == {"Мак", "ООО «Ромашка»"}
    assert undone.removed == 2
    assert {deal.title for deal in rows(Deal)} == {"Окна", "Двери", "Пол"}
    assert "Иван Петров" in {operator.name for operator in rows(Operator)}, "a deal that stays is theirs"
    whole()


def test_who_may_not_be_called_is_owed_nothing(bring, deals, rows, whole):
    bring("ID;Название;Телефон;Не звонить\n7;Ромашка;8-495-123-45-67;да\n")
    deals("Компания;Этап;Сумма\nРомашка;КП;100\n")
    (client,) = rows(Client)
    assert (client.stage, client.do_not_call) == ("proposal", True)
    assert rows(NextAction) == []
    whole()


def test_a_rejected_client_with_an_open_deal_comes_back_into_the_list(
    bring, deals, rows, base, context, whole
):
    bring("ID;Название;Телефон;Этап\n7;Ромашка;8-495-123-45-67;отказ\n")
    deals("Компания;Этап;Сумма\nРомашка;Новая;100\n")
    assert rows(Client)[0].stage == "new"
    with base.read() as session:
        assert [row.name for row in page(session, context).rows] == ["Ромашка"]
    whole()


def test_many_chunks_are_one_import(deals, rows, base, context, counts, whole, monkeypatch):
    monkeypatch.setattr("salesdesk.base.importing.running._CHUNK", 2)
    before = counts()
    batch = deals(DEALS).batch
    assert by_name(rows)["ООО «Ромашка»"].stage == "proposal"
    whole()
    again = deals(DEALS)
    assert (again.added, again.unchanged) == (0, 5)
    with base.write() as session:
        assert undo_import(session, context, batch).removed == 5
    assert counts() == before | {"ImportBatch": 2}
    whole()


def test_a_file_without_clients_is_refused(deals, counts):
    before = counts()
    with pytest.raises(InputError, match="COLUMN=client"):
        deals("Название сделки;Сумма\nОкна;1\n")
    assert counts() == before


STAGES = ["new", "proposal", "invoice", "paid", "shipped", "paused", "rejected"]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(STAGES),
        st.integers(0, 900),
        st.integers(0, 300),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_any_deals_leave_the_base_whole_and_add_up(deals, rows, base, context, desk, whole, made):
    with desk.filling() as filling:
        filling.clear()
    text = "id,client,stage,opened,closed,amount\n" + "".join(
        f"{n},Client {client},{stage},{context.today - timedelta(opened + lasted)},"
        f"{context.today - timedelta(opened)},{amount}\n"
        for n, (client, stage, opened, lasted, amount) in enumerate(made)
    )
    batch = deals(text).batch
    whole()
    for number, client in ((int(client.name[7:]), client) for client in rows(Client)):
        mine = [each for each in made if each[0] == number]
        stages = {stage for _client, stage, *_rest in mine}
        open_ones = [each for each in mine if each[1] not in {"shipped", "rejected"}]
        assert client.expected_minor == 100 * sum(each[4] for each in open_ones)
        won = [each[2] for each in mine if each[1] in {"paid", "shipped"}]
        first = context.today - timedelta(max(won, default=0))
        assert client.won_at == (day(first.year, first.month, first.day) if won else None)
        if not open_ones:
            assert client.stage == ("shipped" if "shipped" in stages else "rejected")
    assert deals(text).unchanged == len(made)
    with base.write() as session:
        undo_import(session, context, batch)
    assert rows(Client) == rows(Deal) == rows(StageChange) == []


@pytest.mark.skipif(not OPPORTUNITIES.exists(), reason="the folder of real input is absent")
def test_opportunities_of_salesforce(deals, rows, whole):
    result = deals(OPPORTUNITIES)
    assert (result.rows, result.added, result.rejected, result.problems) == (38, 38, 0, ())
    won = [deal.amount_minor for deal in rows(Deal) if deal.stage == "shipped"]
    assert (len(won), sum(won)) == (8, 220_000_000)
    whole()
    assert deals(OPPORTUNITIES).unchanged == 38


@pytest.mark.skipif(not OPPORTUNITIES.exists(), reason="the folder of real input is absent")
def test_opportunities_find_the_accounts_that_came_before(bring, deals, rows):
    bring(OPPORTUNITIES.with_name("accountData.csv"))
    accounts = {client.external_id: client.id for client in rows(Client)}
    deals(OPPORTUNITIES)
    with OPPORTUNITIES.open(encoding="utf-8", newline="") as file:
        wanted = [accounts.get(row["ACCOUNTID"]) for row in csv.DictReader(file)]
    assert [deal.client_id for deal in rows(Deal) if deal.external_id] == wanted
