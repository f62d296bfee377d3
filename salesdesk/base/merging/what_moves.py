"""What hangs on cards: counted for a person before a merge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session

from salesdesk.base.merging.tables import COUNTED
from salesdesk.models import Call, CallReview, Message, ReadMark
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of

CALL, MESSAGE = table_of(Call), table_of(Message)
REVIEW, MARK = table_of(CallReview), table_of(ReadMark)
_CLIENTS = "clients"


def _statements() -> dict[str, Select[Any]]:
    through = {
        CallReview: REVIEW.join(CALL, CALL.c.id == REVIEW.c.call_id),
        ReadMark: MARK.outerjoin(CALL, CALL.c.id == MARK.c.call_id).outerjoin(
            MESSAGE, MESSAGE.c.id == MARK.c.message_id
        ),
    }
    made: dict[str, Select[Any]] = {}
    for code, model in COUNTED.items():
        if model is ReadMark:
            whose: Any = func.coalesce(CALL.c.client_id, MESSAGE.c.client_id)
            asked = or_(among(CALL.c.client_id, _CLIENTS), among(MESSAGE.c.client_id, _CLIENTS))
        else:
            whose = CALL.c.client_id if model is CallReview else table_of(model).c.client_id
            asked = among(whose, _CLIENTS)
        source = through.get(model, table_of(model))
        made[code] = select(whose, func.count()).select_from(source).where(asked).group_by(whose)
    return made


_COUNTS = _statements()


def counts_of(session: Session, clients: Sequence[int]) -> Mapping[int, dict[str, int]]:
    """Count what hangs on each of the clients, by the names of `COUNTED`; nothing of a kind is left out."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for code, statement in _COUNTS.items():
        for client, count in session.execute(statement, {_CLIENTS: [*clients]}):
            found[client][code] = count
    return found


def added_up(counts: Mapping[int, Mapping[str, int]], clients: Sequence[int]) -> dict[str, int]:
    """Add up what hangs on several clients."""
    sums = {code: sum(counts.get(client, {}).get(code, 0) for client in clients) for code in COUNTED}
    return {code: count for code, count in sums.items() if count}
