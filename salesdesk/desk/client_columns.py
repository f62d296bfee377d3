"""A client's columns as an operator types them, made into values; what cannot be taken names its field."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.amounts import parse_amount
from salesdesk.base.cells import line_of
from salesdesk.base.folding import name_key
from salesdesk.base.values import Words, parse_email, parse_tax_id
from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.models import Campaign, Operator

TEXTS = ("industry", "region", "city", "address", "postal_code", "website")


def client_columns(session: Session, context: Context, typed: Mapping[str, str]) -> dict[str, Any]:
    """Read typed columns. Raises InputError with `field` set to the column that cannot be taken."""
    values: dict[str, Any] = {}
    for name, text in typed.items():
        try:
            values |= _read(session, context, name, line_of(text))
        except (InputError, NotFoundError) as error:
            raise InputError(str(error), name) from error
    if values.get("stage") and context.catalogues.stage(values["stage"]).in_work is False:
        _closing(context, values)
    return values


def _closing(context: Context, values: Mapping[str, Any]) -> None:
    if not values.get("reject_reason"):
        raise InputError(_("Say why it is closed: the reject reason is missing."), "reject_reason")
    try:
        context.catalogues.reason(values["reject_reason"])
    except NotFoundError as error:
        raise InputError(str(error), "reject_reason") from error


def _read(session: Session, context: Context, name: str, text: str) -> dict[str, Any]:
    if name in TEXTS:
        return {name: text or None}
    readers: dict[str, Callable[[], dict[str, Any]]] = {
        "name": lambda: _name(text),
        "tax_id": lambda: {"tax_id": parse_tax_id(text) if text else None},
        "email": lambda: {"email": parse_email(text) if text else None},
        "client_class": lambda: {"client_class": Words().client_class(text)},
        "interest": lambda: {"interest": Words().interest(text)},
        "expected_amount": lambda: {"expected_minor": parse_amount(text).minor if text else 0},
        "do_not_call": lambda: {"do_not_call": Words().flag(text)},
        "stage": lambda: {"stage": context.catalogues.stage(text).code if text else None},
        "reject_reason": lambda: {"reject_reason": text or None},
        "zone": lambda: _zone(text),
        "owner": lambda: _owner(session, text),
        "campaign": lambda: _campaign(session, text),
    }
    reader = readers.get(name)
    if reader is None:
        raise SalesdeskError(_("A client has no column {name}.").format(name=name))
    return reader()


def _name(text: str) -> dict[str, Any]:
    name = " ".join(text.split())
    if not name:
        raise InputError(_("A client needs a name."))
    return {"name": name, "name_key": name_key(name)}


def _zone(text: str) -> dict[str, Any]:
    try:
        return {"zone": ZoneInfo(text).key}
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(_("There is no zone {name}; give one like Asia/Omsk.").format(name=text)) from error


def _owner(session: Session, login: str) -> dict[str, Any]:
    if not login:
        return {"owner_id": None}
    found = session.scalars(select(col(Operator.id)).where(col(Operator.login) == login)).first()
    if found is None:
        raise InputError(_("There is no operator {login}.").format(login=login))
    return {"owner_id": found}


def _campaign(session: Session, title: str) -> dict[str, Any]:
    if title and session.get(Campaign, title) is None:
        session.add(Campaign(code=title, title=title))
        session.flush()
    return {"campaign": title or None}
