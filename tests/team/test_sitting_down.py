"""Who is asked for a password, and by what they sit down, on both databases."""

import pytest
from sqlalchemy import event, select, text

from salesdesk.codes import Role
from salesdesk.errors import LoginNeededError
from salesdesk.models import LoginGuess
from salesdesk.team.entering import WrongPasswordError
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import set_password
from salesdesk.team.sitting_down import Seated, asks_who, may_begin, wants_passwords, who_sits

GOOD, HERS = "восемь слонов", "nine white elephants"


@pytest.fixture
def two(desk, quick_passwords):
    desk.write(add_operator, "boris", "Борис")
    return desk


def test_a_base_asks_once_several_work_there_and_somebody_has_a_password(desk, quick_passwords):
    desk.write(set_password, "anna", GOOD)
    assert not asks_who(desk.base)
    desk.write(add_operator, "boris", "Борис")
    assert asks_who(desk.base)
    with desk.base.write() as session:
        session.execute(text("UPDATE operator SET active = false WHERE login = 'boris'"))
    assert not asks_who(desk.base)


def test_where_nobody_has_a_password_whoever_is_named_sits_there(two):
    assert two.read(wants_passwords)
    assert who_sits(two.base, "boris", None) == Seated("boris", guarded=False)
    assert who_sits(two.base, None, "anything") == Seated(None, guarded=False)


def test_who_gives_their_password_sits_there_and_nobody_else(two):
    two.write(set_password, "anna", GOOD)
    two.write(set_password, "boris", HERS)
    assert who_sits(two.base, " boris ", HERS) == Seated("boris", guarded=True)
    for login, password in (("boris", GOOD), ("anna", HERS), ("nobody", GOOD), ("", GOOD)):
        with pytest.raises(WrongPasswordError):
            who_sits(two.base, login, password)
    for login, password in ((None, GOOD), ("anna", None), ("nobody", None)):
        with pytest.raises(LoginNeededError) as needed:
            who_sits(two.base, login, password)
        assert not needed.value.refused


def test_somebody_without_a_password_does_not_get_in_and_is_not_counted_as_a_guess(two):
    two.write(set_password, "anna", GOOD)
    for password in (None, "", GOOD):
        with pytest.raises(LoginNeededError, match="operators password boris") as needed:
            who_sits(two.base, "boris", password)
        assert needed.value.refused
    with two.base.read() as session:
        assert session.scalars(select(LoginGuess)).all() == []


def test_an_administrator_begins_only_while_no_administrator_has_a_password(two):
    two.write(add_operator, "vera", "Вера", role=Role.ADMIN)
    two.write(set_password, "boris", HERS)
    assert [may_begin(two.base, login) for login in ("anna", "vera", "boris", "nobody")] == [
        True, True, False, False,
    ]  # fmt: skip
    two.write(set_password, "anna", GOOD)
    assert not may_begin(two.base, "vera")


def test_to_open_a_base_without_passwords_costs_one_question(two):
    asked = []
    note = lambda *told: asked.append(told[2])  # noqa: E731
    event.listen(two.base.engine, "before_cursor_execute", note)
    who_sits(two.base, "boris", None)
    event.remove(two.base.engine, "before_cursor_execute", note)
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) == 1
