"""Who is let in by a password, and how guesses are slowed down, on both databases."""

import json
from datetime import timedelta

import pytest
from builders import snapshot
from sqlalchemy import select, text
from sqlmodel import col

from salesdesk.codes import Role
from salesdesk.desk.undo import undo
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.models import AuditEvent, LoginGuess, Operator
from salesdesk.storage.base import open_base
from salesdesk.team import passwords
from salesdesk.team.entering import TooManyGuessesError, WrongPasswordError, enter, still_in
from salesdesk.team.guesses import LONGEST, count_guess, forgive
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import anybody_has_a_password, is_right, set_password

GOOD, OTHER = "восемь слонов", "девять слонов"
HERE = "192.0.2.7"


@pytest.fixture
def anna(desk, quick_passwords):
    """Anna has a password, Boris works here and has none."""
    desk.write(add_operator, "boris", "Борис")
    desk.write(set_password, "anna", GOOD)
    return desk


def refused(desk, login="anna", password=OTHER, address=HERE, now=None):
    with pytest.raises(WrongPasswordError) as error:
        enter(desk.base, now or desk.now, login, password, address)
    return str(error.value)


def test_the_right_password_lets_in_and_the_wrong_one_does_not(anna):
    entered = enter(anna.base, anna.now, " anna ", GOOD, HERE)
    assert (entered.login, entered.operator_id) == ("anna", anna.me)
    refused(anna)


def test_one_answer_for_every_way_to_be_refused(anna):
    with anna.base.write() as session:
        session.execute(text("UPDATE operator SET active = false WHERE login = 'anna'"))
    said = {
        refused(anna, login="nobody"), refused(anna, login="boris"),
        refused(anna, password=GOOD), refused(anna, login=""), refused(anna, login="' OR 1=1 --"),
    }  # fmt: skip
    assert said == {"Login or password is wrong."}


def test_somebody_who_is_not_there_costs_the_same_work(anna, monkeypatch):
    asked = []
    real = passwords._hasher()

    class Counting:
        def verify(self, kept, password):
            asked.append(kept[:10])
            return real.verify(kept, password)

        hash = real.hash

    monkeypatch.setattr(passwords, "_hasher", Counting)
    for login in ("anna", "boris", "nobody"):
        refused(anna, login=login)
    assert asked == ["$argon2id$"] * 3


def test_a_login_waits_longer_and_longer_from_whatever_address(anna):
    for guess in range(4):
        refused(anna, address=f"192.0.2.{guess}")
    now, waits = anna.now, []
    for guess in range(4, 12):
        refused(anna, address=f"192.0.2.{guess}", now=now)
        # The right password is not looked at either, and what was not looked at is not counted.
        with pytest.raises(TooManyGuessesError) as error:
            enter(anna.base, now, "anna", GOOD, "198.51.100.1")
        waits.append(error.value.seconds)
        now += timedelta(seconds=error.value.seconds)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert enter(anna.base, now, "anna", GOOD, HERE).login == "anna"
    refused(anna, now=now)
    assert enter(anna.base, now, "anna", GOOD, HERE).login == "anna"


def test_no_wait_is_longer_than_the_longest(anna):
    now = anna.now
    for _guess in range(40):
        refused(anna, now=now)
        now += LONGEST
    refused(anna, now=now)
    with pytest.raises(TooManyGuessesError) as error:
        enter(anna.base, now, "anna", GOOD, HERE)
    assert error.value.seconds == LONGEST.total_seconds()


def test_an_address_waits_whatever_login_it_tries_and_an_own_login_does_not_help_it(anna):
    for guess in range(21):
        refused(anna, login=f"guess{guess}")
        if guess < 20:
            enter(anna.base, anna.now, "anna", GOOD, HERE)
    with pytest.raises(TooManyGuessesError):
        enter(anna.base, anna.now, "anna", GOOD, HERE)
    assert enter(anna.base, anna.now, "anna", GOOD, "198.51.100.1").login == "anna"


def test_all_addresses_of_a_subscriber_are_one(anna):
    for guess in range(21):
        refused(anna, login=f"guess{guess}", address=f"2001:db8:0:1::{guess:x}")
    with pytest.raises(TooManyGuessesError):
        enter(anna.base, anna.now, "anna", GOOD, "2001:db8:0:1:ffff::1")
    assert enter(anna.base, anna.now, "anna", GOOD, "2001:db8:0:2::1").login == "anna"
    for guess in range(21):
        refused(anna, login=f"other{guess}", address="192.0.2.9")
    with pytest.raises(TooManyGuessesError):
        enter(anna.base, anna.now, "anna", GOOD, "::ffff:192.0.2.9")


def test_a_new_start_forgets_no_guess(anna):
    for _guess in range(5):
        refused(anna)
    again = open_base(anna.base.engine.url.render_as_string(hide_password=False))
    try:
        with pytest.raises(TooManyGuessesError):
            enter(again, anna.now, "anna", GOOD, HERE)
    finally:
        again.close()


def test_many_at_once_are_counted_one_by_one(anna):
    """Each is counted before its password is looked at: nothing is won by asking all at once."""
    with anna.base.write() as session:
        waits = [count_guess(session, anna.now, "anna", HERE) for _ in range(50)]
    assert waits.count(None) == 5


def test_what_was_typed_as_a_login_is_not_kept_and_old_guesses_go(anna):
    refused(anna, login=GOOD)
    with anna.base.read() as session:
        keys = session.scalars(select(col(LoginGuess.key))).all()
    assert len(keys) == 2
    assert not [key for key in keys if "слонов" in key]
    later = anna.now + timedelta(days=2)
    with anna.base.write() as session:
        count_guess(session, later, "boris", "198.51.100.1")
        assert set(session.scalars(select(col(LoginGuess.key)))).isdisjoint(keys)


def test_one_that_turned_out_right_leaves_no_wait(anna):
    with anna.base.write() as session:
        for _guess in range(6):
            count_guess(session, anna.now, "anna", HERE)
        forgive(session, anna.now, "anna", HERE)
        assert count_guess(session, anna.now, "anna", HERE) is None


def test_a_new_password_or_a_dismissal_ends_what_was_entered(anna):
    entered = enter(anna.base, anna.now, "anna", GOOD, HERE)
    assert still_in(anna.base, [entered]) == {entered}
    anna.write(set_password, "anna", OTHER)
    assert still_in(anna.base, [entered]) == set()
    entered = enter(anna.base, anna.now, "anna", OTHER, HERE)
    with anna.base.write() as session:
        session.execute(text("UPDATE operator SET active = false"))
    assert still_in(anna.base, [entered]) == set()


def test_only_an_administrator_gives_somebody_else_a_password(anna):
    boris = anna.at(login="boris")
    boris.write(set_password, "boris", GOOD)
    with pytest.raises(NotAllowedError):
        boris.write(set_password, "anna", OTHER)
    with anna.base.write() as session:
        session.execute(text("UPDATE operator SET role = 'lead' WHERE login = 'boris'"))
    with pytest.raises(NotAllowedError):
        anna.at(login="boris").write(set_password, "anna", OTHER)
    assert enter(anna.base, anna.now, "anna", GOOD, HERE).login == "anna"
    with pytest.raises(NotFoundError):
        anna.write(set_password, "nobody", GOOD)


@pytest.mark.parametrize(
    ("easy", "because"),
    [
        ("", "at least 10"), ("short", "at least 10"), ("x" * 300, "at most 256"),
        ("a" * 20, "a few letters"), ("12312312312", "a few letters"), ("i am anna!!", "login"),
        ("I am Anna!!", "login"),
    ],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_refused_and_why(desk, easy, because):
    with pytest.raises(InputError, match=because):
        desk.write(set_password, "anna", easy)
    assert not desk.read(anybody_has_a_password)


def test_the_trail_says_who_gave_it_and_holds_neither_password_nor_hash(anna):
    with anna.base.read() as session:
        event = session.scalars(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
        kept = session.scalars(select(col(Operator.password_hash)).where(col(Operator.login) == "anna")).one()
    assert (event.action, event.operator_id) == ("password anna", anna.me)
    assert json.dumps(event.changes) == "[]"
    assert GOOD not in kept
    before = snapshot(anna.base)
    with pytest.raises(NotAllowedError):
        anna.write(undo)
    assert snapshot(anna.base) == before
    assert anna.context.me.role is Role.ADMIN


def test_the_same_letters_from_another_keyboard_are_the_same_password():
    composed, apart = "\u0439" + "x" * 12, "\u0438\u0306" + "x" * 12
    assert composed != apart
    assert is_right(passwords.hashed(composed), apart)
