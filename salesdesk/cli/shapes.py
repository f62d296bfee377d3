"""The JSON of the command line: rows as plain documents. Keys are the contract, documented in docs/cli.md."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from salesdesk.rows import (
    Card,
    ClientRow,
    ContactRow,
    DealRow,
    Handed,
    HandedOn,
    NextActionRow,
    PhoneRow,
    QueueRow,
    SearchRow,
    TimelineRow,
    ToConfirm,
    Undone,
    Why,
)

if TYPE_CHECKING:
    from salesdesk.base.listing import ListedRow

Document = dict[str, object]


def money(minor: int) -> str:
    """Write an amount of minor units as a decimal: `450000.00`."""
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 100)
    return f"{sign}{whole}.{rest:02}"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Makes documents; times are told in the team's zone, with their offset."""

    zone: tzinfo

    def at(self, moment: datetime | None) -> str | None:
        """Write a moment in ISO 8601."""
        return None if moment is None else moment.astimezone(self.zone).isoformat()

    def queue(self, row: QueueRow, reason: str, slot: datetime | None) -> Document:
        """Shape a row of the list."""
        return {
            "rank": row.rank,
            "client": row.client_id,
            "external_id": row.external_id,
            "name": row.name,
            "band": row.band,
            "stage": row.stage,
            "class": row.client_class,
            "due_at": self.at(row.due_at),
            "promise": row.promise,
            "overdue": row.overdue,
            "days_late": row.days_late,
            "moves": row.moves,
            "interest": row.interest,
            "expected_amount": money(row.expected_minor),
            "attempt": row.attempt,
            "max_attempts": row.max_attempts,
            "phone": row.phone,
            "zone": row.zone,
            "kind": row.kind,
            "goal": row.goal,
            "last_call_at": self.at(row.last_call_at),
            "callable_until": self.at(row.closes_at),
            "slot": self.at(slot),
            "instead_of": row.instead_of,
            "handed": None if row.handed is None else self._handed(row.handed),
            "reason": reason,
        }

    def why(self, found: Why) -> Document:
        """Shape the answer to why."""
        return {
            "client": found.client_id,
            "listed": found.listed,
            "reason": found.reason,
            "blocks": list(found.blocks),
            "block_codes": list(found.block_codes),
        }

    def card(self, card: Card) -> Document:
        """Shape a card."""
        return {
            "client": self.client(card.client),
            "contacts": [self._contact(contact) for contact in card.contacts],
            "phones": [_phone(phone) for phone in card.phones],
            "deals": [self._deal(deal) for deal in card.deals],
            "next_action": None if card.next_action is None else self._next(card.next_action),
            "timeline": [self._event(event) for event in card.timeline],
            "timeline_more": card.timeline_more,
            "goal": card.goal,
            "script": card.script,
            "policy": card.policy,
            "listed": card.listed,
            "why": card.why,
            "blocks": list(card.blocks),
            "from_lead": [
                {"id": note.id, "at": self.at(note.at), "author": note.author, "text": note.text}
                for note in card.from_lead
            ],
            "handed": None if card.handed is None else self._handed(card.handed),
            "claimed_by": card.claimed_by,
            "draft": None if card.draft is None else dict(card.draft),
        }

    def client(self, row: ClientRow) -> Document:
        """Shape what is known of a client itself."""
        return {
            "id": row.id,
            "external_id": row.external_id,
            "source": row.source,
            "name": row.name,
            "class": row.client_class,
            "stage": row.stage,
            "stage_since": self.at(row.stage_since),
            "band": row.band,
            "interest": row.interest,
            "expected_amount": money(row.expected_minor),
            "owner": row.owner,
            "campaign": row.campaign,
            "tax_id": row.tax_id,
            "industry": row.industry,
            "region": row.region,
            "city": row.city,
            "address": row.address,
            "postal_code": row.postal_code,
            "website": row.website,
            "email": row.email,
            "zone": row.zone,
            "do_not_call": row.do_not_call,
            "attempts": row.attempts,
            "last_call_at": self.at(row.last_call_at),
            "won_at": self.at(row.won_at),
            "created_at": self.at(row.created_at),
        }

    def _contact(self, row: ContactRow) -> Document:
        return {
            "id": row.id,
            "name": row.name,
            "position": row.position,
            "email": row.email,
            "phones": [_phone(phone) for phone in row.phones],
        }

    def _deal(self, row: DealRow) -> Document:
        return {
            "id": row.id,
            "external_id": row.external_id,
            "title": row.title,
            "product": row.product,
            "amount": money(row.amount_minor),
            "currency": row.currency,
            "stage": row.stage,
            "stage_since": self.at(row.stage_since),
            "stage_days": row.stage_days,
            "rotting": row.rotting,
            "opened_at": self.at(row.opened_at),
            "closed_at": self.at(row.closed_at),
            "reject_reason": row.reject_reason,
        }

    def _next(self, row: NextActionRow) -> Document:
        return {
            "id": row.id,
            "kind": row.kind,
            "goal": row.goal,
            "due_at": self.at(row.due_at),
            "promise": row.promise,
            "first_due_at": self.at(row.first_due_at),
            "moves": row.moves,
            "attempt": row.attempt,
            "hold": row.hold,
            "days_late": row.days_late,
            "operator": row.operator,
        }

    def _handed(self, one: Handed) -> Document:
        return {
            "by": one.by,
            "to": one.to,
            "note": one.note,
            "at": self.at(one.at),
            "open": one.open,
            "declined": one.declined,
        }

    def handed_on(self, one: HandedOn) -> Document:
        """Shape a client that was handed on."""
        return {
            "client": one.client_id,
            "name": one.client_name,
            "to": one.to.login,
            "specialty": one.to.specialty,
            "instead_of": one.to.instead_of,
            "confirm_by": self.at(one.confirm_by),
        }

    def to_confirm(self, row: ToConfirm) -> Document:
        """Shape a client that waits to be confirmed."""
        return {
            "client": row.client_id,
            "name": row.name,
            "from": row.giver,
            "note": row.note,
            "at": self.at(row.at),
            "confirm_by": self.at(row.confirm_by),
            "late": row.late,
            "stage": row.stage,
            "amount": money(row.amount_minor),
            "instead_of": row.instead_of,
        }

    def _event(self, row: TimelineRow) -> Document:
        """Shape a line of the history; a kind has only the keys that mean something for it."""
        said: Document = {
            "text": row.text,
            "outcome": row.outcome,
            "goal": row.goal,
            "goal_result": row.goal_result,
            "reason": row.reason,
            "attempt": row.attempt,
            "talk_seconds": row.talk_seconds,
            "phone": row.phone,
            "from_stage": row.from_stage,
            "to_stage": row.to_stage,
            "for_operator": row.for_operator,
            "seen_at": self.at(row.seen_at),
            "score": row.score,
            "remarks": row.remarks,
        }
        known = {key: value for key, value in said.items() if value is not None}
        return {"kind": row.kind, "id": row.id, "at": self.at(row.at), "operator": row.operator, **known}

    def found(self, row: SearchRow) -> Document:
        """Shape a client that was found."""
        return {
            "client": row.client_id,
            "external_id": row.external_id,
            "name": row.name,
            "phone": row.phone,
            "city": row.city,
            "stage": row.stage,
            "contact": row.contact,
            "matched": row.matched,
            "matched_text": row.matched_text,
            "claimed_by": row.claimed_by,
        }

    def listed(self, row: "ListedRow") -> Document:
        """Shape a client of a list."""
        owed = row.next_action
        return {
            "client": row.client_id,
            "external_id": row.external_id,
            "name": row.name,
            "stage": row.stage,
            "class": row.client_class,
            "band": row.band,
            "owner": row.owner,
            "city": row.city,
            "region": row.region,
            "industry": row.industry,
            "campaign": row.campaign,
            "source": row.source,
            "interest": row.interest,
            "expected_amount": money(row.expected_minor),
            "last_call_at": self.at(row.last_call_at),
            "next_action": None
            if owed is None
            else {
                "kind": owed.kind,
                "goal": owed.goal,
                "due_at": self.at(owed.due_at),
                "promise": owed.promise,
                "operator": owed.operator,
            },
            "phone": row.phone,
            "claimed_by": row.claimed_by,
        }

    def undone(self, row: Undone) -> Document:
        """Shape what was taken back."""
        return {
            "event": row.event_id,
            "action": row.action,
            "client": row.client_id,
            "name": row.client_name,
            "at": self.at(row.at),
        }


def _phone(row: PhoneRow) -> Document:
    return {
        "id": row.id,
        "raw": row.raw,
        "e164": row.e164,
        "extension": row.extension,
        "state": row.state,
    }
