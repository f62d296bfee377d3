"""What an operator sees is one rule, said twice: by the use cases, and by the policies of a server."""

from datetime import UTC, datetime
from itertools import product

import pytest
from login_roles import NOW, RoledBase
from sqlalchemy import insert, select

from salesdesk.base.placement import read_client
from salesdesk.base.visible import seen_among, sees, visible_to
from salesdesk.codes import Band, ClientClass, Hold, Role, StepKind
from salesdesk.models import AuditEvent, Claim, Client, NextAction, Note, Operator, Phone
from salesdesk.storage.journal import table_of

PAST, AHEAD = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
PEOPLE = ("vera", "boris", "away", "back", "gone", "others")
"""Who asks; another; one for whom she stands in; one who is back; one who has left; one for whom another
stands in."""
STANDS_IN = (
    ("away", AHEAD, "vera"),
    ("back", PAST, "vera"),
    ("gone", AHEAD, "vera"),
    ("others", AHEAD, "boris"),
)
HELD_BY = (None, ("vera", AHEAD), ("vera", PAST), ("away", AHEAD), ("boris", AHEAD))
WAYS = [*product((*PEOPLE, None), (None, *PEOPLE), (None, Hold.NO_NUMBER), (False, True), HELD_BY)]
"""Every way in which a client can have to do with vera: who has it, by whom something is owed, whether that
is kept out of lists, whether it is closed, and who holds it until when."""
GIVEN = (None, ("vera", AHEAD), ("vera", PAST), ("boris", AHEAD))
"""To whom it was given out of the shared pool, and when: by turns, so that each stands beside the rest."""


@pytest.fixture
def ids(roled: RoledBase) -> dict[str | None, int | None]:
    """Fill a base with a client of each way, numbered in their order; give the ids of its people."""
    for login in PEOPLE:
        roled.desk(login, Role.OPERATOR)
    with roled.owner.write() as session:
        run, operator = session.connection().execute, table_of(Operator)
        ids = {row.login: row.id for row in run(select(operator))} | {None: None}
        for login, until, substitute in STANDS_IN:
            run(
                operator.update()
                .where(operator.c.login == login)
                .values(absent_until=until, substitute_id=ids[substitute], active=login != "gone")
            )
        clients, owed, held, notes, phones, given = [], [], [], [], [], []
        for number, (owner, by, hold, closed, holder) in enumerate(WAYS, 1):
            clients.append(
                {
                    "id": number, "name": str(number), "name_key": str(number), "source": "", "interest": 3,
                    "client_class": ClientClass.B, "expected_minor": 1, "owner_id": ids[owner],
                    "do_not_call": False, "attempts": 0, "band": Band.NEW, "sort_key": 0, "pool": False,
                    "zone": "Europe/Moscow", "created_at": NOW, "updated_at": NOW,
                }
            )  # fmt: skip
            notes.append({"client_id": number, "operator_id": ids["boris"], "at": NOW, "text": "x"})
            phones.append({"client_id": number, "raw": "70007", "digits": "70007", "last4": "0007"})
            if by is not None:
                owed.append(
                    {
                        "client_id": number, "operator_id": ids[by], "kind": StepKind.CALL, "due_at": NOW,
                        "goal": "get_request", "first_due_at": NOW, "band": Band.NEW, "sort_key": 0,
                        "zone": "Europe/Moscow", "hold": hold, "opened_at": PAST, "promise": False,
                        "closed_at": NOW if closed else None,
                    }
                )  # fmt: skip
            to = GIVEN[number % len(GIVEN)]
            if to is not None:
                given.append(
                    {
                        "at": to[1], "operator_id": ids[to[0]], "action": "given", "client_id": number,
                        "changes": [],
                    }
                )  # fmt: skip
            if holder is not None:
                held.append(
                    {
                        "client_id": number, "operator_id": ids[holder[0]], "taken_at": PAST,
                        "expires_at": holder[1],
                    }
                )  # fmt: skip
        for model, rows in (
            (Client, clients),
            (NextAction, owed),
            (Claim, held),
            (AuditEvent, given),
            (Note, notes),
            (Phone, phones),
        ):
            run(insert(table_of(model)), rows)
    return ids


@pytest.mark.parametrize("counted", [False, True])
def test_the_use_cases_and_the_server_let_see_the_same(roled, ids, counted):
    if counted:
        roled.give_out(100, "vera")
    vera, client = roled.desk("vera"), table_of(Client).c
    everybody = range(1, len(WAYS) + 1)
    with roled.owner.read() as session:
        listed = {*session.scalars(select(client.id).where(visible_to(vera.context)))}
        assert listed == {*seen_among(session, vera.context, everybody)}
        assert listed == {
            number for number in everybody if sees(session, vera.context, read_client(session, number))
        }
    with roled.connected("vera") as connection:

        def ask(statement: str) -> set[int]:
            return {one for (one,) in connection.execute(statement)}

        let = ask("SELECT id FROM client")
        assert {number: WAYS[number - 1] for number in let ^ listed} == {}
        assert ask(f"SELECT i FROM generate_series(1, {len(WAYS)}) AS i WHERE salesdesk_sees(i)") == listed
        assert ask("SELECT client_id FROM note") == listed
        assert ask("SELECT client_id FROM phone") == listed
        # What a search asks of the server, and what lists are told by, tell of no others.
        assert ask("SELECT salesdesk_named('1', '9999', 10000)") == listed
        assert ask("SELECT salesdesk_called('70007', 10000)") == listed
        assert ask("SELECT salesdesk_theirs()") < listed
        own = {n for n, way in enumerate(WAYS, 1) if way[1] == "vera"}
        owed = {n for n, way in enumerate(WAYS, 1) if way[1] is not None}
        assert ask("SELECT client_id FROM next_action") == (listed & owed) | own
    assert 0 < len(listed) < len(WAYS)
    nobodys = {n for n, way in enumerate(WAYS, 1) if way[0] is None}
    given = {n for n in nobodys if GIVEN[n % len(GIVEN)] == ("vera", AHEAD)}
    assert given < (listed & nobodys)
    assert (listed >= nobodys) is not counted
