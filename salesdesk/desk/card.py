"""The card: everything known of one client, and why it stands where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk import scheduler
from salesdesk.base.placement import ask_client, ask_open_action, ask_phones
from salesdesk.base.visible import seen
from salesdesk.catalogues import render_script
from salesdesk.context import Context
from salesdesk.desk import lead_notes
from salesdesk.desk.beside import ask_beside, beside_of
from salesdesk.desk.people import ask_people, people_of
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.desk.reasons import known_of, standing_of
from salesdesk.desk.timeline import History, ask_timeline, timeline_of
from salesdesk.errors import NotFoundError
from salesdesk.formatting import amount as amount_said
from salesdesk.i18n import title
from salesdesk.models import Contact, Deal, Operator
from salesdesk.rows import (
    Card,
    ClientRow,
    ContactRow,
    DealRow,
    NextActionRow,
    PhoneRow,
)
from salesdesk.storage.answers import Answer
from salesdesk.storage.journal import table_of
from salesdesk.storage.made_once import MadeOnce
from salesdesk.storage.planning import planned_once

CONTACT, DEAL, OPERATOR = (table_of(model) for model in (Contact, Deal, Operator))

_CLIENT: BindParameter[int] = bindparam("client")
_CONTACTS = MadeOnce(
    lambda _dialect: select(CONTACT).where(CONTACT.c.client_id == _CLIENT).order_by(CONTACT.c.id), typed=True
)
_DEALS = MadeOnce(
    lambda _dialect: (
        select(DEAL)
        .where(DEAL.c.client_id == _CLIENT)
        .order_by(DEAL.c.closed_at.is_not(None), DEAL.c.stage_since.desc())
    ),
    typed=True,
)


@planned_once
def card(session: Session, context: Context, client_id: int, timeline: int = 50) -> Card:
    """Read a client's card with the latest `timeline` lines of its history. Raises NotFoundError."""
    found, asked = ask_client(session, client_id), _asked(session, context, client_id, timeline)
    client = seen(session, context, client_id, found.first())
    if client.id != client_id:
        asked = _asked(session, context, client.id, timeline)
    return _card(session, context, client, asked, timeline)


def card_of(session: Session, context: Context, client: Row[Any], timeline: int) -> Card:
    """Read the card of a client that was read."""
    return _card(session, context, client, _asked(session, context, client.id, timeline), timeline)


class _Asked(NamedTuple):
    """What hangs on a client and stands on its card, all of it asked before any answer is needed."""

    action: Answer
    people: Answer
    phones: Answer
    contacts: Answer
    deals: Answer
    history: History
    beside: Answer


def _asked(session: Session, context: Context, client_id: int, timeline: int) -> _Asked:
    given = {"client": client_id}
    return _Asked(
        ask_open_action(session, client_id),
        ask_people(session, context, client_id),
        ask_phones(session, client_id),
        _CONTACTS.run(session, given),
        _DEALS.run(session, given),
        ask_timeline(session, context, client_id, timeline + 1),
        ask_beside(session, context, client_id),
    )


def _card(session: Session, context: Context, client: Row[Any], asked: _Asked, timeline: int) -> Card:
    action, phones, people = asked.action.first(), asked.phones.all(), people_of(asked.people)
    contacts = _contacts(asked.contacts, phones)
    deals = tuple(_deal(context, deal) for deal in asked.deals)
    goal = action.goal if action else usual_goal(context, client.stage)
    history = timeline_of(asked.history)
    known = known_of(session, context, client, action, phones, people, beside_of(asked.beside))
    standing = standing_of(context, known)
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
        from_lead=lead_notes.for_me(session, context, client.id) if known.beside.noted else (),
        handed=known.handed,
    )


def _client(row: Row[Any], names: Mapping[int | None, str]) -> ClientRow:
    of_row = row._mapping  # noqa: SLF001  # the public name of a row's mapping
    plain = {name: of_row[name] for name in ClientRow.__slots__ if name != "owner"}
    return ClientRow(**plain, owner=names.get(row.owner_id))


def _phone(row: Row[Any]) -> PhoneRow:
    return PhoneRow(row.id, row.raw, row.e164, row.extension, row.state, row.contact_id)


def _contacts(contacts: Answer, phones: Sequence[Row[Any]]) -> tuple[ContactRow, ...]:
    return tuple(
        ContactRow(
            contact.id,
            contact.name,
            contact.position,
            contact.email,
            tuple(_phone(phone) for phone in phones if phone.contact_id == contact.id),
        )
        for contact in contacts
    )


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
