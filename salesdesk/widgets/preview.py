"""The card beside the list: what one needs to know before dialling, on a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from salesdesk import formatting, wording
from salesdesk.codes import GoalResult, PhoneState
from salesdesk.i18n import _, ngettext
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from salesdesk.catalogues import Catalogues
    from salesdesk.rows import Card, ContactRow, LeadNote, PhoneRow, TimelineRow

RESULT_SIGNS = {GoalResult.HIT: "✓", GoalResult.PARTIAL: "◐", GoalResult.MISSED: "✗"}
_HISTORY = 6
_BOLD = Style(bold=True)
_DIM = Style(dim=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a card is read with: the catalogues' titles, the moment, and the team's zone."""

    catalogues: Catalogues
    now: datetime
    zone: tzinfo


class Preview(Static):
    """Shows a card, or nothing."""

    DEFAULT_CSS = """
    Preview {
        padding: 0 1;
        background: $surface;
        color: $foreground;
        overflow: hidden hidden;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, card: Card | None, desk: Desk) -> None:
        """Show another card."""
        self.update("" if card is None else preview_text(card, desk))


def preview_text(card: Card, desk: Desk) -> Text:
    """Write a card down in short. Data is text: nothing of it is markup."""
    client = card.client
    text = Text()
    text.append(plain(client.name), _BOLD)
    text.append(f" · {client.client_class}{_place(card, desk)}\n")
    stage = wording.titled(desk.catalogues.stages, client.stage) or _("never in conversation")
    text.append(f"{stage} → {wording.titled(desk.catalogues.goals, card.goal)}\n")
    expected = formatting.amount(client.expected_minor, desk.catalogues.team.currency)
    text.append(_("interest {dots}   expected {amount}").format(
        dots=formatting.interest(client.interest), amount=expected
    ))  # fmt: skip
    text.append("\n\n")
    text.append(_("Why now") + ": " if card.listed else _("Not in the list") + ": ", _BOLD)
    text.append(plain(card.why if card.listed else "; ".join(card.blocks) or card.why) + "\n")
    if card.handed is not None:
        text.append(f"⇥ {plain(wording.handed(card.handed))}\n", _BOLD)
    for note in card.from_lead:
        text.append(f"✉ {plain(from_lead_words(note, desk))}\n", _BOLD)
    if card.claimed_by:
        text.append(_("Open at: {name}").format(name=plain(card.claimed_by)) + "\n", _BOLD)
    _add_numbers(text, card)
    _add_next(text, card, desk)
    _add_history(text, card, desk)
    return text


def from_lead_words(note: LeadNote, desk: Desk) -> str:
    """Give a lead's note with who wrote it and when."""
    at = formatting.day_and_time(note.at, desk.now, desk.zone)
    return _("From the lead ({author}, {at}): {text}").format(author=note.author, at=at, text=note.text)


def for_whom(row: TimelineRow) -> str:
    """Say whom a lead's note of the history is for, and whether they have seen it."""
    seen = _("seen") if row.seen_at is not None else _("not seen yet")
    whom = _("from the lead for {operator}").format(operator=plain(row.for_operator or ""))
    return f"{whom}, {seen}"


def _place(card: Card, desk: Desk) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    client = card.client
    place = plain(client.city or client.region or "")
    try:
        there = formatting.clock(desk.now, ZoneInfo(client.zone))
    except (ZoneInfoNotFoundError, ValueError):
        there = ""
    return " · " + " ".join(part for part in (place, there) if part) if place or there else ""


def _add_numbers(text: Text, card: Card) -> None:
    for phone in card.phones:
        text.append(number_line(phone, None) + "\n")
    for contact in card.contacts:
        for phone in contact.phones:
            text.append(number_line(phone, contact) + "\n")
        if not contact.phones:
            text.append(f"  {_person(contact)}\n")


def number_line(phone: PhoneRow, contact: ContactRow | None) -> str:
    """Give a number with whose it is and, where it must not be dialled, why."""
    shown = formatting.phone(phone.e164) if phone.e164 else plain(phone.raw)
    if phone.extension:
        shown += " " + _("ext. {number}").format(number=plain(phone.extension))
    usable = phone.state is PhoneState.GOOD
    sign = "☎" if usable else "✗"
    whose = f" {_person(contact)}" if contact is not None else ""
    return f"{sign} {shown}{whose}" + ("" if usable else f" ({wording.phone_state(phone.state)})")


def _person(contact: ContactRow) -> str:
    return plain(", ".join(part for part in (contact.name, contact.position) if part))


def _add_next(text: Text, card: Card, desk: Desk) -> None:
    step = card.next_action
    if step is None:
        return
    text.append("\n" + _("Next") + ": ", _BOLD)
    goal = wording.titled(desk.catalogues.goals, step.goal)
    text.append(f"{wording.kind(step.kind)} · {goal} · {formatting.moment(step.due_at, desk.now, desk.zone)}")
    if step.moves:
        moved = ngettext("moved {count} time", "moved {count} times", step.moves).format(count=step.moves)
        text.append(f" · {moved}")
    text.append("\n")


def _add_history(text: Text, card: Card, desk: Desk) -> None:
    rows = card.timeline[:_HISTORY]
    if rows:
        text.append("\n")
    for row in rows:
        text.append(formatting.day_and_time(row.at, desk.now, desk.zone) + "  ", _DIM)
        text.append(history_line(row, desk) + "\n")


def history_line(row: TimelineRow, desk: Desk) -> str:
    """Say in one line what happened."""
    from salesdesk.rows import Happened

    note = f" «{plain(row.text)}»" if row.text else ""
    if row.kind is Happened.CALL:
        rule = desk.catalogues.outcomes.get(row.outcome or "")
        result = ""
        if row.goal_result and (rule is None or rule.answered):
            result = " · " + _("goal {sign}").format(sign=RESULT_SIGNS[row.goal_result])
        return f"☎ {wording.titled(desk.catalogues.outcomes, row.outcome)}{result}{note}"
    if row.kind is Happened.STAGE:
        return "→ " + (wording.titled(desk.catalogues.stages, row.to_stage) or "—")
    if row.kind is Happened.HAND_ON:
        return f"⇥ {plain(wording.handed_on(row))}{note}"
    if row.kind in {Happened.IMPORT, Happened.CREATED}:
        return (_("from a file") if row.kind is Happened.IMPORT else _("added by hand")) + note
    if row.for_operator is not None:
        return f"✉ {for_whom(row)}{note}"
    return note.strip()
