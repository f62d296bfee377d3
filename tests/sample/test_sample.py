"""The sample base: consistent with every rule of the trade, the same for the same seed, on both databases."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import groupby

import phonenumbers
import pytest
from sqlalchemy import func, inspect, select, text
from sqlmodel import col

from salesdesk import i18n
from salesdesk.base.periods import Kind, parse_period, whole
from salesdesk.base.placement import has_number, standing
from salesdesk.base.search_document import documents
from salesdesk.base.zones import client_zone
from salesdesk.clock import Clock
from salesdesk.codes import Band, GoalResult, Hold, Role
from salesdesk.context import context_of
from salesdesk.desk import lead_notes, queue
from salesdesk.errors import InputError
from salesdesk.lead.costs import spent
from salesdesk.lead.pace import pace
from salesdesk.lead.said import Said
from salesdesk.lead.stand_up_record import record
from salesdesk.lead.vip_dialogues import said_to_vips
from salesdesk.models import (
    Call,
    Client,
    Deal,
    NextAction,
    NextActionPast,
    Operator,
    Phone,
    StageChange,
)
from salesdesk.sample import SampleCancelledError, SampleCounts, fill
from salesdesk.sample.numbers import Numbers
from salesdesk.sample.places import PLACES
from salesdesk.storage.base import open_base
from salesdesk.storage.journal import table_of

NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
CLIENTS = 300


def made(request, clients, seed):
    """Fill a base once for all the tests that only look at it."""
    if request.param == "sqlite":
        where = str(request.getfixturevalue("tmp_path_factory").mktemp("filled") / "base.db")
    else:
        where = request.getfixturevalue("new_postgres")(f"filled_{clients}")
    i18n.use_language("en")
    base = open_base(where, operator="anna")
    return base, fill(base, clients=clients, seed=seed, now=NOW)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request):
    base, _counts = made(request, CLIENTS, 7)
    yield base
    base.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def larger(request):
    """A larger one, and what was said to be in it."""
    base, counts = made(request, 1000, 1)
    yield base, counts
    base.close()


@pytest.fixture
def context(filled):
    return context_of(filled, Clock(fixed=NOW))


def rows_of(session, model):
    return session.execute(select(table_of(model)).order_by(table_of(model).c.id)).all()


def test_a_client_in_work_is_owed_one_thing_and_a_cold_one_nothing(filled, context):
    with filled.read() as session:
        owed = dict(
            session.execute(
                select(col(NextAction.client_id), func.count())
                .where(col(NextAction.closed_at).is_(None))
                .group_by(col(NextAction.client_id))
            ).all()
        )
        clients = rows_of(session, Client)
    assert len(clients) == CLIENTS
    for client in clients:
        stage = context.stage(client.stage)
        if stage is not None and stage.in_work:
            assert owed.get(client.id) == 1
        elif stage is not None or client.do_not_call or client.pool:
            assert client.id not in owed
    assert len(owed) == CLIENTS * 30 // 100


def test_what_follows_from_the_rows_is_what_placement_derives(filled, context):
    with filled.read() as session:
        open_actions = {
            action.client_id: action for action in rows_of(session, NextAction) if action.closed_at is None
        }
        for client in rows_of(session, Client):
            action = open_actions.get(client.id)
            number = has_number(session, client.id)
            where = standing(context, client, number=number, next_action=action is not None)
            assert (client.band, client.sort_key, client.pool) == (where.band, where.sort_key, where.pool)
            if action is not None:
                assert (action.band, action.sort_key, action.zone) == (
                    client.band,
                    client.sort_key,
                    client.zone,
                )
                assert action.attempt == client.attempts + 1
                assert action.hold == where.hold(action.kind, action.attempt, 6)
                assert (action.moves > 0) == (action.first_due_at < action.due_at)
                assert action.opened_at <= action.first_due_at


def test_what_was_owed_was_closed_by_a_call_and_had_been_agreed_before(filled):
    with filled.read() as session:
        actions = {action.id: action for action in rows_of(session, NextAction)}
        calls = {call.id: call for call in rows_of(session, Call)}
        past = rows_of(session, NextActionPast)
    closed = [action for action in actions.values() if action.closed_at is not None]
    assert 100 < len(closed) < len(calls)
    for action in closed:
        call = calls[action.call_id]
        assert (action.client_id, action.operator_id, action.attempt) == (
            call.client_id,
            call.operator_id,
            call.attempt,
        )
        assert action.opened_at <= action.first_due_at <= action.due_at <= call.started_at
        assert call.started_at <= action.closed_at <= NOW
    late = [action for action in closed if action.due_at < action.closed_at - timedelta(hours=24)]
    assert 0.05 < len(late) / len(closed) < 0.4
    assert past
    for row in past:
        action = actions[row.next_action_id]
        assert action.opened_at <= row.until <= (action.closed_at or NOW)
        assert row.due_at < action.due_at


def test_calls_are_counted_as_logging_counts_them(filled, context):
    rules = context.catalogues.outcomes
    with filled.read() as session:
        calls = session.execute(
            select(table_of(Call)).order_by(col(Call.client_id), col(Call.started_at), col(Call.id))
        ).all()
        clients = {client.id: client for client in rows_of(session, Client)}
    for client_id, history in groupby(calls, key=lambda call: call.client_id):
        attempts, at = 0, None
        for call in history:
            assert call.attempt == attempts + 1
            rule = rules[call.outcome]
            assert call.goal in context.catalogues.goals
            assert call.goal_result in set(GoalResult)
            assert (call.reason is not None) == rule.needs_reason
            assert call.reason != "other" or call.note
            assert at is None or call.started_at > at
            attempts = 0 if rule.answered or rule.unworkable else call.attempt
            at = call.started_at
        assert clients[client_id].attempts == attempts
        assert clients[client_id].last_call_at == at <= NOW


def test_stages_and_deals_tell_the_same_story(filled):
    with filled.read() as session:
        changes = session.execute(
            select(table_of(StageChange)).order_by(
                col(StageChange.client_id), col(StageChange.at), col(StageChange.id)
            )
        ).all()
        clients = {client.id: client for client in rows_of(session, Client)}
        deals = rows_of(session, Deal)
    moved = set()
    for client_id, history in groupby(changes, key=lambda change: change.client_id):
        stage, at = None, None
        for change in history:
            assert change.from_stage == stage
            stage, at = change.to_stage, change.at
        assert (clients[client_id].stage, clients[client_id].stage_since) == (stage, at)
        moved.add(client_id)
    assert {client.id for client in clients.values() if client.stage} == moved
    for deal in deals:
        assert (deal.closed_at is None) == (deal.stage not in {"shipped", "rejected"})
        assert (deal.reject_reason is None) == (deal.stage != "rejected")
        if deal.closed_at is None:
            assert deal.stage == clients[deal.client_id].stage
            assert deal.amount_minor == clients[deal.client_id].expected_minor


def test_numbers_are_valid_and_tell_the_zone_as_the_city_does(filled):
    with filled.read() as session:
        phones = rows_of(session, Phone)
        clients = rows_of(session, Client)
    for phone in phones:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))
        assert phone.digits == phone.e164[1:]
        assert phone.last4 == phone.e164[-4:]
    for client in clients:
        assert client.zone == client_zone((), client.region, client.city, "Etc/Unknown")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.city_en + place.area)
def test_every_place_is_known_in_both_languages(place):
    assert client_zone((), place.region, place.city, "Etc/Unknown") == place.zone
    assert client_zone((), place.region_en, place.city_en, "Etc/Unknown") == place.zone


def test_the_search_index_holds_every_client_as_it_is_written_elsewhere(filled):
    key = "rowid" if filled.path else "client_id"
    with filled.read() as session:
        indexed = session.execute(text(f"SELECT {key} FROM client_search ORDER BY 1")).scalars().all()
        assert indexed == [client.id for client in rows_of(session, Client)]
        if not filled.path:
            kept = session.execute(text("SELECT client_id, text FROM client_search ORDER BY 1")).all()
            assert [tuple(row) for row in kept] == sorted(documents(session, indexed))


def test_nobody_says_the_same_number_or_tax_id_is_two_companies(filled):
    with filled.read() as session:
        for column in (col(Phone.e164), col(Client.tax_id)):
            values = session.scalars(select(column).where(column.is_not(None))).all()
            assert len(values) == len(set(values))


def test_vips_have_written_of_late_and_the_lead_has_left_two_notes_that_nobody_saw(larger):
    base, _counts = larger
    context = context_of(base, Clock(fixed=NOW))
    with base.read() as session:
        notes = lead_notes.for_me(session, context)
        waiting = {row.client_id for row in queue.page(session, context, limit=500).rows}
        assert len(notes) == 2
        assert {note.client_id for note in notes} <= waiting
        assert {note.author for note in notes} == {"Марина Соболева"}
        period = parse_period("2026-11-16..2026-11-23", context.today, context.catalogues.team.zone)
        said = said_to_vips(session, context, period)
        assert {row.kind for row in said} >= {Said.MESSAGE_IN, Said.MESSAGE_OUT}
        assert max(*(row.at for row in said), *(note.at for note in notes)) < NOW
        assert not any(row.read for row in said)


def test_new_rows_come_after_the_sample(base):
    fill(base, clients=60, seed=7, now=NOW)
    with base.write() as session:
        session.add(
            Client(name="Ромашка", name_key="ромашка", zone="Europe/Moscow", created_at=NOW, updated_at=NOW)
        )
    fill(base, clients=10, seed=8, now=NOW)
    with base.read() as session:
        assert session.scalar(select(func.count()).select_from(table_of(Client))) == 60 + 11


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, 6, 5, tzinfo=UTC),
        datetime(2026, 11, 23, 12, 30, tzinfo=UTC),
        datetime(2026, 11, 24, 14, 20, tzinfo=UTC),
        datetime(2026, 11, 24, 19, 0, tzinfo=UTC),
        datetime(2026, 11, 28, 9, 0, tzinfo=UTC),
        datetime(2027, 1, 3, 2, 0, tzinfo=UTC),
    ],
)
def test_the_first_operator_has_a_full_day_whenever_it_is_looked_at(sqlite_url, now):
    base = open_base(sqlite_url)
    fill(base, clients=1000, seed=3, now=now)
    context = context_of(base, Clock(fixed=now), "anna")
    working = context.calendar.after(context.today, 0) == context.today and 6 <= now.hour < 15
    with base.read() as session:
        mine = [
            action
            for action in rows_of(session, NextAction)
            if action.operator_id == context.me.id and not action.hold
        ]
        assert session.scalar(select(func.max(col(Call.started_at)))) <= now
        page = queue.page(session, context, limit=200)
    bases = {band: [action for action in mine if action.band == band] for band in Band}
    assert all(len(actions) >= 8 for actions in bases.values())
    assert sum(action.due_at < context.midnight for action in mine) >= 10
    if working:
        assert {row.band for row in page.rows} == set(Band)
        assert len(page.rows) >= 60
        soon = [
            action for action in mine if action.promise and now < action.due_at < now + timedelta(hours=2)
        ]
        assert len(soon) >= (2 if now.hour < 14 else 1)
    base.close()


@pytest.mark.parametrize("day", [1, 9, 23])
def test_some_operators_are_ahead_of_their_plans_and_some_behind(sqlite_url, day):
    now = NOW.replace(day=day) + timedelta(days=1 if day == 1 else 0)
    base = open_base(sqlite_url)
    fill(base, clients=1000, seed=3, now=now)
    context = context_of(base, Clock(fixed=now), "anna")
    month = whole(Kind.MONTH, context.today, context.catalogues.team.zone)
    with base.read() as session:
        found = [pace(session, context, period) for period in (month, month.before)]
        costs = spent(session, context, month.before)
    for one in found:
        assert one.planned
        assert len(one.people) == len(costs) == 3
    assert {one.falls_behind is None for one in found[1].people} == {True, False}
    base.close()


def test_the_same_seed_makes_the_same_base_whatever_the_machine(tmp_path):
    script = (
        "import sys, hashlib; from datetime import datetime; from salesdesk.storage.base import open_base;"
        "from salesdesk.sample import fill;"
        "base = open_base(sys.argv[1], operator='anna');"
        "fill(base, clients=80, seed=11, now=datetime.fromisoformat('2026-11-23T10:24:00+03:00'));"
        "kept = base.engine.raw_connection().iterdump();"
        "print(hashlib.sha256('\\n'.join(line for line in kept if 'audit' not in line).encode()).hexdigest())"
    )
    found = set()
    for hash_seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / f"{hash_seed}.db")],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1


def test_names_do_not_depend_on_when_the_sample_is_made(tmp_path):
    names = []
    for day in (2, 17):
        base = open_base(str(tmp_path / f"{day}.db"), operator="anna")
        fill(base, clients=50, seed=5, now=NOW - timedelta(days=day))
        with base.read() as session:
            names.append(session.scalars(select(col(Client.name)).order_by(col(Client.id))).all())
        base.close()
    assert names[0] == names[1]


def test_who_watches_is_told_and_may_stop(base, monkeypatch):
    monkeypatch.setattr("salesdesk.sample.filling._CHUNK", 200)
    told = []
    with pytest.raises(SampleCancelledError):
        fill(
            base, clients=250, seed=1, now=NOW,
            progress=lambda done, of: told.append((done, of)), cancelled=lambda: bool(told),
        )  # fmt: skip
    assert told == [(200, 250)]
    assert base.empty
    with base.read() as session:
        assert session.scalar(select(func.count()).select_from(table_of(Operator))) == 1


def test_counts_are_told(larger):
    base, counts = larger
    with base.read() as session:
        counted = [
            session.scalar(select(func.count()).select_from(table_of(model))) for model in (Client, Call)
        ]
        counted.append(session.scalar(select(func.count()).where(col(NextAction.closed_at).is_(None))))
        leads = session.scalar(select(func.count()).where(col(Operator.role) == Role.LEAD))
        held = session.scalars(
            select(col(NextAction.operator_id)).where(col(NextAction.hold) == Hold.ATTEMPTS_USED_UP)
        )
        lead = session.scalar(select(col(Operator.id)).where(col(Operator.role) == Role.LEAD))
        assert set(held) <= {lead}
    assert counts == SampleCounts(*counted)
    assert counted[1] == pytest.approx(5000, rel=0.05)
    assert leads == 1


@pytest.mark.parametrize("clients", [0, -5, 3_000_000])
def test_a_number_of_clients_that_cannot_be_is_refused(base, clients):
    with pytest.raises(InputError):
        fill(base, clients=clients, seed=1, now=NOW)
    assert base.empty


def test_a_large_load_leaves_every_index_in_place(base, monkeypatch):
    monkeypatch.setattr("salesdesk.storage.bulk.INDEX_LATER", 100)
    before = _indexes(base)
    fill(base, clients=200, seed=1, now=NOW)
    assert _indexes(base) == before
    if base.path:
        with base.read() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).first() is None


def _indexes(base):
    looking = inspect(base.engine)
    return {
        (table, index["name"], bool(index["unique"]), tuple(index["column_names"]), _condition(index))
        for table in looking.get_table_names()
        for index in looking.get_indexes(table)
    }


def _condition(index):
    return tuple(sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items()))


class _Fixed:
    def __init__(self, value):
        self.value = value

    def between(self, least, most):
        return least + self.value % (most - least + 1)

    def pick(self, among):
        return among[0]


def test_a_code_gives_every_number_before_any_comes_again():
    numbers = Numbers(_Fixed(123_456))
    place = next(place for place in PLACES if place.area == "4012")
    given = [numbers.fixed(place).digits for _turn in range(20_000)]
    assert len(set(given)) == len(given)
    assert all(len(digits) == 10 and digits.startswith("4012") and digits[4] in "234567" for digits in given)


def test_stand_ups_were_held_over_what_was_owed_then(filled, context):
    with filled.read() as session:
        found = record(session, context)
        opened = {action.id: action.opened_at for action in rows_of(session, NextAction)}
    assert len({held.operator_id for held in found}) == len(found) == 3
    for held in found:
        assert held.started_at < held.finished_at < context.midnight
        assert [card.position for card in held.cards] == list(range(1, len(held.cards) + 1))
        assert len({card.client_id for card in held.cards}) == len(held.cards)
        assert len(held.steps) == 3
        for step in held.steps:
            assert opened[step.next_action_id] <= held.started_at < step.due_at
        assert all(card.note.seen_at for card in held.cards if card.note)
