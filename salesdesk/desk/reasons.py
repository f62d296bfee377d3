"""Why: the one line behind every row of the list, and behind every absence from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk import scheduler, wording
from salesdesk.base.placement import first_good, read_open_action, read_phones
from salesdesk.base.visible import read_visible
from salesdesk.codes import Hold
from salesdesk.context import Context
from salesdesk.desk.beside import Beside, read_beside
from salesdesk.desk.handed import handed_of
from salesdesk.desk.people import People, ask_people, people_of
from salesdesk.desk.queue_parts import Moment
from salesdesk.desk.queue_rows import attempts_most, queue_row
from salesdesk.formatting import amount, clock, day_title
from salesdesk.formatting import moment as when_said
from salesdesk.i18n import _, ngettext
from salesdesk.rows import Handed, QueueRow, Why


def reason(context: Context, row: QueueRow) -> str:
    """Say in one line why a row is in the list: band, what is owed, how late, interest, amount, attempt."""
    parts = [wording.band(row.band), _owed(context, row)]
    if row.instead_of is not None:
        parts.append(_("for {name}, who is absent").format(name=row.instead_of))
    if row.handed is not None:
        parts.append(wording.handed(row.handed))
    if row.moves:
        parts.append(ngettext("moved {count} time", "moved {count} times", row.moves).format(count=row.moves))
    if row.interest:
        parts.append(
            _("interest {interest} of {most}").format(interest=row.interest, most=scheduler.INTEREST_MOST)
        )
    if row.expected_minor:
        parts.append(
            _("expected {amount}").format(amount=amount(row.expected_minor, context.catalogues.team.currency))
        )
    if row.max_attempts:
        parts.append(_("attempt {attempt} of {most}").format(attempt=row.attempt, most=row.max_attempts))
    return " · ".join(parts)


def _owed(context: Context, row: QueueRow) -> str:
    """Say what is owed and how late it is."""
    zone = context.catalogues.team.zone
    goal = wording.titled(context.catalogues.goals, row.goal)
    if row.due_at is None:
        if row.last_call_at is None:
            return _("cold: never called")
        return _("cold: last called on {day}").format(day=day_title(row.last_call_at.astimezone(zone).date()))
    if row.promise:
        when = when_said(row.due_at, context.now, zone)
        said = _("promised for {when}: {goal}").format(when=when, goal=goal)
    else:
        said = _("due on {day}: {goal}").format(day=day_title(row.due_at.astimezone(zone).date()), goal=goal)
    return said + _lateness(context, row)


def _lateness(context: Context, row: QueueRow) -> str:
    if row.days_late:
        late = ngettext("{count} day late", "{count} days late", row.days_late).format(count=row.days_late)
        return f", {late}"
    if row.promise and row.due_at is not None:
        minutes = int((context.now - row.due_at).total_seconds() // 60)
        if minutes > 0:
            return ", " + ngettext("{count} minute late", "{count} minutes late", minutes).format(
                count=minutes
            )
        return ", " + ngettext("in {count} minute", "in {count} minutes", -minutes).format(count=-minutes)
    return ""


def why(session: Session, context: Context, client_id: int) -> Why:
    """Tell why a client is in this operator's list, or everything that keeps it out. Raises NotFoundError."""
    client = read_visible(session, context, client_id)
    action, phones = read_open_action(session, client.id), read_phones(session, client.id)
    people = people_of(ask_people(session, context, client.id))
    beside = read_beside(session, context, client.id)
    return standing_of(context, known_of(session, context, client, action, phones, people, beside))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a client where it is asked why it stands where it does.

    `number` is the first that can be called, as a list shows it.
    """

    client: Row[Any]
    action: Row[Any] | None
    number: str | None
    beside: Beside
    people: People
    handed: Handed | None


def known_of(
    session: Session,
    context: Context,
    client: Row[Any],
    action: Row[Any] | None,
    phones: Sequence[Row[Any]],
    people: People,
    beside: Beside,
) -> Known:
    """Read what else has to be known of a client; `phones` are all its numbers."""
    good = first_good(phones)
    mine = {context.me.id, *people.absent}
    return Known(
        client=client,
        action=action,
        number=None if good is None else good.e164 or good.raw,
        beside=beside,
        people=people,
        handed=handed_of(session, [client.id], mine).get(client.id) if beside.handed else None,
    )


def standing_of(context: Context, known: Known) -> Why:
    """Tell the same of a client of whom all was read."""
    client_id = known.client.id
    opened = scheduler.open_zones([known.client.zone], context.now, context.calling)
    at = Moment(context, opened, known.people.absent)
    found = _blocks(at, known)
    if not found:
        return Why(client_id, listed=True, reason=reason(context, _row(at, known)), blocks=(), block_codes=())
    lines = tuple(line for _code, line in found)
    return Why(
        client_id,
        listed=False,
        reason=_("Not in the list: {why}").format(why="; ".join(lines)),
        blocks=lines,
        block_codes=tuple(code for code, _line in found),
    )


def _row(at: Moment, known: Known) -> QueueRow:
    client, action = known.client, known.action
    owed = (None,) * 6 if action is None else (
        action.due_at, action.promise, action.moves, action.attempt, action.kind, action.goal
    )  # fmt: skip
    read = (
        client.id, client.external_id, client.name, client.band, client.stage, client.client_class,
        client.interest, client.expected_minor, client.zone, client.last_call_at, client.attempts, *owed,
        known.number, None if action is None else action.operator_id,
    )  # fmt: skip
    return queue_row(at, read, 1, attempts_most(at.context), known.handed)


def _blocks(at: Moment, known: Known) -> list[tuple[str, str]]:
    """Give each thing that keeps a client out of the list: a stable code, and a line."""
    context, client, action = at.context, known.client, known.action
    entry = context.stage(client.stage)
    if client.do_not_call:
        return [("do_not_call", _("asked never to be called"))]
    if entry is not None and not entry.in_work:
        return [
            (
                "rejected",
                _("closed: {stage}").format(stage=wording.titled(context.catalogues.stages, client.stage)),
            )
        ]
    found = [
        *_unreachable(known),
        *_not_now(at, client, action),
        *_not_mine(at, known),
    ]
    if known.beside.claimed_by:
        found.append(("claimed", _("{name} has it open now").format(name=known.beside.claimed_by)))
    if entry is not None and action is None:
        found.append(("no_next_action", _("in work, but nothing is owed: give it a next action")))
    return found


def _unreachable(known: Known) -> list[tuple[str, str]]:
    client, action = known.client, known.action
    if action is not None and action.hold == Hold.ATTEMPTS_USED_UP:
        used = _("attempts used up: {count} dials in a row were not answered; it waits for the lead")
        return [("attempts_used_up", used.format(count=client.attempts))]
    if (action is None and known.number is None) or (action and action.hold == Hold.NO_NUMBER):
        return [("no_number", _("no number that can be called: find one"))]
    return []


def _not_now(at: Moment, client: Row[Any], action: Row[Any] | None) -> list[tuple[str, str]]:
    context, zone = at.context, at.context.catalogues.team.zone
    found = []
    promised = action is not None and action.promise
    tomorrow = context.clock.midnight(context.today + timedelta(days=1))
    if action is not None and (action.due_at >= tomorrow or (action.due_at > context.now and not promised)):
        found.append(_too_early(context, client, action))
    agreed = promised and action is not None and action.due_at > context.now - scheduler.PROMISE_GRACE
    if client.zone not in at.zones and not agreed:
        opens = scheduler.opens_at(client.zone, context.now, context.calling)
        there = context.now.astimezone(scheduler.zone_info(client.zone))
        line = _("outside its calling hours: it is {there} there; may be called from {when}").format(
            there=f"{there:%H:%M}", when=when_said(opens, context.now, zone)
        )
        found.append(("outside_calling_hours", line))
    return found


def _too_early(context: Context, client: Row[Any], action: Row[Any]) -> tuple[str, str]:
    zone = context.catalogues.team.zone
    day = day_title(action.due_at.astimezone(zone).date())
    goal = wording.titled(context.catalogues.goals, action.goal)
    if client.attempts and not action.promise:
        line = _("called too recently: attempt {attempt} is due on {day} at {time}")
        return "called_recently", line.format(
            attempt=action.attempt, day=day, time=clock(action.due_at, zone)
        )
    return "not_due", _("not due before {day}: {goal}").format(day=day, goal=goal)


def _not_mine(at: Moment, known: Known) -> list[tuple[str, str]]:
    client, action = known.client, known.action
    whose = action.operator_id if action is not None else client.owner_id
    if whose is None or whose == at.context.me.id:
        return []
    if action is not None and action.promise and whose in at.absent:
        return []
    return [("not_mine", _("in the list of {name}").format(name=known.people.names.get(whose, whose)))]
