"""Clients given to people, very many at once: with what is owed to them and their open deals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from salesdesk.base.handed import end_what_is_over
from salesdesk.base.owed_history import give_owed
from salesdesk.context import Context
from salesdesk.errors import StoppedError
from salesdesk.i18n import _
from salesdesk.models import Client, Deal, NextAction
from salesdesk.storage.among import among
from salesdesk.storage.journal import Journal, table_of

AT_ONCE = 1000
CLIENT, DEAL, NEXT = (table_of(model) for model in (Client, Deal, NextAction))
C = CLIENT.c

Progress = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


class GivingStoppedError(StoppedError):
    """Somebody asked to stop; every client is where it was."""


@dataclass(frozen=True)
class Held:
    """Rows that are somebody's: clients, what is owed to them, their open deals."""

    clients: Sequence[Any]
    owed: Sequence[Any]
    deals: Sequence[Any]


@dataclass(slots=True)
class Load:
    """What hangs on clients: what is owed, how much of it was promised or is late, and open deals."""

    clients: int = 0
    next_actions: int = 0
    promises: int = 0
    overdue: int = 0
    deals: int = 0
    amount_minor: int = 0

    def add(self, context: Context, held: Held) -> None:
        """Count further rows."""
        self.clients += len(held.clients)
        self.next_actions += len(held.owed)
        self.promises += sum(1 for row in held.owed if row.promise)
        self.overdue += sum(1 for row in held.owed if _late(context, row))
        self.deals += len(held.deals)
        self.amount_minor += sum(row.amount_minor for row in held.deals)


_CLIENTS: Select[Any] = select(C.id, C.owner_id, C.name, C.stage, C.do_not_call).where(among(C.id, "clients"))
_CLIENTS_TO_CHANGE = _CLIENTS.with_for_update()
_OWED: Select[Any] = select(NEXT).where(among(NEXT.c.client_id, "clients"), NEXT.c.closed_at.is_(None))
_DEALS: Select[Any] = select(DEAL.c.id, DEAL.c.client_id, DEAL.c.owner_id, DEAL.c.amount_minor).where(
    among(DEAL.c.client_id, "clients"), DEAL.c.closed_at.is_(None)
)


def read_held(session: Session, clients: Sequence[int], *, to_change: bool) -> Held:
    """Read clients and what hangs on them; `to_change` lets whoever else would change them wait."""
    connection, given = session.connection(), {"clients": [*clients]}
    return Held(
        connection.execute(_CLIENTS_TO_CHANGE if to_change else _CLIENTS, given).all(),
        connection.execute(_OWED, given).all(),
        connection.execute(_DEALS, given).all(),
    )


def give_held(journal: Journal, context: Context, held: Held, to: Mapping[int, int]) -> None:
    """Give rows to whom each client goes: `to` says who, by the client's id."""
    journal.change_many(Client, [(row, {"owner_id": to[row.id]}) for row in held.clients])
    give_owed(journal, context, [(row, to[row.client_id]) for row in held.owed])
    journal.change_many(Deal, [(row, {"owner_id": to[row.client_id]}) for row in held.deals])
    end_what_is_over(journal, context, [row.id for row in held.clients])


def batches(
    clients: Sequence[int], progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Iterator[Sequence[int]]:
    """Cut clients into parts, and tell how many are done. Raises GivingStoppedError when asked to stop."""
    for start in range(0, len(clients), AT_ONCE):
        if cancelled is not None and cancelled():
            raise GivingStoppedError(_("Stopped; every client is where it was."))
        yield clients[start : start + AT_ONCE]
        if progress is not None:
            progress(min(start + AT_ONCE, len(clients)), len(clients))


def closed(context: Context, client: Any) -> bool:  # noqa: ANN401  # a row of the clients
    """Tell whether nothing may be owed to a client any more."""
    entry = context.stage(client.stage)
    return bool(client.do_not_call) or (entry is not None and not entry.in_work)


def _late(context: Context, owed: Any) -> bool:  # noqa: ANN401  # a row of the next actions
    limit = context.now if owed.promise else context.late_before
    return owed.hold is None and bool(owed.due_at < limit)
