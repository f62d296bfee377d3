import random
from datetime import timedelta

import pytest
from builders import assert_consistent, owed, said, snapshot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from salesdesk.base.checking import check
from salesdesk.base.exporting import export
from salesdesk.base.fields import parse_values
from salesdesk.base.finding_fields import Findings, find_mapping, guess_kind
from salesdesk.base.importing import ImportOptions, look, look_unasked, run_import, undo_import
from salesdesk.base.importing.call_reader import parse_seconds
from salesdesk.codes import GoalResult, ImportKind, PhoneState
from salesdesk.desk.calls import log_call
from salesdesk.errors import InputError
from salesdesk.models import Call, Client, NextAction, Phone

ASTERISK = '''\
"{account}","{src}","{dst}","from-internal","""{src}"" <{src}>","{channel}","{dstchannel}","{app}","x,60",\
"{start}","{answer}","{end}","{duration}","{billsec}","{disposition}","DOCUMENTATION","{uniqueid}",""
'''
HEAD = "Дата звонка;Кто звонил;Куда;Время разговора;Статус;Запись;Сотрудник\n"


def cdr(uniqueid, dst="84951234567", src="101", **other):
    usual = {
        "account": "", "channel": f"SIP/{src}-0000001a", "dstchannel": "SIP/trunk-0000001b", "app": "Dial",
        "start": "2026-11-20 10:00:00", "answer": "2026-11-20 10:00:08", "end": "2026-11-20 10:01:40",
        "duration": 100, "billsec": 92, "disposition": "ANSWERED",
    }  # fmt: skip
    return ASTERISK.format(**(usual | other | {"uniqueid": uniqueid, "src": src, "dst": dst}))


def test_an_operator_whom_nobody_knows_is_named_and_can_be_explained(bring, rows, calls):
    bring("Название;Телефон\nРомашка;8-495-123-45-67\n")
    done = calls(cdr("1.1", src="102"))
    [problem] = [each for each in done.problems if each.asks]
    assert (problem.asks, problem.value) == ("operator", "102")
    text = HEAD + "20.11.2026 12:00;84951234567;101;30;Отвечен;;Лютикова Б.\n"
    done = calls(text, name="talks.csv", values={})
    assert [each.value for each in done.problems if each.asks] == ["101"]
    done = calls(text.replace(";101;", ";;"), name="more.csv", values={})
    assert [each.value for each in done.problems if each.asks] == ["Лютикова Б."]
    said = {"operator": {"Лютикова Б.": "anna"}}
    assert not any(each.asks for each in calls(text, name="last.csv", values=said).problems)


def test_what_was_said_of_records_without_a_header_is_remembered(bring, calls, base, tmp_path):
    bring("Название;Телефон\nРомашка;8-495-123-45-67\n")
    calls(cdr("1.1"))
    calls(cdr("1.2"), name="next.csv", values={})
    with base.read() as session:
        preview = look_unasked(tmp_path / "next.csv", session=session)
    assert preview.remembered
    assert preview.said.values == {"operator": {"101": "anna"}}


NO_ANSWER = {"answer": "", "billsec": 0, "disposition": "NO ANSWER"}


@pytest.fixture
def calls(bring):
    """Import a text of calls; 101 is anna."""
    values = {"operator": {"101": "anna"}}

    def calls(text, name="Master.csv", **options):
        return bring(text, name, **({"kind": ImportKind.CALLS, "values": values} | options))

    return calls


@pytest.fixture
def whole(base, context, desk):
    def whole():
        with base.read() as session:
            assert check(session, context) == []
        assert_consistent(desk)

    return whole


def test_a_call_goes_to_the_client_who_has_the_number(desk, calls, rows, whole):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    result = calls(cdr("1.1") + cdr("1.2", **NO_ANSWER, start="2026-11-20 11:00:00"))
    assert (result.rows, result.added, result.rejected) == (2, 2, 0)
    first, second = rows(Call)
    assert (first.client_id, first.operator_id, first.outcome, first.talk_seconds) == (
        client_id, desk.me, "gatekeeper", 92,
    )  # fmt: skip
    # Nobody said what came of it: the goal of the stage, and not reached.
    assert (first.goal, first.goal_result) == ("find_need", GoalResult.MISSED)
    assert (first.source, first.external_id, first.phone_id) == ("Master", "1.1", rows(Phone)[0].id)
    assert (second.outcome, second.talk_seconds, second.attempt) == ("no_answer", 0, 1)
    (client,) = rows(Client)
    assert (client.attempts, client.last_call_at) == (1, second.started_at)
    (action,) = rows(NextAction)
    assert (action.closed_at, action.due_at) == (None, desk.now)
    whole()


def test_again_it_adds_nothing(desk, calls, base):
    desk.client()
    text = cdr("1.1") + cdr("", start="2026-11-20 12:00:00")
    assert calls(text).added == 2
    before = snapshot(base)
    again = calls(text)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert snapshot(base)["call"] == before["call"]
    assert calls(cdr("1.1"), "another.csv").unchanged == 1


@pytest.mark.parametrize(
    ("said", "outcome", "talk"),
    [
        ({"disposition": "BUSY", "billsec": 0}, "busy", 0),
        ({"disposition": "FAILED", "billsec": 0}, "no_answer", 0),
        ({"disposition": "CONGESTION", "billsec": 0}, "no_answer", 0),
        ({"disposition": "ANSWERED", "billsec": 0}, "no_answer", 0),
        ({"app": "VoiceMail"}, "voicemail", 0),
        ({"start": "2026-11-20T10:00:00Z"}, "gatekeeper", 92),
    ],
)
def test_what_an_exchange_says_came_of_it(desk, calls, rows, said, outcome, talk):
    desk.client()
    calls(cdr("1.1", **said))
    (call,) = rows(Call)
    assert (call.outcome, call.talk_seconds) == (outcome, talk)


FREESWITCH = (
    '"Anna","101","84951234567","default","2026-11-20 10:00:00","","2026-11-20 10:01:00","60","0","{}",'
    '"550e8400-e29b-41d4-a716-44665544000{}","","101","PCMU","PCMU"\n'
)
CUSTOM = (
    '"""Anna"" <101>","101","84951234567","x","SIP/101-0000001a","SIP/t-0000001b","Dial","x",'
    '"2026-11-20 10:00:00","2026-11-20 10:00:08","2026-11-20 10:01:40","100","92",'
    '"ANSWERED","3","","1700000000.1",""\n'
)
FREEPBX_HEAD = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,recordingfile,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,linkedid,"
    "peeraccount,sequence\n"
)
FREEPBX = (
    '2026-11-20 10:00:00,"""74951234567"" <74951234567>",74951234567,600,q,PJSIP/mts-0000002a,'
    'Local/101@q-0001;1,Queue,600,40,30,ANSWERED,3,,1.5,,74950000000,,74951234567,,,,,1.5,,2\n'
    '2026-11-20 10:00:10,"""74951234567"" <74951234567>",74951234567,101,q,Local/101@q-0001;2,'
    'PJSIP/101-0000002b,Dial,x,25,25,ANSWERED,3,,1.6,,,q-600.wav,74951234567,,,,,1.5,,3\n'
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title", "found"),
    [
        (FREESWITCH.format("UNALLOCATED_NUMBER", 1), "FreeSWITCH cdr_csv", ("not_in_service", 0, None)),
        (FREESWITCH.format("NO_USER_RESPONSE", 1), "FreeSWITCH cdr_csv", ("no_answer", 0, None)),
        (CUSTOM, "Asterisk cdr_custom", ("gatekeeper", 92, None)),
        (FREEPBX, "FreePBX", ("gatekeeper", 30, "q-600.wav")),
        (FREEPBX_HEAD + FREEPBX, None, ("gatekeeper", 30, "q-600.wav")),
    ],
)
def test_records_of_other_exchanges(desk, calls, rows, tmp_path, text, title, found):
    desk.client()
    result = calls(text, "cdr.csv")
    (call,) = rows(Call)
    assert (call.outcome, call.talk_seconds, call.recording) == found
    assert (result.added, result.rejected, call.operator_id) == (1, 0, desk.me)
    preview = look_unasked(tmp_path / "cdr.csv")
    layout = preview.table.layout
    assert (preview.kind, layout and layout.title) == (ImportKind.CALLS, title)


def test_records_of_calls_are_not_taken_for_clients(bring):
    with pytest.raises(InputError, match="--as calls"):
        bring(cdr("1.1"), "Master.csv")


def test_a_table_of_any_exchange_by_its_columns(desk, calls, rows):
    desk.beside("Борис")
    desk.client()
    result = calls(
        HEAD + "20.11.2026 10:00:00;101;8 (495) 123-45-67;00:01:32;Отвечен;https://x.ru/1.mp3;Борис\n"
        "20.11.2026 11:00;+74951234567;74950000000;;Пропущен;;anna\n"
        "20.11.2026 12:00;+74951234567;74950000000;2 мин 5 сек;Заинтересован;;anna\n"
    )
    assert (result.added, result.problem_count) == (3, 1)
    found = [
        (call.operator_id - desk.me, call.outcome, call.talk_seconds, call.recording) for call in rows(Call)
    ]
    assert found == [
        (1, "gatekeeper", 92, "https://x.ru/1.mp3"), (0, "no_answer", 0, None), (0, "interested", 125, None),
    ]  # fmt: skip
    assert rows(Call)[2].goal_result is GoalResult.HIT


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (HEAD.strip().split(";"), ImportKind.CALLS),
        (["Call Date", "From", "To", "Duration", "Status"], ImportKind.CALLS),
        (["start_time", "caller", "callee", "billsec", "recording_url"], ImportKind.CALLS),
        (["Название", "Телефон", "Дата", "Статус", "Комментарий"], ImportKind.CLIENTS),
        (["Название сделки", "Компания", "Бюджет", "Этап", "Дата создания"], ImportKind.DEALS),
        (["Company", "Phone", "Last call", "Status", "Owner", "Date"], ImportKind.CLIENTS),
    ],
)
def test_calls_are_guessed_where_the_columns_are_theirs(header, kind):
    assert guess_kind(Findings(header, [["x"] * len(header)])) is kind


def test_the_columns_of_our_own_export_are_known():
    header = ("External id", "Started", "To", "Talk seconds", "Answered", "Operator", "Client", "Source",
              "Client name", "Outcome", "Goal", "Note")  # fmt: skip
    assert find_mapping(header, [], ImportKind.CALLS).fields == (
        "external_id", "started", "to", "talk_seconds", "answered", "operator", "client", None, "client",
        "outcome", None, "note",
    )  # fmt: skip


def test_our_own_export_changes_nothing(desk, calls, base, context, rows, tmp_path):
    client_id = desk.client()
    desk.write(log_call, said(client_id, "no_answer"))
    calls(cdr("1.1"))
    with base.read() as session:
        export(session, context, "calls", tmp_path / "out.csv")
    result = calls(tmp_path / "out.csv")
    assert (result.added, result.rejected, len(rows(Call))) == (0, 0, 2)


def test_unknown_numbers_are_refused_and_calls_within_the_house_left_out(desk, calls, rows, tmp_path):
    desk.client()
    result = calls(
        cdr("1.1", dst="89990000000") + cdr("1.2", dst="102") + cdr("1.3", src="anonymous", dst="s"),
        rejected=tmp_path / "refused.csv",
    )
    assert (result.rows, result.added, result.unchanged, result.rejected, result.left_out) == (3, 0, 1, 2, 1)
    refused = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    assert "no client has the number 89990000000" in refused
    assert "no number: the caller is hidden" in refused
    assert len(rows(Client)) == 1


def test_a_local_number_as_short_as_an_extension_is_the_clients(desk, calls, rows):
    desk.client(phones=("2-33-44",))
    assert calls(cdr("1.1", dst="23344")).added == 1


@pytest.mark.parametrize("dst", ["84951234567", "+7 (495) 123-45-67", "984951234567", "sip:74951234567@x"])
def test_however_the_number_is_written(desk, calls, dst):
    desk.client(phones=("+7 812 111-22-33", "8-495-123-45-67"))
    assert calls(cdr("1.1", dst=dst)).added == 1


def test_of_several_clients_of_a_number_the_operators_own_else_the_last_called(desk, calls, rows, context):
    boris = desk.beside("boris").me
    number = ("+74951234567",)
    first = desk.client("Первый", phones=number, owner_id=boris, last_call_at=desk.now - timedelta(days=9))
    own = desk.client("Свой", phones=number)
    last = desk.client("Последний", phones=number, owner_id=boris, last_call_at=desk.now - timedelta(days=5))
    calls(cdr("1.1"))
    assert [call.client_id for call in rows(Call)] == [own]
    calls(cdr("1.2"), values={"operator": {"101": "boris"}})
    assert [call.client_id for call in rows(Call)] == [own, last]
    assert first not in {own, last}


def test_where_nothing_tells_the_row_is_refused(desk, calls):
    for name in ("Первый", "Второй"):
        desk.client(name, phones=("+74951234567",))
    result = calls(cdr("1.1"))
    assert (result.added, result.rejected) == (0, 1)
    assert result.problems[-1].why.startswith("2 clients have this number")


def test_who_called_is_found_or_said_once(desk, calls, rows):
    desk.client()
    text = "".join(cdr(f"1.{at}", src="105", start=f"2026-11-20 1{at}:00:00") for at in range(3))
    result = calls(text)
    assert [problem.why for problem in result.problems if "105" in problem.why] == [
        'no operator is called so: kept as calls of anna; say who it is: --values "operator:105=LOGIN"'
    ]
    assert {call.operator_id for call in rows(Call)} == {desk.me}
    desk.beside("105")
    calls(cdr("2.1", src="105", start="2026-11-20 15:00:00"))
    assert rows(Call)[-1].operator_id == desk.me + 1


def test_a_login_that_nobody_has_is_refused_before_anything(desk, calls):
    desk.client()
    with pytest.raises(InputError, match="nobody"):
        calls(cdr("1.1"), values={"operator": {"101": "nobody"}})
    assert parse_values("operator:101=anna,102=boris") == {"operator": {"101": "anna", "102": "boris"}}


def test_a_call_logged_by_hand_is_matched_and_takes_over_what_only_the_exchange_knows(
    desk, calls, rows, base, context
):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    desk.write(log_call, said(client_id, "gatekeeper"))
    before = rows(Call)
    start = (desk.now + timedelta(hours=3, seconds=-80)).strftime("%Y-%m-%d %H:%M:%S")
    table = HEAD + f"{start};101;84951234567;92;Отвечен;1.mp3;anna\n"
    result = calls(table, "calls.csv")
    assert (result.added, result.updated) == (0, 1)
    (call,) = rows(Call)
    assert (call.talk_seconds, call.recording, call.source) == (92, "1.mp3", "calls")
    assert calls(table, "calls.csv").unchanged == 1
    far = (desk.now + timedelta(hours=3, seconds=-100)).strftime("%Y-%m-%d %H:%M:%S")
    assert calls(HEAD + f"{far};101;84951234567;92;Отвечен;1.mp3;anna\n", "far.csv").added == 1
    with base.write() as session:
        undo_import(session, context, 3)
        undone = undo_import(session, context, result.batch)
    assert (undone.removed, undone.restored) == (0, 1)
    assert [(each.id, each.talk_seconds, each.recording, each.external_id) for each in rows(Call)] == [
        (before[0].id, 0, None, None)
    ]


def test_two_dials_soon_after_each_other_are_two_calls(desk, calls, rows):
    desk.client()
    calls(cdr("1.1", **NO_ANSWER) + cdr("1.2", **NO_ANSWER, start="2026-11-20 10:00:40"))
    assert [call.attempt for call in rows(Call)] == [1, 2]


def test_a_whole_batch_is_taken_back(desk, calls, base, context, whole):
    desk.client("Первый", phones=("+74951234567",), stage="new", owes=owed(desk.now))
    desk.client("Второй", phones=("+74951234568",))
    before = snapshot(base)
    result = calls(cdr("1.1") + cdr("1.2", dst="84951234568", **NO_ANSWER) + cdr("1.3", **NO_ANSWER))
    assert snapshot(base) != before
    with base.write() as session:
        undone = undo_import(session, context, result.batch)
    assert (undone.removed, undone.restored, undone.kept) == (3, 0, ())
    after = snapshot(base)
    # What was said of the file holds for the next try; that it was imported stays told.
    stays = ("import_", "known_mapping")
    assert {name: rows for name, rows in after.items() if not name.startswith(stays)} == {
        name: rows for name, rows in before.items() if not name.startswith(stays)
    }
    whole()


def test_clients_worked_with_since_keep_the_calls(desk, calls, base, rows, whole):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    result = calls(cdr("1.1"))
    later = desk.later(hours=1)
    later.write(log_call, said(client_id, "no_answer"))
    undone = later.write(undo_import, result.batch)
    assert (undone.removed, undone.kept) == (0, ((client_id, "Ромашка"),))
    assert len(rows(Call)) == 2
    whole()


def test_who_asked_never_to_be_called_is_never_called_again(desk, calls, rows, whole):
    desk.client("Первый", stage="new", owes=owed(desk.now))
    other = desk.client("Второй", phones=("8 495 123-45-67",), owner_id=None)
    calls(HEAD + "20.11.2026 10:00;101;84951234567;30;не звонить;;anna\n")
    assert [client.do_not_call for client in rows(Client)] == [True, False]
    assert {phone.state for phone in rows(Phone)} == {PhoneState.DO_NOT_CALL}
    assert other == rows(Client)[1].id
    whole()


def test_a_past_call_does_not_turn_back_what_came_later(desk, calls, rows, whole):
    client_id = desk.client(stage="new", owes=owed(desk.now))
    desk.write(log_call, said(client_id, "no_answer"))
    (before,) = rows(Client)
    calls(cdr("1.1"))
    (after,) = rows(Client)
    assert (after.last_call_at, after.attempts) == (before.last_call_at, 1)
    calls(cdr("1.2", **NO_ANSWER, start="2026-11-21 10:00:00"))
    assert rows(Client)[0].attempts == 2
    whole()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["ANSWERED", "NO ANSWER", "BUSY"]), min_size=1, max_size=12), st.integers(0, 99)
)
def test_attempts_are_counted_as_they_were_made_in_whatever_order_files_come(lite, tmp_path, outcomes, seed):
    with lite.filling() as filling:
        filling.clear()
        filling.client()
    lines = [
        cdr(
            f"{seed}.{at}",
            start=f"2026-11-20 {at + 8:02}:00:00",
            disposition=said,
            billsec=9 * (said == "ANSWERED"),
        )
        for at, said in enumerate(outcomes)
    ]
    halves = [[], []]
    dice = random.Random(seed)  # noqa: S311  # no secret
    for line in lines:
        dice.choice(halves).append(line)
    for half in filter(None, halves):
        path = tmp_path / "Master.csv"
        path.write_text("".join(half), encoding="utf-8")
        lite.write(run_import, path, ImportOptions(kind=ImportKind.CALLS))
    run = 0
    for outcome in outcomes:
        run = 0 if outcome == "ANSWERED" else run + 1
    with lite.base.read() as session:
        (client,) = session.scalars(select(Client))
        made = session.scalars(select(Call).order_by(Call.started_at)).all()
        assert (client.attempts, len(made)) == (run, len(outcomes))
        if not all(halves):
            wanted, run = [], 0
            for outcome in outcomes:
                wanted.append(run + 1)
                run = 0 if outcome == "ANSWERED" else run + 1
            assert [call.attempt for call in made] == wanted


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("95", 95), (95, 95), ("1:35", 95), ("00:01:35", 95), ("1 мин 35 с", 95), ("2h 1m", 7260), ("", None),
     ("-", None), ("95,4", 95)],
)  # fmt: skip
def test_how_long(cell, seconds):
    assert parse_seconds(cell) == seconds


@pytest.mark.parametrize("cell", ["долго", "1:2:3:4", "99999999"])
def test_what_is_no_length_of_time(cell):
    with pytest.raises(InputError):
        parse_seconds(cell)


def test_dates_that_can_be_read_in_two_ways_are_asked_for(desk, calls, tmp_path):
    desk.client()
    table = HEAD.replace(";", ",") + "03/04/2026 10:00,101,84951234567,92,Отвечен,,anna\n"
    with pytest.raises(InputError, match="--dates"):
        calls(table, "calls.csv")
    assert calls(table, "calls.csv", dates="dmy").added == 1


@pytest.mark.parametrize("start", ["2031-01-01 10:00:00", "1700000000", "never"])
def test_times_that_cannot_be(desk, calls, start):
    desk.client()
    result = calls(HEAD + f"{start};101;84951234567;92;Отвечен;;anna\n", "calls.csv")
    assert (result.added, result.rejected) == ((1, 0) if start == "1700000000" else (0, 1))


@pytest.mark.parametrize("head", ["Дата;Время;Номер;Длительность", "Время;Дата;Номер;Длительность"])
def test_a_day_and_a_time_in_columns_of_their_own(desk, calls, rows, head):
    desk.client()
    cells = {"Дата": "20.11.2026", "Время": "10:05:30", "Номер": "84951234567", "Длительность": "30"}
    calls(head + "\n" + ";".join(cells[name] for name in head.split(";")) + "\n", "calls.csv")
    assert [call.started_at.isoformat() for call in rows(Call)] == ["2026-11-20T07:05:30+00:00"]


def test_a_table_of_calls_needs_a_time_and_a_side(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("Дата звонка;Сумма\n20.11.2026;5\n", encoding="utf-8")
    with pytest.raises(InputError, match="when a call began"):
        look(path, ImportOptions(kind=ImportKind.CALLS)).require()
