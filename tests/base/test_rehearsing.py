"""The rehearsal of an import: what becomes of each row, what is done with likely duplicates and absentees."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.base.checking import check
from salesdesk.base.importing import (
    FieldChange,
    ImportDiffersError,
    ImportOptions,
    OutcomeLog,
    look_unasked,
    past_imports,
    run_import,
    undo_import,
)
from salesdesk.clock import Clock
from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportKind, ImportState, RowFate
from salesdesk.context import context_of
from salesdesk.desk.calls import log_call
from salesdesk.desk.editing import add_client, save_phone
from salesdesk.errors import NotAllowedError
from salesdesk.models import Client, Contact, Merge, MergedClient, Note, Phone
from salesdesk.rows import WrapUp
from salesdesk.storage.base import open_base

BASE = """ID;Название;Телефон;Город;E-mail;Сумма
1;ООО «Ромашка»;8-495-123-45-67;Москва;;100
2;АО Лютик;(499) 616-22-11;Москва;l@lutik.ru;
3;ЗАО Мак;8 812 320-11-22;СПб;;
"""
NEXT = """ID;Название;Телефон;Город;E-mail;Сумма
1;ООО «Ромашка»;8-495-123-45-67;Москва;r@romashka.ru;250,50
2;АО Лютик;(499) 616-22-11;Москва;l@lutik.ru;
9;Ромашка ООО;8-495-123-45-67, 8-495-123-45-99;Москва;other@romashka.ru;
10;Новый завод;8-495-765-43-21;Москва;;
11;Новый завод;8-495-765-43-21;Москва;z@zavod.ru;
12;;8-495-765-43-22;;;
"""


@pytest.fixture
def rehearse(base, context, tmp_path):
    """Rehearse text; give the result and what becomes of its rows."""

    def rehearse(text, **options):
        path = tmp_path / "clients.csv"
        path.write_text(text, encoding="utf-8")
        log = OutcomeLog()
        with base.write() as session:
            result = run_import(session, context, path, ImportOptions(dry_run=True, outcomes=log, **options))
        return result, log

    return rehearse


@pytest.fixture
def undone(base, context):
    """Take an import back; give what that did."""

    def undone(batch):
        with base.write() as session:
            return undo_import(session, context, batch)

    return undone


def fates(log):
    return [(one.row, one.fate) for one in log.page(None)]


def test_each_row_is_told_before_it_is_written(bring, rehearse, rows, counts):
    bring(BASE)
    before = counts()
    result, log = rehearse(NEXT)
    assert counts() == before
    assert fates(log) == [
        (1, RowFate.UPDATE), (2, RowFate.UNCHANGED), (3, RowFate.DUPLICATE), (4, RowFate.ADD),
        (5, RowFate.DUPLICATE), (6, RowFate.REJECT),
    ]  # fmt: skip
    assert (result.added, result.updated, result.unchanged, result.rejected) == (3, 1, 1, 1)
    assert result.possible_duplicates == 2
    update, _same, double, _new, of_file, refused = log.page(None)
    assert update.changes == (
        FieldChange("email", None, "r@romashka.ru"),
        FieldChange("expected_amount", "100.00", "250.50"),
    )
    assert update.client == rows(Client)[0].id
    (found,) = double.duplicate_of
    assert (found.client, found.name, found.row) == (rows(Client)[0].id, "ООО «Ромашка»", None)
    assert found.score > 0.5
    assert any("+74951234567" in why for why in found.why)
    assert (of_file.duplicate_of[0].client, of_file.duplicate_of[0].row) == (None, 4)
    assert (refused.name, refused.why) == ("12", "no name")


def test_of_a_name_that_goes_on_and_on_the_beginning_is_told(rehearse):
    _result, log = rehearse("Название;Телефон\n" + f"{'Ж' * 300_000};8-495-123-45-67\n" * 2)
    first, second = log.page(None)
    assert first.name == second.name == second.duplicate_of[0].name == "Ж" * 200


def test_rows_are_read_a_page_and_a_kind_at_a_time(rehearse):
    lines = "".join(f"{number};Клиент {number}\n" for number in range(1, 2501))
    _result, log = rehearse("ID;Название\n" + lines + "2501;\n")
    assert log.counts() == {RowFate.ADD: 2500, RowFate.REJECT: 1}
    assert [one.row for one in log.page(RowFate.ADD, 3, 2100)] == [2101, 2102, 2103]
    assert [one.row for one in log.page(RowFate.REJECT)] == [2501]
    assert log.page(RowFate.UPDATE) == ()


POLICIES = {
    DuplicatePolicy.ADD: (
        (3, 1, 1, 0),
        ["r@romashka.ru", "l@lutik.ru", None, "other@romashka.ru", None, "z@zavod.ru"],
    ),
    DuplicatePolicy.SKIP: ((1, 1, 1, 2), ["r@romashka.ru", "l@lutik.ru", None, None]),
    # The known client takes what its own row says before a duplicate may fill it.
    DuplicatePolicy.FILL: ((1, 3, 1, 0), ["r@romashka.ru", "l@lutik.ru", None, "z@zavod.ru"]),
    DuplicatePolicy.REPLACE: ((1, 3, 1, 0), ["other@romashka.ru", "l@lutik.ru", None, "z@zavod.ru"]),
}  # fmt: skip
"""What comes of the rows (added, updated, unchanged, left out), and the addresses in the end."""


@pytest.mark.parametrize("policy", DuplicatePolicy)
def test_a_policy_says_what_becomes_of_duplicates(bring, rehearse, rows, policy):
    bring(BASE)
    rehearsed, _log = rehearse(NEXT, duplicates=policy)
    done = bring(NEXT, duplicates=policy)
    assert done.counts == rehearsed.counts
    came, emails = POLICIES[policy]
    assert (done.added, done.updated, done.unchanged, done.skipped) == came
    assert done.possible_duplicates == 2
    assert [client.email for client in rows(Client)] == emails
    name = "Ромашка ООО" if policy is DuplicatePolicy.REPLACE else "ООО «Ромашка»"
    assert rows(Client)[0].name == name
    first = [phone.digits for phone in rows(Phone) if phone.client_id == rows(Client)[0].id]
    joined = policy in {DuplicatePolicy.FILL, DuplicatePolicy.REPLACE}
    assert first == ["74951234567", *(["74951234599"] if joined else [])]


@pytest.mark.parametrize("policy", DuplicatePolicy)
def test_whatever_the_policy_the_import_is_taken_back(bring, rows, counts, undone, policy):
    bring(BASE)
    before = counts()
    done = bring(NEXT, duplicates=policy)
    assert undone(done.batch).kept == ()
    assert {**counts(), "ImportBatch": 1, "ImportRow": 3} == before
    assert [client.email for client in rows(Client)] == [None, "l@lutik.ru", None]


def test_what_was_filled_is_unchanged_the_next_time(bring):
    bring(BASE)
    bring(NEXT, duplicates=DuplicatePolicy.FILL)
    again = bring(NEXT, duplicates=DuplicatePolicy.FILL)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 5)


def test_absent_clients_are_marked_or_leave_the_lists_and_come_back(bring, rehearse, rows, undone):
    bring(BASE)
    shorter = "\n".join(BASE.splitlines()[:3]) + "\n"
    nothing = bring(shorter)
    assert nothing.absent == 0
    result, log = rehearse(shorter, absent=AbsentPolicy.REJECT)
    (gone,) = log.page(RowFate.ABSENT)
    assert (result.absent, gone.name, gone.row) == (1, "ЗАО Мак", None)
    assert FieldChange("stage", None, "rejected") in gone.changes
    done = bring(shorter, absent=AbsentPolicy.REJECT)
    assert [client.stage for client in rows(Client)] == [None, None, "rejected"]
    assert "clients" in rows(Note)[0].text
    again = bring(shorter, absent=AbsentPolicy.REJECT)
    assert (again.absent, len(rows(Note))) == (1, 1)
    undone(done.batch)
    assert ([client.stage for client in rows(Client)], rows(Note)) == ([None, None, None], [])


def test_whom_somebody_has_called_keeps_its_stage_though_absent(bring, rows, base, context):
    bring(BASE)
    with base.write() as session:
        log_call(session, context, WrapUp(client_id=rows(Client)[2].id, outcome="no_answer"))
    bring("\n".join(BASE.splitlines()[:3]) + "\n", absent=AbsentPolicy.REJECT)
    assert [client.stage for client in rows(Client)] == [None, None, None]
    assert len(rows(Note)) == 1


def test_nobody_is_absent_while_rows_are_refused(bring, rows):
    bring(BASE)
    done = bring(NEXT, absent=AbsentPolicy.REJECT)
    assert done.absent == 0
    assert any("absent" in problem.why for problem in done.problems)
    assert rows(Note) == []


def test_a_run_holds_to_what_was_rehearsed(bring, rehearse, counts, base, context, tmp_path):
    bring(BASE)
    rehearsed, _log = rehearse(NEXT)
    before = counts()
    bring("ID;Название;Телефон\n10;Новый завод;8-495-765-43-21\n")
    path = tmp_path / "clients.csv"
    path.write_text(NEXT, encoding="utf-8")

    def run(held):
        with base.write() as session:
            return run_import(session, context, path, ImportOptions(rehearsed=held))

    with pytest.raises(ImportDiffersError, match="file"):
        run(rehearsed.rehearsed)
    anew, _log = rehearse(NEXT)
    bring("ID;Название;Телефон\n10;Новый завод;8-495-765-43-21\n", name="other.csv", source="clients")
    mine = counts()
    with pytest.raises(ImportDiffersError, match="base"):
        run(replace(anew.rehearsed, counts=rehearsed.counts))
    assert counts() == mine
    assert before != mine
    assert run(anew.rehearsed).counts == anew.counts


def test_a_merged_card_is_never_added_again_and_fills_the_card_that_stays(bring, rows, base, context):
    bring(BASE)
    first, second, _third = rows(Client)
    with base.write() as session:
        merge = Merge(at=context.now, operator_id=context.me.id, client_id=first.id, changes=[])
        session.add(merge)
        session.flush()
        session.add(
            MergedClient(
                client_id=99, kept_id=first.id, merge_id=merge.id, source="clients", external_id="77"
            )
        )
    again = bring(
        "ID;Название;Телефон;Адрес\n77;Ромашка-Плюс;8-495-123-45-00;ул. Мира, 1\n1;ООО «Ромашка»;;\n"
    )
    assert (again.added, again.updated, again.unchanged) == (0, 1, 1)
    kept = rows(Client)[0]
    assert (kept.name, kept.address) == ("ООО «Ромашка»", "ул. Мира, 1")
    assert len(rows(Client)) == 3
    assert second.name == "АО Лютик"


def test_people_added_with_a_known_client_have_their_numbers(bring, rows):
    bring(BASE)
    bring("ID;Название;Контакт;Контакт: телефон\n1;ООО «Ромашка»;Иван;8-495-700-00-01\n",
          map={"Контакт": "contact.name", "Контакт: телефон": "contact.phone"})  # fmt: skip
    (person,) = rows(Contact)
    assert [phone.contact_id for phone in rows(Phone)] == [None, None, None, person.id]


# Taking back


def test_what_another_import_wrote_since_stays_and_is_named(bring, rows, base, context):
    first = bring(BASE).batch
    second = bring(BASE.replace("100", "300")).batch
    with base.write() as session:
        undone = undo_import(session, context, first)
    kept = rows(Client)[0]
    assert (undone.removed, undone.kept) == (2, ((kept.id, kept.name),))
    assert undone.why[kept.id] == f"import {second} wrote it since"
    with base.read() as session:
        states = {one.batch: one.state for one in past_imports(session, context)}
    assert states == {first: ImportState.UNDONE, second: ImportState.DONE}


def test_once_the_later_import_is_taken_back_the_earlier_one_goes_whole(bring, counts, base, context):
    first = bring(BASE).batch
    second = bring(BASE.replace("100", "300")).batch
    for batch in (second, first):
        with base.write() as session:
            assert undo_import(session, context, batch).kept == ()
    assert counts()["Client"] == 0


def test_rows_written_over_each_other_are_taken_back_in_whatever_order(bring, rows, undone):
    bring(BASE)
    text = "ID;Название;Телефон;Отрасль\n" + "".join(
        f"{number};Ромашка;8-495-123-45-67;отрасль {number}\n" for number in range(20, 30)
    )
    done = bring(text, source="other", duplicates=DuplicatePolicy.REPLACE)
    assert (done.added, done.updated) == (0, 10)
    back = undone(done.batch)
    assert (back.restored, back.kept) == (10, ())
    assert rows(Client)[0].industry is None


# Numbers that nobody may call

LIST = ImportKind.DO_NOT_CALL


def states(rows):
    return [phone.state.value for phone in rows(Phone)]


@pytest.mark.parametrize(
    "text",
    [
        "8 (495) 123-45-67\n+7 499 616 22 11\n",
        "phone\n8 (495) 123-45-67\n+7 499 616 22 11\n",
        "8 (495) 123-45-67;+7 499 616 22 11\n8 495 123-45-67;\n",
        "Имя,Мобильный\nИван,84951234567\nПётр,74996162211\n",
        "id\tmsisdn\tcomment\n1\t74951234567\tx\n2\t74996162211\ty\n",
    ],
)
def test_a_list_of_numbers_is_found_in_any_column(bring, rows, text):
    bring(BASE)
    done = bring(text, name="stop.txt", kind=LIST)
    assert (done.added, done.marked) == (2, 2)
    assert states(rows) == ["do_not_call", "do_not_call", "good"]
    assert [client.pool for client in rows(Client)] == [False, False, True]


def test_what_is_no_number_is_named_and_a_local_one_is_kept_as_written(bring, rows):
    bring("ID;Название;Телефон\n1;Ромашка;123-45-67\n2;Мак;8-495-123-45-67\n")
    done = bring("1234567\nfoo@bar.ru\n12\nнет\n3.58504E+11\n89001112233\n", name="stop.txt", kind=LIST)
    assert (done.rows, done.added, done.rejected) == (6, 2, 4)
    assert states(rows) == ["do_not_call", "good"]
    assert [problem.row for problem in done.problems] == [1, 2, 3, 4, 5]
    assert "e-mail" in done.problems[1].why


def test_a_local_number_of_a_list_is_of_the_area_that_was_said(bring, rows):
    bring("ID;Название;Телефон\n1;Ромашка;8 (343) 200-10-20\n2;Мак;200-10-20\n")
    done = bring("200-10-20\n", name="stop.txt", kind=LIST, area_code="343")
    assert (done.added, done.marked, done.problem_count) == (1, 1, 0)
    assert states(rows) == ["do_not_call", "good"]


@pytest.mark.parametrize(("name", "kind"), [
    ("не звонить.txt", LIST), ("Стоп-лист 2026.csv", LIST), ("DNC.csv", LIST), ("черный_список.csv", LIST),
    ("обзвон.txt", ImportKind.CLIENTS), ("позвонить.txt", ImportKind.CLIENTS),
])  # fmt: skip
def test_numbers_alone_are_a_list_of_whom_nobody_may_call_where_the_file_is_called_so(tmp_path, name, kind):
    path = tmp_path / name
    path.write_text("89171112233\n+7 (843) 200-10-20\n", "utf-8")
    assert look_unasked(path).kind is kind
    path.write_text("Название;Телефон\nРомашка;89171112233\n", "utf-8")
    assert look_unasked(path).kind is ImportKind.CLIENTS


def test_the_list_holds_for_all_that_comes_later(bring, rows, base, context):
    first = bring("84951234567\n89001112233\n", name="stop.txt", kind=LIST)
    again = bring("84951234567\n", name="stop.txt", kind=LIST)
    assert (again.added, again.unchanged) == (0, 1)
    bring(BASE)
    assert states(rows) == ["do_not_call", "good", "good"]
    # A number of a list forbids itself alone: neither the client nor its other numbers.
    bring(BASE.replace("(499) 616-22-11", "(499) 616-22-11, 8-900-111-22-33"))
    assert states(rows) == ["do_not_call", "good", "good", "do_not_call"]
    assert not any(client.do_not_call for client in rows(Client))
    with base.write() as session:
        typed = add_client(session, context, "Пион", "8 495 123 45 67")
        save_phone(session, context, typed, None, raw="8 900 111 22 33", state="good")
    assert states(rows)[4:] == ["do_not_call", "do_not_call"]
    with base.write() as session, pytest.raises(NotAllowedError):
        log_call(session, context, WrapUp(client_id=typed, outcome="no_answer"))
    with base.write() as session, pytest.raises(NotAllowedError, match="first"):
        undo_import(session, context, first.batch)
    for batch in (again.batch, first.batch):
        with base.write() as session:
            undone = undo_import(session, context, batch)
    assert (undone.removed, undone.restored) == (2, 3)
    assert set(states(rows)) == {"good"}
    assert all(client.pool for client in rows(Client) if client.name != "Пион")


def test_who_asked_never_to_be_called_is_not_freed_with_a_list(bring, rows, base, context):
    bring(BASE)
    with base.write() as session:
        log_call(
            session,
            context,
            WrapUp(client_id=rows(Client)[0].id, outcome="do_not_call", reason="other", note="x"),
        )
    listed = bring("84951234567\n84996162211\n", name="stop.txt", kind=LIST)
    assert listed.marked == 1
    with base.write() as session:
        undone = undo_import(session, context, listed.batch)
    assert states(rows) == ["do_not_call", "good", "good"]
    assert [name for _id, name in undone.kept] == ["ООО «Ромашка»"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    known=st.lists(st.integers(0, 12), max_size=10),
    again=st.lists(st.integers(0, 12), max_size=12),
    policy=st.sampled_from(DuplicatePolicy),
    absent=st.sampled_from(AbsentPolicy),
)
def test_a_rehearsal_is_the_run_and_undo_is_as_before(sqlite_url, tmp_path, known, again, policy, absent):
    """Of whatever rows: rehearsed and run agree, each row has one fate, and taking back leaves nothing."""

    def file(numbers, name, mark):
        path = tmp_path / name
        lines = [
            f"{mark}{at};Фирма {number};+7495100{number:04};Город {number % 3};ул. {mark}, {number}\n"
            for at, number in enumerate(numbers)
        ]
        path.write_text("ID;Название;Телефон;Город;Адрес\n" + "".join(lines), encoding="utf-8")
        return path

    base = open_base(sqlite_url)
    context = context_of(base, Clock(fixed=datetime(2026, 11, 23, 7, 24, tzinfo=UTC)))

    def run(path, **options):
        with base.write() as session:
            return run_import(session, context, path, ImportOptions(source="s", **options))

    def everything():
        with base.read() as session:
            connection = session.connection()
            return [
                sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table}").all()))
                for table in (
                    "client",
                    "phone",
                    "note",
                    "deal",
                    "next_action",
                    "stage_change",
                    "client_search",
                )
            ]

    try:
        empty = everything()
        first = run(file(known, "known.csv", "a")) if known else None
        before = everything()
        path = file([*again], "again.csv", "b" if len(again) % 2 else "a")
        log = OutcomeLog()
        said = {"duplicates": policy, "absent": absent}
        if again:
            rehearsed = run(path, dry_run=True, outcomes=log, **said)
            assert everything() == before
            done = run(path, rehearsed=rehearsed.rehearsed, **said)
            told = log.counts()
            assert sum(told.values()) - told.get(RowFate.ABSENT, 0) == done.rows
            assert told.get(RowFate.DUPLICATE, 0) == done.possible_duplicates
            assert done.added + done.updated + done.unchanged + done.skipped + done.rejected == done.rows
            with base.write() as session:
                assert undo_import(session, context, done.batch).kept == ()
            assert everything() == before
        if first is not None:
            with base.write() as session:
                undo_import(session, context, first.batch)
        assert everything() == empty
        with base.read() as session:
            assert check(session, context) == []
    finally:
        base.close()


def test_branches_with_one_switchboard_are_no_duplicates_but_one_that_moved_is(bring):
    branches = "".join(f"{at};Аптека 36;8-495-700-00-01;ул. Мира, {at}\n" for at in range(1, 6))
    moved = "8;Лютик;8-495-700-00-02;ул. Мира, 1\n9;Лютик;8-495-700-00-02;пр. Ленина, 40\n"
    done = bring("ID;Название;Телефон;Адрес\n" + branches + moved, duplicates=DuplicatePolicy.SKIP)
    assert (done.added, done.skipped) == (6, 1)


def test_a_mailbox_finds_a_row_whose_name_and_number_are_others(bring):
    rows = "1;Ромашка;8-495-700-00-01;Info@romashka.ru\n2;Рамашка плюс;8-495-700-00-02;info@ROMASHKA.ru\n"
    done = bring("ID;Название;Телефон;Email\n" + rows, duplicates=DuplicatePolicy.SKIP)
    assert (done.added, done.skipped) == (1, 1)
