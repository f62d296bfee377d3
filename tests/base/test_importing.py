import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from real_files import DATA

from salesdesk.base.checking import check
from salesdesk.base.fields import parse_values
from salesdesk.base.importing import ImportOptions, ImportStoppedError, look, run_import, undo_import
from salesdesk.base.search import search
from salesdesk.codes import Band, PhoneState
from salesdesk.desk.calls import log_call
from salesdesk.desk.queue import page
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.models import (
    Call,
    Client,
    Contact,
    Deal,
    NextAction,
    NextActionPast,
    Note,
    Operator,
    Phone,
    StageChange,
)
from salesdesk.rows import WrapUp
from salesdesk.storage import taking_turns
from salesdesk.storage.faults import LockedError

NAUGHTY = DATA / "naughty_strings/blns.json"
real = pytest.mark.skipif(not DATA.exists(), reason="the folder of real input is absent")


CLIENTS = """ID;Название;Телефон;Город;ИНН;E-mail;Адрес;Контактное лицо;Должность;Комментарий
7;ООО «Ромашка»;8-495-123-45-67 доб. 5; Екатеринбург ;7707083893;a@b.ru;ул. Мира, 1;Иван Петров;директор;чай
8;АО Лютик;(499) 616-22-11, 616-22-12;Москва;;;;;;
"""


def test_a_cold_client_waits_for_anybody(bring, rows):
    result = bring(CLIENTS)
    assert (result.rows, result.added, result.rejected, result.problems) == (2, 2, 0, ())
    first, second = rows(Client)
    assert (first.name, first.name_key, first.external_id, first.source) == (
        "ООО «Ромашка»",
        "ромашка",
        "7",
        "clients",
    )
    assert (first.city, first.zone, first.tax_id, first.email) == (
        "Екатеринбург",
        "Asia/Yekaterinburg",
        "7707083893",
        "a@b.ru",
    )
    assert (first.stage, first.owner_id, first.band, first.pool) == (None, None, Band.TELEMARKETING, True)
    assert second.zone == "Europe/Moscow"
    assert [(phone.e164, phone.extension, phone.last4, phone.state) for phone in rows(Phone)] == [
        ("+74951234567", "5", "4567", PhoneState.GOOD), ("+74996162211", None, "2211", PhoneState.GOOD),
        ("+74996162212", None, "2212", PhoneState.GOOD),
    ]  # fmt: skip
    assert [(person.name, person.position) for person in rows(Contact)] == [("Иван Петров", "директор")]
    assert [note.text for note in rows(Note)] == ["чай"]
    assert rows(NextAction) == rows(Deal) == []


def test_what_a_file_moves_or_gives_away_is_kept_as_it_was_until_it_is_taken_back(bring, rows, base, context):
    table = "ID;Название;Телефон;Этап;Ответственный;Следующий контакт\n7;Ромашка;+74951234567;new;{}\n"
    bring(table.format("anna;24.11.2026"))
    (before,) = rows(NextAction)
    again = bring(table.format("anna;25.11.2026"))
    (kept,) = rows(NextActionPast)
    assert (kept.next_action_id, kept.due_at, kept.until) == (before.id, before.due_at, context.now)
    with base.write() as session:
        undo_import(session, context, again.batch)
    assert (rows(NextActionPast), rows(NextAction)[0].due_at) == ([], before.due_at)


def test_the_same_file_again_changes_nothing(bring, counts):
    bring(CLIENTS)
    before = counts()
    again = bring(CLIENTS)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert counts() == before | {"ImportBatch": 2}


def test_a_changed_file_updates_what_differs_and_takes_nothing_away(bring, rows):
    bring(CLIENTS)
    again = bring(
        CLIENTS.replace("ул. Мира, 1", "ул. Новая, 2").replace("8-495-123-45-67 доб. 5", "8-495-765-43-21")
    )
    assert (again.added, again.updated, again.unchanged) == (0, 1, 1)
    assert rows(Client)[0].address == "ул. Новая, 2"
    assert {phone.e164 for phone in rows(Phone) if phone.client_id == rows(Client)[0].id} == {
        "+74951234567",
        "+74957654321",
    }


WORKED = """Название;Телефон;Этап;Сумма;Интерес;Класс;Ответственный;Следующий контакт;Цель;Последний звонок
Ромашка;8-495-123-45-67;КП отправлено;450 тыс;горячий;VIP;;25.11.2026 10:00;;20.11.2026
Лютик;8-495-123-45-68;Новый;1 234,50 ₽;2;;anna;завтра 10;подтвердить КП;
Мак;8-495-123-45-69;отказ;;;;;;;
Пион;8-495-123-45-60;Отгружен;100;;;никто;01.11.2026;;
Роза;8-495-123-45-61;Блаблабла;много;огонь;Я;;потом;;скоро
"""


def test_the_order_of_dates_is_said(bring, rows):
    text = "Название;Последний звонок\nРомашка;03/04/2026\n"
    assert len(bring(text).problems) == 1
    bring(text, dates="mdy")
    assert rows(Client)[0].last_call_at == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_a_client_in_work_has_owner_deal_and_next_action(bring, rows, context):
    result = bring(WORKED)
    clients = {client.name: client for client in rows(Client)}
    actions = {action.client_id: action for action in rows(NextAction)}
    first = clients["Ромашка"]
    assert (first.stage, first.expected_minor, first.interest, first.client_class) == (
        "proposal",
        45000000,
        5,
        "VIP",
    )
    assert (first.owner_id, first.band, first.pool) == (context.me.id, Band.NEW, False)
    due = actions[first.id]
    assert (due.due_at, due.promise, due.goal, due.band) == (
        datetime(2026, 11, 25, 7, tzinfo=UTC),
        True,
        "confirm_proposal",
        Band.NEW,
    )
    assert due.sort_key == first.sort_key
    assert actions[clients["Лютик"].id].goal == "confirm_proposal"
    assert actions[clients["Лютик"].id].due_at == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert clients["Мак"].stage == "rejected"
    assert clients["Мак"].id not in actions
    won = clients["Пион"]
    assert (won.stage, won.owner_id, won.won_at) == ("shipped", context.me.id, context.now)
    assert actions[won.id].due_at < context.now - timedelta(days=20)
    assert {deal.client_id: deal.amount_minor for deal in rows(Deal)} == {
        first.id: 45000000, clients["Лютик"].id: 123450, won.id: 10000,
    }  # fmt: skip
    assert len(rows(StageChange)) == 4
    assert {(problem.row, problem.column) for problem in result.problems} == {
        (4, "Ответственный"), (5, "Этап"), (5, "Сумма"), (5, "Интерес"), (5, "Класс"),
        (5, "Следующий контакт"), (5, "Последний звонок"),
    }  # fmt: skip
    assert "Сумма: много" in next(note.text for note in rows(Note) if note.client_id == clients["Роза"].id)


def test_what_is_imported_stands_in_the_list_and_is_found(base, bring, context):
    bring(WORKED)
    with base.read() as session:
        listed = [row.name for row in page(session, context).rows]
        found = [row.name for row in search(session, context, "ромаш").rows]
        by_digits = [row.name for row in search(session, context, "4568").rows]
    assert set(listed) >= {"Роза", "Пион"}
    assert found == ["Ромашка"]
    assert by_digits == ["Лютик"]


def test_a_person_says_what_words_and_columns_mean(bring, rows):
    text = "Фирма года;Тел;Воронка\nРомашка;8-495-123-45-67;Блин\n"
    result = bring(text, map={"Фирма года": "name", "#3": "stage"}, values=parse_values("stage:Блин=invoice"))
    assert [client.stage for client in rows(Client)] == ["invoice"]
    assert result.mapping == {"Фирма года": "name", "Тел": "phone", "Воронка": "stage"}


def test_rows_alike_stay_rows_of_their_own(bring, rows):
    text = "Название;Адрес;Телефон\n" + "Аптека;;8-495-123-45-67\n" * 3 + "Аптека;ул. Мира;8-495-123-45-67\n"
    assert bring(text).added == 4
    again = bring(text)
    assert (again.added, again.unchanged) == (0, 4)
    assert len({client.external_id for client in rows(Client)}) == 4


def test_several_rows_of_one_client_are_one_client(bring, rows):
    text = (
        "ID;Название;Телефон;Контактное лицо\n"
        "1;Мак;8-495-123-45-67;Анна\n2;Лён;;\n1;Мак;8-495-123-45-68;Борис\n"
    )
    mapped = {"ID": "external_id"}
    result = bring(text, map=mapped)
    assert (result.rows, result.added, result.unchanged) == (3, 2, 1)
    assert [person.name for person in rows(Contact)] == ["Анна", "Борис"]
    assert bring(text, map=mapped).unchanged == 3


def test_sources_keep_their_ids_apart(bring, rows):
    bring(CLIENTS)
    assert bring(CLIENTS, source="другая база").added == 2
    assert len(rows(Client)) == 4


def test_bad_rows_go_to_a_file_and_good_ones_in(bring, rows, tmp_path):
    path = tmp_path / "bad.csv"
    result = bring("Название;Телефон\nРомашка;1\n;8-495-123-45-67\nМак;2;лишнее\n=1+1;\n", rejected=path)
    assert (result.added, result.rejected, result.rejected_file) == (2, 2, str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.reader(file))
    assert refused[0] == ["Название", "Телефон", "reason"]
    assert [row[:2] for row in refused[1:]] == [["", "8-495-123-45-67"], ["Мак", "2"]]
    assert all(row[-1] for row in refused[1:])
    assert [client.name for client in rows(Client)] == ["Ромашка", "=1+1"]


def test_phones_that_are_none_are_kept_as_written_and_named(bring, rows):
    result = bring("Название;Телефон\nРомашка;спросить у Ани\nМак;3.58504E+11\nЛютик;нет\nРоза;616-22-11\n")
    assert [(phone.raw, phone.state, phone.e164) for phone in rows(Phone)] == [
        ("спросить у Ани", PhoneState.BAD, None), ("3.58504E+11", PhoneState.BAD, None),
        ("616-22-11", PhoneState.GOOD, None),
    ]  # fmt: skip
    assert [problem.row for problem in result.problems] == [1, 2]
    assert [client.pool for client in rows(Client)] == [False, False, False, True]


def test_do_not_call_is_kept_everywhere(bring, rows, base, context):
    bring("ID;Название;Телефон\n1;Первая;8-495-123-45-67\n", name="a.csv")
    forbidden = "ID;Название;Телефон;Не звонить;Этап\n1;Вторая;8-495-123-45-67, 8-495-123-45-68;да;Новый\n"
    batch = bring(forbidden, name="b.csv").batch
    bring("ID;Название;Телефон\n1;Третья;8-495-123-45-68\n", name="c.csv")
    first, second, third = rows(Client)
    assert (first.do_not_call, second.do_not_call, third.do_not_call) == (False, True, True)
    assert {phone.state for phone in rows(Phone)} == {PhoneState.DO_NOT_CALL}
    assert [client.pool for client in (first, second, third)] == [False] * 3
    assert rows(NextAction) == []
    with base.write() as session:
        undo_import(session, context, batch)
    assert rows(Client)[0].pool
    assert rows(Phone)[0].state == PhoneState.GOOD


def test_a_row_that_asks_for_no_calls_closes_every_number_of_the_card_on_every_card(
    bring, rows, base, context
):
    bring("ID;Название;Телефон\n1;Первая;8-495-123-45-67, 8-495-123-45-68\n", name="a.csv")
    bring("ID;Название;Телефон\n1;Вторая;8-495-123-45-68\n", name="b.csv")
    before = [phone.state for phone in rows(Phone)]
    batch = bring("ID;Название;Не звонить\n1;Первая;да\n", source="a").batch
    assert {phone.state for phone in rows(Phone)} == {PhoneState.DO_NOT_CALL}
    assert [client.do_not_call for client in rows(Client)] == [True, False]
    assert [client.pool for client in rows(Client)] == [False, False]
    with base.write() as session:
        undo_import(session, context, batch)
    assert [phone.state for phone in rows(Phone)] == before


def test_a_name_beyond_all_measure_is_found_by_what_stands_in_front(bring, rows, base, context):
    # Nothing that a database could make short: it keeps no long key in an index.
    goes_on = " ".join(str(number**7) for number in range(2000))
    bring(f"Название;Контакт\nРомашка {goes_on};{'Анна ' * 2000}\nМак;Юлия\n")
    with base.read() as session:
        assert check(session, context) == []
        assert search(session, context, "ромашка анна").total == 1


@pytest.mark.parametrize("change", ["cut", "grown", "gone"])
def test_a_file_that_changes_while_it_is_read_brings_nothing(base, context, counts, tmp_path, change):
    path = tmp_path / "many.csv"
    path.write_text("Название\n" + "".join(f"Фирма {n}\n" for n in range(2500)), encoding="utf-8")
    before = counts()

    def meddle(_done, _total):
        if change == "gone":
            path.unlink(missing_ok=True)
        elif path.stat().st_size > 1000:
            path.write_text("Название\n" if change == "cut" else "x" * 500_000, encoding="utf-8")

    with pytest.raises(InputError, match="changed while it was read"), base.write() as session:
        run_import(session, context, path, progress=meddle)
    assert counts() == before


def test_refused_rows_that_cannot_be_written_stop_the_import(base, context, rows, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("ID;Название\n1;Ромашка\n2;\n", encoding="utf-8")
    rejected = tmp_path / "rejected.csv"
    rejected.with_name("rejected.csv.partial").symlink_to("/dev/full")
    with (
        pytest.raises(InputError, match=r"rejected\.csv cannot be written: No space"),
        base.write() as session,
    ):
        run_import(session, context, path, ImportOptions(rejected=rejected))
    assert rows(Client) == []
    assert [file.name for file in tmp_path.iterdir() if "base.db" not in file.name] == ["clients.csv"]


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
@pytest.mark.parametrize("dry_run", [False, True])
def test_one_import_waits_for_another_and_is_told_so(base, context, rows, tmp_path, monkeypatch, dry_run):
    path = tmp_path / "clients.csv"
    path.write_text("ID;Название\n1;Ромашка\n", encoding="utf-8")
    monkeypatch.setattr(taking_turns, "_WAIT", "50ms")
    with base.write() as session:
        run_import(session, context, path)
        with pytest.raises(LockedError, match="another import"), base.write() as other:
            run_import(other, context, path, ImportOptions(dry_run=dry_run))
    with base.write() as session:
        assert run_import(session, context, path).unchanged == 1
    assert len(rows(Client)) == 1


def test_a_rehearsal_leaves_nothing(bring, counts, rows):
    before = counts()
    result = bring(WORKED, dry_run=True)
    assert (result.batch, result.added) == (None, 5)
    assert counts() == before


def test_stopped_leaves_nothing(base, context, tmp_path, counts):
    path = tmp_path / "many.csv"
    path.write_text(
        "Название;Телефон\n" + "".join(f"Фирма {n};8-495-123-{n:04d}\n" for n in range(5000)),
        encoding="utf-8",
    )
    before, told = counts(), []
    with pytest.raises(ImportStoppedError), base.write() as session:
        run_import(
            session, context, path, progress=lambda *how: told.append(how), cancelled=lambda: len(told) > 1
        )
    assert counts() == before
    assert told[0][0] <= told[1][0] <= told[1][1] == path.stat().st_size


def test_taken_back_whole(base, bring, context, counts):
    before = counts()
    batch = bring(WORKED).batch
    with base.write() as session:
        undone = undo_import(session, context, batch)
    assert (undone.removed, undone.restored, undone.kept) == (5, 0, ())
    assert counts() == before | {"ImportBatch": 1}
    with base.read() as session:
        assert search(session, context, "ромашка").rows == ()
    with pytest.raises(NotAllowedError), base.write() as session:
        undo_import(session, context, batch)
    with pytest.raises(NotFoundError), base.write() as session:
        undo_import(session, context, 99)


def test_an_update_taken_back_is_as_before(base, bring, at, rows, counts):
    bring(CLIENTS)
    clients, before = rows(Client), counts()
    changed = (
        CLIENTS.replace("Екатеринбург", "Владивосток")
        .replace("ООО «Ромашка»", "ООО Василёк")
        .replace("чай", "кофе")
    )
    batch = bring(changed).batch
    assert rows(Client)[0].zone == "Asia/Vladivostok"
    with base.write() as session:
        assert undo_import(session, at(), batch).restored == 1
        assert [row.name for row in search(session, at(), "ромашка").rows] == ["ООО «Ромашка»"]
    assert rows(Client) == clients
    # The trail of what was done, and taken back, stays.
    assert counts() == before | {"ImportBatch": 2, "ImportRow": 3}


def test_clients_called_since_stay_and_are_named(base, bring, at, rows):
    batch = bring(CLIENTS).batch
    called, other = rows(Client)
    later = at(datetime(2026, 11, 23, 8, tzinfo=UTC))
    with base.write() as session:
        log_call(session, later, WrapUp(client_id=called.id, outcome="no_answer"))
    with base.write() as session:
        undone = undo_import(session, later, batch)
    assert (undone.removed, undone.kept) == (1, ((called.id, called.name),))
    assert [client.id for client in rows(Client)] == [called.id]
    assert len(rows(Call)) == 1
    assert other.id not in {client.id for client in rows(Client)}


def test_the_work_at_this_desk_is_not_undone_by_an_old_file(base, bring, at, rows):
    bring(WORKED)
    client = next(client for client in rows(Client) if client.name == "Лютик")
    with base.write() as session:
        log_call(
            session,
            at(datetime(2026, 11, 23, 8, tzinfo=UTC)),
            WrapUp(client_id=client.id, outcome="no_answer"),
        )
    before = [(action.due_at, action.goal, action.closed_at) for action in rows(NextAction)]
    bring(
        WORKED.replace("завтра 10", "30.11.2026 12:00").replace(
            "Лютик;8-495-123-45-68;Новый", "Лютик;8-495-123-45-68;Оплачен"
        )
    )
    assert [(action.due_at, action.goal, action.closed_at) for action in rows(NextAction)] == before
    assert next(found.stage for found in rows(Client) if found.id == client.id) == client.stage


def test_a_stage_moves_while_nobody_has_called(bring, rows):
    bring(WORKED)
    bring(WORKED.replace("КП отправлено", "Оплачен"))
    client = next(client for client in rows(Client) if client.name == "Ромашка")
    assert (client.stage, client.band) == ("paid", Band.ACTIVE)
    assert [change.to_stage for change in rows(StageChange) if change.client_id == client.id] == [
        "proposal",
        "paid",
    ]
    assert next(action.band for action in rows(NextAction) if action.client_id == client.id) == Band.ACTIVE


def test_an_owner_is_found_by_login_or_name(base, bring, rows):
    with base.write() as session:
        session.add(Operator(login="boris", name="Борис Иванов"))
    bring("Название;Ответственный\nРомашка;борис иванов\nМак;BORIS\n")
    owners = {client.owner_id for client in rows(Client)}
    assert owners == {rows(Operator)[-1].id}


def test_a_file_without_names_is_refused(bring, counts):
    before = counts()
    with pytest.raises(InputError, match="--map"):
        bring("Цвет;Вкус\nкрасный;сладкий\n")
    assert counts() == before


def test_numbers_of_another_country_are_told_by_the_column(bring, rows):
    numbers = ["310/246-1501", "818-762-1221", "(213) 938-1447", "415 901 7000", "212-961-7500"]
    bring("name;phone\n" + "".join(f"Shop {n};{number}\n" for n, number in enumerate(numbers)))
    assert {phone.e164[:2] for phone in rows(Phone)} == {"+1"}
    assert rows(Client)[0].zone == "America/Los_Angeles"


def test_a_look_at_a_file_shows_what_would_be(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(CLIENTS, encoding="cp1251")
    preview = look(path)
    assert preview.has_name
    assert (preview.source, preview.format) == ("file", "cp1251, semicolon")
    assert preview.mapping.as_json()["Телефон"] == "phone"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the folder of real input is absent")
def test_naughty_strings_come_in_as_they_are(bring, rows, tmp_path):
    strings = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text.strip()]
    path = tmp_path / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "phone", "note", "city", "external_id"])
        writer.writerows([text, text, text, text, f"n{at}"] for at, text in enumerate(strings))
    result = bring(path)
    assert result.added + result.rejected == len(strings)
    assert result.rejected <= 5
    assert bring(path).updated == 0


@real
@pytest.mark.parametrize(
    ("name", "rows_", "added", "rejected"),
    [
        ("pharmacies_ru/pharmacies.tsv", 4123, 4123, 0), ("libraries_ru/libraries.tsv", 520, 518, 2),
        ("salesforce/accountData.csv", 423, 423, 0),
        ("restaurants_duplicates/restaurants_single_table.csv", 864, 864, 0),
        ("spreadsheets/issue_174.xlsx", 1, 1, 0),
    ],
)  # fmt: skip
def test_real_files_twice(bring, name, rows_, added, rejected):
    first = bring(DATA / name)
    assert (first.rows, first.added, first.rejected) == (rows_, added, rejected)
    again = bring(DATA / name)
    assert (again.added, again.updated, again.unchanged) == (0, 0, added)


SAID = """Название;Телефон;Сумма;Статус;Менеджер
Ромашка;8 495 123-45-67;-;Не звонить;-
Мак;8 495 123-45-68;нет;—;Петрова А.
"""


def test_what_says_nothing_is_no_problem_and_a_stage_may_forbid_to_call(bring, rows):
    done = bring(SAID)
    assert [(problem.row, problem.value, problem.asks) for problem in done.problems] == [
        (2, "Петрова А.", "operator")
    ]
    first, second = rows(Client)
    assert (first.do_not_call, first.stage, second.do_not_call) == (True, None, False)
    assert [phone.state for phone in rows(Phone)] == [PhoneState.DO_NOT_CALL, PhoneState.GOOD]
    assert [note.text for note in rows(Note)] == ["Менеджер: Петрова А."]


def test_an_owner_whom_nobody_knows_is_explained(bring, rows):
    done = bring(SAID, values=parse_values("owner:Петрова А.=anna"))
    assert done.problems == ()
    anna = next(each.id for each in rows(Operator) if each.login == "anna")
    assert [client.owner_id for client in rows(Client)] == [None, anna]
    with pytest.raises(InputError, match="there is no operator clara"):
        bring(SAID, name="next.csv", values=parse_values("owner:Петрова А.=clara"))


def test_what_says_nothing_is_neither_a_person_nor_a_place_nor_a_note(bring, rows):
    bring(
        "Название;Телефон;Город;Контактное лицо;Должность;Комментарий;Сайт\n"
        "Ромашка;8 495 123-45-67;-;-;нет;-;н/д\nМак;8 495 123-45-68;Омск;нет;—;нет;\n"
    )
    first, second = rows(Client)
    assert (first.city, first.website, second.city) == (None, None, "Омск")
    assert rows(Contact) == rows(Note) == []


def test_one_number_with_two_extensions_is_found_as_the_base_says_it_is(bring, base, context, rows):
    bring("Название;Телефон\nРомашка;8 495 123-45-67, 8 495 123-45-67 доб. 123\n")
    assert [phone.extension for phone in rows(Phone)] == [None, "123"]
    with base.read() as session:
        assert check(session, context) == []


def test_a_lead_that_is_good_has_not_bought(bring, rows):
    bring("Название лида;Телефон;Стадия\nЗаявка с сайта;8 495 123-45-67;Качественный лид\n")
    [client] = rows(Client)
    assert (client.stage, client.won_at) == ("new", None)


def test_the_lines_of_a_note_end_alike_whatever_the_file_ends_them_with(bring, rows):
    text = 'Название;Телефон;Заметка\r\nРомашка;8 495 123-45-67;"раз\r\nдва"\r\n'
    bring(text.replace("\r\n", "\n"))
    again = bring(text.replace("Ромашка", "Мак"), name="other.csv")
    assert again.added == 1
    assert [note.text for note in rows(Note)] == ["раз\nдва"] * 2
