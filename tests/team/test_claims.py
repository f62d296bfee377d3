"""Claims: one operator on a client at a time, and never for longer than a call may last."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from builders import said
from sqlalchemy import text

from salesdesk.base import listing
from salesdesk.base.search import search
from salesdesk.codes import Role
from salesdesk.desk import calls, card, drafts, queue
from salesdesk.desk.beside import read_beside
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.models import Claim
from salesdesk.team.claims import HOLDS, claim, claimed_by, release


def test_a_claim_keeps_others_off_until_it_is_let_go(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris")
    desk.write(claim, client_id)
    desk.write(claim, client_id)  # held longer
    assert boris.read(claimed_by, client_id) == boris.read(card.card, client_id).claimed_by == "anna"
    assert desk.read(claimed_by, client_id) is None
    assert len(desk.read(queue.page).rows) == 1
    with pytest.raises(NotAllowedError, match="anna"):
        boris.write(claim, client_id)
    boris.write(release, client_id)  # not theirs to let go
    assert boris.read(claimed_by, client_id) == "anna"
    desk.write(release, client_id)
    boris.write(claim, client_id)


def test_a_claim_lets_go_by_itself_and_with_the_call(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris")
    desk.write(claim, client_id)
    later = boris.at(desk.now + HOLDS + timedelta(seconds=1))
    later.write(claim, client_id)
    later.write(calls.log_call, said(client_id, "busy"))
    assert desk.read(claimed_by, client_id) is None


def test_who_holds_a_client_longer_has_been_on_it_since_they_took_it(desk):
    client_id = desk.client()
    desk.write(claim, client_id)
    later = desk.later(minutes=4)
    later.write(claim, client_id)
    with desk.base.read() as session:
        held = session.get(Claim, client_id)
    assert (held.taken_at, held.expires_at) == (desk.now, later.now + HOLDS)
    assert desk.beside("boris").at(later.now + timedelta(minutes=4)).read(claimed_by, client_id) == "anna"


def test_no_call_is_logged_while_somebody_else_is_on_the_client(desk):
    client_id, boris = desk.client(owner_id=None), desk.beside("boris")
    desk.write(claim, client_id)
    desk.write(drafts.keep, client_id, {"note": "ждёт КП"})
    # The claim has lapsed meanwhile, and another has taken the client.
    late = desk.at(desk.now + HOLDS)
    boris.at(late.now).write(claim, client_id)
    with pytest.raises(NotAllowedError, match=r"Boris is on this client now"):
        late.write(calls.log_call, said(client_id, "busy"))
    assert late.read(read_beside, client_id).draft == {"note": "ждёт КП"}
    boris.at(late.now).write(release, client_id)
    late.write(calls.log_call, said(client_id, "busy"))


def test_nobody_claims_what_is_not_there(desk):
    with pytest.raises(NotFoundError):
        desk.write(claim, 10**9)


def test_nobody_claims_what_they_do_not_see(desk):
    client_id, boris = desk.client(), desk.beside("boris")
    with pytest.raises(NotFoundError, match=f"no client {client_id} "):
        boris.write(claim, client_id)
    with pytest.raises(NotFoundError):
        boris.read(card.card, client_id)


def test_of_many_who_claim_at_once_one_is_on_the_client(desk):
    client_id = desk.client(owner_id=None)
    people = [desk.beside(f"operator{number}") for number in range(6)]

    def try_to(person):
        try:
            person.write(claim, client_id)
        except NotAllowedError:
            return None
        return person.context.me.login

    with ThreadPoolExecutor(6) as together:
        claimed = [login for login in together.map(try_to, people) if login]
    assert len(claimed) == 1


def test_of_two_who_log_calls_at_once_each_is_kept(desk):
    client_id = desk.client(stage="new")
    people = [desk, *(desk.beside(f"lead{number}", Role.LEAD) for number in range(3))]

    def work(person):
        for _ in range(5):
            person.write(calls.log_call, said(client_id, "gatekeeper"))

    with ThreadPoolExecutor(4) as together:
        list(together.map(work, people))
    with desk.base.read() as session:
        counted = (
            "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM next_action WHERE closed_at IS NULL)"
        )
        assert tuple(session.execute(text(counted)).one()) == (20, 1)


def test_lists_say_who_else_is_on_a_client(desk):
    client_id, boris = desk.client("Ромашка"), desk.beside("boris", Role.LEAD)
    desk.write(claim, client_id)

    def said_to(who):
        (listed,), (found,) = who.read(listing.listed).rows, who.read(search, "ромашка").rows
        return listed.claimed_by, found.claimed_by

    assert (said_to(boris), said_to(desk)) == (("anna", "anna"), (None, None))
