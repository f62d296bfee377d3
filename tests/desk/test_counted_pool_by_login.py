"""The shared pool given out by count, by a server: whatever program asks, so many and never unsaid."""

import pytest
from builders import owed
from login_roles import NOW, RoledBase
from psycopg import errors
from sqlalchemy import text

from salesdesk.base.filters import Everything
from salesdesk.base.listing import count, listed
from salesdesk.base.search import search
from salesdesk.base.whose_number import whose_number
from salesdesk.codes import Role
from salesdesk.desk import card, day, queue
from salesdesk.desk.next_client import take_next
from salesdesk.errors import NotFoundError, TooMuchError
from salesdesk.team.claims import claim, release_all

NUMBER = "+7 495 700-00-{:02}"
GIVE = (
    "SELECT salesdesk_give(ARRAY['Europe/Moscow'], extract(epoch FROM now())::bigint,"
    " extract(epoch FROM now())::bigint + 300, 4611686018427387904, 0)"
)
READ = "SELECT client_id FROM phone ORDER BY client_id"

FORBIDDEN = (
    """INSERT INTO claim (client_id, operator_id, taken_at, expires_at)
    VALUES ({there}, salesdesk_me(), 1, 9999999999)""",
    """INSERT INTO audit_event (at, operator_id, action, client_id, changes)
    VALUES (9999999999, salesdesk_me(), 'given', {there}, '[]')""",
    """INSERT INTO next_action (client_id, operator_id, kind, due_at, goal, first_due_at, band, sort_key,
        zone, opened_at, promise, moves)
    VALUES ({there}, salesdesk_me(), 'call', 1, 'get_request', 1, 'new', 1, 'Europe/Moscow', 1, false, 0)""",
    "UPDATE setting SET value = '{{}}'",
    "SELECT salesdesk_note_given({there})",
)


@pytest.fixture
def ours(roled: RoledBase) -> list[int]:
    """Five clients of nobody, of whom three are given out a day; vera and boris work there."""
    boris = roled.desk("boris", Role.OPERATOR)
    roled.desk("vera", Role.OPERATOR)
    with boris.filling() as base:
        made = [
            base.client(f"Ничья {at}", owner_id=None, interest=0, phones=(NUMBER.format(at),), people=("Ия",))
            for at in range(5)
        ]
    roled.give_out(3, "vera", "boris")
    return made


def ask(connection, statement, *values):
    return [row[0] for row in connection.execute(statement, values)]


def test_the_desk_is_given_one_after_another(roled, ours):
    vera, boris = roled.desk("vera"), roled.desk("boris")
    assert vera.read(count, Everything()) == 0
    assert vera.read(queue.page).rows == ()
    assert vera.read(search, "ничья").rows == ()
    with pytest.raises(NotFoundError):
        vera.write(claim, ours[0])
    assert vera.write(take_next) == ours[0]
    # On whom one is, the other passes by.
    assert boris.write(take_next) == ours[1]
    assert vera.write(take_next) == ours[2]
    assert vera.read(card.card, ours[2]).phones[0].e164 == "+74957000002"
    assert {row.client_id for row in vera.read(queue.page).rows} == {ours[0], ours[2]}
    assert {row.name for row in vera.read(listed).rows} == {"Ничья 0", "Ничья 2"}
    assert vera.read(count, Everything()) == 2
    assert sum(vera.read(day.counts).bands.values()) == 2
    lead = roled.desk("ivan", Role.LEAD)
    assert lead.read(count, Everything()) == 5


def test_ones_own_come_first_and_the_count_ends(roled, ours):
    vera = roled.desk("vera")
    with vera.filling() as base:
        own = base.client("Своя", stage="new", owes=owed(NOW, operator_id=vera.me))
    assert vera.write(take_next) == own
    assert [vera.write(take_next) for _ in range(3)] == ours[:3]
    with pytest.raises(TooMuchError, match="is given 3 a day at most"):
        vera.write(take_next)


def test_what_is_new_is_asked_for_and_what_was_left_is_given_again(roled, ours):
    vera = roled.desk("vera")
    for expected in ours[:2]:
        assert vera.write(take_next, new=True) == expected
        vera.write(release_all)
    assert [vera.write(take_next) for _ in range(3)] == ours[:3]
    vera.write(release_all)
    assert [vera.write(take_next) for _ in range(3)] == ours[:3]
    with pytest.raises(TooMuchError):
        vera.write(take_next)


def test_who_is_rung_up_by_one_of_the_pool_is_given_it(roled, ours):
    vera = roled.desk("vera")
    assert vera.write(whose_number, NUMBER.format(4)) is None
    assert [row.client_id for row in vera.read(search, NUMBER.format(4)).rows] == [ours[4]]
    assert roled.desk("boris").read(search, NUMBER.format(4)).rows == ()


def test_by_another_program_no_more_is_read_than_was_given_and_stands_in_the_trail(roled, ours):
    with roled.connected("vera") as vera:
        assert (
            ask(vera, READ)
            == ask(vera, "SELECT id FROM client")
            == ask(vera, "SELECT text FROM client_search")
            == []
        )
        # Nothing is read before the line is committed; and what was taken back was never given.
        for _ in range(10):
            vera.execute("BEGIN")
            assert ask(vera, GIVE) == [ours[0]]
            vera.execute("SAVEPOINT there")
            assert ask(vera, READ) == ask(vera, "SELECT name FROM contact") == []
            assert ask(vera, "SELECT salesdesk_called('7000000', 10)") == []
            vera.execute("ROLLBACK TO there")
            vera.execute("ROLLBACK")
        assert ask(vera, READ) == []
        # Nor is it a way in to say that it is later, or to hold what was not given.
        assert [*ask(vera, GIVE), *ask(vera, GIVE), *ask(vera, GIVE)] == ours[:3]
        assert ask(vera, GIVE) == ask(vera, GIVE) == [None]
        assert ask(vera, READ) == ours[:3]
        for statement in FORBIDDEN:
            with pytest.raises(errors.InsufficientPrivilege):
                vera.execute(statement.format(there=ours[4]))
        assert (
            vera.execute("UPDATE client SET owner_id = salesdesk_me() WHERE id = %s", [ours[4]]).rowcount == 0
        )
        assert vera.execute("UPDATE audit_event SET undone_at = 1 WHERE action = 'given'").rowcount == 3
        assert ask(vera, GIVE) == [None]
    with roled.owner.read() as session:
        lines = session.execute(
            text("SELECT client_id, operator_id FROM audit_event WHERE action = 'given' ORDER BY id")
        ).all()
    assert [tuple(line) for line in lines] == [(one, roled.desk("vera").me) for one in ours[:3]]


def test_where_all_of_the_pool_is_seen_nothing_is_given_out(roled, ours):
    with roled.owner.write() as session:
        session.execute(
            text(
                "UPDATE setting SET value = CAST(CAST(value AS jsonb) - 'pool_a_day' AS json)"
                " WHERE key = 'team'"
            )
        )
    with roled.connected("vera") as vera:
        assert ask(vera, READ) == ours
        assert ask(vera, GIVE) == [None]
