"""Where a client stands: the keys by which the lists are cut, derived here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk import scheduler
from salesdesk.base.owed_history import change_owed
from salesdesk.codes import Band, Hold, PhoneState, StepKind
from salesdesk.context import Context
from salesdesk.models import Client, NextAction, Phone
from salesdesk.models.catalogue import StageEntry
from salesdesk.storage.answers import Answer
from salesdesk.storage.journal import Journal, table_of
from salesdesk.storage.made_once import MadeOnce

CLIENT = table_of(Client)
NEXT_ACTION = table_of(NextAction)
PHONE = table_of(Phone)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the order of the lists depends on."""

    stage: StageEntry | None
    won: bool
    interest: int
    expected_minor: int
    last_call_at: datetime | None
    do_not_call: bool
    has_number: bool
    has_next_action: bool

    @property
    def keys(self) -> dict[str, Any]:
        """The derived columns of the client."""
        return {"band": self.band, "sort_key": self.sort_key, "pool": self.pool, "unowed": self.unowed}

    @property
    def band(self) -> Band:
        """The part of the day the client belongs to."""
        return scheduler.band_of(self.stage, won=self.won)

    @property
    def sort_key(self) -> int:
        """The place inside the band."""
        return scheduler.sort_key(self.interest, self.expected_minor, self.last_call_at, self.stage)

    @property
    def pool(self) -> bool:
        """Whether the client waits in the cold base."""
        return scheduler.in_pool(
            stage=None if self.stage is None else self.stage.code,
            do_not_call=self.do_not_call,
            has_number=self.has_number,
            has_next_action=self.has_next_action,
        )

    @property
    def unowed(self) -> bool:
        """Whether the client is in work and owed nothing."""
        return scheduler.is_unowed(
            stage=self.stage, do_not_call=self.do_not_call, has_next_action=self.has_next_action
        )

    def hold(self, kind: StepKind, attempt: int, max_attempts: int | None) -> Hold | None:
        """Why a next action of this client may not stand in a list."""
        return scheduler.hold_of(
            kind=kind, has_number=self.has_number, attempt=attempt, max_attempts=max_attempts
        )


_THIS = select(CLIENT).where(CLIENT.c.id == bindparam("client"))
_OWED = select(NEXT_ACTION).where(
    NEXT_ACTION.c.client_id == bindparam("client"), NEXT_ACTION.c.closed_at.is_(None)
)
_THEIRS = select(PHONE).where(PHONE.c.client_id == bindparam("client")).order_by(PHONE.c.position, PHONE.c.id)
_CLIENT = MadeOnce(lambda _dialect: _THIS, typed=True)
_CLIENT_TO_CHANGE = MadeOnce(lambda _dialect: _THIS.with_for_update(), typed=True)
_OPEN_ACTION = MadeOnce(lambda _dialect: _OWED, typed=True)
_PHONES = MadeOnce(lambda _dialect: _THEIRS, typed=True)
_HAS_NUMBER = select(
    exists().where(col(Phone.client_id) == bindparam("client"), col(Phone.state) == PhoneState.GOOD)
)


def read_client(session: Session, client_id: int) -> Row[Any] | None:
    """Read a client's row whole."""
    return ask_client(session, client_id).first()


def ask_client(session: Session, client_id: int) -> Answer:
    """Ask for a client's row whole."""
    return _CLIENT.run(session, {"client": client_id})


def take_client(session: Session, client_id: int) -> Row[Any] | None:
    """Read a client's row whole to change it: whoever else would change it waits for this unit of work."""
    return ask_client_to_change(session, client_id).first()


def ask_client_to_change(session: Session, client_id: int) -> Answer:
    """Ask for a client's row whole, as `take_client` does."""
    return _CLIENT_TO_CHANGE.run(session, {"client": client_id})


def read_open_action(session: Session, client_id: int) -> Row[Any] | None:
    """Read the client's open next action."""
    return ask_open_action(session, client_id).first()


def ask_open_action(session: Session, client_id: int) -> Answer:
    """Ask for the client's open next action."""
    return _OPEN_ACTION.run(session, {"client": client_id})


def read_phones(session: Session, client_id: int) -> Sequence[Row[Any]]:
    """Read the numbers of a client and of its people, in their order."""
    return ask_phones(session, client_id).all()


def ask_phones(session: Session, client_id: int) -> Answer:
    """Ask for the numbers of a client and of its people, in their order."""
    return _PHONES.run(session, {"client": client_id})


def first_good(phones: Sequence[Row[Any]]) -> Row[Any] | None:
    """Give the first number that can be called."""
    return next((phone for phone in phones if phone.state == PhoneState.GOOD), None)


def has_number(session: Session, client_id: int) -> bool:
    """Tell whether the client has a number that can be called."""
    return bool(session.connection().execute(_HAS_NUMBER, {"client": client_id}).scalar())


def standing(context: Context, client: Row[Any], *, number: bool, next_action: bool) -> Standing:
    """Tell where a client that was read stands."""
    return Standing(
        stage=context.stage(client.stage),
        won=client.won_at is not None,
        interest=client.interest,
        expected_minor=client.expected_minor,
        last_call_at=client.last_call_at,
        do_not_call=client.do_not_call,
        has_number=number,
        has_next_action=next_action,
    )


def place_called(
    journal: Journal,
    context: Context,
    client: Row[Any],
    action: Row[Any] | None,
    *,
    number: bool,
    last_call_at: datetime | None,
    **said: Any,  # noqa: ANN401  # columns of the client
) -> None:
    """Write what calls change of a client that was read, and what follows: `place` without reading anew."""
    where = replace(
        standing(context, client, number=number, next_action=action is not None), last_call_at=last_call_at
    )
    journal.change(Client, client, last_call_at=last_call_at, **said, **where.keys)
    if action is not None:
        _place_action(journal, context, client, action, where)


def place(journal: Journal, context: Context, client_id: int) -> None:
    """Bring the client's derived columns, and its open next action's, in step with what the rows say now."""
    session = journal.session
    client = read_client(session, client_id)
    if client is None:
        return
    action = read_open_action(session, client_id)
    where = standing(context, client, number=has_number(session, client_id), next_action=action is not None)
    journal.change(Client, client, **where.keys)
    if action is not None:
        _place_action(journal, context, client, action, where)


def _place_action(
    journal: Journal, context: Context, client: Row[Any], action: Row[Any], where: Standing
) -> None:
    hold = action.hold if action.hold == Hold.ATTEMPTS_USED_UP else where.hold(action.kind, 0, None)
    change_owed(
        journal, context, action, band=where.band, sort_key=where.sort_key, zone=client.zone, hold=hold
    )
