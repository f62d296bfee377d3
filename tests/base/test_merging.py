"""Cards that are one become one, nothing is lost, and each is there again when the merge is taken back."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from builders import assert_consistent, owed, said, snapshot, step
from doings import DONE, NUMBERS, add, take_back
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel

from salesdesk.base.checking import check
from salesdesk.base.importing import ImportOptions, run_import, undo_import
from salesdesk.base.merging import MergeStoppedError, merge, merge_all, rehearse_merge, undo_merge
from salesdesk.base.merging.tables import FOLDED, GONE, KEYED, LEFT, LOOSE, MOVED, OWED
from salesdesk.base.references import current_id, find_client
from salesdesk.base.search import search
from salesdesk.codes import ClientClass, PhoneState, Role
from salesdesk.desk import calls, card, editing
from salesdesk.desk.reasons import why
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError, SalesdeskError, StoppedError
from salesdesk.models import (
    Call,
    CallReview,
    Client,
    Contact,
    Deal,
    Draft,
    LikelyDuplicate,
    Merge,
    Message,
    NextAction,
    NotDuplicate,
    Note,
    Phone,
    StageChange,
)
from salesdesk.storage.journal import table_of

DAY = timedelta(days=1)


def whole(desk):
    """Hold a base against everything that `db check` looks for."""
    assert desk.read(check) == []
    assert_consistent(desk)


def rows(desk, model, **where):
    table = table_of(model)
    with desk.base.read() as session:
        found = select(table).where(*(table.c[name] == value for name, value in where.items()))
        return session.execute(found.order_by(table.c[next(iter(table.primary_key.columns)).name])).all()


def client(desk, client_id):
    (row,) = rows(desk, Client, id=client_id)
    return row


def two(desk, keep=(), other=()):
    """Make two cards of one company."""
    a = desk.client(
        "ООО «Ромашка»", **({"external_id": "A1", "source": "crm", "phones": NUMBERS[:1]} | dict(keep))
    )
    b = desk.client(
        "Ромашка", **({"external_id": "B1", "source": "crm", "phones": NUMBERS[:1]} | dict(other))
    )
    return a, b


def everything_but_merges(desk):
    """Give every row of the base but the trail, merges, and what has no part in them."""
    found = snapshot(desk.base)
    del found["merge"]
    return found


# -- every table ----------------------------------------------------------------------------------------


def test_every_table_that_names_a_client_is_taken_care_of():
    known = {table_of(model) for model in (*MOVED, *FOLDED, *OWED, *KEYED, *GONE, *LEFT)}
    naming = {
        table
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name == "client_id" or any(key.column.table.name == "client" for key in column.foreign_keys)
    }
    assert naming == known


def test_every_loose_reference_is_taken_care_of():
    known = {(loose.table.name, loose.column) for loose in LOOSE} | {("call", "phone_id")}
    clients = {"client_id", "first_id", "second_id", "kept_id"}
    others = {("merge", "run_id"), ("client", "tax_id")}  # a merge; no row at all
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            named = (table.name, column.name)
            if column.name.endswith("_id") and not column.foreign_keys and column.name != "external_id":
                assert column.name in clients or named in known | others, named


# -- fields ---------------------------------------------------------------------------------------------


def test_empty_fields_are_filled_and_what_is_lost_is_written_down(desk):
    a, b = two(
        desk,
        {"city": "Омск", "address": "Ленина, 1", "interest": 2, "client_class": ClientClass.B},
        {
            "city": "Омск", "address": "Мира, 5", "website": "romashka.ru", "interest": 4,
            "expected_minor": 9_000_000,
            "client_class": ClientClass.VIP, "tax_id": "7707083893",
        },
    )  # fmt: skip
    done = desk.write(merge, a, [b])
    kept = client(desk, a)
    assert (kept.address, kept.website, kept.tax_id) == ("Ленина, 1", "romashka.ru", "7707083893")
    assert (kept.interest, kept.expected_minor, kept.client_class) == (4, 9_000_000, ClientClass.VIP)
    note = "\n".join(row.text for row in rows(desk, Note, client_id=a))
    assert f"Merged into this card: {b} Ромашка" in note
    assert "address: Мира, 5" in note
    assert "external id: B1 (crm)" in note
    assert "interest: 2" in note, "what the kept card loses is written down too"
    assert rows(desk, Client, id=b) == []
    assert done.others == (b,)
    whole(desk)


def test_pieces_of_two_places_make_no_third(desk):
    a, b = two(desk, {"city": "Омск"}, {"city": "Тверь", "address": "Мира, 5", "postal_code": "170000"})
    desk.write(merge, a, [b])
    kept = client(desk, a)
    assert (kept.city, kept.address, kept.postal_code) == ("Омск", None, None)
    assert "address: Мира, 5" in "\n".join(row.text for row in rows(desk, Note, client_id=a))


def test_another_value_may_be_chosen(desk):
    a, b = two(desk, {"address": "Ленина, 1"}, {"address": "Мира, 5", "interest": 5})
    desk.write(merge, a, [b], {"address": b, "name": b, "interest": a})
    kept = client(desk, a)
    assert (kept.address, kept.name, kept.interest, kept.name_key) == ("Мира, 5", "Ромашка", 3, "ромашка")
    text = "\n".join(row.text for row in rows(desk, Note, client_id=a))
    assert "Ленина, 1" in text
    assert "ООО «Ромашка»" in text


@pytest.mark.parametrize("chosen", [{"nonsense": 1}, {"address": 10**9}, {"do_not_call": 1}])
def test_a_wrong_choice_is_refused(lite, chosen):
    a, b = two(lite)
    chosen = {field: a if number == 1 else number for field, number in chosen.items()}
    with pytest.raises(InputError):
        lite.write(merge, a, [b], chosen)


@pytest.mark.parametrize(
    ("keep", "other", "stage"),
    [
        ("new", "proposal", "proposal"), ("invoice", "proposal", "invoice"), ("rejected", "new", "new"),
        (None, "rejected", "rejected"), ("paused", "dormant", "paused"), ("paused", "new", "new"),
        (None, "paused", "paused"),
    ],
)  # fmt: skip
def test_the_further_stage_stays(lite, keep, other, stage):
    def standing(code):
        owes = owed(lite.now) if code not in {None, "rejected"} else None
        return {"stage": code, "owes": owes}

    a, b = two(lite, standing(keep), standing(other))
    lite.write(merge, a, [b])
    assert client(lite, a).stage == stage
    whole(lite)


def test_who_asked_never_to_be_called_is_never_called(desk):
    a, b = two(
        desk,
        {"stage": "new", "owes": owed(desk.now), "phones": NUMBERS[:2]},
        {"phones": ("-" + NUMBERS[2],), "do_not_call": True},
    )
    third = desk.client("Другая", phones=NUMBERS[1:2])
    before = everything_but_merges(desk)
    done = desk.write(merge, a, [b])
    assert client(desk, a).do_not_call
    assert {phone.state for phone in rows(desk, Phone)} == {PhoneState.DO_NOT_CALL}
    assert not client(desk, third).pool
    whole(desk)
    desk.write(undo_merge, done.merge_id)
    assert everything_but_merges(desk) == before


# -- people and numbers -----------------------------------------------------------------------------------


def test_one_number_and_one_person_are_there_once(desk):
    a, b = two(
        desk,
        {"people": ("Иванов Иван",)},
        {"phones": ("!" + NUMBERS[0], NUMBERS[1]), "people": ("Иван Иванов", "Пётр")},
    )
    (person,) = [row for row in rows(desk, Contact, client_id=b) if row.name == "Иван Иванов"]
    desk.write(editing.save_contact, b, person.id, name=person.name, position="директор", email="i@r.ru")
    desk.write(merge, a, [b])
    found = [(row.name, row.position, row.email) for row in rows(desk, Contact, client_id=a)]
    assert found == [("Иванов Иван", "директор", "i@r.ru"), ("Пётр", None, None)]
    states = [(row.raw, row.state) for row in rows(desk, Phone, client_id=a)]
    assert states == [(NUMBERS[0], PhoneState.BAD), (NUMBERS[1], PhoneState.GOOD)]
    whole(desk)


def test_calls_keep_the_number_they_were_made_to(desk):
    a, b = two(desk)
    (phone,) = rows(desk, Phone, client_id=b)
    desk.write(calls.log_call, said(b, "no_answer", phone_id=phone.id))
    desk.write(merge, a, [b])
    (number,) = rows(desk, Phone)
    (call,) = rows(desk, Call)
    assert (call.client_id, call.phone_id) == (a, number.id)
    assert desk.read(card.card, a).timeline


# -- what is owed -----------------------------------------------------------------------------------------


def test_the_promise_stays_open_and_the_other_is_written_down(desk):
    soon, later = owed(desk.now + DAY), owed(desk.now + 3 * DAY, promise=True, goal="get_invoice")
    a, b = two(desk, {"stage": "new", "owes": soon}, {"stage": "new", "owes": later})
    desk.write(merge, a, [b])
    (open_one,) = [row for row in rows(desk, NextAction, client_id=a) if row.closed_at is None]
    assert open_one.promise
    assert "Closed, for one next action stays open" in "\n".join(row.text for row in rows(desk, Note))
    whole(desk)


def test_the_next_action_may_be_chosen(desk):
    soon, later = owed(desk.now + DAY), owed(desk.now + 3 * DAY, promise=True)
    a, b = two(desk, {"stage": "new", "owes": soon}, {"stage": "new", "owes": later})
    desk.write(merge, a, [b], {"next_action": a})
    (open_one,) = [row for row in rows(desk, NextAction, client_id=a) if row.closed_at is None]
    assert not open_one.promise


# -- the number that is no more -----------------------------------------------------------------------------


def test_the_merged_number_finds_the_card_that_stays(desk):
    a, b = two(desk)
    desk.write(merge, a, [b])
    assert desk.read(find_client, str(b)) == a
    assert desk.read(find_client, "B1") == a
    assert desk.read(card.card, b).client.id == a
    assert desk.read(why, b) == desk.read(why, a)
    assert desk.read(why, b).client_id == a
    assert [row.client_id for row in desk.read(search, "B1").rows] == [a]
    logged = desk.write(calls.log_call, said(b, "no_answer"))
    assert logged.client_id == a
    whole(desk)


def test_a_card_is_found_by_the_name_of_one_that_went_into_it(desk):
    a, b, c = desk.client("Ромашка"), desk.client("ООО «Лютик»"), desk.client("Василёк")

    def found(text):
        return [row.client_id for row in desk.read(search, text).rows]

    desk.write(merge, a, [b])
    assert found("лютик") == [a]
    assert found("лютек") == [a], "with a slip of the finger, too"
    whole(desk)
    second = desk.write(merge, c, [a]).merge_id
    assert (found("лютик"), found("ромашка")) == ([c], [c])
    whole(desk)
    desk.write(undo_merge, second)
    assert (found("лютик"), found("василек")) == ([a], [c])
    whole(desk)


def test_a_chain_is_taken_back_in_order(desk):
    a, b = two(desk)
    c = desk.client("Ромашка плюс", external_id="C1", source="crm")
    before = everything_but_merges(desk)
    first = desk.write(merge, b, [a]).merge_id
    second = desk.write(merge, c, [b]).merge_id
    assert desk.read(current_id_of, a) == c
    assert desk.read(find_client, "A1") == c
    whole(desk)
    with pytest.raises(NotAllowedError, match=f"merge {second}"):
        desk.write(undo_merge, first)
    desk.write(undo_merge, second)
    assert desk.read(current_id_of, a) == b
    whole(desk)
    desk.write(undo_merge, first)
    assert everything_but_merges(desk) == before
    with pytest.raises(NotAllowedError, match="already"):
        desk.write(undo_merge, first)


def current_id_of(session, context, client_id):
    return current_id(session, client_id)


def test_of_two_merges_into_one_card_the_later_is_taken_back_first(desk):
    a, b = two(desk)
    c = desk.client("Ромашка плюс")
    first, second = desk.write(merge, a, [b]).merge_id, desk.write(merge, a, [c]).merge_id
    with pytest.raises(NotAllowedError, match=f"merge {second}"):
        desk.write(undo_merge, first)


# -- rights ----------------------------------------------------------------------------------------------


def test_an_operator_merges_what_is_theirs_or_nobodys(desk):
    vera = desk.beside("vera")
    mine, free, hers = vera.client("А"), vera.client("Б", owner_id=None), desk.client("В")
    with pytest.raises(NotFoundError, match=f"no client {hers} "):
        vera.write(merge, mine, [hers])
    # What is owed to it by her shows it to her; to merge it is still its owner's, or a lead's.
    owing = desk.client("Г", owes=owed(desk.now) | {"operator_id": vera.me})
    with pytest.raises(NotAllowedError, match="anna"):
        vera.write(merge, mine, [owing])
    done = vera.write(merge, mine, [free])
    with pytest.raises(NotAllowedError):
        desk.beside("boris").write(undo_merge, done.merge_id)
    desk.beside("lead", Role.LEAD).write(undo_merge, done.merge_id)
    desk.write(merge, mine, [hers])


def test_nobody_merges_a_card_that_somebody_is_on(desk):
    a, b = two(desk)
    boris = desk.beside("boris")
    with desk.filling() as base:
        base.claim(b, boris.me, desk.now + timedelta(minutes=5))
    with pytest.raises(NotAllowedError, match="Boris"):
        desk.write(merge, a, [b])


def test_what_cannot_be_merged_is_refused(lite):
    a = lite.client("А")
    with pytest.raises(InputError):
        lite.write(merge, a, [a])
    with pytest.raises(NotFoundError):
        lite.write(merge, a, [a + 77])
    with pytest.raises(NotFoundError):
        lite.write(undo_merge, 5)


# -- taking back -------------------------------------------------------------------------------------------


def test_years_later_what_came_goes_back_and_what_was_done_stays(desk):
    a, b = two(
        desk,
        {"stage": "new", "owes": owed(desk.now + DAY), "deal": 100, "address": "Ленина, 1"},
        {
            "stage": "proposal", "owes": owed(desk.now, promise=True), "deal": 200, "website": "b.ru",
            "phones": NUMBERS, "people": ("Пётр",),
        },
    )  # fmt: skip
    done = desk.write(merge, a, [b])
    later = desk.later(days=700)
    numbers = later.read(card.card, a).numbers()
    called = later.write(
        calls.log_call,
        said(a, "interested", result="hit", phone_id=numbers[-1].id, next_step=step(later.now + DAY)),
    )
    later.write(editing.edit_client, a, website="new.ru")
    later.write(editing.add_note, a, "написано потом")
    undone = later.write(undo_merge, done.merge_id)
    assert undone.back == ((b, "Ромашка"),)
    assert any("website" in line for line in undone.stayed)
    assert client(later, a).website == "new.ru"
    assert client(later, b).website == "b.ru"
    (call,) = rows(later, Call)
    assert (call.id, call.client_id) == (called.call_id, a)
    assert any(row.text == "написано потом" for row in rows(later, Note, client_id=a))
    assert [row.name for row in rows(later, Contact, client_id=b)] == ["Пётр"]
    assert [row.raw for row in rows(later, Phone, client_id=b)] == [*NUMBERS]
    assert NUMBERS[2] in [row.raw for row in rows(later, Phone, client_id=a)], "it was called since"
    whole(later)


def test_the_last_thing_done_is_taken_back_by_the_key(desk):
    a, b = two(desk, {"stage": "new", "owes": owed(desk.now)}, {"stage": "new", "owes": owed(desk.now)})
    desk.write(editing.add_note, b, "до слияния")
    before = everything_but_merges(desk)
    desk.write(merge, a, [b])
    assert desk.write(undo).action == "merge"
    assert everything_but_merges(desk) == before
    assert desk.write(undo).action == "add_note", "what came before can be taken back again"


def test_what_was_done_before_a_merge_is_not_taken_back_through_it(desk):
    a, b = two(desk)
    desk.write(editing.add_note, b, "до слияния")
    desk.beside("lead", Role.LEAD).write(merge, a, [b])
    with pytest.raises(NotAllowedError, match="merge undo"):
        desk.write(undo)


def test_drafts_pairs_and_marks_go_along(desk):
    a, b = two(desk)
    c = desk.client("Третья")
    boris = desk.beside("boris")
    with desk.base.write() as session:
        for card_id, text in ((a, "мой"), (b, "её")):
            session.add(Draft(client_id=card_id, operator_id=desk.me, body={"note": text}, saved_at=desk.now))
        session.add(Draft(client_id=b, operator_id=boris.me, body={"note": "Бориса"}, saved_at=desk.now))
        session.add(LikelyDuplicate(first_id=a, second_id=b, score=990, why=[]))
        session.add(LikelyDuplicate(first_id=b, second_id=c, score=800, why=[]))
        session.add(LikelyDuplicate(first_id=a, second_id=c, score=700, why=[]))
        session.add(NotDuplicate(first_id=b, second_id=c, operator_id=desk.me, at=desk.now))
    before = everything_but_merges(desk)
    done = desk.write(merge, a, [b])
    notes = [(row.operator_id, row.body["note"]) for row in rows(desk, Draft, client_id=a)]
    assert notes == [(desk.me, "мой\nеё"), (boris.me, "Бориса")]
    assert [(row.first_id, row.second_id, row.score) for row in rows(desk, LikelyDuplicate)] == [(a, c, 800)]
    assert [(row.first_id, row.second_id) for row in rows(desk, NotDuplicate)] == [(a, c)]
    desk.write(undo_merge, done.merge_id)
    assert everything_but_merges(desk) == before


SUMS = (Call, Deal, Message, StageChange, CallReview)


def totals(desk):
    with desk.base.read() as session:
        counts = [
            session.execute(select(func.count()).select_from(table_of(model))).scalar_one() for model in SUMS
        ]
        amount = session.execute(select(func.sum(table_of(Deal).c.amount_minor))).scalar()
        numbers = set(
            session.scalars(select(func.coalesce(table_of(Phone).c.e164, table_of(Phone).c.digits)))
        )
        return [*counts, int(amount or 0), numbers]


WORK = st.lists(st.tuples(DONE, st.integers(0, 3), st.integers(1, 60)), max_size=8)


def work(desk, clients, done, *, without=()):
    for what, place, n in done:
        desk = desk.later(minutes=1)
        if what not in without:
            with suppress(SalesdeskError):
                what(desk, clients[place % len(clients)], n)
    return desk


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=WORK, since=WORK, order=st.permutations([0, 1, 2, 3]), three=st.booleans())
def test_merged_and_apart_again(desk, before, since, order, three):
    desk.beside("boris")
    with desk.filling() as base:
        base.clear()
        clients = [
            base.client("cold", phones=NUMBERS[:1], people=("Иван",)),
            base.client(
                "in work",
                phones=NUMBERS,
                stage="proposal",
                deal=100,
                owes=owed(desk.now),
                people=("Иван", "Пётр"),
            ),
            base.client("rejected", phones=(), stage="rejected", city="Омск"),
            base.client("owed", phones=NUMBERS[1:], owes=owed(desk.now + DAY, promise=True)),
        ]
    desk = work(desk, clients, before)
    was, sums = everything_but_merges(desk), totals(desk)
    keep, *others = [clients[place] for place in order][: 3 if three else 2]
    done = desk.write(merge, keep, others)
    whole(desk)
    assert totals(desk) == sums
    desk.write(undo_merge, done.merge_id)
    assert everything_but_merges(desk) == was
    again = desk.write(merge, keep, others)
    desk = work(desk.later(days=400), [keep], since, without=(take_back, add))
    whole(desk)
    after = totals(desk)
    desk.write(undo_merge, again.merge_id)
    assert totals(desk)[:5] == after[:5]
    whole(desk)
    assert {row.id for row in rows(desk, Client)} >= {*clients}


def test_a_deal_that_was_won_since_makes_a_buyer_of_the_card_it_goes_back_to(desk):
    a, b = desk.client("Лютик"), desk.client("Лютик ООО", stage="invoice", deal=100, owes=owed(desk.now))
    done = desk.write(merge, a, [b])
    later = desk.later(days=3)
    later.write(editing.edit_client, a, stage="paid")
    later.write(undo_merge, done.merge_id)
    assert client(desk, b).won_at == later.now
    assert rows(desk, Deal, client_id=b)[0].stage == "paid"
    whole(desk)


# -- many at once ------------------------------------------------------------------------------------------


def likely(desk, *pairs):
    with desk.base.write() as session:
        for first, second, score in pairs:
            session.add(LikelyDuplicate(first_id=first, second_id=second, score=score, why=[]))


def test_a_run_is_one_thing(desk):
    cards = [desk.client(f"Клиент {number}", phones=NUMBERS[:1]) for number in range(6)]
    likely(desk, (cards[0], cards[1], 990), (cards[2], cards[3], 950), (cards[4], cards[5], 700))
    before = everything_but_merges(desk)
    told = desk.read(merge_all, 0.9, dry_run=True)
    assert (told.run_id, told.groups, told.cards, told.moved) == (None, 2, 2, {"phones": 2})
    assert everything_but_merges(desk) == before
    seen = []
    run = desk.write(merge_all, 0.9, progress=lambda done, of: seen.append((done, of)))
    assert (run.groups, run.cards, run.moved, seen) == (2, 2, {"phones": 2}, [(1, 2), (2, 2)])
    whole(desk)
    assert {row.run_id for row in rows(desk, Merge)} == {run.run_id}
    undone = desk.write(undo_merge, run.run_id)
    assert (undone.merges, len(undone.back)) == (2, 2)
    assert everything_but_merges(desk) == before
    desk.write(merge_all, 0.9)
    desk.write(undo)
    assert everything_but_merges(desk) == before


def test_taking_a_run_back_stops_whole(desk):
    cards = [desk.client(f"Клиент {number}", phones=NUMBERS[:1]) for number in range(4)]
    likely(desk, (cards[0], cards[1], 990), (cards[2], cards[3], 980))
    run = desk.write(merge_all, 0.9)
    merged = snapshot(desk.base)
    for back in (partial(desk.write, undo_merge, run.run_id), partial(desk.write, undo)):
        told = []
        with pytest.raises(StoppedError):
            back(progress=lambda *done: told.append(done), cancelled=lambda: bool(told))  # noqa: B023
        assert told == [(1, 2)]
        assert snapshot(desk.base) == merged
    assert desk.write(undo_merge, run.run_id).merges == 2


def test_one_of_a_run_may_be_taken_back_alone(desk):
    cards = [desk.client(f"Клиент {number}") for number in range(4)]
    likely(desk, (cards[0], cards[1], 990), (cards[2], cards[3], 980))
    run = desk.write(merge_all, 0.9)
    assert desk.write(undo_merge, run.run_id, alone=True).merges == 1
    assert desk.write(undo_merge, run.run_id).merges == 1
    with pytest.raises(NotAllowedError, match="already"):
        desk.write(undo_merge, run.run_id)
    assert len(rows(desk, Client)) == 4


def test_a_run_leaves_out_whom_somebody_is_on_and_stops_whole(desk):
    cards = [desk.client(f"Клиент {number}") for number in range(4)]
    likely(desk, (cards[0], cards[1], 990), (cards[2], cards[3], 980))
    before = everything_but_merges(desk)
    asked = iter([False, True])
    with pytest.raises(MergeStoppedError):
        desk.write(merge_all, 0.9, cancelled=lambda: next(asked))
    assert everything_but_merges(desk) == before
    boris = desk.beside("boris")
    with desk.filling() as base:
        base.claim(cards[0], boris.me, desk.now + timedelta(minutes=5))
    run = desk.write(merge_all, 0.9)
    assert (run.groups, run.left_out) == (1, 1)
    assert "Boris" in run.why
    with pytest.raises(NotAllowedError):
        boris.write(merge_all, 0.9)
    with pytest.raises(InputError):
        desk.write(merge_all, 0)


# -- what else stands on clients ---------------------------------------------------------------------------


def test_the_plan_says_what_each_card_says_and_what_goes_over(desk):
    a, b = two(
        desk,
        {"address": "Ленина, 1", "stage": "new", "owes": owed(desk.now)},
        {"address": "Мира, 5", "interest": 5},
    )
    desk.write(calls.log_call, said(b, "no_answer"))
    plan = desk.read(rehearse_merge, [b, a])
    assert plan.keep == a, "the one that is worked with stays"
    fields = {field.code: field for field in plan.fields}
    assert fields["address"].said == ("Мира, 5", "Ленина, 1")
    assert (fields["address"].kept_from, fields["interest"].kept_from) == (a, b)
    assert plan.moves == {"phones": 1, "calls": 1, "next_actions": 1}
    other = desk.read(rehearse_merge, [b, a], keep=b, chosen={"address": a})
    assert {field.code: field.kept_from for field in other.fields}["address"] == a
    with pytest.raises(NotFoundError):
        desk.read(rehearse_merge, [a, 10**6])


def test_an_import_whose_client_was_merged_stays_whole(desk, tmp_path):
    file = tmp_path / "clients.csv"
    file.write_text(
        "Код;Компания;Телефон\nA1;Ромашка;+74951112233\nA2;Лютик;+74954445566\n", encoding="utf-8"
    )
    batch = desk.write(run_import, file, ImportOptions(source="crm")).batch
    other = desk.client("Ромашка бис")
    kept = desk.read(find_client, "A1")
    desk.write(merge, other, [kept])
    undone = desk.write(undo_import, batch)
    assert (undone.removed, undone.kept) == (1, ((other, "Ромашка бис"),))
    whole(desk)
    assert [row.client_id for row in rows(desk, Phone)] == [other, other]


def test_a_number_forbidden_since_is_not_freed_by_taking_a_merge_back(desk):
    a, b = two(desk, {"stage": "new", "owes": owed(desk.now)}, {"phones": NUMBERS})
    done = desk.write(merge, a, [b])
    later = desk.later(days=30)
    later.write(editing.edit_client, a, do_not_call="yes")
    later.write(undo_merge, done.merge_id)
    states = {row.state for row in rows(desk, Phone) if row.e164}
    assert states == {PhoneState.DO_NOT_CALL}
    whole(later)
