"""A number as an operator types it, made into a row."""

from typing import Any

from sqlmodel import Session

from salesdesk.base.cells import line_of
from salesdesk.base.forbidden import forbidden_among, listed_among, number_key
from salesdesk.base.phones import explain, parse_phones
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _


def number_columns(session: Session, context: Context, raw: str, state: str | None = None) -> dict[str, Any]:
    """Read one typed number. Raises InputError for none, for several, and for what is no number.

    A number that asked never to be called stays so on whichever card it is typed; one of a do-not-call
    list whatever is said of it.
    """
    found = parse_phones(line_of(raw), context.catalogues.team.country)
    if len(found) != 1:
        said = _("Give a phone number.") if not found else _("Give one number at a time.")
        raise InputError(said, "phone")
    phone = found[0]
    if phone.problem is not None and not phone.problem.dialable:
        raise InputError(explain(phone.problem), "phone")
    number = number_key(phone.e164, phone.digits)
    forbidden = forbidden_among(session, [number])
    if listed_among(session, [number]) or (number in forbidden and state is None):
        state = PhoneState.DO_NOT_CALL
    return {
        "raw": phone.raw, "e164": phone.e164, "extension": phone.extension, "digits": phone.digits,
        "last4": phone.last4, "state": PhoneState(state or PhoneState.GOOD),
    }  # fmt: skip
