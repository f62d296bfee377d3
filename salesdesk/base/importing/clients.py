"""Clients of a file: read, told from those that the base knows, added or brought in step."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.cells import line_of
from salesdesk.base.folding import fold, name_key
from salesdesk.base.importing.adding import Adder
from salesdesk.base.importing.client_reader import ClientReader
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.intake import Intake
from salesdesk.base.importing.known import Known, count_alike, known_clients
from salesdesk.base.importing.looking import Preview
from salesdesk.base.importing.order import ImportOptions
from salesdesk.base.importing.updating import Updater
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.models import Operator, Phone

if TYPE_CHECKING:
    from salesdesk.base.importing.incoming import Incoming


class ClientIntake(Intake):
    """Takes clients in."""

    def __init__(
        self,
        session: Session,
        context: Context,
        preview: Preview,
        options: ImportOptions,
        words: Words,
        batch: int,
    ) -> None:
        super().__init__()
        self._session = session
        self._context = context
        self._batch = batch
        self._reader = self.reader = ClientReader(
            context=context,
            mapping=preview.mapping,
            words=words,
            dates=preview.dates,
            region=preview.region(context.catalogues.team.country),
            source=preview.source,
            owners=_owners(session),
            when=options.when,
            area_code=options.area_code or "",
            parents=_parents(preview),
        )
        self._adder = Adder(session, context, batch, _never(session))
        self._updater = Updater(session, context, batch, self._adder)
        self._pending: dict[tuple[str, str], Incoming] = {}

    def take(self, number: int, row: Row) -> tuple[str, str]:
        """Read a row; further rows of one client in a chunk are one. Give its key."""
        incoming = self._reader.read(number, row)
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
        if fresh:
            self.alike += count_alike(self._session, fresh)
            self._adder.add(fresh)
        pairs: list[tuple[Incoming, Known]] = [
            (incoming, known[incoming.key]) for incoming in chunk if incoming.key in known
        ]
        self._count(fresh, pairs, self._updater.update(pairs))

    def _known(self, chunk: "list[Incoming]") -> "tuple[list[Incoming], dict[tuple[str, str], Known]]":
        """Tell whom of a chunk the base knows, by their keys; beside them what is left of the chunk."""
        return chunk, known_clients(self._session, chunk)

    def _count(
        self, fresh: "list[Incoming]", pairs: "list[tuple[Incoming, Known]]", changed: set[tuple[str, str]]
    ) -> None:
        """Count what was written; `changed` are the keys of known clients that differed."""
        self.added += len(fresh)
        self.updated += len(changed)
        # Further rows of one client changed nothing that its first row does not count already.
        more = sum(incoming.more_rows for incoming in fresh)
        self.unchanged += sum(1 + incoming.more_rows for incoming, _known in pairs) - len(changed) + more

    def finish(self) -> None:
        """Forbid, wherever else they stand, the numbers that the file forbids."""
        forbid(self._session, self._context, self._batch, self._adder.newly_never)


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


def _owners(session: Session) -> dict[str, int]:
    owners: dict[str, int] = {}
    for operator in session.scalars(
        select(Operator).where(col(Operator.active)).order_by(col(Operator.id).desc())
    ):
        owners |= {fold(operator.name): operator.id or 0, fold(operator.login): operator.id or 0}
    return owners


def _never(session: Session) -> set[str]:
    """Give every number that asked never to be called."""
    marked = select(col(Phone.e164)).where(
        col(Phone.state) == PhoneState.DO_NOT_CALL, col(Phone.e164).is_not(None)
    )
    return {number for number in session.scalars(marked.distinct()) if number}
