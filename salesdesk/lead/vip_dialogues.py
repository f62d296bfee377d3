"""VIP dialogues: what was said to the clients of the first class, and which of it a lead has read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlmodel import Session

from salesdesk.base.periods import Kind, Period, whole
from salesdesk.codes import ClientClass
from salesdesk.context import Context
from salesdesk.lead.grouping import CLIENT, OPERATOR
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.said import Dialogue, Dialogues, Said
from salesdesk.models import Call, Message, ReadMark
from salesdesk.models.types import Instant
from salesdesk.storage.among import among, within
from salesdesk.storage.journal import table_of
from salesdesk.storage.missing import add_missing
from salesdesk.storage.planning import planned_anew
from salesdesk.team.rights import only_for_leads

LISTED_MOST = 500

CALL, MESSAGE, MARK = table_of(Call), table_of(Message), table_of(ReadMark)

_READER: BindParameter[int] = bindparam("reader")
_START, _END = (bindparam(name, type_=Instant) for name in ("start", "end"))
_NOTHING = null()
# The class stands in the text, so that the index of these clients is recognised. It alone tells who they are:
# the OFFSET, which passes nobody by, keeps a server from reading them all, as the sum does further down.
_IS_VIP = CLIENT.c.client_class == literal_column(f"'{ClientClass.VIP.value}'")
_VIPS = select(CLIENT.c.id).where(_IS_VIP).offset(0).subquery("vips")
_READ = MARK.c.id.is_not(None)


def _of_vips(table: Table, mark: Any, at: Any, *columns: Any) -> Select[Any]:  # noqa: ANN401  # columns of any type
    return (
        select(
            table.c.id, at.label("at"), CLIENT.c.id.label("client_id"), CLIENT.c.name,
            OPERATOR.c.id.label("operator_id"), OPERATOR.c.login, OPERATOR.c.name.label("operator"), *columns,
            _READ.label("read"),
        )
        .select_from(
            _VIPS.join(table, table.c.client_id == _VIPS.c.id)
            .join(CLIENT, CLIENT.c.id == table.c.client_id + 0)
            .join(OPERATOR, OPERATOR.c.id == table.c.operator_id)
            .outerjoin(MARK, and_(mark == table.c.id, MARK.c.reader_id == _READER))
        )
        .where(
            # Worked out, so that no index of it is used: those of the clients give far fewer rows.
            among(table.c.operator_id + 0, OPERATORS),
            at >= _START,
            at < _END,
        )
    )  # fmt: skip


_CALLS = _of_vips(
    CALL, MARK.c.call_id, CALL.c.started_at, CALL.c.note.label("text"), CALL.c.outcome, CALL.c.goal,
    CALL.c.goal_result, CALL.c.talk_seconds, literal(Said.CALL.value).label("kind"),
).where(func.trim(CALL.c.note) != "")  # fmt: skip
_MESSAGES = _of_vips(
    MESSAGE, MARK.c.message_id, MESSAGE.c.at, MESSAGE.c.text, _NOTHING.label("outcome"),
    _NOTHING.label("goal"), _NOTHING.label("goal_result"), _NOTHING.label("talk_seconds"),
    case((MESSAGE.c.incoming, Said.MESSAGE_IN.value), else_=Said.MESSAGE_OUT.value).label("kind"),
)  # fmt: skip


def _unread_first(said: Select[Any], table: Table, at: Any) -> Select[Any]:  # noqa: ANN401  # a column
    return said.order_by(_READ, at.desc(), table.c.id.desc()).limit(bindparam("most"))


def _counted(said: Select[Any]) -> Select[int, Any]:
    return said.with_only_columns(func.count(), func.sum(case((_READ, 0), else_=1)))


_WHOLE = (_CALLS, _MESSAGES)
_FIRST = (_unread_first(_CALLS, CALL, CALL.c.started_at), _unread_first(_MESSAGES, MESSAGE, MESSAGE.c.at))
_COUNTS = tuple(_counted(said) for said in _WHOLE)


def said_to_vips(
    session: Session, context: Context, period: Period, operator_id: int | None = None
) -> tuple[Dialogue, ...]:
    """Give all that was said in a period by one person or by all, in the order in which it happened."""
    rows = _rows(session, _WHOLE, _asked(session, context, period, operator_id))
    return tuple(sorted(rows, key=lambda row: (row.at, row.kind, row.id)))


@planned_anew
def vip_dialogues(
    session: Session, context: Context, period: Period | None = None, limit: int = LISTED_MOST
) -> Dialogues:
    """Give what was said in a period, this week's where none is given: unread first, then the newest first.

    Raises NotAllowedError for an operator.
    """
    only_for_leads(context)
    period = period or whole(Kind.WEEK, context.today, context.catalogues.team.zone)
    asked = _asked(session, context, period, None)
    rows = _rows(session, _FIRST, asked | {"most": limit})
    rows.sort(key=lambda row: (row.at, row.kind, row.id), reverse=True)
    rows.sort(key=lambda row: row.read)
    total, unread = len(rows), sum(not row.read for row in rows)
    if total >= limit:
        # Only where something was cut off: to find the messages takes a look at every client.
        counts = [session.execute(statement, asked).one() for statement in _COUNTS]
        total, unread = sum(count for count, _new in counts), sum(new or 0 for _count, new in counts)
    return Dialogues(period, tuple(rows[:limit]), total, unread)


def mark_read(session: Session, context: Context, said: Sequence[Dialogue], *, read: bool) -> None:
    """Note that one has read something, or that one has not. What is gone meanwhile is let be.

    It is one's own and of no consequence to anybody else: it leaves no trail, and undo passes it by.
    Raises NotAllowedError for an operator.
    """
    only_for_leads(context)
    for table, mark, calls in ((CALL, MARK.c.call_id, True), (MESSAGE, MARK.c.message_id, False)):
        ids = [row.id for row in said if (row.kind is Said.CALL) is calls]
        if not ids:
            continue
        if read:
            # Of what is still there: a call may have been taken back meanwhile.
            there = select(literal(context.me.id), table.c.id, literal(context.now, Instant))
            add_missing(session, MARK, ("reader_id", mark.name, "at"), there.where(within(table.c.id, ids)))
        else:
            session.execute(delete(MARK).where(MARK.c.reader_id == context.me.id, within(mark, ids)))


def _asked(session: Session, context: Context, period: Period, operator_id: int | None) -> dict[str, Any]:
    return {
        OPERATORS: operators_of(session, operator_id),
        "reader": context.me.id,
        "start": period.start,
        "end": period.end,
    }


def _rows(session: Session, statements: Sequence[Select[Any]], asked: dict[str, Any]) -> list[Dialogue]:
    return [
        Dialogue(**(dict(row) | {"kind": Said(row["kind"]), "read": bool(row["read"])}))
        for statement in statements
        for row in session.execute(statement, asked).mappings()
    ]
