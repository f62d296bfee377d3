"""People of a file: each goes to the client that their row names, else to a new one of that name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesdesk.base.importing.clients import ClientIntake
from salesdesk.base.importing.contact_clients import AmbiguousError, ContactClients
from salesdesk.base.importing.intake import Asked
from salesdesk.base.importing.known import Known, clients_of, known_clients
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.reaching import person_key
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.importing.updating import Pair
from salesdesk.base.reading.table import Row
from salesdesk.codes import RowFate

if TYPE_CHECKING:
    from salesdesk.base.duplicates.likely import Likely
    from salesdesk.base.importing.incoming import Incoming
    from salesdesk.storage.journal import Change

Key = tuple[str, str]
_NAMING = ("name", "parent", "external_id", "contact.name", "contact.last_name", "contact.first_name")


class ContactIntake(ClientIntake):
    """Takes people in by the means that take clients in; the counts are of people, a row each."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._clients = ContactClients(asked.session, asked.preview.source)
        self._rows: dict[Key, list[tuple[int, Row]]] = {}
        columns = (asked.preview.mapping.column(field) for field in _NAMING)
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

    # -- the counts are of people ----------------------------------------------------------------------

    def _count_added(self, fresh: "Sequence[Incoming]") -> None:
        self.clients_made += len(fresh)
        for incoming in fresh:
            self._share(incoming, None, changed=True)

    def _count_skipped(self, doubles: "Sequence[Incoming]") -> None:
        self.skipped += sum(1 + incoming.more_rows for incoming in doubles)

    def _count(self, pairs: Sequence[Pair], changed: "dict[int, list[Change]]") -> None:
        for pair in pairs:
            self._share(pair.incoming, pair.known, changed=pair.incoming.row in changed)
        self._name_all(pair.known.client.id for pair in pairs)

    def _count_further(self, chunk: "Sequence[Incoming]") -> None:
        """Say nothing: each row was counted as the person that it is."""

    def _share(self, incoming: "Incoming", known: Known | None, *, changed: bool) -> None:
        """Count the rows of one client."""
        for fate in _fates(incoming, known, changed=changed):
            self.added += fate is RowFate.ADD
            self.updated += fate is RowFate.UPDATE
            self.unchanged += fate is RowFate.UNCHANGED

    def _tell(
        self,
        incoming: "Incoming",
        fate: RowFate,
        known: Known | None = None,
        changes: "Sequence[Change]" = (),
        likely: "Sequence[Likely]" = (),
    ) -> None:
        if fate is RowFate.DUPLICATE or self.told is None:
            super()._tell(incoming, fate, known, changes, likely)
            return
        name = incoming.columns["name"] if known is None else known.client.name
        client_id = None if known is None else known.client.id
        told = self._differences.told(changes) if changes else ()
        fates = _fates(incoming, known, changed=known is None or bool(changes))
        for row, its in zip((incoming.row, *incoming.further), fates, strict=True):
            self.told.append(Outcome(row, its, name, client_id, () if its is RowFate.UNCHANGED else told))


def _fates(incoming: "Incoming", known: Known | None, *, changed: bool) -> list[RowFate]:
    """Tell what becomes of each row of one client: a new person, one that changed, one that is there."""
    rows = 1 + incoming.more_rows
    if known is None:
        new = max(1, len(incoming.people))
    else:
        there = {person_key(each.name) for each in known.people}
        new = sum(person_key(person.name) not in there for person in incoming.people)
    added = min(rows, new)
    updated = int(changed and known is not None and added < rows and not new)
    same = rows - added - updated
    return [RowFate.ADD] * added + [RowFate.UPDATE] * updated + [RowFate.UNCHANGED] * same


def _leave_the_client(incoming: "Incoming", known: Known) -> None:
    """Let a row say of a client that is there only what nobody has said: it is of a person."""
    incoming.columns = {
        name: value
        for name, value in incoming.columns.items()
        if not incoming.alone and getattr(known.client, name) in {None, ""}
    }
    incoming.staged, incoming.stage = False, None
    incoming.owner_id = incoming.campaign = incoming.due_at = incoming.goal = None
