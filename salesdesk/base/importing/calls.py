"""Calls of a file: each goes to the client who has the number, once, and the client stands where it puts it.

A call that was logged by hand already is not doubled: it takes over what only the exchange knows. What a
client is owed next is never touched: the desk has decided it since.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from salesdesk.base.importing.call_reader import ANSWERED, EXTENSION, CallReader, IncomingCall
from salesdesk.base.importing.called import CalledClients, Callers
from salesdesk.base.importing.differences import Differences
from salesdesk.base.importing.forbidding import forbid
from salesdesk.base.importing.intake import Asked, Intake
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowRejectedError
from salesdesk.base.never_call import close_for_ever
from salesdesk.base.placement import place, place_called
from salesdesk.base.reading.table import Row as Cells
from salesdesk.codes import GoalResult, ImportAction, PhoneState, RowFate
from salesdesk.errors import InputError
from salesdesk.i18n import _, ngettext, title
from salesdesk.models import Call, Client, ImportRow, NextAction, Phone, StageChange
from salesdesk.storage.among import among
from salesdesk.storage.journal import Journal, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Row

    from salesdesk.storage.journal import Change

_CALL, _CLIENT, _CHANGE, _PHONE, _ACTION = (
    table_of(model) for model in (Call, Client, StageChange, Phone, NextAction)
)
_KNOWN = select(_CALL).where(_CALL.c.source == bindparam("source"), among(_CALL.c.external_id, "ids"))
_CLIENTS = select(_CLIENT).where(among(_CLIENT.c.id, "clients"))
_CALLS = select(_CALL).where(among(_CALL.c.client_id, "clients")).order_by(_CALL.c.started_at, _CALL.c.id)
_CHANGES = (
    select(_CHANGE.c.client_id, _CHANGE.c.at, _CHANGE.c.from_stage, _CHANGE.c.to_stage)
    .where(among(_CHANGE.c.client_id, "clients"))
    .order_by(_CHANGE.c.at, _CHANGE.c.id)
)
_ACTIONS = select(_ACTION).where(among(_ACTION.c.client_id, "clients"), _ACTION.c.closed_at.is_(None))
_CALLABLE = (
    select(_PHONE.c.client_id)
    .where(among(_PHONE.c.client_id, "clients"), _PHONE.c.state == PhoneState.GOOD)
    .distinct()
)
_PHONES = select(_PHONE).where(_PHONE.c.client_id == bindparam("client"))
_OURS = "salesdesk-"
"""What our own export calls a call, before its number."""
_NEAR = timedelta(seconds=90)
TALKED = "gatekeeper"
"""What a call is taken for of which an exchange knows only that somebody took it: it claims nothing."""
_OTHER = "other"
_LEGS_APART = 200
"""How many rows the legs of one call may lie apart in a file."""


@dataclass
class _Called:
    """A client of a chunk, with what its calls depend on. `journal` keeps what an undo needs."""

    row: "Row[Any]"
    journal: Journal
    calls: "list[Row[Any]]" = field(default_factory=list)
    changes: "list[Row[Any]]" = field(default_factory=list)
    fresh: list[tuple[IncomingCall, int, int | None, bool]] = field(default_factory=list)
    first_row: int = 0
    action: "Row[Any] | None" = None
    callable_now: bool = False
    never: bool = False

    def stage_at(self, moment: datetime) -> str | None:
        """Tell at which stage the client stood, as far as that is known."""
        after = bisect_right([change.at for change in self.changes], moment)
        if after:
            return self.changes[after - 1].to_stage  # type: ignore[no-any-return]  # a row's column
        if self.changes:
            return self.changes[0].from_stage  # type: ignore[no-any-return]
        since = self.row.stage_since
        return self.row.stage if since is None or since <= moment else None


class CallIntake(Intake):
    """Takes calls in."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._differences = Differences(asked.session, asked.context, asked.preview.kind)
        self._source = asked.preview.source
        self._reader = self.reader = CallReader(
            asked.context, asked.preview.mapping, asked.words, asked.preview.dates, asked.preview.source,
            asked.region,
        )  # fmt: skip
        self._callers = Callers(asked.session, asked.words.own.get("operator", {}))
        if self._callers.unknown:
            raise InputError(
                _("there is no operator {name}").format(name=", ".join(self._callers.unknown)), "values"
            )
        self._clients = CalledClients(asked.session)
        self._pending: dict[str, IncomingCall] = {}
        self._newest = 0
        self._strangers: set[str] = set()
        self._unsaid: list[IncomingCall] = []
        self._unsaid_count = 0
        self._never: set[str] = set()

    def take(self, number: int, row: Cells) -> None:
        """Read a row; further legs of a call are that call."""
        self._newest = number
        incoming = self._reader.read(number, row)
        first = self._pending.setdefault(incoming.external_id, incoming)
        if first is not incoming:
            first.take_in(incoming, better=self._rank(incoming) > self._rank(first))

    def write(self) -> None:
        """Write the calls that were read, but those of which a further leg may follow."""
        self._write(self._newest - _LEGS_APART)

    def finish(self) -> None:
        """Write the last calls, and say once what holds for many."""
        self._write(self._newest)
        if self._unsaid:
            column, first = self._reader.whose_column, self._unsaid[0]
            said = ngettext(
                "{count} call was answered, and nothing says what came of it: kept as “{outcome}”,"
                " the goal missed",
                "{count} calls were answered, and nothing says what came of them: kept as “{outcome}”,"
                " the goal missed",
                self._unsaid_count,
            )
            outcome = title(self._context.catalogues.outcome(TALKED).title)
            self._reader.problem(
                first.row, column, first.cells[column],
                said.format(count=self._unsaid_count, outcome=outcome),
            )  # fmt: skip
        forbid(self._session, self._context, self._batch, self._never, count(-1, -1))

    # -- which call it is ------------------------------------------------------------------------------

    def _rank(self, call: IncomingCall) -> int:
        """Order legs by what they say of the call: that somebody took it says most."""
        rule = self._context.catalogues.outcomes.get(call.outcome)
        if rule is None or rule.answered:
            return 3
        return {"voicemail": 2, "no_answer": 0}.get(call.outcome, 1)

    def _write(self, upto: int) -> None:
        chunk = [call for call in self._pending.values() if call.row_last <= upto]
        for call in chunk:
            del self._pending[call.external_id]
        if not chunk:
            return
        self.unchanged += sum(call.more_rows for call in chunk)
        known = self._known(chunk)
        self._clients.look_up(chunk)
        found: list[tuple[IncomingCall, int, int | None, int | None]] = []
        for call in chunk:
            if self._clients.is_inner(call) and call.external_id not in known:
                self.left_out += 1 + call.more_rows
                self.unchanged += 1
                self._tell(call, RowFate.UNCHANGED, why=_("within the house: left out"))
                continue
            operator_id = self._callers.of(call)
            try:
                client_id, phone_id = (
                    (known[call.external_id].client_id, None)
                    if call.external_id in known
                    else self._clients.of(call, operator_id)
                )
            except RowRejectedError as why:
                why.column = self._reader.whose_column
                self.refused.append((call.row, call.cells, why))
            else:
                found.append((call, client_id, phone_id, operator_id))
        self._put(found, known)

    def _known(self, chunk: list[IncomingCall]) -> "dict[str, Row[Any]]":
        wanted = {"source": self._source, "ids": [call.external_id for call in chunk]}
        return {row.external_id: row for row in self._session.execute(_KNOWN, wanted)}

    def _put(
        self, found: list[tuple[IncomingCall, int, int | None, int | None]], known: "dict[str, Row[Any]]"
    ) -> None:
        """Write a chunk client by client, each client's calls in the order of time."""
        clients = self._read_clients({client_id for _call, client_id, _phone, _operator in found})
        used: set[int] = set()
        marks = []
        for call, client_id, phone_id, operator_id in sorted(found, key=lambda each: each[0].started_at):
            client = clients[client_id]
            same = known.get(call.external_id) or _same(client.calls, call, operator_id, used)
            if same is None:
                self._add(call, client, phone_id, operator_id)
                self.added += 1
                self._tell(call, RowFate.ADD, client)
            else:
                used.add(same.id)
                written = len(client.journal.changes)
                changed = self._fill(call, client, same)
                self.updated += changed
                self.unchanged += not changed
                fate = RowFate.UPDATE if changed else RowFate.UNCHANGED
                self._tell(call, fate, client, client.journal.changes[written:])
        for client in clients.values():
            if client.fresh:
                self._bring_in_step(client)
            if client.journal.changes:
                marks.append({
                    "batch_id": self._batch, "row": client.first_row, "client_id": client.row.id,
                    "action": ImportAction.UPDATED, "before": client.journal.changes,
                })  # fmt: skip
        if marks:
            self._session.connection().execute(insert(table_of(ImportRow)), marks)

    def _tell(
        self,
        call: IncomingCall,
        fate: RowFate,
        client: _Called | None = None,
        changes: "Sequence[Change]" = (),
        why: str = "",
    ) -> None:
        if self.told is None:
            return
        name = call.client if client is None else client.row.name
        client_id = None if client is None else client.row.id
        self.told.append(Outcome(call.row, fate, name, client_id, self._differences.told(changes), why=why))
        same = _("with row {row}: the same call").format(row=call.row)
        self.told += [Outcome(row, RowFate.UNCHANGED, name, client_id, why=same) for row in call.further]

    def _read_clients(self, ids: set[int]) -> dict[int, _Called]:
        wanted = {"clients": sorted(ids)}
        clients = {
            row.id: _Called(row, Journal(self._session)) for row in self._session.execute(_CLIENTS, wanted)
        }
        for row in self._session.execute(_CALLS, wanted):
            clients[row.client_id].calls.append(row)
        for row in self._session.execute(_CHANGES, wanted):
            clients[row.client_id].changes.append(row)
        for row in self._session.execute(_ACTIONS, wanted):
            clients[row.client_id].action = row
        for client_id in self._session.scalars(_CALLABLE, wanted):
            clients[client_id].callable_now = True
        return clients

    # -- calls -----------------------------------------------------------------------------------------

    def _fill(self, call: IncomingCall, client: _Called, same: "Row[Any]") -> bool:
        """Let a call that is there take over what only the exchange knows; tell whether it did."""
        said: dict[str, Any] = {}
        if same.external_id is None:
            said |= {"external_id": call.external_id, "source": self._source}
        if not same.recording and call.recording:
            said["recording"] = call.recording
        rule = self._context.catalogues.outcomes.get(same.outcome)
        if not same.talk_seconds and call.talk_seconds and rule is not None and rule.answered:
            said["talk_seconds"] = call.talk_seconds
        if not said or not client.journal.change(Call, same, **said):
            return False
        client.first_row = client.first_row or call.row
        return True

    def _add(
        self, call: IncomingCall, client: _Called, phone_id: int | None, operator_id: int | None
    ) -> None:
        """Write a call as if it had been logged when it was made."""
        if operator_id is None:
            self._doubt_operator(call)
        code = call.outcome
        if code == ANSWERED:
            code = TALKED
            self._unsaid_count += 1
            self._unsaid = self._unsaid or [call]
        rule = self._context.catalogues.outcome(code)
        stage = client.stage_at(call.started_at)
        entry = self._context.stage(stage) or next(iter(self._context.catalogues.stages.values()))
        resets = rule.answered or rule.unworkable
        client.journal.add(
            Call, client_id=client.row.id, operator_id=operator_id or self._context.me.id, deal_id=None,
            phone_id=phone_id, started_at=call.started_at, talk_seconds=call.talk_seconds, outcome=code,
            goal=entry.goal, goal_result=rule.result or GoalResult.MISSED,
            reason=_OTHER if rule.needs_reason else None, attempt=self._run_before(client, call) + 1,
            stage=stage, note="\n".join(call.notes) or None, recording=call.recording or None,
            external_id=call.external_id, source=self._source,
        )  # fmt: skip
        client.fresh.append((call, call.talk_seconds, phone_id, resets))
        client.first_row = client.first_row or call.row
        client.never |= rule.do_not_call

    def _doubt_operator(self, call: IncomingCall) -> None:
        """Say once of each whom nobody knows that their calls are kept as of who imports."""
        name = next((word for word in call.operators if EXTENSION.fullmatch(word)), None)
        name = name or self._reader.named(call.cells)
        columns = self._reader.mapping.columns("operator") or (self._reader.whose_column,)
        if name in self._strangers:
            return
        self._strangers.add(name)
        said = (
            _(
                "no operator is called so: kept as calls of {operator};"
                ' say who it is: --values "operator:{name}=LOGIN"'
            )
            if name
            else _("nothing says whose call it was: kept as a call of {operator}")
        )
        self._reader.problem(
            call.row, columns[0], name or call.cells[columns[0]],
            said.format(operator=self._context.me.name, name=name), asks="operator" if name else "",
        )  # fmt: skip

    def _resets(self, outcome: str) -> bool:
        rule = self._context.catalogues.outcomes.get(outcome)
        return rule is not None and (rule.answered or rule.unworkable)

    def _run_before(self, client: _Called, call: IncomingCall) -> int:
        """Count the dials in a row before a call that nobody had answered."""
        earlier = [
            (row.started_at, self._resets(row.outcome))
            for row in client.calls
            if row.started_at <= call.started_at
        ]
        earlier += [(each.started_at, resets) for each, _talk, _phone, resets in client.fresh]
        run = 0
        for _at, resets in sorted(earlier, reverse=True):
            if resets:
                break
            run += 1
        return run

    # -- their clients ---------------------------------------------------------------------------------

    def _bring_in_step(self, client: _Called) -> None:
        """Let a client stand where its calls put it; what it is owed next stays as it is."""
        row, journal = client.row, client.journal
        ended = max(call.started_at + timedelta(seconds=talk) for call, talk, _phone, _resets in client.fresh)
        ended = min(ended, self._context.now)
        place_called(
            journal, self._context, row, client.action, number=client.callable_now,
            last_call_at=max(filter(None, (row.last_call_at, ended))), attempts=self._attempts(client),
            updated_at=self._context.now,
        )  # fmt: skip
        if client.never:
            phones = self._session.execute(_PHONES, {"client": row.id}).all()
            self._never |= close_for_ever(journal, self._context, row, phones, client.action)
            place(journal, self._context, row.id)

    def _attempts(self, client: _Called) -> int:
        """Count the dials in a row that nobody answered, with those of the file in their places."""
        resets = [row.started_at for row in client.calls if self._resets(row.outcome)]
        last = max(resets, default=None)
        since = [each for each in client.fresh if last is None or each[0].started_at > last]
        answered = max((call.started_at for call, _talk, _phone, again in since if again), default=None)
        if answered is None:
            return int(client.row.attempts) + len(since)
        later = [row for row in client.calls if row.started_at > answered]
        return len(later) + sum(call.started_at > answered for call, _talk, _phone, _again in since)


def _same(
    calls: "Iterable[Row[Any]]", call: IncomingCall, operator_id: int | None, used: set[int]
) -> "Row[Any] | None":
    """Find the call that this one is: of the same name at another source, or one that was logged by hand."""
    near = defaultdict(list)
    for row in calls:
        apart = abs(row.started_at - call.started_at)
        if apart > _NEAR or row.id in used:
            continue
        if call.given and call.external_id in {row.external_id, f"{_OURS}{row.id}"}:
            return row
        if row.external_id is None and operator_id in {None, row.operator_id}:
            near[apart].append(row)
    return near[min(near)][0] if near else None
