"""Numbers: what is kept of them follows from how they are dialled, and a do-not-call list rules over all."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Update, and_, case, exists, func, or_, select, update
from sqlmodel import Session

from salesdesk.base.checking.problem import CURE, Rule
from salesdesk.codes import PhoneState
from salesdesk.i18n import N_
from salesdesk.models import ForbiddenNumber, Phone
from salesdesk.storage.journal import table_of

PHONE, LISTED = table_of(Phone), table_of(ForbiddenNumber)
P = PHONE.c
_LONGEST = 20

_DIGITS: ColumnElement[str] = case((P.e164.is_not(None), func.substr(P.e164, 2)), else_=P.digits)
_LAST4: ColumnElement[str] = case(
    (func.length(_DIGITS) > 4, func.substr(_DIGITS, func.length(_DIGITS) - 3)), else_=_DIGITS
)
_OUT_OF_STEP = or_(P.digits != _DIGITS, P.last4 != _LAST4)
_NUMBER = func.coalesce(P.e164, func.substr(P.digits, 1, _LONGEST))
_FORBIDDEN = and_(P.state == PhoneState.GOOD, exists().where(LISTED.c.number == _NUMBER))

MENDED = {
    "phone_keys": N_("numbers are searched by other digits than their own"),
    "forbidden_number_callable": N_("numbers of a do-not-call list would be called"),
}
_BROKEN = {"phone_keys": _OUT_OF_STEP, "forbidden_number_callable": _FORBIDDEN}
_MENDS: Mapping[str, Update] = {
    "phone_keys": update(PHONE).values(digits=_DIGITS, last4=_LAST4),
    "forbidden_number_callable": update(PHONE).values(state=PhoneState.DO_NOT_CALL),
}


def rules_of_numbers() -> Iterator[Rule]:
    """Give the rules that numbers follow."""
    for code, what in MENDED.items():
        yield code, what, CURE, select(P.id).where(_BROKEN[code])


def mend_numbers(session: Session, first: int, last: int) -> dict[str, int]:
    """Put the numbers of the clients from `first` to `last` right; tell how many were wrong in which way."""
    return {
        code: session.connection()
        .execute(change.where(P.client_id.between(first, last), _BROKEN[code]))
        .rowcount
        for code, change in _MENDS.items()
    }
