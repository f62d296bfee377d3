"""The card as lines of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesdesk import wording
from salesdesk.formatting import (
    amount,
    day_and_time,
    day_title,
    days,
    duration,
    interest,
    moment,
    phone,
    share,
)
from salesdesk.i18n import _, ngettext
from salesdesk.rows import Card, Happened, PhoneRow, TimelineRow
from salesdesk.scheduler import zone_info

if TYPE_CHECKING:
    from salesdesk.context import Context


def card_lines(context: "Context", card: Card) -> Iterator[str]:
    """Write a card for people, line by line."""
    yield from _head(context, card)
    yield card.why
    for note in card.from_lead:
        at = day_and_time(note.at, context.now, context.catalogues.team.zone)
        yield _("From the lead ({author}, {at}): {text}").format(author=note.author, at=at, text=note.text)
    if card.handed is not None:
        yield wording.handed(card.handed)
    if card.claimed_by:
        yield _("{name} is on this client now.").format(name=card.claimed_by)
    yield ""
    yield from owed(context, card)
    yield from _people(card)
    yield from _deals(context, card)
    yield from _texts(card)
    yield _("History")
    for event in card.timeline:
        yield f"  {_event(context, event)}"
    if card.timeline_more:
        yield "  " + _("… and earlier")


def _head(context: "Context", card: Card) -> Iterator[str]:
    client = card.client
    yield f"{client.id}  {client.name}" + (f"  ({client.external_id})" if client.external_id else "")
    stage = wording.titled(context.catalogues.stages, client.stage) or _("never in conversation")
    parts = [stage, client.client_class, wording.band(client.band), interest(client.interest)]
    if client.expected_minor:
        parts.append(amount(client.expected_minor, context.catalogues.team.currency))
    if client.owner:
        parts.append(client.owner)
    yield " · ".join(parts)
    there = context.now.astimezone(zone_info(client.zone))
    place = [client.city, client.region, client.address, f"{client.zone} {there:%H:%M}"]
    yield ", ".join(part for part in place if part)
    known = [client.industry, client.tax_id, client.website, client.email]
    if any(known):
        yield ", ".join(part for part in known if part)


def owed(context: "Context", card: Card) -> Iterator[str]:
    """Say what is owed to the client, its age and its moves."""
    action = card.next_action
    if action is None:
        return
    zone = context.catalogues.team.zone
    when = (
        moment(action.due_at, context.now, zone)
        if action.promise
        else day_title(action.due_at.astimezone(zone).date())
    )
    goal = wording.titled(context.catalogues.goals, action.goal)
    said = _("Next action") + f": {wording.kind(action.kind)}, {when}: {goal}"
    if action.days_late:
        said += ", " + _("late by {days}").format(days=days(action.days_late))
    if action.moves:
        said += ", " + ngettext("moved {count} time", "moved {count} times", action.moves).format(
            count=action.moves
        )
    if action.hold:
        said += f", {wording.hold(action.hold)}"
    yield f"{said} ({action.operator})"


def _people(card: Card) -> Iterator[str]:
    places = {found.id: place for place, found in enumerate(card.numbers(), 1)}
    if card.phones or card.contacts:
        yield _("People and numbers")
    for number in card.phones:
        yield f"  {_number(number, places)}"
    for contact in card.contacts:
        yield "  " + ", ".join(part for part in (contact.name, contact.position, contact.email) if part)
        for number in contact.phones:
            yield f"    {_number(number, places)}"


def _number(row: PhoneRow, places: dict[int, int]) -> str:
    said = phone(row.e164) if row.e164 else row.raw
    extension = " " + _("ext. {number}").format(number=row.extension) if row.extension else ""
    state = "" if row.state == "good" else f" ({wording.phone_state(row.state)})"
    return f"{places[row.id]}. {said}{extension}{state}"


def _deals(context: "Context", card: Card) -> Iterator[str]:
    if card.deals:
        yield _("Deals")
    for deal in card.deals:
        stage = wording.titled(context.catalogues.stages, deal.stage)
        parts = [
            deal.title or _("deal"),
            amount(deal.amount_minor, deal.currency),
            f"{stage}, {days(deal.stage_days)}",
        ]
        if deal.rotting:
            parts.append(_("rotting"))
        if deal.reject_reason:
            parts.append(wording.titled(context.catalogues.reasons, deal.reject_reason))
        yield "  " + " · ".join(parts)


def _texts(card: Card) -> Iterator[str]:
    for heading, text in ((_("Script"), card.script), (_("Service policy"), card.policy)):
        if text:
            yield heading
            yield from (f"  {line}" for line in text.splitlines())


def _event(context: "Context", row: TimelineRow) -> str:
    books = context.catalogues
    when = day_and_time(row.at, context.now, books.team.zone)
    parts = [when, *([_KINDS[row.kind]()] if row.kind in _KINDS else [])]
    if row.kind == Happened.CALL:
        parts.append(wording.titled(books.outcomes, row.outcome))
        if row.goal:
            result = f": {wording.result(row.goal_result)}" if row.goal_result else ""
            parts.append(wording.titled(books.goals, row.goal) + result)
        if row.talk_seconds:
            parts.append(duration(row.talk_seconds))
        if row.score is not None:
            parts.append(_("review: {said}").format(said=share(row.score)))
    if row.kind == Happened.STAGE:
        old = wording.titled(books.stages, row.from_stage) or _("never in conversation")
        parts.append(f"{old} → {wording.titled(books.stages, row.to_stage)}")
    if row.reason:
        parts.append(wording.titled(books.reasons, row.reason))
    if row.kind == Happened.HAND_ON:
        parts.append(wording.handed_on(row))
    elif row.for_operator is not None:
        seen = _("seen") if row.seen_at is not None else _("not seen yet")
        parts.append(_("from the lead for {operator}").format(operator=row.for_operator) + f", {seen}")
    parts += [part for part in (row.operator, row.text, row.remarks) if part]
    return " · ".join(parts)


_KINDS = {
    Happened.CALL: lambda: _("call"),
    Happened.NOTE: lambda: _("note"),
    Happened.MESSAGE: lambda: _("message"),
    Happened.STAGE: lambda: _("stage"),
    Happened.IMPORT: lambda: _("import"),
    Happened.CREATED: lambda: _("added"),
}
