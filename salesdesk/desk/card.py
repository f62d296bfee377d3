"""The card: everything known of one client, and why it stands where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from salesdesk import scheduler
from salesdesk.base.placement import read_open_action
from salesdesk.base.visible import read_visible
from salesdesk.catalogues import render_script
from salesdesk.context import Context
from salesdesk.desk import drafts, lead_notes
from salesdesk.desk.handed import handed_of
from salesdesk.desk.queue_rows import usual_goal
from salesdesk.desk.reasons import standing_of
from salesdesk.desk.timeline import timeline as read_timeline
from salesdesk.errors import NotFoundError
from salesdesk.formatting import amount as amount_said
from salesdesk.i18n import title
from salesdesk.models import Contact, Deal, Operator, Phone
from salesdesk.rows import (
    Card,
    ClientRow,
    ContactRow,
    DealRow,
    NextActionRow,
    PhoneRow,
)
from salesdesk.team.absence import stood_in_for
from salesdesk.team.claims import claimed_by


def card(session: Session, context: Context, client_id: int, timeline: int = 50) -> Card:
    """Read a client's card with the latest `timeline` lines of its history. Raises NotFoundError."""
    return card_of(session, context, read_visible(session, context, client_id), timeline)


def card_of(session: Session, context: Context, client: Row[Any], timeline: int) -> Card:
    """Read the card of a client that was read."""
    client_id = client.id
    names = _names(session)
    phones = _phones(session, client_id)
    contacts = _contacts(session, client_id, phones)
    deals = _deals(session, context, client_id)
    action = read_open_action(session, client_id)
    goal = action.goal if action else usual_goal(context, client.stage)
    history = read_timeline(session, context, client_id, timeline + 1)
    standing = standing_of(session, context, client)
    return Card(
        client=_client(client, names),
        contacts=contacts,
        phones=tuple(phones.get(None, ())),
        deals=deals,
        next_action=_next_action(context, action, names) if action else None,
        timeline=history[:timeline],
        timeline_more=len(history) > timeline,
        goal=goal,
        script=_script(context, goal, client, contacts, deals),
        policy=_policy(context, client),
        listed=standing.listed,
        why=standing.reason,
        blocks=standing.blocks,
        claimed_by=claimed_by(session, context, client_id),
        draft=drafts.read(session, context, client_id),
        from_lead=lead_notes.for_me(session, context, client_id),
        handed=handed_of(session, [client_id], {context.me.id, *stood_in_for(session, context)}).get(
            client_id
        ),
    )


def _names(session: Session) -> dict[int | None, str]:
    return {row[0]: row[1] for row in session.execute(select(col(Operator.id), col(Operator.name)))}


def _client(row: Row[Any], names: Mapping[int | None, str]) -> ClientRow:
    of_row = row._mapping  # noqa: SLF001  # the public name of a row's mapping
    plain = {name: of_row[name] for name in ClientRow.__slots__ if name != "owner"}
    return ClientRow(**plain, owner=names.get(row.owner_id))


def _phones(session: Session, client_id: int) -> dict[int | None, list[PhoneRow]]:
    """Read the numbers, by the person they belong to; None for the company's own."""
    found: dict[int | None, list[PhoneRow]] = {}
    statement = select(Phone).where(col(Phone.client_id) == client_id)
    for phone in session.scalars(statement.order_by(col(Phone.position), col(Phone.id))):
        found.setdefault(phone.contact_id, []).append(
            PhoneRow(phone.id or 0, phone.raw, phone.e164, phone.extension, phone.state, phone.contact_id)
        )
    return found


def _contacts(
    session: Session, client_id: int, phones: Mapping[int | None, Sequence[PhoneRow]]
) -> tuple[ContactRow, ...]:
    statement = select(Contact).where(col(Contact.client_id) == client_id).order_by(col(Contact.id))
    return tuple(
        ContactRow(
            contact.id or 0, contact.name, contact.position, contact.email, tuple(phones.get(contact.id, ()))
        )
        for contact in session.scalars(statement)
    )


def _deals(session: Session, context: Context, client_id: int) -> tuple[DealRow, ...]:
    statement = select(Deal).where(col(Deal.client_id) == client_id)
    found = session.scalars(
        statement.order_by(col(Deal.closed_at).is_not(None), col(Deal.stage_since).desc())
    )
    return tuple(_deal(context, deal) for deal in found)


def _deal(context: Context, deal: Deal) -> DealRow:
    zone = context.catalogues.team.zone
    days = max(0, (context.today - deal.stage_since.astimezone(zone).date()).days)
    entry = context.stage(deal.stage)
    rots = deal.closed_at is None and entry is not None and days >= entry.rotting_days
    return DealRow(
        id=deal.id or 0, title=deal.title, product=deal.product, amount_minor=deal.amount_minor,
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
