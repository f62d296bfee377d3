"""What the desk's use cases give back: frozen, plain, and free of the database's packages.

Times are aware UTC, amounts minor units of the base's currency, codes the catalogues' codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from salesdesk.codes import Band, ClientClass, GoalResult, Hold, PhoneState, Specialty, StepKind


@dataclass(frozen=True, slots=True)
class Handed:
    """From whom a client was got and what they said, until the first call; `open` until it is confirmed.

    `declined` says that it was given back: `by` is who did it then, and `note` why.
    """

    by: str
    to: str
    note: str
    at: datetime
    open: bool
    declined: bool = False
    mine: bool = False
    """Who sits here may confirm it."""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A client handed on to who sits here, or to the absent person `instead_of` whom they stand in."""

    client_id: int
    name: str
    giver: str
    note: str
    at: datetime
    confirm_by: datetime
    late: bool
    stage: str | None
    amount_minor: int
    instead_of: str | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One client in the list of the day, and why it is there.

    `slot` is when the day's plan comes to it (None: not asked for, or beyond what the day holds);
    `days_late` counts days of the team since `due_at`; `closes_at` is when calling hours end there;
    `attempt` of `max_attempts` is the dial to be made now; `instead_of` names the absent person whose promise
    it is.
    """

    rank: int
    client_id: int
    external_id: str | None
    name: str
    band: Band
    stage: str | None
    client_class: ClientClass
    due_at: datetime | None
    promise: bool
    overdue: bool
    days_late: int
    moves: int
    interest: int
    expected_minor: int
    weighted_minor: int
    attempt: int
    max_attempts: int | None
    phone: str | None
    zone: str
    kind: StepKind
    goal: str
    last_call_at: datetime | None
    closes_at: datetime | None
    slot: datetime | None
    instead_of: str | None = None
    handed: Handed | None = None


@dataclass(frozen=True, slots=True)
class QueueCursor:
    """Where a page of the list ended; opaque to the one who asks for the next."""

    part: int = 0
    key: tuple[int, int] | None = None
    rank: int = 0
    promises: int = 0


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the list in its order; `next` is None at its end."""

    rows: tuple[QueueRow, ...]
    next: QueueCursor | None


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The counters over the list: rows callable now by band, and what the day has come to."""

    bands: Mapping[Band, int]
    overdue: int
    promises: int
    waiting: int
    """Due today, but outside the client's own calling hours at this moment."""
    no_next_action: int
    calls_today: int
    contacts_today: int
    goals_hit_today: int
    tails: int
    from_lead: int = 0
    """Notes of the lead's that who sits here has not seen."""
    to_confirm: int = 0
    """Clients handed on to who sits here that wait to be confirmed."""


@dataclass(frozen=True, slots=True)
class DayHeader:
    """What stands over the list: the day's clock, and what is left of it. Local times of the team."""

    now: datetime
    day: date
    working_day: bool
    starts_at: datetime
    half_at: datetime
    ends_at: datetime
    calls_left: int
    holiday: str | None
    band_order: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """A promise whose time is near or past: what a reminder says."""

    client_id: int
    name: str
    goal: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A number, as written and as dialled."""

    id: int
    raw: str
    e164: str | None
    extension: str | None
    state: PhoneState
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person at the client, with their numbers."""

    id: int
    name: str
    position: str | None
    email: str | None
    phones: tuple[PhoneRow, ...]


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal, and how long it has stood where it stands (days)."""

    id: int
    title: str
    product: str | None
    amount_minor: int
    currency: str
    stage: str
    stage_since: datetime
    stage_days: int
    rotting: bool
    opened_at: datetime
    closed_at: datetime | None
    reject_reason: str | None
    external_id: str | None


@dataclass(frozen=True, slots=True)
class NextActionRow:
    """What is owed to the client: its age and its moves tell how the promise was treated."""

    id: int
    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool
    first_due_at: datetime
    moves: int
    attempt: int
    hold: Hold | None
    days_late: int
    operator: str
    operator_id: int


class Happened(StrEnum):
    """The kinds of lines in a client's history."""

    CALL = "call"
    NOTE = "note"
    MESSAGE = "message"
    STAGE = "stage"
    IMPORT = "import"
    HAND_ON = "hand_on"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the client's history, newest first. What a kind does not have is None."""

    kind: Happened
    id: int
    at: datetime
    operator: str | None
    text: str | None = None
    outcome: str | None = None
    goal: str | None = None
    goal_result: GoalResult | None = None
    reason: str | None = None
    attempt: int | None = None
    talk_seconds: int | None = None
    phone: str | None = None
    from_stage: str | None = None
    to_stage: str | None = None
    incoming: bool = False
    for_operator: str | None = None
    """Whom a lead has left a note for, or a client went to; `seen_at` is when they saw or confirmed it."""
    seen_at: datetime | None = None
    score: float | None = None
    """What a lead gave the call, of one."""
    remarks: str | None = None


@dataclass(frozen=True, slots=True)
class LeadNote:
    """A note that a lead has left for who sits here, about a client."""

    id: int
    client_id: int
    client_name: str
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """What is known of the client itself."""

    id: int
    external_id: str | None
    source: str
    name: str
    client_class: ClientClass
    stage: str | None
    stage_since: datetime | None
    band: Band
    interest: int
    expected_minor: int
    owner: str | None
    owner_id: int | None
    campaign: str | None
    tax_id: str | None
    industry: str | None
    region: str | None
    city: str | None
    address: str | None
    postal_code: str | None
    website: str | None
    email: str | None
    zone: str
    do_not_call: bool
    attempts: int
    last_call_at: datetime | None
    won_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """Everything on a client's card. `phones` are those of no particular person.

    `script` is the text for the goal, filled in; `why` the line that says why the client stands
    where it stands; `listed` whether it is in the list now.
    """

    client: ClientRow
    contacts: tuple[ContactRow, ...]
    phones: tuple[PhoneRow, ...]
    deals: tuple[DealRow, ...]
    next_action: NextActionRow | None
    timeline: tuple[TimelineRow, ...]
    timeline_more: bool
    goal: str
    script: str
    policy: str
    listed: bool
    why: str
    blocks: tuple[str, ...]
    claimed_by: str | None
    draft: Mapping[str, object] | None
    from_lead: tuple[LeadNote, ...] = ()
    """What a lead has left here for who sits here, and was not seen yet; the oldest first."""
    handed: Handed | None = None

    def numbers(self) -> tuple[PhoneRow, ...]:
        """Give every number of the card, the company's first."""
        return (*self.phones, *(phone for contact in self.contacts for phone in contact.phones))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people have changed at once: the column, who was first, and when."""

    field: str
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a client is in the list, or each reason why it is not."""

    client_id: int
    listed: bool
    reason: str
    blocks: tuple[str, ...]
    block_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A time to come, UTC; a promise where it was agreed with the client."""

    at: datetime
    promise: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next action to be: what a wrap-up asks for and a rule proposes. `due_at` is aware UTC."""

    kind: StepKind
    goal: str
    due_at: datetime
    promise: bool


@dataclass(frozen=True, slots=True)
class WrapUp:
    """What an operator says of a call. What is None is filled in by the outcome's rule where it has one.

    `at` is when it was said; now, where that is not said. Under one `token` a call is logged once.
    """

    client_id: int
    outcome: str
    goal: str | None = None
    result: GoalResult | None = None
    reason: str | None = None
    next_step: NextStep | None = None
    note: str = ""
    talk_seconds: int = 0
    phone_id: int | None = None
    hand_to: str | None = None
    """Who gets the client: a login, a specialty, or "keep"; None leaves it to the rule of its stage."""
    hand_note: str | None = None
    """What they are told; None: the note of the call."""
    at: datetime | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets a client that is handed on; `instead_of` names the absent person for whom they stand in."""

    id: int
    login: str
    name: str
    specialty: Specialty
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A client that was handed on, to whom, and by when they are to confirm it."""

    id: int
    client_id: int
    client_name: str
    to: Receiver
    confirm_by: datetime


@dataclass(frozen=True, slots=True)
class Logged:
    """What logging a call came to; `again` where it was found logged already under its token."""

    call_id: int
    client_id: int
    next_action_id: int | None
    stage: str | None
    event_id: int
    handed_on: HandedOn | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class KeptHere:
    """A wrap-up that could not be sent: it is kept on the workstation until it can."""

    client_id: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo took back: the use case's code, and the client it was about."""

    event_id: int
    action: str
    client_id: int | None
    client_name: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A client found, and what of it matched (`name`, `contact`, `phone`, `tax_id`, `email`, `city`)."""

    client_id: int
    external_id: str | None
    name: str
    phone: str | None
    city: str | None
    stage: str | None
    contact: str | None
    matched: str
    matched_text: str | None = None
    claimed_by: str | None = None
    """Who else is on this client now."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The clients found, best first; `total` counts no further than `total_is_exact` says.

    `understood` is what they are shown for, where nobody has what was typed; `marks` are the folded words
    and the digits that were found.
    """

    rows: tuple[SearchRow, ...]
    total: int
    total_is_exact: bool = True
    understood: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of who did what."""

    id: int
    at: datetime
    operator: str | None
    action: str
    client_id: int | None
    undone: bool
    client_name: str | None = None
    fields: tuple[str, ...] = ()
