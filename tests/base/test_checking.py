"""Each rule, broken on both databases: it is found, counted, and has a cure in words."""

import pytest
from builders import owed
from sqlalchemy import text

from salesdesk.base.checking import check

BORIS = "(SELECT id FROM operator WHERE login = 'boris')"
CALL = (
    "INSERT INTO call (client_id, operator_id, started_at, talk_seconds, attempt, outcome, goal, goal_result)"
)
BREAKS = {
    "owed_by_nobody": (
        "UPDATE operator SET active = FALSE WHERE login = 'boris'",
        f"UPDATE next_action SET operator_id = {BORIS}",
    ),
    "no_substitute": (
        "UPDATE operator SET active = FALSE WHERE login = 'boris'",
        f"UPDATE operator SET substitute_id = {BORIS} WHERE login = 'anna'",
    ),
    "call_without_reason": ((f"{CALL} SELECT id, owner_id, 1, 0, 1, 'not_interested', 'find_need', 'missed'"
                            " FROM client WHERE name = 'Ромашка'"),),
    "impossible_calls": ((f"{CALL} SELECT id, owner_id, 1, 0, 0, 'busy', NULL, NULL"
                         " FROM client WHERE name = 'Ромашка'"),),
    "impossible_clients": ("UPDATE client SET attempts = -1 WHERE name = 'Ромашка'",),
    "rejected_without_reason": ("UPDATE deal SET reject_reason = NULL WHERE stage = 'rejected'",),
    "deal_not_closed": ("UPDATE deal SET closed_at = NULL WHERE stage = 'rejected'",),
    "deal_without_history": ("UPDATE deal SET stage_since = stage_since - 5 WHERE stage = 'proposal'",),
    "never_won": ("UPDATE deal SET stage = 'paid' WHERE stage = 'rejected'",),
    "lost_message_contact": (
        ("INSERT INTO message (client_id, contact_id, operator_id, at, incoming, channel, text)"
        " SELECT id, 99999, owner_id, 1, FALSE, 'email', 'x' FROM client WHERE name = 'Ромашка'"),
    ),
}  # fmt: skip


def broken(desk, *statements):
    with desk.base.write() as session:
        for statement in statements:
            session.execute(text(statement))


@pytest.mark.parametrize("code", BREAKS)
def test_it_is_found_on_both_databases(desk, code):
    desk.beside("boris")
    owes = owed(desk.now)
    desk.client("Ромашка", stage="proposal", deal=100, owes=owes, last_call_at=desk.now)
    lost = desk.client("Вектор", stage="rejected", last_call_at=desk.now, phones=())
    broken(
        desk,
        "INSERT INTO deal (client_id, title, amount_minor, currency, stage, stage_since, opened_at,"
        f" closed_at, reject_reason, source) VALUES ({lost}, '', 1, 'RUB', 'rejected', 5, 5, 9, 'price', '')",
    )
    assert desk.read(check) == []
    broken(desk, *BREAKS[code])
    (problem,) = [one for one in desk.read(check) if one.code == code]
    assert problem.count == 1
    assert problem.what
    assert problem.cure
