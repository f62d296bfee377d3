"""What the changes of a journal mean in the words of an import: field by field, from what to what."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.importing.outcomes import FieldChange
from salesdesk.codes import ImportKind
from salesdesk.context import Context
from salesdesk.models import Call, Client, Contact, Deal, NextAction, Note, Operator, Phone
from salesdesk.storage.journal import Change, table_of

_CLIENT_FIELDS = {
    "name": "name", "tax_id": "tax_id", "industry": "industry", "region": "region", "city": "city",
    "address": "address", "postal_code": "postal_code", "website": "website", "email": "email",
    "campaign": "campaign", "stage": "stage", "client_class": "class", "interest": "interest",
    "expected_minor": "expected_amount", "owner_id": "owner", "do_not_call": "do_not_call",
    "last_call_at": "last_call",
}  # fmt: skip
_DEAL_FIELDS = {
    "title": "title", "product": "product", "amount_minor": "amount", "currency": "currency",
    "stage": "stage", "owner_id": "owner", "opened_at": "opened", "closed_at": "closed",
    "reject_reason": "reject_reason",
}  # fmt: skip
_CALL_FIELDS = {"talk_seconds": "talk_seconds", "recording": "recording", "external_id": "external_id"}
_LONGEST = 200
_MOST = 50
Values = Mapping[str, Any]


class Differences:
    """Tells journalled changes of one kind of import as changes of its fields."""

    def __init__(self, session: Session, context: Context, kind: ImportKind) -> None:
        self._zone = context.catalogues.team.zone
        self._session = session
        self._logins: dict[int, str] = {}
        deals = kind == ImportKind.DEALS
        self._fields = {
            table_of(Client).name: ("client." if deals else "", _CLIENT_FIELDS),
            table_of(Deal).name: ("" if deals else "deal.", _DEAL_FIELDS),
            table_of(Call).name: ("", _CALL_FIELDS),
        }

    def told(self, changes: Iterable[Change]) -> tuple[FieldChange, ...]:
        """Give the fields that differ in the end; what follows from others by itself is not told."""
        found = [*self._told(_together(changes))]
        return tuple(found[:_MOST])

    def _told(self, changes: Iterable[Change]) -> Iterator[FieldChange]:
        for table, _row_id, before, after in changes:
            was, becomes = before or {}, after or {}
            if table in self._fields:
                prefix, fields = self._fields[table]
                for column, name in fields.items():
                    if column in becomes or column in was:
                        yield from self._differs(prefix + name, column, was.get(column), becomes.get(column))
            elif table == table_of(Contact).name:
                for column in ("name", "position", "email"):
                    yield from self._differs(
                        f"contact.{column}", column, was.get(column), becomes.get(column)
                    )
            elif table == table_of(Phone).name:
                yield from self._phone(was, becomes)
            elif table == table_of(Note).name:
                yield from self._differs("note", "text", was.get("text"), becomes.get("text"))
            elif table == table_of(NextAction).name:
                yield from self._owed(was, becomes)

    def _phone(self, was: Values, becomes: Values) -> Iterator[FieldChange]:
        yield from self._differs("phone", "raw", was.get("raw"), becomes.get("raw"))
        if "state" in was:
            yield from self._differs("phone.state", "state", was["state"], becomes.get("state"))

    def _owed(self, was: Values, becomes: Values) -> Iterator[FieldChange]:
        yield from self._differs("next_action", "due_at", was.get("due_at"), becomes.get("due_at"))
        if was and becomes.get("closed_at") is not None:
            yield FieldChange("next_action", "open", None)

    def _differs(self, field: str, column: str, was: Any, becomes: Any) -> Iterator[FieldChange]:  # noqa: ANN401  # any column's value
        first, last = self._plain(column, was), self._plain(column, becomes)
        if first != last:
            yield FieldChange(field, first, last)

    def _plain(self, column: str, value: Any) -> str | None:  # noqa: ANN401
        """Write a stored value as JSON has it elsewhere: amounts decimal, moments ISO, owners by login."""
        if value is None or value == "":
            return None
        if column.endswith("_minor"):
            return (
                f"{value // 100}.{value % 100:02d}" if value >= 0 else f"-{-value // 100}.{-value % 100:02d}"
            )
        if column.endswith("_at"):
            return datetime.fromtimestamp(value, UTC).astimezone(self._zone).isoformat()
        if column == "owner_id":
            return self._login(value)
        if isinstance(value, bool) or column == "do_not_call":
            return "yes" if value else "no"
        return str(value)[:_LONGEST]

    def _login(self, operator_id: int) -> str:
        if operator_id not in self._logins:
            found = self._session.execute(
                select(col(Operator.login)).where(col(Operator.id) == operator_id)
            ).scalar()
            self._logins[operator_id] = found or str(operator_id)
        return self._logins[operator_id]


def _together(changes: Iterable[Change]) -> list[Change]:
    """Make one change of several of a row: what it was at first, what it is in the end."""
    rows: dict[tuple[str, int], Change] = {}
    for table, row_id, before, after in changes:
        known = rows.get((table, row_id))
        if known is None:
            rows[table, row_id] = (table, row_id, before, after)
            continue
        first = None if known[2] is None else (before or {}) | known[2]
        rows[table, row_id] = (table, row_id, first, None if after is None else (known[3] or {}) | after)
    return [*rows.values()]
