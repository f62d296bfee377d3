"""People of a file: each goes to the client that their row names, else to a new one of that name."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from salesdesk.base.importing.clients import ClientIntake
from salesdesk.base.importing.contact_clients import AmbiguousError, ContactClients
from salesdesk.base.importing.known import Known, clients_of, known_clients
from salesdesk.base.importing.looking import Preview
from salesdesk.base.importing.order import ImportOptions
from salesdesk.base.importing.reaching import person_key
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words
from salesdesk.context import Context

if TYPE_CHECKING:
    from salesdesk.base.importing.incoming import Incoming

Key = tuple[str, str]
_NAMING = ("name", "parent", "external_id", "contact.name", "contact.last_name", "contact.first_name")


class ContactIntake(ClientIntake):
    """Takes people in by the means that take clients in; the counts are of people, a row each."""

    def __init__(
        self,
        session: Session,
        context: Context,
        preview: Preview,
        options: ImportOptions,
        words: Words,
        batch: int,
    ) -> None:
        super().__init__(session, context, preview, options, words, batch)
        self._clients = ContactClients(session, preview.source)
        self._rows: dict[Key, list[tuple[int, Row]]] = {}
        columns = (preview.mapping.column(field) for field in _NAMING)
        self._column = next((at for at in columns if at is not None), 0)

    def take(self, number: int, row: Row) -> Key:
        """Read a row, and keep it until its client is found: of two that may be meant none is."""
        key = super().take(number, row)
        self._rows.setdefault(key, []).append((number, row))
        return key

    def _known(self, chunk: "list[Incoming]") -> "tuple[list[Incoming], dict[Key, Known]]":
        rows, self._rows = self._rows, {}
        brought = known_clients(self._session, chunk)
        self._clients.look_up([incoming for incoming in chunk if incoming.key not in brought])
        left: list[Incoming] = []
        by_id: dict[int, Incoming] = {}
        for incoming in chunk:
            known = brought.get(incoming.key)
            try:
                client_id = known.client.id if known is not None else self._clients.of(incoming)
            except AmbiguousError as doubt:
                why = RowRejectedError(str(doubt), self._column)
                self.refused += [(number, row, why) for number, row in rows[incoming.key]]
                continue
            if client_id is None:
                left.append(incoming)
            elif client_id in by_id:
                by_id[client_id].take_in(incoming)
            else:
                by_id[client_id] = incoming
                left.append(incoming)
        read = clients_of(self._session, by_id)
        for client_id, incoming in by_id.items():
            _leave_the_client(incoming, read[client_id])
        return left, {incoming.key: read[client_id] for client_id, incoming in by_id.items()}

    def _count(
        self, fresh: "list[Incoming]", pairs: "list[tuple[Incoming, Known]]", changed: set[Key]
    ) -> None:
        self.clients_made += len(fresh)
        for incoming in fresh:
            rows = 1 + incoming.more_rows
            added = min(rows, max(1, len(incoming.people)))
            self.added += added
            self.unchanged += rows - added
        for incoming, known in pairs:
            there = {person_key(each.name) for each in known.people}
            new = sum(person_key(person.name) not in there for person in incoming.people)
            rows = 1 + incoming.more_rows
            added = min(rows, new)
            updated = int(incoming.key in changed and added < rows and not new)
            self.added += added
            self.updated += updated
            self.unchanged += rows - added - updated


def _leave_the_client(incoming: "Incoming", known: Known) -> None:
    """Let a row say of a client that is there only what nobody has said: it is of a person."""
    incoming.columns = {
        name: value
        for name, value in incoming.columns.items()
        if not incoming.alone and getattr(known.client, name) in {None, ""}
    }
    incoming.staged, incoming.stage = False, None
    incoming.owner_id = incoming.campaign = incoming.due_at = incoming.goal = None
