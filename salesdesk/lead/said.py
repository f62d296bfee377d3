"""What was said to clients: plain rows, free of the database's packages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from salesdesk.codes import GoalResult

if TYPE_CHECKING:
    from salesdesk.base.periods import Period


class Said(StrEnum):
    """How something was said."""

    CALL = "call"
    MESSAGE_IN = "message_in"
    MESSAGE_OUT = "message_out"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A call with a note, or a message; `read` tells whether who asks has read it.

    What a message does not have is None.
    """

    kind: Said
    id: int
    at: datetime
    client_id: int
    name: str
    operator_id: int
    login: str
    operator: str
    text: str
    outcome: str | None
    goal: str | None
    goal_result: GoalResult | None
    talk_seconds: int | None
    read: bool

    @property
    def key(self) -> tuple[bool, int]:
        """What it is told from others by: calls and messages are numbered each for themselves."""
        return self.kind is Said.CALL, self.id


@dataclass(frozen=True, slots=True)
class Dialogues:
    """What was said in a period; `total` and `unread` count all of it, `rows` may be the first of it."""

    period: "Period"
    rows: tuple[Dialogue, ...]
    total: int
    unread: int
