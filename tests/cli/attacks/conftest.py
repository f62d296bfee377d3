"""A base of three people on each database, and commands that one of them types to get at another's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from builders import Desk, owed, said
from sqlalchemy import text

from salesdesk.codes import StepKind
from salesdesk.desk import calls, editing
from salesdesk.rows import NextStep
from tests.cli.conftest import Ran

SECRETS = (
    "Секретный", "secret", "3456789", "345-67-89", "345 67 89", "Иннокентий", "Тайный", "hidden@",
    "7707083893", "Мурманск", "Тайная", "шёпот", "S-77",
)  # fmt: skip
"""What must never be read by who may not see vera's client."""
NOWHERE = 999_999


@dataclass
class Attacked:
    """Vera's client is `hers`, Boris's is `his`, `free` is nobody's; commands are Boris's unless said."""

    desk: Desk
    run: Callable[..., Ran]
    hers: int
    his: int
    free: int

    def __call__(self, *words: object, who: str = "boris") -> Ran:
        return self.run("--operator", who, *words)

    def rows(self, table: str) -> int:
        """Count the rows of a table."""
        with self.desk.base.read() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def trail(self) -> list[Any]:
        """Give the trail's actions, the last first."""
        with self.desk.base.read() as session:
            return [
                *session.execute(
                    text(
                        "SELECT action, client_id, operator.login FROM audit_event JOIN operator"
                        " ON operator.id = operator_id ORDER BY audit_event.id DESC"
                    )
                )
            ]


def tells_nothing(ran: Ran) -> None:
    """Check that an answer holds nothing of vera's client."""
    told = (ran.out + ran.err).casefold()
    assert [secret for secret in SECRETS if secret.casefold() in told] == [], ran
    assert "Traceback" not in told


@pytest.fixture
def attacked(base, context, cli, monkeypatch) -> Attacked:
    desk = Desk(base, context)
    vera, boris = desk.beside("vera"), desk.beside("boris")
    desk.beside("galina")
    with vera.filling() as filling:
        hers = filling.client(
            "Секретный завод (secret works)", phones=("+7 812 345-67-89",), people=("Иннокентий Тайный",),
            stage="proposal", deal=7_000_000, city="Мурманск", tax_id="7707083893", external_id="S-77",
            email="hidden@works.example", source="crm", owes=owed(desk.now),
        )  # fmt: skip
    mine = owed(desk.now) | {"operator_id": boris.me}
    his = boris.client("Ромашка", phones=("+7 495 111-22-33",), stage="new", owes=mine)
    free = boris.client("Ничья", phones=("+7 495 444-55-66",), owner_id=None)
    with vera.base.write() as session:
        session.execute(text("UPDATE deal SET title = 'Тайная сделка'"))
    vera.write(editing.add_note, hers, "шёпот")
    step = NextStep(StepKind.CALL, "find_need", desk.now + timedelta(days=3), promise=False)
    vera.write(calls.log_call, said(hers, "interested", result="hit", note="шёпот", next_step=step))
    monkeypatch.setenv("SALESDESK_DB", desk.base.engine.url.render_as_string(hide_password=False))
    if desk.base.path is not None:
        monkeypatch.setenv("SALESDESK_DB", str(desk.base.path))
    return Attacked(desk, cli, hers, his, free)
