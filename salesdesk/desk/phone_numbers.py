"""A number as an operator types it, made into a row."""

from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session, col

from salesdesk.base.cells import line_of
from salesdesk.base.phones import explain, parse_phones
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.models import Phone


def number_columns(session: Session, context: Context, raw: str, state: str | None = None) -> dict[str, Any]:
    """Read one typed number. Raises InputError for none, for several, and for what is no number.

    A number that asked never to be called stays so on whichever card it is typed.
    """
    found = parse_phones(line_of(raw), context.catalogues.team.country)
    if len(found) != 1:
        said = _("Give a phone number.") if not found else _("Give one number at a time.")
        raise InputError(said, "phone")
    phone = found[0]
    if phone.problem is not None and not phone.problem.dialable:
        raise InputError(explain(phone.problem), "phone")
    if phone.e164 is not None and _never(session, phone.e164) and state is None:
        state = PhoneState.DO_NOT_CALL
    return {
        "raw": phone.raw, "e164": phone.e164, "extension": phone.extension, "digits": phone.digits,
        "last4": phone.last4, "state": PhoneState(state or PhoneState.GOOD),
    }  # fmt: skip


def _never(session: Session, e164: str) -> bool:
    marked = exists().where(col(Phone.e164) == e164, col(Phone.state) == PhoneState.DO_NOT_CALL)
    return bool(session.execute(select(marked)).scalar())
