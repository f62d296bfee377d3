"""What was said to VIP clients: all of it and nothing else, unread first, each reader's marks their own."""

from datetime import timedelta

import pytest
from builders import snapshot
from histories import dice_of, inside, over, some_period, write_history
from sqlalchemy import delete, func, select

from salesdesk.base.periods import parse_period
from salesdesk.codes import ClientClass, Role
from salesdesk.desk.undo import history as trail
from salesdesk.errors import NotAllowedError
from salesdesk.lead.reports.asking import report
from salesdesk.lead.said import Said
from salesdesk.lead.vip_dialogues import mark_read, vip_dialogues
from salesdesk.models import Call, Message, ReadMark
from salesdesk.storage.journal import Journal, table_of


def told(desk, client, *texts, kind=Said.CALL):
    """Say something to a client, a minute after the other; the first text the longest ago."""
    with desk.filling() as base:
        journal = Journal(base.session)
        for at, text in enumerate(texts):
            when = desk.now - timedelta(minutes=len(texts) - at)
            who = {"client_id": client, "operator_id": desk.me}
            if kind is Said.CALL:
                journal.add(Call, **who, started_at=when, outcome="no_answer", note=text)
            else:
                journal.add(Message, **who, at=when, text=text, incoming=kind is Said.MESSAGE_IN)


def texts(found):
    return [row.text for row in found.rows]


@over(sqlite=4)
def test_everything_said_to_vips_in_the_period_stands_there_once_unread_first(desk, seed):
    history = write_history(desk, seed, clients=8)
    dice = dice_of(seed)
    period = some_period(desk, dice)
    vips = {client.id for client in history.clients.values() if client.client_class == ClientClass.VIP}
    said = [
        (one.started_at, "call", one.id)
        for one in history.calls
        if one.client_id in vips and inside(period, one.started_at) and (one.note or "").strip()
    ] + [
        (one.at, "message_in" if one.incoming else "message_out", one.id)
        for one in history.messages
        if one.client_id in vips and inside(period, one.at)
    ]
    found = desk.read(vip_dialogues, period)
    seen = dice.sample(found.rows, len(found.rows) // 2)
    desk.write(mark_read, seen, read=True)
    desk.beside("lead", Role.LEAD).write(mark_read, found.rows, read=True)

    again = desk.read(vip_dialogues, period)
    read = {row.key for row in seen}
    assert [(row.at, row.kind, row.id) for row in again.rows] == [
        row[:3]
        for row in sorted(
            (one for one in said), key=lambda one: ((one[1] == "call", one[2]) not in read, one), reverse=True
        )
    ]
    assert {row.key for row in again.rows if row.read} == read
    assert (again.total, again.unread) == (len(said), len(said) - len(read))
    asked = desk.read(report, "vip", period=period)
    assert asked.total["unread"] == again.unread
    assert sum(row.values["read"] for row in asked.rows) == len(read)


def test_the_usual_period_is_this_week_and_no_more_is_listed_than_asked_for(desk):
    vip, other = desk.client(client_class=ClientClass.VIP), desk.client(client_class=ClientClass.A)
    told(desk, vip, "один", "два", "три")
    told(desk, vip, "четыре", kind=Said.MESSAGE_IN)
    told(desk, other, "не о том")
    told(desk.at(desk.now - timedelta(days=7)), vip, "давно")
    found = desk.read(vip_dialogues)
    assert (found.period.code, texts(found)) == ("2026-W48", ["четыре", "три", "два", "один"])
    first = desk.read(vip_dialogues, None, 2)
    assert (texts(first), first.total, first.unread) == (["четыре", "три"], 4, 4)
    # What was read makes room for what was not.
    desk.write(mark_read, first.rows, read=True)
    assert texts(desk.read(vip_dialogues, None, 2)) == ["два", "один"]
    earlier = desk.read(vip_dialogues, parse_period("last-week", desk.context.today, found.period.zone))
    assert texts(earlier) == ["давно"]


def test_a_mark_is_ones_own_is_taken_off_again_and_leaves_no_trail(desk):
    client = desk.client(client_class=ClientClass.VIP)
    told(desk, client, "звонок")
    told(desk, client, "письмо", kind=Said.MESSAGE_OUT)
    lead, before = desk.beside("lead", Role.LEAD), snapshot(desk.base)
    rows = desk.read(vip_dialogues).rows
    for _twice in range(2):
        desk.write(mark_read, rows, read=True)
    assert [row.read for row in desk.read(vip_dialogues).rows] == [True, True]
    assert lead.read(vip_dialogues).unread == 2
    lead.write(mark_read, rows[:1], read=True)
    for _twice in range(2):
        desk.write(mark_read, rows, read=False)
    assert (desk.read(vip_dialogues).unread, lead.read(vip_dialogues).unread) == (2, 1)
    lead.write(mark_read, rows, read=False)
    assert snapshot(desk.base) == before
    assert desk.read(trail) == ()


def test_what_was_taken_back_meanwhile_is_let_be(desk):
    client = desk.client(client_class=ClientClass.VIP)
    told(desk, client, "одно", "другое")
    rows = desk.read(vip_dialogues).rows
    with desk.base.write() as session:
        session.execute(delete(table_of(Call)).where(table_of(Call).c.id == rows[0].id))
    desk.write(mark_read, rows, read=True)
    with desk.base.read() as session:
        assert session.execute(select(func.count()).select_from(table_of(ReadMark))).scalar_one() == 1


def test_it_is_for_leads(desk):
    boris = desk.beside("boris")
    with pytest.raises(NotAllowedError, match="Only a team lead"):
        boris.read(vip_dialogues)
    with pytest.raises(NotAllowedError, match="Only a team lead"):
        boris.write(mark_read, (), read=True)
