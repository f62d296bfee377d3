"""A merge is taken back, at once or years later: what came with a card goes back to it.

What was done since stays with the card that stayed: a row, or a column of one, goes back only where it is
still what the merge made of it.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Table, delete, exists, func, insert, select, update
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.base.merging.fields import FIELDS
from salesdesk.base.merging.one_card import may_merge
from salesdesk.base.merging.results import MergeUndone
from salesdesk.base.merging.settling import Apart, settle_apart
from salesdesk.base.placement import CLIENT, NEXT_ACTION, take_client
from salesdesk.base.visible import not_there, sees
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError, NotFoundError, StoppedError
from salesdesk.i18n import _
from salesdesk.models import AuditEvent, Merge, MergedClient, NextActionPast, Phone
from salesdesk.storage.among import within
from salesdesk.storage.journal import (
    MERGE,
    NO_ID,
    UNDO_MERGE,
    Change,
    Journal,
    key_is,
    revived,
    stored,
    table_of,
)
from salesdesk.team.rights import leads

MERGES, MERGED, EVENT = table_of(Merge), table_of(MergedClient), table_of(AuditEvent)
PHONE, PAST = table_of(Phone), table_of(NextActionPast)
_TITLE_OF = {field.columns[0]: field.title for field in FIELDS}


def undo_merge(
    session: Session,
    context: Context,
    merge_id: int,
    *,
    alone: bool = False,
    strict: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MergeUndone:
    """Take a merge back; the first of a run takes the whole run back, unless it is meant `alone`.

    `strict` refuses where something was changed since. Raises NotFoundError for no such merge,
    NotAllowedError for one that was taken back, for somebody else's, and where a later merge of the same
    card has to be taken back first; StoppedError once `cancelled` says so, and then the caller's unit of
    work keeps nothing.
    """
    first = _read(session, merge_id)
    merges = [first]
    if first.run_id == first.id and not alone:
        wanted = select(MERGES).where(MERGES.c.run_id == first.id, MERGES.c.undone_at.is_(None))
        merges = [*session.execute(wanted.order_by(MERGES.c.id.desc()))]
    if not merges or (first.undone_at is not None and merges == [first]):
        raise NotAllowedError(_("Merge {number} was taken back already.").format(number=merge_id))
    undone: list[_Undoing] = []
    for row in merges:
        if cancelled is not None and cancelled():
            raise StoppedError(_("Stopped; the base is as it was."))
        undone.append(_Undoing(session, context, row).run(strict=strict))
        if progress is not None:
            progress(len(undone), len(merges))
    last = undone[-1]
    return MergeUndone(
        merge_id,
        last.client_id,
        last.name,
        len(undone),
        tuple(card for each in undone for card in each.back),
        tuple(dict.fromkeys(line for each in undone for line in each.stayed)),
    )


def _read(session: Session, merge_id: int) -> Row[Any]:
    found = session.execute(select(MERGES).where(MERGES.c.id == merge_id)).first()
    if found is None:
        raise NotFoundError(_("There is no merge {number}.").format(number=merge_id))
    return found


def _moved_alike(change: Change) -> tuple[str, str, str] | None:
    """Tell which rows went from one card to another together, with nothing else changed of them."""
    table, _row, before, after = change
    if (
        before is None
        or after is None
        or [*after] != ["client_id"]
        or "id" not in SQLModel.metadata.tables[table].c
    ):
        return None
    return table, str(before), str(after)


class _Undoing:
    """Takes one merge back."""

    def __init__(self, session: Session, context: Context, merge: Row[Any]) -> None:
        self._session = session
        self._context = context
        self._merge = merge
        self._keep = int(merge.client_id)
        self._journal = Journal(session)
        self._differs = False
        self._left: set[tuple[str, int]] = set()
        self._apart = Apart(keep=self._keep)
        self.stayed: list[str] = []
        self.back: list[tuple[int, str]] = []
        self.name = ""

    @property
    def client_id(self) -> int:
        """The card that stays."""
        return self._keep

    def run(self, *, strict: bool) -> "_Undoing":
        """Play the changes back, the last first, and bring both sides in step."""
        self._may()
        for table, alike in groupby(reversed(cast("list[Change]", self._merge.changes)), key=_moved_alike):
            changes = [*alike]
            if table is not None and len(changes) > 1:
                self._move_back(changes)
            else:
                for change in changes:
                    self._play_back(*change)
        if strict and self._differs:
            raise NotAllowedError(
                _(
                    "The card has been worked with since: salesdesk merge undo {number} takes back the rest."
                ).format(number=self._merge.id)
            )
        settle_apart(self._journal, self._context, self._apart)
        if self._apart.stage_stayed:
            self._stays(_("stage"))
        self._finish()
        return self

    # -- whether it may be ------------------------------------------------------------------------------

    def _may(self) -> None:
        if not leads(self._context) and self._merge.operator_id != self._context.me.id:
            raise NotAllowedError(_("Only who made this merge, or a team lead, may take it back."))
        keep = take_client(self._session, self._keep)
        first = self._to_undo_first(living=keep is not None)
        if first is not None:
            raise NotAllowedError(
                _("First take back merge {first}, which came after merge {number}.").format(
                    first=first, number=self._merge.id
                )
            )
        if keep is None or not sees(self._session, self._context, keep):
            raise not_there(self._context, self._keep)
        may_merge(self._session, self._context, [keep])
        self.name = keep.name
        self._apart.stood = keep

    def _to_undo_first(self, *, living: bool) -> int | None:
        """Give the last merge that built upon this one: into the same card, or of that card into another."""
        if not living:
            into = select(MERGED.c.merge_id).where(MERGED.c.client_id == self._keep)
            return self._session.execute(into).scalar()
        later = select(func.max(MERGES.c.id)).where(
            MERGES.c.client_id == self._keep, MERGES.c.id > self._merge.id, MERGES.c.undone_at.is_(None)
        )
        return self._session.execute(later).scalar()

    # -- change by change -------------------------------------------------------------------------------

    def _play_back(
        self, name: str, row_id: int, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        table = SQLModel.metadata.tables[name]
        if after is None and before is not None:
            self._put_back(table, before)
        elif before is None and after is not None:
            self._take_out(table, after)
        elif before is not None and after is not None:
            self._change_back(table, after if "id" not in table.c else {"id": row_id}, before, after)

    def _move_back(self, changes: Sequence[Change]) -> None:
        """Give rows back that did nothing but go over together."""
        table = SQLModel.metadata.tables[changes[0][0]]
        before, after = changes[0][2] or {}, changes[0][3] or {}
        ids = [row_id for _table, row_id, _before, _after in changes]
        still = [table.c[name] == value for name, value in after.items()]
        moved = self._session.connection().execute(
            update(table).where(within(table.c.id, ids), *still).values(before)
        )
        self._differs |= moved.rowcount != len(ids)

    def _put_back(self, table: Table, before: dict[str, Any]) -> None:
        """Insert a row that the merge removed."""
        if self._session.execute(select(exists().where(*key_is(table, before)))).scalar():
            self._differs = True
            return
        values = self._with_what_is_there(table, revived(table, before))
        if table is CLIENT:
            self._free_id(values)
            self.back.append((values["id"], values["name"]))
            self._apart.others.append(values["id"])
        self._session.execute(insert(table).values(values))
        if table is PHONE:
            self._apart.put_back.append(values["id"])

    def _free_id(self, values: dict[str, Any]) -> None:
        """Leave out an id in a source that another card has by now: one id is one client."""
        taken = exists().where(
            CLIENT.c.source == values["source"], CLIENT.c.external_id == values["external_id"]
        )
        if values["external_id"] is not None and self._session.execute(select(taken)).scalar():
            values["external_id"] = None
            self._stays(_("external id"))

    def _with_what_is_there(self, table: Table, values: dict[str, Any]) -> dict[str, Any]:
        """Let a row name nothing where what it named is gone; who left is stood in for by who sits here."""
        for name, value in [*values.items()]:
            for key in table.c[name].foreign_keys if value is not None else ():
                there = select(exists().where(key.column == value))
                if not self._session.execute(there).scalar():
                    values[name] = None if table.c[name].nullable else self._context.me.id
        return values

    def _take_out(self, table: Table, after: dict[str, Any]) -> None:
        """Delete a row that the merge added, unless it was worked with since."""
        if table is PAST and (NEXT_ACTION.name, after["next_action_id"]) in self._left:
            return
        row = self._session.execute(select(table).where(*key_is(table, after))).first()
        if row is None or (table is NEXT_ACTION and (row.closed_at is not None or row.moves)):
            self._differs = True
        else:
            self._session.execute(delete(table).where(*key_is(table, after)))

    def _change_back(
        self, table: Table, key: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Give a row the columns back that nobody has changed since."""
        columns = [table.c[name] for name in after]
        row = self._session.execute(select(*columns).where(*key_is(table, key))).first()
        if row is None:
            self._differs = True
            return
        now = stored(dict(row._mapping))  # noqa: SLF001  # the public name of a row's mapping
        changed = [name for name in after if now[name] != after[name]]
        if changed:
            self._differs = True
            self._left.add((table.name, key.get("id", NO_ID)))
            if table is CLIENT:
                for name in changed:
                    self._apart.stage_stayed |= name == "stage"
                    if name in _TITLE_OF and name != "stage":
                        self._stays(_(_TITLE_OF[name]))
            if "id" not in table.c:
                return
        back = {name: value for name, value in before.items() if name not in changed}
        if table is NEXT_ACTION and "closed_at" in back and back["closed_at"] is None:
            # Whether it may be open again is known only once everything is where it belongs.
            self._apart.closed.append(key["id"])
            del back["closed_at"]
        if table is PHONE and "state" in back:
            self._apart.freed.append(key["id"])
        if back:
            values = self._with_what_is_there(table, revived(table, back))
            self._session.execute(update(table).where(*key_is(table, key)).values(values))

    def _stays(self, what: str) -> None:
        self.stayed.append(f"{self.name}: {what}")

    # -- the end ----------------------------------------------------------------------------------------

    def _finish(self) -> None:
        session, now = self._session, self._context.now
        session.execute(update(MERGES).where(MERGES.c.id == self._merge.id).values(undone_at=now))
        trail = select(EVENT.c.id, EVENT.c.changes).where(
            EVENT.c.client_id == self._keep, EVENT.c.action == MERGE, EVENT.c.undone_at.is_(None)
        )
        for event_id, changes in session.execute(trail).all():
            if any(change[1] == self._merge.id for change in changes):
                session.execute(update(EVENT).where(EVENT.c.id == event_id).values(undone_at=now))
        self._journal.close(UNDO_MERGE, at=now, operator_id=self._context.me.id, client_id=self._keep)
