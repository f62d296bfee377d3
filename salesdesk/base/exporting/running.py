"""Running an export: of what a filter chooses, what this person may see, into a file whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial as partial_of
from pathlib import Path

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session

from salesdesk.base.exporting.cards import write_cards
from salesdesk.base.exporting.cells import Pace, Table
from salesdesk.base.exporting.clients import client_table, whole_clients
from salesdesk.base.exporting.table_files import CsvFile, WorkbookFile
from salesdesk.base.exporting.talk import call_table, deal_table
from salesdesk.base.filters import Everything, Filter, condition_of, period_ends
from salesdesk.base.filters.values import Range
from salesdesk.base.visible import visible_in
from salesdesk.base.whole_file import whole_file
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Client
from salesdesk.storage.journal import EXPORT, Journal, table_of
from salesdesk.team.limits import within_the_day

KINDS = ("clients", "calls", "deals")
_CARDS = ".vcf"
_TABLES: Mapping[str, Callable[[Path], CsvFile | WorkbookFile]] = {".csv": CsvFile, ".xlsx": WorkbookFile}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows of a table under its head, or cards; and where."""

    rows: int
    file: Path


def export(
    session: Session,
    context: Context,
    kind: str,
    path: Path,
    where: Filter | None = None,
    *,
    period: Range | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Exported:
    """Write clients, or the calls or deals of clients, to a file whose ending says in which form.

    Raises InputError for a file that cannot be written and for an ending that is not known,
    ExportStoppedError when `cancelled` said so, TooMuchError for more rows than an operator may still take
    today: then there is no file. `note_export` writes down that it
    was done, in a unit of work of its own: nobody waits to write while this reads.
    """
    ending = path.suffix.lower()
    _check(kind, ending, path, period)
    condition = and_(visible_in(session, context), condition_of(session, context, where or Everything()))
    pace = Pace(progress, cancelled)
    allowed = partial_of(within_the_day, session, context, kind)
    if kind == "clients" and progress is not None:
        pace.total = session.scalar(select(func.count()).select_from(table_of(Client)).where(condition))
    with whole_file(path) as partial:
        if ending == _CARDS:
            rows = write_cards(partial, allowed(whole_clients(session, condition, pace)))
        else:
            with _TABLES[ending](partial) as file:
                table = _table(session, context, kind, condition, period, pace)
                rows = replace(table, rows=allowed(table.rows)).write(file)
    return Exported(rows, path)


def note_export(session: Session, context: Context, kind: str, done: Exported) -> None:
    """Write into the trail who took how many rows out of the base. There is nothing in it to undo."""
    action = f"{EXPORT} {done.rows} {kind}"
    Journal(session).close(action, at=context.now, operator_id=context.me.id)


def _check(kind: str, ending: str, path: Path, period: Range | None) -> None:
    known = [*_TABLES, _CARDS] if kind == "clients" else [*_TABLES]
    if ending not in known:
        raise InputError(
            _("{file}: an export is written to {endings}.").format(file=path.name, endings=", ".join(known))
        )
    if period is not None and kind != "calls":
        raise InputError(
            _("Only calls have a period; choose {kind} with --where.").format(kind=kind), "period"
        )


def _table(
    session: Session,
    context: Context,
    kind: str,
    condition: ColumnElement[bool],
    period: Range | None,
    pace: Pace,
) -> Table:
    if kind == "clients":
        return client_table(session, context, condition, pace)
    if kind == "deals":
        return deal_table(session, context, condition, pace)
    since, until = (None, None) if period is None else period_ends(period, context)
    return call_table(session, context, condition, since, until, pace)
