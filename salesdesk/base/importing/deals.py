"""Deals of a file: added or brought in step, each with its history, and their clients with them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, union
from sqlmodel import SQLModel

from salesdesk.base.deal_course import deal_ends
from salesdesk.base.importing.deal_clients import DealClients, NewClient
from salesdesk.base.importing.deal_people import DealPeople
from salesdesk.base.importing.deal_reader import DealReader, IncomingDeal
from salesdesk.base.importing.differences import Differences
from salesdesk.base.importing.following import DealState, Followed, follow
from salesdesk.base.importing.intake import Asked, Intake
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.owners import Owners
from salesdesk.base.importing.products import Products
from salesdesk.base.placement import Standing, has_number, place, read_client, standing
from salesdesk.base.reading.table import Row as Cells
from salesdesk.base.search_document import document
from salesdesk.base.values import FIRST
from salesdesk.codes import ClientClass, ImportAction, RowFate, StepKind
from salesdesk.i18n import _
from salesdesk.models import AuditEvent, Call, Client, Deal, ImportRow, NextAction, Note, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.bulk import BulkLoad
from salesdesk.storage.ids import reserve_ids
from salesdesk.storage.journal import Change, Journal, table_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

_CLIENT, _DEAL, _ACTION, _NOTE = table_of(Client), table_of(Deal), table_of(NextAction), table_of(Note)
_CALL, _EVENT = table_of(Call), table_of(AuditEvent)
_COLUMNS: dict[type[SQLModel], tuple[str, ...]] = {
    Client: (
        "id", "name", "name_key", "external_id", "source", "client_class", "stage", "stage_since", "interest",
        "expected_minor", "owner_id", "do_not_call", "won_at", "attempts", "band", "sort_key", "zone", "pool",
        "unowed", "created_at", "updated_at",
    ),
    Deal: (
        "id", "client_id", "owner_id", "title", "product", "amount_minor", "currency", "stage", "stage_since",
        "opened_at", "closed_at", "reject_reason", "external_id", "source",
    ),
    StageChange: ("id", "client_id", "deal_id", "operator_id", "at", "from_stage", "to_stage", "reason"),
    NextAction: (
        "id", "client_id", "deal_id", "operator_id", "kind", "goal", "due_at", "promise", "first_due_at",
        "moves", "attempt", "hold", "opened_at", "band", "sort_key", "zone",
    ),
    Note: ("id", "client_id", "operator_id", "at", "text"),
}  # fmt: skip
_KNOWN_DEALS = select(_DEAL).where(
    _DEAL.c.source == bindparam("source"), among(_DEAL.c.external_id, "external_ids")
)
_CLIENTS = select(_CLIENT).where(among(_CLIENT.c.id, "clients"))
_DEALS = select(_DEAL).where(among(_DEAL.c.client_id, "clients"))
_ACTIONS = select(_ACTION).where(among(_ACTION.c.client_id, "clients"), _ACTION.c.closed_at.is_(None))
_WORKED = union(
    select(_CALL.c.client_id).where(among(_CALL.c.client_id, "clients")),
    select(_EVENT.c.client_id).where(
        among(_EVENT.c.client_id, "clients"),
        _EVENT.c.action == "save_deal",
        _EVENT.c.undone_at.is_(None),
    ),
)


@dataclass
class _Client:
    """A client of a chunk: known, or made for its deals. `journal` keeps what an undo needs."""

    id: int
    journal: Journal
    new: NewClient | None = None
    known: "Row[Any] | None" = None
    action: "Row[Any] | None" = None
    worked: bool = False
    deals: dict[int, DealState] = field(default_factory=dict)
    first_row: int = 0
    """Of the rows that change something; 0 where none does."""
    told: dict[int, tuple[RowFate, IncomingDeal, list[Change]]] = field(default_factory=dict)
    """What becomes of each row, in a rehearsal that tells it."""


class DealIntake(Intake):
    """Takes deals in."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._differences = Differences(asked.session, asked.context, asked.preview.kind)
        self._source = asked.preview.source
        self._reader = self.reader = DealReader(
            asked.context, asked.preview.mapping, asked.words, asked.preview.dates, asked.preview.source,
            region=asked.region, area_code=asked.options.area_code or "",
        )  # fmt: skip
        self._client_column = next(
            at
            for name in ("client", "client.external_id", "contact.name", "contact.last_name")
            if (at := asked.preview.mapping.column(name)) is not None
        )
        self._people = DealPeople(asked.session, asked.context)
        self._owners = Owners(asked.session, asked.context)
        self._clients = DealClients(asked.session, asked.preview.source)
        self._products = (
            Products(asked.session) if asked.preview.mapping.column("product") is not None else None
        )
        self._load = BulkLoad(asked.session, _COLUMNS)
        self._rows: dict[type[SQLModel], list[tuple[Any, ...]]] = {}
        self._ids: dict[type[SQLModel], list[int]] = {}
        self._pending: dict[str, IncomingDeal] = {}

    def take(self, number: int, row: Cells) -> None:
        """Read a row; of several rows of one deal in a chunk the last one rules."""
        incoming = self._reader.read(number, row)
        earlier = self._pending.get(incoming.external_id)
        if earlier is not None:
            # Of a deal with two rows the last one tells of the deal, each of whom it is with.
            incoming.with_people_of(earlier)
            incoming.further = [*earlier.further, earlier.row]
        self._pending[incoming.external_id] = incoming
        product = incoming.facts.get("product")
        if self._products is not None and product:
            self._products.take(product)

    def finish(self) -> None:
        """Write down whom the file made operators, and which products are new."""
        self._owners.keep(self._batch)
        self.operators_made = self._owners.made
        if self._products is not None:
            self.unknown_products, self.unknown_product_count = self._products.listed(), self._products.count

    def write(self) -> None:
        """Write the deals that were read, then bring their clients in step with them."""
        chunk, self._pending = [*self._pending.values()], {}
        if not chunk:
            return
        known = self._known_deals(chunk)
        self._clients.look_up(chunk)
        pairs = [(deal, known.get(deal.external_id)) for deal in chunk]
        ids = [self._client_of(deal, before) for deal, before in pairs]
        clients = self._read_clients(set(ids))
        self._reserve(len(chunk), len(clients))
        for (deal, before), client_id in zip(pairs, ids, strict=True):
            self._write_deal(deal, before, clients[client_id])
        documents = []
        for client in clients.values():
            if client.new is not None:
                self._make(client, client.new)
                self.clients_made += 1
                documents.append((client.id, document(client.new.name)))
            elif client.first_row:
                written = len(client.journal.changes)
                self._bring_in_step(client)
                if client.told:
                    client.told[client.first_row][2].extend(client.journal.changes[written:])
        self._load.put(self._rows, documents)
        self._bring_people(pairs, ids, clients)
        for client in clients.values():
            self._tell(client)
        marks = [self._mark(client) for client in clients.values() if client.first_row]
        if marks:
            self._session.connection().execute(insert(table_of(ImportRow)), marks)

    def _bring_people(
        self, pairs: "list[tuple[IncomingDeal, Row[Any] | None]]", ids: list[int], clients: dict[int, _Client]
    ) -> None:
        """Add whom the deals are with to their clients, once these are there."""
        deals: dict[int, list[IncomingDeal]] = {}
        for (deal, _before), client_id in zip(pairs, ids, strict=True):
            if deal.says_of_client:
                deals.setdefault(client_id, []).append(deal)
        journals = {each: clients[each].journal for each in deals}
        written = {each: len(journal.changes) for each, journal in journals.items()}
        for client_id, row in self._people.bring(deals, journals):
            client = clients[client_id]
            client.first_row = client.first_row or row
            if row in client.told:
                client.told[row][2].extend(client.journal.changes[written[client_id] :])

    def _tell(self, client: _Client) -> None:
        if self.told is None:
            return
        client_id = None if client.new is not None else client.id
        for row, (fate, deal, changes) in client.told.items():
            name = deal.facts.get("title") or deal.client_name or deal.client_ref
            # Of a deal that is new, what it does to its client is all that changes.
            theirs = [change for change in changes if fate is not RowFate.ADD or change[0] == _CLIENT.name]
            self.told.append(Outcome(row, fate, name, client_id, self._differences.told(theirs)))
            why = _("row {row} says more of this deal").format(row=row)
            self.told += [Outcome(each, RowFate.UNCHANGED, name, client_id, why=why) for each in deal.further]

    # -- what is known ---------------------------------------------------------------------------------

    def _known_deals(self, chunk: list[IncomingDeal]) -> "dict[str, Row[Any]]":
        wanted = {"source": self._source, "external_ids": [deal.external_id for deal in chunk]}
        return {row.external_id: row for row in self._session.execute(_KNOWN_DEALS, wanted)}

    def _client_of(self, deal: IncomingDeal, before: "Row[Any] | None") -> int:
        """Give the client of a deal; a deal that is known stays where it is."""
        if before is not None:
            return int(before.client_id)
        client_id, doubt = self._clients.of(deal)
        if doubt is not None:
            self._reader.problem(deal.row, self._client_column, deal.client_name or deal.client_ref, doubt)
        return client_id

    def _read_clients(self, ids: set[int]) -> dict[int, _Client]:
        made = self._clients.made
        clients = {each: _Client(each, Journal(self._session), made.get(each)) for each in sorted(ids)}
        wanted = {"clients": [each for each in clients if each not in made]}
        for row in self._session.execute(_CLIENTS, wanted):
            clients[row.id].known = row
        for row in self._session.execute(_ACTIONS, wanted):
            clients[row.client_id].action = row
        for client_id in self._session.scalars(_WORKED, wanted):
            clients[client_id].worked = True
        for row in self._session.execute(_DEALS, wanted):
            clients[row.client_id].deals[row.id] = DealState(
                row.id, self._context.catalogues.stage(row.stage), row.stage_since, row.closed_at is None,
                row.amount_minor, row.currency, row.owner_id,
            )  # fmt: skip
        return clients

    # -- deals -----------------------------------------------------------------------------------------

    def _reserve(self, deals: int, clients: int) -> None:
        counts: dict[type[SQLModel], int] = {
            Deal: deals,
            StageChange: 2 * deals,
            NextAction: clients,
            Note: deals,
        }
        self._ids = {model: reserve_ids(self._session, model, most)[::-1] for model, most in counts.items()}
        self._rows = {model: [] for model in _COLUMNS}

    def _put(self, journal: Journal, model: type[SQLModel], **values: Any) -> int:  # noqa: ANN401  # any column's value
        """Keep a row to be written with the chunk, as an undo needs it; give its id."""
        row_id = self._ids[model].pop()
        stored = {"id": row_id} | {
            name: int(value.timestamp()) if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        self._rows[model].append(tuple(stored.get(name) for name in _COLUMNS[model]))
        change: Change = (table_of(model).name, row_id, None, stored)
        journal.changes.append(change)
        return row_id

    def _write_deal(self, deal: IncomingDeal, before: "Row[Any] | None", client: _Client) -> None:
        known = len(client.journal.changes)
        if before is None:
            self._add(deal, client)
            self.added += 1
            changed = True
        else:
            self._doubt_client(deal, client)
            changed = self._change(deal, before, client)
            self.updated += changed
            self.unchanged += not changed
        self.unchanged += deal.more_rows
        if changed and not client.first_row:
            client.first_row = deal.row
        if self.told is not None:
            fate = RowFate.ADD if before is None else RowFate.UPDATE if changed else RowFate.UNCHANGED
            client.told[deal.row] = (fate, deal, client.journal.changes[known:])

    def _doubt_client(self, deal: IncomingDeal, client: _Client) -> None:
        if client.known is not None and not self._clients.means(deal, client.known):
            self._reader.problem(
                deal.row, self._client_column, deal.client_name or deal.client_ref,
                _("the deal is in the base already and stays with {client}").format(client=client.known.name),
            )  # fmt: skip

    def _add(self, deal: IncomingDeal, client: _Client) -> None:
        now, stage = self._context.now, deal.stage
        owner_id = self._owners.id_of(deal.owner) if deal.owner else self._usual_owner(client)
        began, since = deal.began(now), deal.came_to_stage(now)
        over = deal_ends(self._context, stage)
        facts: dict[str, Any] = {
            "title": "",
            "amount_minor": 0,
            "currency": self._context.catalogues.team.currency,
        }
        facts |= deal.facts
        deal_id = self._put(
            client.journal, Deal, client_id=client.id, owner_id=owner_id, stage=stage.code, stage_since=since,
            opened_at=began, closed_at=since if over else None, reject_reason=deal.reason,
            external_id=deal.external_id, source=self._source, **facts,
        )  # fmt: skip
        by = {"client_id": client.id, "deal_id": deal_id, "operator_id": owner_id}
        if stage.code != FIRST:
            self._put(
                client.journal, StageChange, **by, at=began, from_stage=None, to_stage=FIRST, reason=None
            )
        self._put(
            client.journal, StageChange, **by, at=since, from_stage=None if stage.code == FIRST else FIRST,
            to_stage=stage.code, reason=deal.reason,
        )  # fmt: skip
        self._note(deal, client)
        client.deals[deal_id] = DealState(
            deal_id, stage, since, not over, facts["amount_minor"], facts["currency"], owner_id
        )

    def _usual_owner(self, client: _Client) -> int:
        return (client.known.owner_id if client.known is not None else None) or self._context.me.id

    def _change(self, deal: IncomingDeal, before: "Row[Any]", client: _Client) -> bool:
        """Bring a known deal in step: the file says what it is; work at this desk, where it stands."""
        said = dict(deal.facts)
        state = client.deals[before.id]
        if deal.opened_at is not None and deal.opened_at <= before.stage_since:
            said["opened_at"] = deal.opened_at
        if not client.worked:
            if deal.owner:
                said["owner_id"] = state.owner_id = self._owners.id_of(deal.owner)
            if deal.stage.code != before.stage:
                said |= self._move(deal, before, client, state)
            elif deal.reason is not None:
                said["reject_reason"] = deal.reason
        state.amount_minor = said.get("amount_minor", state.amount_minor)
        state.currency = said.get("currency", state.currency)
        return client.journal.change(Deal, before, **said)

    def _move(
        self, deal: IncomingDeal, before: "Row[Any]", client: _Client, state: DealState
    ) -> dict[str, Any]:
        """Move a known deal to the file's stage, and keep when; give its columns."""
        at = max(deal.ended_at or self._context.now, before.stage_since)
        over = deal_ends(self._context, deal.stage)
        self._put(
            client.journal, StageChange, client_id=client.id, deal_id=before.id,
            operator_id=state.owner_id or self._context.me.id, at=at, from_stage=before.stage,
            to_stage=deal.stage.code, reason=deal.reason,
        )  # fmt: skip
        self._note(deal, client)
        state.stage, state.since, state.open = deal.stage, at, not over
        return {
            "stage": deal.stage.code, "stage_since": at, "closed_at": at if over else None,
            "reject_reason": deal.reason,
        }  # fmt: skip

    def _note(self, deal: IncomingDeal, client: _Client) -> None:
        for text in deal.notes:
            by = self._context.me.id
            self._put(
                client.journal, Note, client_id=client.id, operator_id=by, at=self._context.now, text=text
            )

    # -- their clients ---------------------------------------------------------------------------------

    def _make(self, client: _Client, new: NewClient) -> None:
        """Keep a client that is new, standing where its deals put it, and owed what that demands."""
        now = int(self._context.now.timestamp())
        found = follow(self._context, client.deals.values(), None, None, None, worked=False)
        in_work = found.stage is not None and found.stage.in_work
        owner_id = self._who_works(found) if in_work else None
        where = Standing(
            found.stage, won=found.won_at is not None, interest=0, expected_minor=found.expected_minor or 0,
            last_call_at=None, do_not_call=False, has_number=False, has_next_action=in_work,
        )  # fmt: skip
        zone = self._context.catalogues.team.zone.key
        self._rows[Client].append((
            new.id, new.name, new.name_key, new.external_id, new.source, ClientClass.C.value,
            found.stage.code if found.stage else None, _seconds(found.since), 0, where.expected_minor,
            owner_id, False, _seconds(found.won_at), 0, where.band.value, where.sort_key, zone, where.pool,
            where.unowed, now, now,
        ))  # fmt: skip
        if in_work:
            self._owe(client, found, where, zone, owner_id)

    def _bring_in_step(self, client: _Client) -> None:
        """Let a known client stand where its deals put it; who comes into work is owed a next action."""
        row, journal, now = client.known, client.journal, self._context.now
        if row is None:
            return
        found = follow(
            self._context, client.deals.values(), self._context.stage(row.stage), row.stage_since, row.won_at,
            worked=client.worked,
        )  # fmt: skip
        in_work = found.stage is not None and found.stage.in_work
        owed = in_work and not row.do_not_call
        said: dict[str, Any] = {
            "stage": found.stage.code if found.stage else None, "stage_since": found.since,
            "won_at": found.won_at, "updated_at": now,
        }  # fmt: skip
        if found.expected_minor is not None:
            said["expected_minor"] = found.expected_minor
        if owed and row.owner_id is None:
            said["owner_id"] = self._who_works(found)
        journal.change(Client, row, **said)
        if client.action is not None and found.stage is not None and not owed:
            closed_at = self._context.not_before(client.action.opened_at)
            journal.change(NextAction, client.action, closed_at=closed_at)
        place(journal, self._context, client.id)
        if owed and client.action is None:
            self._owe_known(client, found)

    def _owe_known(self, client: _Client, found: Followed) -> None:
        row = read_client(self._session, client.id)
        if row is None:
            return
        number = has_number(self._session, client.id)
        where = standing(self._context, row, number=number, next_action=True)
        client.journal.change(Client, row, **where.keys)
        self._owe(client, found, where, row.zone, row.owner_id)

    def _who_works(self, found: Followed) -> int:
        """Give who works with a client: the leading deal's owner, who imports where they do not work here."""
        owner_id = found.leading.owner_id if found.leading is not None else None
        return owner_id if owner_id in self._owners.active else self._context.me.id

    def _owe(
        self, client: _Client, found: Followed, where: Standing, zone: str, owner_id: int | None
    ) -> None:
        """Owe a client the usual call of its stage, from now on."""
        now = self._context.now
        hold = where.hold(StepKind.CALL, 0, None)
        self._put(
            client.journal, NextAction, client_id=client.id,
            deal_id=found.leading.id if found.leading is not None else None,
            operator_id=owner_id or self._context.me.id, kind=StepKind.CALL.value,
            goal=found.stage.goal if found.stage else "", due_at=now, promise=False, first_due_at=now,
            moves=0, attempt=1, hold=hold.value if hold else None, opened_at=now, band=where.band.value,
            sort_key=where.sort_key, zone=zone,
        )  # fmt: skip

    def _mark(self, client: _Client) -> dict[str, Any]:
        """Say in the batch what became of a client: a new one goes whole, a known one is played back."""
        new = client.new is not None
        return {
            "batch_id": self._batch, "row": client.first_row, "client_id": client.id,
            "action": ImportAction.ADDED if new else ImportAction.UPDATED,
            "before": None if new else client.journal.changes,
        }  # fmt: skip


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
