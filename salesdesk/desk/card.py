"""The card: everything known of one client, and why it stands where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, false, func, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import read_open_action, read_phones
from salesdesk.base.visible import read_visible
from salesdesk.catalogues import render_script
from salesdesk.context import Context
from salesdesk.desk import lead_notes
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.desk.reasons import known_of, standing_of
from salesdesk.desk.timeline import timeline as read_timeline
from salesdesk.errors import NotFoundError
from salesdesk.formatting import amount as amount_said
from salesdesk.i18n import title
from salesdesk.models import Contact, Deal, Operator
from salesdesk.models.types import Instant
from salesdesk.rows import (
    Card,
    ClientRow,
    ContactRow,
    DealRow,
    NextActionRow,
    PhoneRow,
)
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.planning import planned_once
from salesdesk.team.absence import absent_kept_by

CONTACT, DEAL, OPERATOR = (table_of(model) for model in (Contact, Deal, Operator))

_CLIENT: BindParameter[int] = bindparam("client")
_CONTACTS = select(CONTACT).where(CONTACT.c.client_id == _CLIENT).order_by(CONTACT.c.id)
_DEALS = (
    select(DEAL)
    .where(DEAL.c.client_id == _CLIENT)
    .order_by(DEAL.c.closed_at.is_not(None), DEAL.c.stage_since.desc())
)
_STOOD_IN_FOR = absent_kept_by(bindparam("me"), bindparam("now", type_=Instant))
_NAMED = select(
    OPERATOR.c.id, OPERATOR.c.name, func.coalesce(_STOOD_IN_FOR, false()).label("stood_in_for")
).where(or_(among(OPERATOR.c.id, "named"), _STOOD_IN_FOR))


@planned_once
def card(session: Session, context: Context, client_id: int, timeline: int = 50) -> Card:
    """Read a client's card with the latest `timeline` lines of its history. Raises NotFoundError."""
    return card_of(session, context, read_visible(session, context, client_id), timeline)


def card_of(session: Session, context: Context, client: Row[Any], timeline: int) -> Card:
    """Read the card of a client that was read."""
    client_id = client.id
    action = read_open_action(session, client_id)
    people = _people(session, context, client, action)
    phones = read_phones(session, client_id)
    contacts = _contacts(session, client_id, phones)
    deals = _deals(session, context, client_id)
    goal = action.goal if action else usual_goal(context, client.stage)
    history = read_timeline(session, context, client_id, timeline + 1)
    known = known_of(session, context, client, action, phones, people.absent)
    standing = standing_of(session, context, known)
    return Card(
        client=_client(client, people.names),
        contacts=contacts,
        phones=tuple(_phone(phone) for phone in phones if phone.contact_id is None),
        deals=deals,
        next_action=_next_action(context, action, people.names) if action else None,
        timeline=history[:timeline],
        timeline_more=len(history) > timeline,
        goal=goal,
        script=_script(context, goal, client, contacts, deals),
        policy=_policy(context, client),
        listed=standing.listed,
        why=standing.reason,
        blocks=standing.blocks,
        claimed_by=known.beside.claimed_by,
        draft=known.beside.draft,
        from_lead=lead_notes.for_me(session, context, client_id) if known.beside.noted else (),
        handed=known.handed,
    )


class _People(NamedTuple):
    """Names by ids: of those whom the card names, and of those for whom who sits here stands in."""

    names: Mapping[int | None, str]
    absent: Mapping[int, str]


def _people(session: Session, context: Context, client: Row[Any], action: Row[Any] | None) -> _People:
    named = [person for person in (client.owner_id, action and action.operator_id) if person is not None]
    given = {"named": named, "me": context.me.id, "now": context.now}
    read = session.connection().execute(_NAMED, given).all()
    return _People(
        {row.id: row.name for row in read},
        {row.id: row.name for row in read if row.stood_in_for},
    )


def _client(row: Row[Any], names: Mapping[int | None, str]) -> ClientRow:
    of_row = row._mapping  # noqa: SLF001  # the public name of a row's mapping
    plain = {name: of_row[name] for name in ClientRow.__slots__ if name != "owner"}
    return ClientRow(**plain, owner=names.get(row.owner_id))


def _phone(row: Row[Any]) -> PhoneRow:
    return PhoneRow(row.id, row.raw, row.e164, row.extension, row.state, row.contact_id)


def _contacts(session: Session, client_id: int, phones: Sequence[Row[Any]]) -> tuple[ContactRow, ...]:
    return tuple(
        ContactRow(
            contact.id,
            contact.name,
            contact.position,
            contact.email,
            tuple(_phone(phone) for phone in phones if phone.contact_id == contact.id),
        )
        for contact in session.connection().execute(_CONTACTS, {"client": client_id})
    )


def _deals(session: Session, context: Context, client_id: int) -> tuple[DealRow, ...]:
    found = session.connection().execute(_DEALS, {"client": client_id})
    return tuple(_deal(context, deal) for deal in found)


def _deal(context: Context, deal: Row[Any]) -> DealRow:
    zone = context.catalogues.team.zone
    days = max(0, (context.today - deal.stage_since.astimezone(zone).date()).days)
    entry = context.stage(deal.stage)
    rots = deal.closed_at is None and entry is not None and days >= entry.rotting_days
    return DealRow(
        id=deal.id, title=deal.title, product=deal.product, amount_minor=deal.amount_minor,
        currency=deal.currency, stage=deal.stage, stage_since=deal.stage_since, stage_days=days,
        rotting=rots, opened_at=deal.opened_at, closed_at=deal.closed_at,
        reject_reason=deal.reject_reason, external_id=deal.external_id,
    )  # fmt: skip


def _next_action(context: Context, action: Row[Any], names: Mapping[int | None, str]) -> NextActionRow:
    return NextActionRow(
        id=action.id, kind=action.kind, goal=action.goal, due_at=action.due_at, promise=action.promise,
        first_due_at=action.first_due_at, moves=action.moves, attempt=action.attempt, hold=action.hold,
        days_late=scheduler.days_late(action.due_at, context.today, context.catalogues.team.zone),
        operator=names.get(action.operator_id, ""), operator_id=action.operator_id,
    )  # fmt: skip


def _script(
    context: Context, goal: str, client: Row[Any], contacts: Sequence[ContactRow], deals: Sequence[DealRow]
) -> str:
    entry = context.catalogues.script_for(goal)
    if entry is None:
        return ""
    deal = next(iter(deals), None)
    amount = deal.amount_minor if deal else client.expected_minor
    return render_script(
        title(entry.text),
        client=client.name,
        contact=contacts[0].name if contacts else "",
        operator=context.me.name,
        amount=amount_said(amount, deal.currency if deal else context.catalogues.team.currency)
        if amount
        else "",
        product=(deal.product or deal.title) if deal else "",
    )


def _policy(context: Context, client: Row[Any]) -> str:
    try:
        return title(context.catalogues.policy_of(client.client_class).rule)
    except NotFoundError:
        return ""
