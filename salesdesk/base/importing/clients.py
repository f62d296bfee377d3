"""Clients of a file: read, told from those that the base knows, added or brought in step."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.cells import line_of
from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.absent import Absent
from salesdesk.base.importing.adding import Adder
from salesdesk.base.importing.client_reader import ClientReader
from salesdesk.base.importing.differences import Differences
from salesdesk.base.importing.doubles import Doubles, waves
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.intake import Asked, Intake
from salesdesk.base.importing.known import Known, clients_of, known_clients
from salesdesk.base.importing.looking import Preview
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.importing.updating import Pair, Updater
from salesdesk.base.reading.table import Row
from salesdesk.codes import AbsentPolicy, DuplicatePolicy, RowFate
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Operator

if TYPE_CHECKING:
    from salesdesk.base.duplicates.likely import Likely
    from salesdesk.base.importing.incoming import Incoming
    from salesdesk.storage.journal import Change


class ClientIntake(Intake):
    """Takes clients in."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._policy = asked.options.duplicates
        self._reader = self.reader = ClientReader(
            context=asked.context,
            mapping=asked.preview.mapping,
            words=asked.words,
            dates=asked.preview.dates,
            region=asked.region,
            source=asked.preview.source,
            owners=_owners(asked.session, asked.words.own.get("operator", {})),
            when=asked.options.when,
            area_code=asked.options.area_code or "",
            parents=_parents(asked.preview),
        )
        self._adder = Adder(asked.session, asked.context, asked.batch)
        self._updater = Updater(asked.session, asked.context, asked.batch, self._adder)
        self._doubles = Doubles(asked.session, asked.context, asked.batch)
        self._differences = Differences(asked.session, asked.context, asked.preview.kind)
        self._pending: dict[tuple[str, str], Incoming] = {}
        self._below = count(-1, -1)
        self._absent: Absent | None = None
        if asked.options.absent is not AbsentPolicy.NOTHING:
            self._absent = Absent(asked.session, asked.preview.source, asked.options.absent)

    def take(self, number: int, row: Row) -> tuple[str, str]:
        """Read a row; further rows of one client in a chunk are one. Give its key."""
        try:
            incoming = self._reader.read(number, row)
        except RowRejectedError:
            if self._absent is not None:
                self._absent.unreadable += 1
            raise
        first = self._pending.setdefault(incoming.key, incoming)
        if first is not incoming:
            first.take_in(incoming)
        return incoming.key

    def write(self) -> None:
        """Add who is new, bring in step who is known."""
        chunk, self._pending = [*self._pending.values()], {}
        if not chunk:
            return
        chunk, known = self._known(chunk)
        fresh = [incoming for incoming in chunk if incoming.key not in known]
        pairs = [
            Pair(incoming, known[incoming.key], known[incoming.key].taken_in)
            for incoming in chunk
            if incoming.key in known
        ]
        self._adder.learn([pair.incoming for pair in pairs])
        changed = self._updater.update(pairs)
        self._count(pairs, changed)
        for pair in pairs:
            changes = changed.get(pair.incoming.row)
            fate = RowFate.UPDATE if changes else RowFate.UNCHANGED
            self._tell(pair.incoming, fate, pair.known, changes or ())
        # After those that are known: what they say now is what a likely duplicate is compared with.
        self._doubles.see(fresh)
        self._adder.expect(fresh)
        for wave in waves(fresh):
            self._take_in(wave)
        self._count_further(chunk)

    def _known(self, chunk: "list[Incoming]") -> "tuple[list[Incoming], dict[tuple[str, str], Known]]":
        """Tell whom of a chunk the base knows, by their keys; beside them what is left of the chunk."""
        return chunk, known_clients(self._session, chunk)

    def finish(self) -> None:
        """Forbid, wherever else they stand, the numbers that the file forbids; look who is absent."""
        forbid(self._session, self._context, self._batch, self._adder.newly_never, self._below)
        if self._absent is not None:
            self._find_absent(self._absent)

    # -- rows that are new by their ids ----------------------------------------------------------------

    def _take_in(self, fresh: "list[Incoming]") -> None:
        """Add new rows; with those that are likely clients of the base, do what the policy says."""
        self._adder.learn(fresh)
        found = self._doubles.of(fresh)
        doubles = [(incoming, likely) for incoming, likely in zip(fresh, found, strict=True) if likely]
        self.alike += len(doubles)
        if self._policy is DuplicatePolicy.ADD:
            self._add(fresh)
        else:
            self._add([incoming for incoming, likely in zip(fresh, found, strict=True) if not likely])
        changed: dict[int, list[Change]] = {}
        if self._policy is DuplicatePolicy.SKIP:
            self._count_skipped([incoming for incoming, _likely in doubles])
            self._name_all(likely[0].client_id for _incoming, likely in doubles)
        elif self._policy is not DuplicatePolicy.ADD:
            changed = self._bring_together(doubles)
        if self.told is not None:
            self._doubles.trace(one for _incoming, likely in doubles for one in likely)
            again = {id(incoming) for incoming, _likely in doubles}
            for incoming in fresh:
                if id(incoming) not in again:
                    self._tell(incoming, RowFate.ADD)
            for incoming, likely in doubles:
                self._tell(incoming, RowFate.DUPLICATE, None, changed.get(incoming.row, ()), likely)

    def _add(self, fresh: "list[Incoming]") -> None:
        if fresh:
            self._adder.add(fresh)
        self._count_added(fresh)

    def _bring_together(
        self, doubles: "list[tuple[Incoming, tuple[Likely, ...]]]"
    ) -> "dict[int, list[Change]]":
        """Write rows onto the clients that they are likeliest to be."""
        cards = clients_of(self._session, [likely[0].client_id for _incoming, likely in doubles])
        fills = self._policy is DuplicatePolicy.FILL
        pairs = [Pair(incoming, cards[likely[0].client_id], fills) for incoming, likely in doubles]
        changed = self._updater.update(pairs)
        self._count(pairs, changed)
        return changed

    # -- what came of it -------------------------------------------------------------------------------

    def _count_added(self, fresh: "Sequence[Incoming]") -> None:
        self.added += len(fresh)

    def _count_skipped(self, doubles: "Sequence[Incoming]") -> None:
        self.skipped += len(doubles)

    def _count(self, pairs: Sequence[Pair], changed: "dict[int, list[Change]]") -> None:
        """Count what became of clients that were there; `changed` are the rows that differed."""
        self.updated += len(changed)
        self.unchanged += len(pairs) - len(changed)
        self._name_all(pair.known.client.id for pair in pairs)

    def _count_further(self, chunk: "Sequence[Incoming]") -> None:
        """Further rows of one client changed nothing that its first row does not count already."""
        self.unchanged += sum(incoming.more_rows for incoming in chunk)

    def _name_all(self, client_ids: Iterable[int]) -> None:
        if self._absent is not None:
            for client_id in client_ids:
                self._absent.name(client_id)

    # -- who is absent ---------------------------------------------------------------------------------

    def _find_absent(self, absent: Absent) -> None:
        if absent.unreadable:
            self._reader.problem(
                0, 0, "", _("rows were refused, so nobody can be told to be absent: correct them first")
            )
            return
        for pairs in absent.pairs(self._below):
            changed = self._updater.update(pairs)
            self.absent += len(pairs)
            if self.told is not None:
                for pair in pairs:
                    client = pair.known.client
                    changes = self._differences.told(changed.get(pair.incoming.row, ()))
                    self.told.append(Outcome(None, RowFate.ABSENT, client.name, client.id, changes))

    # -- what is told in a rehearsal -------------------------------------------------------------------

    def _tell(
        self,
        incoming: "Incoming",
        fate: RowFate,
        known: Known | None = None,
        changes: "Sequence[Change]" = (),
        likely: "Sequence[Likely]" = (),
    ) -> None:
        if self.told is None:
            return
        name = incoming.columns["name"]
        client_id = None if known is None else known.client.id
        doubles = self._doubles.told(likely) if likely else ()
        if doubles and self._policy is not DuplicatePolicy.ADD:
            client_id = doubles[0].client
        self.told.append(
            Outcome(
                incoming.row, fate, name, client_id,
                self._differences.told(changes) if changes else (),
                doubles,
                self._policy if fate is RowFate.DUPLICATE else None,
            )
        )  # fmt: skip
        for row in incoming.further:
            why = _("with row {row}: the same client").format(row=incoming.row)
            self.told.append(Outcome(row, RowFate.UNCHANGED, name, client_id, why=why))


def _parents(preview: Preview) -> dict[str, str]:
    """Give the ids of a file's companies by their names, where its people name them by name only."""
    parent, own, name = (preview.mapping.column(field) for field in ("parent", "external_id", "name"))
    if parent is None or own is None or name is None:
        return {}
    found: dict[str, str] = {}
    for _number, row in preview.table.rows():
        if len(row) > max(parent, own, name) and not line_of(row[parent]) and line_of(row[own]):
            found.setdefault(name_key(line_of(row[name])), line_of(row[own]))
    return found


def _owners(session: Session, said: Mapping[str, str]) -> dict[str, int]:
    """Give who works here by login, by name, and by what was said of other names: word to login.

    Raises InputError for a login that nobody ever had.
    """
    owners: dict[str, int] = {}
    logins: set[str] = set()
    for operator in session.scalars(select(Operator).order_by(col(Operator.id).desc())):
        logins.add(fold(operator.login))
        if operator.active:
            owners |= {fold(operator.name): operator.id or 0, fold(operator.login): operator.id or 0}
    unknown = sorted({login for login in said.values() if fold(login) not in logins})
    if unknown:
        raise InputError(_("there is no operator {name}").format(name=", ".join(unknown)), "values")
    return owners | {word: owners[fold(login)] for word, login in said.items() if fold(login) in owners}
