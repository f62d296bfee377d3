"""New clients of an import, written in bulk with all that hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, SQLModel, col

from salesdesk.base.deal_course import deal_ends
from salesdesk.base.forbidden import Forbidden, forbidden_among, number_key
from salesdesk.base.importing.incoming import Incoming, Person, phone_key, state_of
from salesdesk.base.phones import ParsedPhone
from salesdesk.base.placement import Standing
from salesdesk.base.search_document import document
from salesdesk.base.zones import client_zone
from salesdesk.codes import ClientClass, ImportAction, PhoneState, StepKind
from salesdesk.context import Context
from salesdesk.models import (
    Campaign,
    Client,
    Contact,
    Deal,
    ImportRow,
    NextAction,
    Note,
    Phone,
    StageChange,
)
from salesdesk.models.catalogue import StageEntry
from salesdesk.storage.bulk import BulkLoad
from salesdesk.storage.ids import reserve_ids
from salesdesk.storage.journal import table_of

_FACTS = ("tax_id", "industry", "region", "city", "address", "postal_code", "website", "email")
COLUMNS: dict[type[SQLModel], tuple[str, ...]] = {
    Client: (
        "id", "name", "name_key", "external_id", "source", "campaign", *_FACTS, "client_class", "stage",
        "stage_since",
        "interest", "expected_minor", "owner_id", "do_not_call", "won_at", "last_call_at", "attempts", "band",
        "sort_key", "zone", "pool", "unowed", "created_at", "updated_at",
    ),
    Contact: ("id", "client_id", "name", "position", "email"),
    Phone: ("client_id", "contact_id", "raw", "e164", "extension", "digits", "last4", "state", "position"),
    Deal: (
        "id", "client_id", "owner_id", "title", "amount_minor", "currency", "stage", "stage_since",
        "opened_at",
        "closed_at", "source",
    ),
    StageChange: ("client_id", "deal_id", "operator_id", "at", "to_stage"),
    NextAction: (
        "client_id", "deal_id", "operator_id", "kind", "goal", "due_at", "promise", "first_due_at", "moves",
        "attempt",
        "hold", "opened_at", "band", "sort_key", "zone",
    ),
    Note: ("client_id", "operator_id", "at", "text"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """What the file's stage makes of a client: who owns it, what it is owed."""

    entry: StageEntry | None
    owner_id: int | None
    in_work: bool
    owed: bool


def course_of(context: Context, incoming: Incoming, *, do_not_call: bool) -> Course:
    """Decide it: who is in work has an owner and is owed a next action; a cold client waits for anybody."""
    entry = context.stage(incoming.stage)
    in_work = entry is not None and entry.in_work
    owed = not do_not_call and (in_work or (entry is None and incoming.due_at is not None))
    owner_id = incoming.owner_id or (context.me.id if in_work or owed else None)
    return Course(entry, owner_id, in_work, owed)


class Adder:
    """Writes new clients, a chunk at a time."""

    def __init__(self, session: Session, context: Context, batch_id: int) -> None:
        self._session = session
        self._context = context
        self._batch_id = batch_id
        self._forbidden = Forbidden()
        self._numbers: dict[int, int] = {}
        self._load = BulkLoad(session, COLUMNS)
        self._campaigns = set(session.scalars(select(col(Campaign.code))))
        self._now = int(context.now.timestamp())
        self._rows: dict[type[SQLModel], list[tuple[Any, ...]]] = {}
        self._ids: dict[type[SQLModel], list[int]] = {}
        self.newly_never: set[str] = set()

    def learn(self, chunk: Sequence[Incoming]) -> None:
        """Read which numbers of a chunk may not be called, before it is added or compared."""
        numbers = [number_key(phone.e164, phone.digits) for each in chunk for phone, _person in each.phones]
        self._forbidden = forbidden_among(self._session, numbers)

    def expect(self, chunk: Sequence[Incoming]) -> None:
        """Give those who may be added their ids, in the order of the file."""
        self._numbers = dict(
            zip((each.row for each in chunk), reserve_ids(self._session, Client, len(chunk)), strict=True)
        )

    def add(self, chunk: Sequence[Incoming]) -> list[int]:
        """Write clients that were expected, and that the base does not know yet; give their ids."""
        self._rows = {model: [] for model in COLUMNS}
        people = sum(len(each.people) for each in chunk)
        deals = sum(each.stage is not None for each in chunk)
        self._ids = {
            model: reserve_ids(self._session, model, count)[::-1]
            for model, count in ((Contact, people), (Deal, deals))
        }
        documents = []
        marks = []
        for incoming in chunk:
            client_id = self._numbers[incoming.row]
            self._add(client_id, incoming)
            documents.append((client_id, _document(incoming)))
            marks.append(
                {
                    "batch_id": self._batch_id,
                    "row": incoming.row,
                    "client_id": client_id,
                    "action": ImportAction.ADDED,
                }
            )
        self._load.put(self._rows, documents)
        self._session.connection().execute(insert(table_of(ImportRow)), marks)
        return [client_id for client_id, _words in documents]

    def campaign(self, name: str | None) -> str | None:
        """Give a campaign's code, making the campaign where the file is the first to name it."""
        if name is not None and name not in self._campaigns:
            self._session.execute(insert(table_of(Campaign)).values(code=name, title=name))
            self._campaigns.add(name)
        return name

    def is_never(self, incoming: Incoming) -> bool:
        """Tell whether a client must not be called: the file says so, or a number of it asked for that."""
        numbers = [phone.e164 for phone, _person in incoming.phones if phone.e164]
        never = self._forbidden.asked
        if not incoming.do_not_call and not any(
            number in never or number in self.newly_never for number in numbers
        ):
            return False
        self.newly_never |= set(numbers) - never
        return True

    def state_of(self, phone: ParsedPhone, *, never: bool) -> PhoneState:
        """Tell whether a number of a client may be dialled. `never`: the client may not be called at all."""
        if never or number_key(phone.e164, phone.digits) in self._forbidden:
            return PhoneState.DO_NOT_CALL
        return state_of(phone)

    def _add(self, client_id: int, incoming: Incoming) -> None:
        columns = incoming.columns
        do_not_call = self.is_never(incoming)
        course = course_of(self._context, incoming, do_not_call=do_not_call)
        entry, now = course.entry, self._now
        people = self._add_people(client_id, incoming)
        has_number = self._add_phones(client_id, incoming, people, do_not_call=do_not_call)
        won_at = self._context.now if entry is not None and entry.won else None
        where = Standing(
            entry, won_at is not None, columns.get("interest", 0), columns.get("expected_minor", 0),
            incoming.last_call_at, do_not_call, has_number, course.owed,
        )  # fmt: skip
        zone = client_zone(
            [phone.e164 for phone, _person in incoming.phones if phone.e164],
            columns.get("region"), columns.get("city"), self._context.catalogues.team.zone.key,
        )  # fmt: skip
        self._rows[Client].append((
            client_id, columns["name"], columns["name_key"], incoming.external_id, incoming.source,
            self.campaign(incoming.campaign), *(columns.get(name) for name in _FACTS),
            columns.get("client_class", ClientClass.C).value, None if entry is None else entry.code,
            None if entry is None else now, where.interest, where.expected_minor, course.owner_id,
            do_not_call,
            None if won_at is None else now, _seconds(incoming.last_call_at),
            0, where.band.value, where.sort_key, zone,
            where.pool, where.unowed, now, now,
        ))  # fmt: skip
        deal_id = self._add_deal(client_id, course, where) if entry is not None else None
        if course.owed:
            goal = incoming.goal or usual_goal(self._context, course)
            self._owe((client_id, deal_id, course.owner_id, StepKind.CALL.value, goal), incoming, where, zone)
        self._rows[Note] += [(client_id, self._context.me.id, now, text) for text in incoming.notes]

    def _add_people(self, client_id: int, incoming: Incoming) -> dict[Person, int]:
        people = {person: self._ids[Contact].pop() for person in incoming.people}
        self._rows[Contact] += [
            (contact_id, client_id, person.name, person.position, person.email)
            for person, contact_id in people.items()
        ]
        return people

    def _add_phones(
        self, client_id: int, incoming: Incoming, people: dict[Person, int], *, do_not_call: bool
    ) -> bool:
        """Add the numbers; tell whether one of them can be called."""
        callable_now = False
        known = set()
        for phone, person in incoming.phones:
            if phone_key(phone) in known:
                continue
            known.add(phone_key(phone))
            state = self.state_of(phone, never=do_not_call)
            callable_now |= state == PhoneState.GOOD
            self._rows[Phone].append((
                client_id, people[person] if person else None, phone.raw, phone.e164, phone.extension,
                phone.digits,
                phone.last4, state.value, len(known) - 1,
            ))  # fmt: skip
        return callable_now

    def _add_deal(self, client_id: int, course: Course, where: Standing) -> int | None:
        """Open the deal that the stage belongs to, and write down how the client came to it."""
        entry, now = course.entry, self._now
        if entry is None:
            return None
        deal_id = None
        if course.in_work:
            deal_id = self._ids[Deal].pop()
            team = self._context.catalogues.team
            self._rows[Deal].append((
                deal_id, client_id, course.owner_id, "", where.expected_minor, team.currency, entry.code,
                now, now,
                now if deal_ends(self._context, entry) else None, "",
            ))  # fmt: skip
        self._rows[StageChange].append((client_id, deal_id, self._context.me.id, now, entry.code))
        return deal_id

    def _owe(
        self,
        whose: tuple[int, int | None, int | None, str, str],
        incoming: Incoming,
        where: Standing,
        zone: str,
    ) -> None:
        """Owe a client (its id, deal, owner, kind, goal) what the file says, or a call from now on."""
        due = _seconds(incoming.due_at) if incoming.due_at else self._now
        hold = where.hold(StepKind.CALL, 0, None)
        self._rows[NextAction].append((
            *whose, due, incoming.promise, due, 0, 1,
            hold.value if hold else None, self._now, where.band.value, where.sort_key, zone,
        ))  # fmt: skip


def usual_goal(context: Context, course: Course) -> str:
    """Give the goal of the stage; of the first stage for a cold client."""
    entry = course.entry or next(iter(context.catalogues.stages.values()))
    return entry.goal


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _document(incoming: Incoming) -> str:
    columns = incoming.columns
    return document(
        columns["name"],
        [f"{person.name} {person.email or ''}" for person in incoming.people],
        columns.get("city"),
        columns.get("tax_id"),
        columns.get("email"),
        {phone.digits for phone, _person in incoming.phones},
    )
