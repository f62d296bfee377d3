"""Words for codes: those fixed in the program, and the titles that catalogues give."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from salesdesk.codes import (
    Age,
    Band,
    CallsMark,
    GoalResult,
    Hold,
    Lateness,
    Measure,
    PhoneState,
    Role,
    Specialty,
    StepKind,
)
from salesdesk.i18n import N_, _, ngettext, title

if TYPE_CHECKING:
    from salesdesk.base.importing import UnknownProduct
    from salesdesk.rows import Handed, Receiver, TimelineRow


class Titled(Protocol):
    """An entry of a catalogue."""

    title: dict[str, str]


_BANDS: Final = {
    Band.NEW: N_("New prospects"),
    Band.ACTIVE: N_("Active customers"),
    Band.OTHER: N_("All other"),
    Band.TELEMARKETING: N_("Telemarketing"),
}
_ROLES: Final = {
    Role.OPERATOR: N_("operator"),
    Role.LEAD: N_("team lead"),
    Role.ADMIN: N_("administrator"),
}
_SPECIALTIES: Final = {
    Specialty.TELEMARKETING: N_("telemarketing"),
    Specialty.SALES: N_("sales"),
    Specialty.ACCOUNTS: N_("accounts"),
    Specialty.LOGISTICS: N_("logistics"),
}
_SPECIALISTS: Final = {
    Specialty.TELEMARKETING: N_("telemarketer"),
    Specialty.SALES: N_("sales manager"),
    Specialty.ACCOUNTS: N_("account manager"),
    Specialty.LOGISTICS: N_("logistics specialist"),
}
_KINDS: Final = {
    StepKind.CALL: N_("call"),
    StepKind.MEETING: N_("meeting"),
    StepKind.PROPOSAL: N_("proposal"),
    StepKind.INVOICE: N_("invoice"),
    StepKind.MESSAGE: N_("message"),
}
_RESULTS: Final = {
    GoalResult.HIT: N_("hit"),
    GoalResult.PARTIAL: N_("partial"),
    GoalResult.MISSED: N_("missed"),
}
_PHONE_STATES: Final = {
    PhoneState.GOOD: N_("good"),
    PhoneState.BAD: N_("bad number"),
    PhoneState.DO_NOT_CALL: N_("do not call"),
}
_HOLDS: Final = {
    Hold.ATTEMPTS_USED_UP: N_("attempts used up, waits for the lead"),
    Hold.NO_NUMBER: N_("no number to call"),
}
_LATENESS: Final = {
    Lateness.IN_TIME: N_("in time"),
    Lateness.DAYS_1: N_("1 d late"),
    Lateness.DAYS_2_3: N_("2–3 d late"),
    Lateness.DAYS_4_7: N_("4–7 d late"),
    Lateness.OLDER: N_("later"),
}
_CALLS_MARKS: Final = {
    CallsMark.TURNED_AWAY: N_("turned away"),
    CallsMark.BELOW_USUAL: N_("below usual"),
    CallsMark.USUAL: N_("usual"),
    CallsMark.CLOSES: N_("closes"),
}
CALLS_SIGNS: Final = {
    CallsMark.TURNED_AWAY: "▼",
    CallsMark.BELOW_USUAL: "↓",
    CallsMark.USUAL: "=",
    CallsMark.CLOSES: "▲",
}
_AGES: Final = {
    Age.TODAY: N_("today"),
    Age.YESTERDAY: N_("yesterday"),
    Age.DAYS_2_3: N_("2–3 d"),
    Age.DAYS_4_7: N_("4–7 d"),
    Age.OLDER: N_("older"),
}
MEASURES: Final = {
    Measure.CALLS: N_("Calls"),
    Measure.CONTACTS: N_("Contacts"),
    Measure.HIT: N_("Goals hit"),
    Measure.PROPOSALS: N_("Proposals"),
    Measure.INVOICES: N_("Invoices"),
    Measure.WON: N_("Deals won"),
    Measure.AMOUNT: N_("Amount"),
}
_STAYED = {
    "given": N_("somebody else has it by now"),
    "done": N_("closed meanwhile"),
    "gone": N_("the card is no more"),
}
_ACTIONS = {
    "log_call": N_("call logged"),
    "move_next_action": N_("next action moved"),
    "add_next_action": N_("next action added"),
    "edit_client": N_("client changed"),
    "add_client": N_("client added"),
    "tell_apart": N_("not duplicates"),
    "save_contact": N_("contact saved"),
    "remove_contact": N_("contact removed"),
    "save_phone": N_("number saved"),
    "remove_phone": N_("number removed"),
    "save_deal": N_("deal saved"),
    "add_note": N_("note added"),
    "leave_note": N_("note for an operator"),
    "import": N_("file imported"),
    "reassign": N_("clients given away"),
    "reschedule": N_("next actions moved"),
    "set_plan": N_("plan set"),
    "copy_plans": N_("plans copied"),
    "set_cost": N_("cost set"),
    "begin_stand_up": N_("stand-up begun"),
    "stand_up_written": N_("written down at a stand-up"),
    "stand_up_step": N_("decided at a stand-up"),
    "stand_up_note": N_("note left at a stand-up"),
    "finish_stand_up": N_("stand-up ended"),
    "accept_rejected": N_("rejected accepted"),
    "return_client": N_("back into work"),
    "review_call": N_("call reviewed"),
    "save_segment": N_("segment saved"),
    "remove_segment": N_("segment removed"),
    "share_out": N_("clients shared out"),
    "put_into_campaign": N_("clients put into a campaign"),
    "merge": N_("cards merged"),
    "undo_merge": N_("merge taken back"),
    "hand_over": N_("clients handed over"),
    "handover_back": N_("clients came back"),
    "absent": N_("absence set"),
    "back_at_work": N_("absence ended"),
    "retire": N_("login closed"),
    "set_role": N_("role set"),
    "hand_on": N_("client handed on"),
    "confirm_hand_on": N_("client taken over"),
    "decline_hand_on": N_("client given back"),
    "whose_number": N_("asked whose a number is"),
    "given": N_("given out of the shared pool"),
    "catalogues": N_("catalogues brought into the base"),
}
_REFUSED = {
    "list": N_("a list"),
    "clients": N_("an export of clients"),
    "calls": N_("an export of calls"),
    "deals": N_("an export of deals"),
    "whose_number": N_("whose a number is"),
    "pool": N_("a client of the shared pool"),
}


def stayed(why: str) -> str:
    """Say why a client did not come back to whose it was."""
    return _(_STAYED[why])


def age(code: Age) -> str:
    """Name how old a tail is, in few cells."""
    return _(_AGES[code])


def lateness(code: Lateness) -> str:
    """Name how late something was done, in few cells."""
    return _(_LATENESS[code])


def calls_mark(code: CallsMark | None) -> str:
    """Say what so many calls per company mean, as a sign and a word; nothing for none."""
    return "" if code is None else CALLS_SIGNS[code] + " " + _(_CALLS_MARKS[code])


def band(code: Band) -> str:
    """Name a band."""
    return _(_BANDS[code])


def role(code: Role) -> str:
    """Name what a person may do."""
    return _(_ROLES[code])


def specialty(code: Specialty) -> str:
    """Name the part of the way that a person works on."""
    return _(_SPECIALTIES[code])


def kind(code: StepKind) -> str:
    """Name a kind of next action."""
    return _(_KINDS[code])


def result(code: GoalResult) -> str:
    """Name a goal result."""
    return _(_RESULTS[code])


def phone_state(code: PhoneState) -> str:
    """Name what calling a number has shown."""
    return _(_PHONE_STATES[code])


def hold(code: Hold) -> str:
    """Say why a next action waits for the lead."""
    return _(_HOLDS[code])


def measure(code: Measure) -> str:
    """Name what a plan is made on."""
    return _(MEASURES[code])


def specialist(code: Specialty) -> str:
    """Name somebody by the part of the way that they work on."""
    return _(_SPECIALISTS[code])


def goes_to(to: "Receiver") -> str:
    """Say to whom a client is handed on."""
    said = _("→ goes to {name} ({specialty})").format(name=to.name, specialty=specialist(to.specialty))
    if to.instead_of is None:
        return said
    return said + ", " + _("for {name}, who is absent").format(name=to.instead_of)


def handed(one: "Handed") -> str:
    """Say from whom a client was got, or who gave it back, and what they said."""
    said = (_("{name} gave it back") if one.declined else _("from {name}")).format(name=one.by)
    note = said + (": " + " ".join(one.note.split()) if one.note else "")
    return note + (" (" + _("not confirmed yet") + ")" if one.open else "")


def handed_on(row: "TimelineRow") -> str:
    """Say in a line of a history to whom a client was handed on, and whether they confirmed it."""
    to = _("handed on to {name}").format(name=row.for_operator or "")
    return to if row.seen_at is None else to + ", " + _("confirmed")


def to_confirm(count: int) -> str:
    """Count the clients that wait to be confirmed."""
    return "⇥ " + ngettext("{count} to confirm", "{count} to confirm", count).format(count=count)


def from_lead(count: int) -> str:
    """Count the notes that the lead has left and one has not seen."""
    return "✉ " + ngettext("{count} from the lead", "{count} from the lead", count).format(count=count)


def new_products(listed: "Sequence[UnknownProduct]", count: int) -> str:
    """Say in one line which products of a file no deal had before, and what may be meant by them."""
    names = [_new_product(each) for each in listed]
    more = [_("… {count} in all").format(count=count)] if count > len(listed) else []
    said = ngettext("New product: {names}", "New products: {names}", count)
    return said.format(names=", ".join([*names, *more]))


def _new_product(unknown: "UnknownProduct") -> str:
    rows = ngettext("{count} row", "{count} rows", unknown.rows).format(count=unknown.rows)
    if unknown.near is not None:
        rows += "; " + _("did you mean {product}?").format(product=unknown.near)
    return f"{unknown.product} ({rows})"


_MOVES: Final = {
    "contacts": N_("contacts"),
    "phones": N_("numbers"),
    "deals": N_("deals"),
    "calls": N_("calls"),
    "messages": N_("messages"),
    "notes": N_("notes"),
    "next_actions": N_("next actions"),
    "stage_changes": N_("changes of stage"),
    "reviews": N_("verdicts"),
    "call_reviews": N_("reviews of calls"),
    "read_marks": N_("read marks"),
    "stand_up_cards": N_("cards of stand-ups"),
    "imports": N_("lines of imports"),
}


def merge_moves(moved: Mapping[str, int]) -> str:
    """Say what goes over to the card that stays, and how many of each; nothing for nothing."""
    named = ((_(_MOVES[code]), count) for code, count in moved.items() if code in _MOVES)
    return ", ".join(f"{what} {count}" for what, count in named)


def titled(entries: Mapping[str, Titled], code: str | None) -> str:
    """Give an entry's title in the language in use; the code where there is no entry; nothing for None."""
    if code is None:
        return ""
    entry = entries.get(code)
    return title(entry.title) if entry is not None else code


def client_of(name: str) -> str:
    """Say whose client a number is, to somebody who sees nothing else of it."""
    return _("This number is a client of {name}.").format(name=name)


def mail_of(name: str) -> str:
    """Say the same of an e-mail."""
    return _("This e-mail is a client of {name}.").format(name=name)


def action(code: str) -> str:
    """Name what was done; the code itself where there are no words for it."""
    known, _blank, more = code.partition(" ")  # "import 7": which one says nothing to a person here
    if known == "refused":
        return _("refused: {what}").format(what=_(_REFUSED.get(more, more)))
    if known == "export":
        rows = int(more.partition(" ")[0])
        return ngettext("{count} row exported", "{count} rows exported", rows).format(count=rows)
    if known == "listed":
        rows = int(more)
        return ngettext("{count} row listed", "{count} rows listed", rows).format(count=rows)
    if known == "password":
        return _("password of {login} set").format(login=more)
    return _(_ACTIONS[known]) if known in _ACTIONS else code


def shown_id(external_id: str | None) -> str:
    """Write a client's id in its source; one that an import made of the name says nothing to a person."""
    return "" if external_id is None or external_id.startswith("~") else external_id
