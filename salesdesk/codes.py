"""The fixed sets of codes. What a team may add to lives in the catalogues instead."""

from enum import StrEnum

MANY_MOVES = 3
"""From so many moves on a next action is worth a look."""

SCORE_MOST = 2
"""An item of the checklist is met, partly met or not: 2, 1, 0."""


class Band(StrEnum):
    """The four parts of the day."""

    NEW = "new"
    ACTIVE = "active"
    OTHER = "other"
    TELEMARKETING = "telemarketing"


class Role(StrEnum):
    """What a person at the desk may do."""

    OPERATOR = "operator"
    LEAD = "lead"
    ADMIN = "admin"


class Specialty(StrEnum):
    """The part of the way from a cold number to a delivered order that a person works on."""

    TELEMARKETING = "telemarketing"
    SALES = "sales"
    ACCOUNTS = "accounts"
    LOGISTICS = "logistics"


class GoalResult(StrEnum):
    """Whether a call reached what it was made for."""

    HIT = "hit"
    PARTIAL = "partial"
    MISSED = "missed"


class StepKind(StrEnum):
    """What the next action is."""

    CALL = "call"
    MEETING = "meeting"
    PROPOSAL = "proposal"
    INVOICE = "invoice"
    MESSAGE = "message"


class Hold(StrEnum):
    """Why an open next action stays out of the lists and waits for a lead."""

    ATTEMPTS_USED_UP = "attempts_used_up"
    NO_NUMBER = "no_number"


class Age(StrEnum):
    """How long ago a tail should have been done, in days of the team."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    DAYS_2_3 = "days_2_3"
    DAYS_4_7 = "days_4_7"
    OLDER = "older"


class Measure(StrEnum):
    """What a plan is made on: the leading figures first, then what they lead to."""

    CALLS = "calls"
    CONTACTS = "contacts"
    HIT = "hit"
    PROPOSALS = "proposals"
    INVOICES = "invoices"
    WON = "won"
    AMOUNT = "amount"
    """In minor units of the base's currency."""


class Verdict(StrEnum):
    """What a lead says of a rejected client."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    """Back into work."""


class CardRule(StrEnum):
    """Why a card was chosen for a stand-up."""

    OLDEST_TAIL = "oldest_tail"
    LARGEST_STUCK = "largest_stuck"
    PROMISE_TODAY = "promise_today"
    REJECTED = "rejected"
    RANDOM = "random"


class PhoneState(StrEnum):
    """What calling a number has shown."""

    GOOD = "good"
    BAD = "bad"
    DO_NOT_CALL = "do_not_call"


class ClientClass(StrEnum):
    """A client's class by expected and actual money."""

    VIP = "VIP"
    A = "A"
    B = "B"
    C = "C"


class ImportKind(StrEnum):
    """What the rows of an imported file are."""

    CLIENTS = "clients"
    CONTACTS = "contacts"
    DEALS = "deals"
    CALLS = "calls"
    DO_NOT_CALL = "do-not-call"
    """Numbers alone, that nobody may call."""


class ImportAction(StrEnum):
    """What an import did with a row's client."""

    ADDED = "added"
    UPDATED = "updated"


class RowFate(StrEnum):
    """What becomes of a row of an import, or of a client that no row speaks of."""

    ADD = "add"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    """Likely a client that is there already; what is done with it, the policy says."""
    REJECT = "reject"
    ABSENT = "absent"


class DuplicatePolicy(StrEnum):
    """What an import does with a row that is likely a client of the base under another id."""

    ADD = "add"
    SKIP = "skip"
    FILL = "fill"
    REPLACE = "replace"


class AbsentPolicy(StrEnum):
    """What an import does with clients of its source that the file no longer names."""

    NOTHING = "nothing"
    MARK = "mark"
    """A note on the card."""
    REJECT = "reject"
    """A note, and out of the lists where nobody has called yet."""


class ImportState(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class CallsMark(StrEnum):
    """What calls per company say of how an operator works."""

    TURNED_AWAY = "turned_away"
    BELOW_USUAL = "below_usual"
    USUAL = "usual"
    CLOSES = "closes"


class Lateness(StrEnum):
    """How late something owed was done."""

    IN_TIME = "in_time"
    DAYS_1 = "days_1"
    DAYS_2_3 = "days_2_3"
    DAYS_4_7 = "days_4_7"
    OLDER = "older"
