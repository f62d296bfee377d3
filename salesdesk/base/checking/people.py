"""Who works here: what is owed by somebody who does not, and who is on a client for ever."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlmodel import Session

from salesdesk.base.checking.problem import CURE, Rule
from salesdesk.i18n import N_
from salesdesk.models import Claim, Client, HandOn, NextAction, Operator
from salesdesk.storage.journal import table_of

CLAIM, ACTION, OPERATOR = table_of(Claim), table_of(NextAction), table_of(Operator)
CLIENT, HAND_ON = table_of(Client), table_of(HandOn)
ENDLESS = "endless_claim"
ENDLESS_WHAT = N_("clients are kept from being called by somebody who is on them for days: a clock was wrong")
_LONGEST = timedelta(days=1)


def rules_of_people(now: datetime) -> Iterator[Rule]:
    """Give the rules that hold for people and their claims."""
    gone, substitute = OPERATOR.alias("gone"), OPERATOR.alias("substitute")
    yield (
        "owed_by_nobody",
        N_("next actions are owed by somebody who works here no more"),
        N_("Give them to somebody else: mark them on the tails, or salesdesk segment assign"),
        select(ACTION.c.id).where(
            ACTION.c.closed_at.is_(None),
            exists().where(gone.c.id == ACTION.c.operator_id, gone.c.active.is_(False)),
        ),
    )
    yield (
        "no_substitute",
        N_("somebody is to stand in for others who works here no more, or for themselves"),
        N_("Name another substitute: salesdesk operators list shows who works here"),
        select(OPERATOR.c.id)
        .join(substitute, substitute.c.id == OPERATOR.c.substitute_id)
        .where((substitute.c.id == OPERATOR.c.id) | substitute.c.active.is_(False)),
    )
    yield (
        "handed_on_astray",
        N_("clients wait to be confirmed by somebody whose they are not"),
        N_("Give them to whoever is to have them: salesdesk handon CLIENT --to LOGIN"),
        select(CLIENT.c.id).where(
            exists().where(
                HAND_ON.c.client_id == CLIENT.c.id,
                HAND_ON.c.closed_at.is_(None),
                or_(CLIENT.c.owner_id.is_(None), CLIENT.c.owner_id != HAND_ON.c.to_id),
            )
        ),
    )
    yield ENDLESS, ENDLESS_WHAT, CURE, select(CLAIM.c.client_id).where(_endless(now))


def drop_endless_claims(session: Session, now: datetime) -> int:
    """Let go of clients who would be kept from everybody for days; tell of how many."""
    return session.connection().execute(delete(CLAIM).where(_endless(now))).rowcount


def _endless(now: datetime) -> ColumnElement[bool]:
    return CLAIM.c.expires_at > now + _LONGEST
