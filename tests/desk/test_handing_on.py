"""Clients handed on between specialties: to whom, what goes along, who confirms, what undo takes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import assert_consistent, owed, said, snapshot, step
from sqlalchemy import select, update
from sqlmodel import col

from salesdesk.base.checking import check
from salesdesk.base.merging import merge
from salesdesk.codes import GoalResult, Hold, Role, Specialty
from salesdesk.desk import calls, card, day, deals, editing, handed, handing_on, queue, reasons
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.lead.putting_right import reassign
from salesdesk.lead.rows import Neglect, TailPick
from salesdesk.lead.tails import board, tail_clients
from salesdesk.models import Client, Deal, HandOn, NextAction, Operator
from salesdesk.team.absence import set_absent
from salesdesk.team.claims import release

INVOICE, KEEP = "invoice_requested", handing_on.KEEP


@pytest.fixture
def team(desk):
    """Anna leads; Boris calls the cold, Carl sells, Dora and Egor look after accounts."""
    with desk.base.write() as session:
        session.execute(update(Operator).values(role=Role.LEAD, name="Анна"))
        for login, specialty in (
            ("boris", Specialty.TELEMARKETING), ("carl", Specialty.SALES), ("dora", Specialty.ACCOUNTS),
            ("egor", Specialty.ACCOUNTS),
        ):  # fmt: skip
            session.add(Operator(login=login, name=login.title(), specialty=specialty))
    return {login: desk.at(login=login) for login in ("anna", "boris", "carl", "dora", "egor")}


def of(desk, stage="proposal", **more):
    """Give a client of who sits there, with a next action and an open deal."""
    with desk.filling() as filling:
        owes = owed(desk.now - timedelta(days=1), goal="confirm_proposal")
        return filling.client(f"О {stage}", stage=stage, deal=7_000_000, owes=owes, **more)


def log(desk, client, outcome=INVOICE, **more):
    return desk.write(calls.log_call, said(client, outcome, result=GoalResult.HIT, **more))


def whose(desk, client):
    """Tell who has the client, what is owed to it, and its open deals."""
    with desk.base.read() as session:
        logins = dict(session.execute(select(col(Operator.id), col(Operator.login))).all())
        found = [
            session.scalars(select(col(Client.owner_id)).where(col(Client.id) == client)),
            *(
                session.scalars(select(whom).where(model.client_id == client, model.closed_at.is_(None)))
                for whom, model in ((NextAction.operator_id, NextAction), (Deal.owner_id, Deal))
            ),
        ]
        return {logins[each] for one in found for each in one}


def test_a_stage_hands_the_client_on_with_all_that_hangs_on_it(team):
    boris, dora = team["boris"], team["dora"]
    client = of(boris)
    before = snapshot(boris.base)
    handed_on = log(boris, client, note="доставка к пятнице").handed_on
    assert (handed_on.to.login, handed_on.to.specialty) == ("dora", Specialty.ACCOUNTS)
    assert whose(boris, client) == {"dora"}
    assert_consistent(boris)
    # Four working hours of a Monday that began at nine.
    assert handed_on.confirm_by == boris.now + timedelta(hours=4)
    (row,) = dora.read(handed.to_confirm)
    assert (row.client_id, row.giver, row.note, row.late) == (client, "Boris", "доставка к пятнице", False)
    assert dora.read(day.counts).to_confirm == 1
    assert boris.read(day.counts).to_confirm == 0
    tomorrow = dora.later(days=1)
    (listed,) = tomorrow.read(queue.page).rows
    assert listed.client_id == client
    assert "from Boris: доставка к пятнице (not confirmed yet)" in reasons.reason(tomorrow.context, listed)
    assert dora.read(card.card, client).handed.mine
    # One undo takes all of it back.
    boris.write(undo)
    assert snapshot(boris.base) == before


def test_a_call_that_is_sent_twice_hands_on_once(team):
    carl = team["carl"]
    client = of(carl)
    wrap_up = replace(said(client, INVOICE, result=GoalResult.HIT), token="once")  # noqa: S106  # no secret
    first, again = carl.write(calls.log_call, wrap_up), carl.write(calls.log_call, wrap_up)
    assert again == replace(first, again=True)
    assert first.handed_on.to.specialty is Specialty.ACCOUNTS
    with carl.base.read() as session:
        assert len(session.scalars(select(HandOn)).all()) == 1


def test_what_was_said_while_the_server_was_away_is_to_be_confirmed_from_now_on(team):
    carl = team["carl"]
    client = of(carl)
    wrap_up = replace(said(client, INVOICE, result=GoalResult.HIT), at=carl.now)
    handed_on = carl.later(hours=2).write(calls.log_call, wrap_up).handed_on
    assert handed_on.confirm_by == carl.now + timedelta(hours=6)


def test_nothing_happens_where_nobody_else_is_meant(team, desk):
    carl, dora = team["carl"], team["dora"]
    # Who has the specialty already, who leads, a stage without a rule, and one with nobody to follow it.
    kept = of(dora)
    assert log(dora, kept).handed_on is None
    assert log(team["anna"], of(team["anna"])).handed_on is None
    paused = of(carl)
    assert log(carl, paused, "not_now", next_step=step(carl.now + timedelta(days=9))).handed_on is None
    dora.write(deals.save_deal, kept, None, title="ещё", amount="5", stage="paid")
    # Nor where the client was at that stage before, or the giver keeps it.
    again = of(carl, "invoice")
    assert log(carl, again, "goal_reached").handed_on is None
    mine = of(carl)
    assert log(carl, mine, hand_to=KEEP).handed_on is None
    assert [whose(desk, client) for client in (kept, paused, again, mine)] == [
        {"dora"}, {"carl"}, {"carl"}, {"carl"},
    ]  # fmt: skip
    with desk.base.read() as session:
        assert session.scalars(select(HandOn)).all() == []


def test_the_least_loaded_gets_it_and_whoever_had_it_before_gets_it_again(team):
    carl = team["carl"]
    for _each in range(2):
        of(team["dora"], "shipped")
    client = of(carl)
    assert log(carl, client).handed_on.to.login == "egor"
    team["egor"].write(handing_on.confirm, client)
    # Back to sales, which is chosen by its name: it goes to who had it.
    team["egor"].write(handing_on.hand_on, client, "sales")
    assert whose(carl, client) == {"carl"}
    for _each in range(5):
        of(team["egor"], "shipped")
    carl.write(editing.edit_client, client, stage="shipped")
    assert whose(carl, client) == {"egor"}


def test_what_goes_to_the_absent_goes_to_who_stands_in(team):
    anna, carl = team["anna"], team["carl"]
    until = (anna.now + timedelta(days=5)).date()
    anna.write(set_absent, "dora", until, "boris")
    # Somebody of the specialty is here: the rule passes the absent by.
    assert log(carl, of(carl)).handed_on.to.login == "egor"
    to = log(carl, of(carl), hand_to="dora").handed_on.to
    assert (to.login, to.instead_of) == ("boris", "Dora")
    anna.write(set_absent, "egor", until)
    assert log(carl, of(carl)).handed_on.to.login == "boris"
    with pytest.raises(InputError, match="Egor is absent, and nobody stands in"):
        carl.write(handing_on.hand_on, of(carl), "egor")
    assert len(team["boris"].read(handed.to_confirm)) == 2
    # What a substitute gives in the place of the absent is theirs to answer for.
    given = of(team["dora"], "new")
    team["boris"].write(handing_on.hand_on, given, "carl")
    assert [row.giver for row in carl.read(handed.to_confirm)] == ["Boris"]


def test_what_waits_for_somebody_who_falls_ill_waits_for_their_substitute(team):
    anna, boris, carl = team["anna"], team["boris"], team["carl"]
    client = of(carl)
    log(carl, client, hand_to="dora")
    anna.write(set_absent, "dora", (anna.now + timedelta(days=5)).date(), "boris")
    (row,) = boris.read(handed.to_confirm)
    assert (row.client_id, row.giver, row.instead_of) == (client, "Carl", "Dora")
    boris.write(handing_on.confirm, client)
    assert whose(boris, client) == {"boris"}
    boris.write(undo)
    assert whose(boris, client) == {"dora"}
    with pytest.raises(NotFoundError):
        team["egor"].write(handing_on.confirm, client)


def test_a_confirmed_client_stays_with_its_receiver(team):
    boris, dora = team["boris"], team["dora"]
    client = of(boris)
    log(boris, client, hand_to="dora")
    dora.write(handing_on.confirm, client)
    assert dora.read(handed.to_confirm) == ()
    with pytest.raises(NotAllowedError, match="Dora has taken this client over since"):
        boris.write(undo)
    assert whose(boris, client) == {"dora"}
    # What dora takes back of her own opens it again: boris may then.
    dora.write(undo)
    boris.write(undo)
    assert whose(boris, client) == {"boris"}


def test_a_call_confirms_as_much_and_ends_what_was_said(team):
    boris, dora = team["boris"], team["dora"]
    client = of(boris)
    log(boris, client, hand_to="dora", hand_note="звони")
    assert dora.read(card.card, client).handed.note == "звони"
    log(dora.later(hours=1), client, "goal_reached")
    found = dora.later(hours=1).read(card.card, client)
    assert found.handed is None
    (kept,) = [row for row in found.timeline if row.kind == "hand_on"]
    assert (kept.text, kept.for_operator, kept.seen_at) == ("звони", "Dora", dora.now + timedelta(hours=1))
    dora.later(hours=1).write(undo)
    assert len(dora.read(handed.to_confirm)) == 1


def test_a_declined_client_goes_back_with_the_reason(team):
    boris, dora = team["boris"], team["dora"]
    client = of(boris)
    log(boris, client, hand_to="dora")
    with pytest.raises(InputError) as refused:
        dora.write(handing_on.decline, client, "  ")
    assert refused.value.field == "why"
    assert dora.write(handing_on.decline, client, "не мой регион").login == "boris"
    assert whose(boris, client) == {"boris"}
    found = boris.read(card.card, client)
    assert (found.handed.declined, found.handed.by, found.handed.note) == (True, "Dora", "не мой регион")
    assert "Not taken over: не мой регион" in [row.text for row in found.timeline]
    # It goes to somebody else now, not to her again.
    boris.write(handing_on.hand_on, client, "accounts")
    assert whose(boris, client) == {"egor"}


def test_whom_an_operator_may_hand_on(team):
    boris, carl = team["boris"], team["carl"]
    client = of(boris)
    with pytest.raises(NotFoundError, match=f"no client {client} "):
        carl.write(handing_on.hand_on, client, "dora")
    with carl.filling() as base:
        base.claim(client, carl.me, carl.now + timedelta(minutes=5))  # so that he sees it
    with pytest.raises(NotAllowedError, match="Boris's client"):
        carl.write(handing_on.hand_on, client, "dora")
    carl.write(release, client)
    with pytest.raises(NotFoundError, match="nobody “zoe”"):
        boris.write(handing_on.hand_on, client, "zoe")
    with pytest.raises(NotFoundError, match="logistics"):
        boris.write(handing_on.hand_on, client, "logistics")
    with pytest.raises(InputError, match="Boris has this client already"):
        boris.write(handing_on.hand_on, client, "boris")
    with pytest.raises(InputError, match="ended"):
        log(boris, client, "not_interested", reason="price", hand_to="dora")
    team["anna"].write(handing_on.hand_on, client, "dora", "смотри")
    assert whose(boris, client) == {"dora"}
    # Nobody's client is anybody's to give; what waits for the lead stays there.
    held = of(carl, owner_id=None)
    with carl.base.write() as session:
        session.execute(
            update(NextAction)
            .where(col(NextAction.client_id) == held)
            .values(hold=Hold.ATTEMPTS_USED_UP, operator_id=team["anna"].me)
        )
    boris.write(handing_on.hand_on, held, "dora")
    assert whose(boris, held) == {"dora", "anna"}


def test_what_is_not_confirmed_in_time_is_a_tail_until_a_lead_gives_it_to_somebody(team):
    anna, boris = team["anna"], team["boris"]
    client = of(boris, expected_minor=9_000_000)
    log(boris, client, hand_to="dora")
    pick = TailPick(neglect=Neglect.UNCONFIRMED)
    assert anna.later(hours=3).read(tail_clients, pick) == ()
    late = anna.later(hours=5)
    found = late.read(board)
    assert (found.total.unconfirmed, found.unconfirmed_minor) == (1, 9_000_000)
    assert [(row.login, row.unconfirmed) for row in found.operators if row.unconfirmed] == [("dora", 1)]
    (row,) = late.read(tail_clients, pick)
    assert (row.client_id, row.giver, row.operator, row.amount_minor) == (client, "Boris", "Dora", 9_000_000)
    assert team["egor"].later(hours=5).read(board).total.unconfirmed == 0
    (seen,) = team["dora"].later(hours=5).read(handed.to_confirm)
    assert seen.late
    late.write(reassign, [client], "egor")
    assert late.read(board).total.unconfirmed == 0
    assert late.read(check) == []
    late.write(undo)
    assert late.read(board).total.unconfirmed == 1


def test_it_is_over_where_the_work_ends_or_another_has_it(team, desk):
    boris, anna = team["boris"], team["anna"]
    rejected, edited, merged, other = of(boris), of(boris), of(boris), of(boris, owner_id=anna.me)
    for client in (rejected, edited, merged):
        log(boris, client, hand_to="dora")
    log(team["dora"].later(minutes=1), rejected, "not_interested", reason="price")
    anna.write(editing.edit_client, edited, owner="egor")
    anna.write(merge, other, [merged])
    assert team["dora"].read(handed.to_confirm) == ()
    assert desk.read(check) == []
    with desk.base.write() as session:
        session.execute(update(HandOn).where(col(HandOn.client_id) == edited).values(closed_at=None))
    assert [problem.code for problem in desk.read(check)] == ["handed_on_astray"]


@pytest.mark.parametrize(
    ("at", "hours", "until"),
    [
        ("2026-11-23 09:30", 4, "2026-11-23 13:30"),
        ("2026-11-23 06:00", 4, "2026-11-23 13:00"),
        ("2026-11-23 16:00", 4, "2026-11-24 11:00"),
        ("2026-11-23 14:00", 4, "2026-11-23 18:00"),
        ("2026-11-27 17:00", 10, "2026-11-30 18:00"),
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
    ],
)
def test_hours_of_work_are_counted_not_hours(lite, at, hours, until):
    from salesdesk.scheduler import after_working_hours

    team = lite.context.catalogues.team
    begun, ends = (datetime.fromisoformat(text).replace(tzinfo=team.zone) for text in (at, until))
    assert after_working_hours(begun, hours, lite.context.working, team.zone) == ends.astimezone(UTC)
