"""What a row of a file says of a client."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from salesdesk.base.phones import ParsedPhone
from salesdesk.codes import PhoneState


@dataclass(frozen=True, slots=True)
class Person:
    """A contact that a row names."""

    name: str
    position: str | None = None
    email: str | None = None


@dataclass(slots=True)
class Incoming:
    """A client as its row, or rows, tell it.

    `columns` holds the columns of the client that the file says something of. `stage` is meant where
    `staged` is set: None is the cold base. `phones` go with the person they belong to, if any. `id_given`
    where the file has the id; `alone` is somebody without a company, `of_parent` somebody at one that the
    file names elsewhere.
    """

    row: int
    source: str
    external_id: str
    columns: dict[str, Any]
    phones: list[tuple[ParsedPhone, Person | None]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stage: str | None = None
    staged: bool = False
    do_not_call: bool = False
    owner_id: int | None = None
    campaign: str | None = None
    last_call_at: datetime | None = None
    due_at: datetime | None = None
    promise: bool = False
    goal: str | None = None
    id_given: bool = False
    alone: bool = False
    of_parent: bool = False
    further: list[int] = field(default_factory=list)
    """Rows that speak of the same client, after the first."""

    @property
    def more_rows(self) -> int:
        """How many rows speak of this client beside the first."""
        return len(self.further)

    @property
    def key(self) -> tuple[str, str]:
        """What tells this client from others: the source, and the id there."""
        return self.source, self.external_id

    def take_in(self, other: "Incoming") -> None:
        """Add what a further row says of the same client; its word is the later one."""
        # What a row of a company's people says of the company gives way to what its own row says.
        self.columns = other.columns | self.columns if other.of_parent else self.columns | other.columns
        self.of_parent &= other.of_parent
        self.id_given |= other.id_given
        self.people, other_people = _together(self.people, other.people)
        known = {phone_key(phone) for phone, _person in self.phones}
        self.phones = [
            (phone, other_people.get(person, person) if person else None) for phone, person in self.phones
        ] + [
            (phone, other_people.get(person, person) if person else None)
            for phone, person in other.phones
            if phone_key(phone) not in known
        ]
        self.notes += [note for note in other.notes if note not in self.notes]
        if other.staged:
            self.stage, self.staged = other.stage, True
        self.do_not_call |= other.do_not_call
        self.owner_id = other.owner_id or self.owner_id
        self.campaign = other.campaign or self.campaign
        self.last_call_at = max(filter(None, (self.last_call_at, other.last_call_at)), default=None)
        if other.due_at:
            self.due_at, self.promise = other.due_at, other.promise
        self.goal = other.goal or self.goal
        self.further += [other.row, *other.further]


def _together(people: list[Person], others: list[Person]) -> tuple[list[Person], dict[Person, Person]]:
    """Join the people of two rows; the later word on a position holds. Beside it, who became whom."""
    joined = {person.name.casefold(): person for person in people}
    became: dict[Person, Person] = {}
    for other in others:
        before = joined.get(other.name.casefold())
        if before is None:
            joined[other.name.casefold()] = other
            continue
        now = Person(before.name, other.position or before.position, other.email or before.email)
        joined[other.name.casefold()] = now
        became |= {before: now, other: now}
        became |= {was: now for was, then in became.items() if then == before}
    return [*joined.values()], became


def phone_key(phone: ParsedPhone) -> str:
    """Tell numbers of one client apart: by what is dialled, or by what was written where nothing can be."""
    return (phone.e164 or phone.digits or phone.raw) + (f"x{phone.extension}" if phone.extension else "")


def state_of(phone: ParsedPhone) -> PhoneState:
    """Tell whether an imported number may be dialled."""
    return PhoneState.GOOD if phone.problem is None or phone.problem.dialable else PhoneState.BAD


def fingerprint(*identifying: str) -> int:
    """Give 64 bits that tell a client by what identifies it."""
    return int.from_bytes(blake2b("\x1f".join(identifying).encode("utf-8"), digest_size=8).digest())
