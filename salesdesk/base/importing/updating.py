"""Known clients of an import: brought in step with the file, with what they were kept for undo.

The file rules over what a company is. The desk rules over the work: once a client was called, its
stage, owner and next action are what the calls made of them. Nothing is ever taken away. A row that only
fills (a likely duplicate, a card that was merged) writes where nothing stands, and adds people and numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from salesdesk.base.deal_course import deal_ends
from salesdesk.base.handed import end_what_is_over
from salesdesk.base.importing.adding import Adder, course_of, usual_goal
from salesdesk.base.importing.incoming import Incoming
from salesdesk.base.importing.known import Known, clients_of
from salesdesk.base.importing.reaching import bring_people
from salesdesk.base.never_call import close_for_ever
from salesdesk.base.owed_history import change_owed
from salesdesk.base.placement import place, read_client
from salesdesk.base.search_document import documents
from salesdesk.base.zones import client_zone
from salesdesk.codes import ImportAction, StepKind
from salesdesk.context import Context
from salesdesk.models import Client, Deal, ImportRow, NextAction, Note, StageChange
from salesdesk.storage import search_index
from salesdesk.storage.journal import Change, Journal, table_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and the client that it speaks of; `fills` where it may write only what is not there yet."""

    incoming: Incoming
    known: Known
    fills: bool = False


class Updater:
    """Compares a chunk's known clients with the file, and writes what differs."""

    def __init__(self, session: Session, context: Context, batch_id: int, adder: Adder) -> None:
        self._session = session
        self._context = context
        self._batch_id = batch_id
        self._adder = adder

    def update(self, pairs: Sequence[Pair]) -> dict[int, list[Change]]:
        """Bring clients in step with the file; give what changed for each row that differed from it."""
        changed: dict[int, list[Change]] = {}
        for together in self._rounds(pairs):
            changed |= self._update(together)
        return changed

    def _rounds(self, pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
        """Take several rows of one client one after another: each sees what the one before it wrote."""
        left = [*pairs]
        first = True
        while left:
            now: dict[int, Pair] = {}
            later = [pair for pair in left if now.setdefault(pair.known.client.id, pair) is not pair]
            if not first:
                fresh = clients_of(self._session, now)
                now = {key: Pair(pair.incoming, fresh[key], pair.fills) for key, pair in now.items()}
            yield [*now.values()]
            left, first = later, False

    def _update(self, pairs: Sequence[Pair]) -> dict[int, list[Change]]:
        marks: list[dict[str, Any]] = []
        for pair in pairs:
            incoming, known = pair.incoming, pair.known
            changes = self._step(pair)
            if changes:
                marks.append({
                    "batch_id": self._batch_id, "row": incoming.row, "client_id": known.client.id,
                    "action": ImportAction.UPDATED, "before": changes,
                })  # fmt: skip
        if marks:
            search_index.replace(
                self._session, documents(self._session, [mark["client_id"] for mark in marks])
            )
            self._session.connection().execute(insert(table_of(ImportRow)), marks)
        return {mark["row"]: mark["before"] for mark in marks}

    def _step(self, pair: Pair) -> list[Change]:
        incoming, known, fills = pair.incoming, pair.known, pair.fills
        journal = Journal(self._session)
        never = known.client.do_not_call
        if not never and self._adder.is_never(incoming):
            never = True
            theirs = close_for_ever(journal, self._context, known.client, known.phones, known.action)
            self._adder.newly_never |= theirs
        state_of = partial(self._adder.state_of, never=never)
        bring_people(journal, known, incoming.people, incoming.phones, state_of=state_of, fills=fills)
        self._facts(journal, incoming, known, fills=fills)
        if not known.called and not never and not fills:
            self._work(journal, incoming, known)
        fresh = [text for text in incoming.notes if text not in known.notes]
        for text in fresh:
            journal.add(
                Note,
                client_id=known.client.id,
                operator_id=self._context.me.id,
                at=self._context.now,
                text=text,
            )
        if journal.changes:
            current = read_client(self._session, known.client.id)
            if current is not None:
                journal.change(Client, current, updated_at=self._context.now)
            end_what_is_over(journal, self._context, [known.client.id])
            place(journal, self._context, known.client.id)
        return journal.changes

    def _facts(self, journal: Journal, incoming: Incoming, known: Known, *, fills: bool) -> None:
        client = known.client
        said = dict(incoming.columns)
        if incoming.campaign:
            said["campaign"] = self._adder.campaign(incoming.campaign)
        if incoming.last_call_at and (
            client.last_call_at is None or incoming.last_call_at > client.last_call_at
        ):
            said["last_call_at"] = incoming.last_call_at.replace(microsecond=0)
        if fills:
            # A class is never nothing: whether somebody said that a client is a C, nobody knows.
            there = journal.known(Client, client)
            said = {name: value for name, value in said.items() if name != "client_class" and not there[name]}
        if said.get("region", client.region) != client.region or said.get("city", client.city) != client.city:
            numbers = [phone.e164 for phone in known.phones if phone.e164]
            said["zone"] = client_zone(
                numbers, said.get("region", client.region), said.get("city", client.city), client.zone
            )
        journal.change(Client, client, **said)
        amount = said.get("expected_minor", client.expected_minor)
        if known.deal is not None and known.deal.amount_minor == client.expected_minor:
            journal.change(Deal, known.deal, amount_minor=amount)

    def _work(self, journal: Journal, incoming: Incoming, known: Known) -> None:
        """Take over what the file says of the work, while nobody at this desk has called."""
        client = known.client
        if incoming.owner_id and incoming.owner_id != client.owner_id:
            journal.change(Client, client, owner_id=incoming.owner_id)
            if known.action is not None:
                change_owed(journal, self._context, known.action, operator_id=incoming.owner_id)
        if incoming.staged and incoming.stage is not None and incoming.stage != client.stage:
            self._move(journal, incoming, known)
        elif incoming.due_at is not None and known.action is not None:
            change_owed(
                journal,
                self._context,
                known.action,
                due_at=incoming.due_at.replace(microsecond=0),
                promise=incoming.promise,
            )

    def _move(self, journal: Journal, incoming: Incoming, known: Known) -> None:
        client, deal, action = known.client, known.deal, known.action
        been = () if deal is None else (deal.opened_at, deal.stage_since)
        now = self._context.not_before(client.stage_since, *been, action.opened_at if action else None)
        course = course_of(self._context, incoming, do_not_call=False)
        entry = course.entry
        if entry is None:
            return
        owner_id = incoming.owner_id or client.owner_id or course.owner_id
        closed_at = now if deal_ends(self._context, entry) else None
        deal_id = known.deal.id if known.deal is not None else None
        if known.deal is not None:
            journal.change(Deal, known.deal, stage=entry.code, stage_since=now, closed_at=closed_at)
        elif course.in_work:
            deal_id = journal.add(
                Deal, client_id=client.id, owner_id=owner_id, title="",
                currency=self._context.catalogues.team.currency,
                amount_minor=incoming.columns.get("expected_minor", client.expected_minor), stage=entry.code,
                stage_since=now, opened_at=now, closed_at=closed_at, source="",
            )  # fmt: skip
        journal.add(
            StageChange, client_id=client.id, deal_id=deal_id, operator_id=self._context.me.id, at=now,
            from_stage=client.stage, to_stage=entry.code, reason=None,
        )  # fmt: skip
        won_at = client.won_at or (now if entry.won else None)
        journal.change(Client, client, stage=entry.code, stage_since=now, won_at=won_at, owner_id=owner_id)
        if known.action is not None and not course.owed:
            journal.change(NextAction, known.action, closed_at=now)
        elif known.action is None and course.owed:
            due = (incoming.due_at or now).replace(microsecond=0)
            journal.add(
                NextAction, client_id=client.id, deal_id=deal_id, operator_id=owner_id, kind=StepKind.CALL,
                goal=incoming.goal or usual_goal(self._context, course), due_at=due, promise=incoming.promise,
                first_due_at=due, moves=0, attempt=1, hold=None, opened_at=now, closed_at=None, call_id=None,
                band=client.band, sort_key=client.sort_key, zone=client.zone,
            )  # fmt: skip
