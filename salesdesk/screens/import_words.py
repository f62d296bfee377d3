"""What the fields of an import are called, and what they hold."""

from collections.abc import Mapping
from typing import Final

from salesdesk.codes import ImportKind
from salesdesk.i18n import N_, _

_KINDS: Final = {
    ImportKind.CLIENTS: N_("clients"),
    ImportKind.DEALS: N_("deals"),
    ImportKind.CALLS: N_("calls"),
    ImportKind.CONTACTS: N_("people at clients"),
    ImportKind.DEALS: N_("deals"),
    ImportKind.DO_NOT_CALL: N_("numbers that nobody may call"),
}
_CLIENT_FIELDS: Final = {
    "name": N_("name of the client"),
    "phone": N_("phone (any number of columns)"),
    "email": N_("e-mail"),
    "city": N_("city"),
    "region": N_("region"),
    "address": N_("address"),
    "postal_code": N_("postal code"),
    "country": N_("country"),
    "tax_id": N_("tax id"),
    "industry": N_("industry"),
    "website": N_("website"),
    "external_id": N_("id in the source: tells clients of one source apart"),
    "contact.name": N_("contact: whole name"),
    "contact.first_name": N_("contact: first name"),
    "contact.middle_name": N_("contact: middle name"),
    "contact.last_name": N_("contact: last name"),
    "contact.position": N_("contact: position"),
    "contact.phone": N_("contact: phone (any number of columns)"),
    "contact.email": N_("contact: e-mail"),
    "stage": N_("stage"),
    "class": N_("class: VIP, A, B, C"),
    "interest": N_("interest, 0 to 5"),
    "expected_amount": N_("expected amount"),
    "owner": N_("owner: login or name of an operator"),
    "campaign": N_("campaign"),
    "source": N_("source"),
    "last_call": N_("last call: when"),
    "next_action": N_("next action: when"),
    "next_goal": N_("next action: goal"),
    "do_not_call": N_("do not call: yes or no"),
    "note": N_("note (any number of columns)"),
    "title": N_("title of a lead: the name where there is no other"),
    "parent": N_("company of the person in the row"),
    "is_company": N_("company or person: yes or no"),
}
_OF_CLIENTS: Final = (
    "contact.name", "contact.first_name", "contact.middle_name", "contact.last_name", "contact.position",
    "contact.phone", "contact.email", "phone", "email", "city", "region", "address", "postal_code", "country",
    "tax_id", "industry", "website", "note",
)  # fmt: skip
_DEAL_FIELDS: Final = {
    "title": N_("title of the deal"),
    "client": N_("client: name"),
    "client.external_id": N_("client: id in the source"),
    "amount": N_("amount"),
    "currency": N_("currency"),
    "stage": N_("stage"),
    "product": N_("product"),
    "owner": N_("owner: login or name of an operator"),
    "opened": N_("opened: when"),
    "closed": N_("closed: when"),
    "status": N_("won, lost or open"),
    "reject_reason": N_("reason why it was lost"),
    "external_id": N_("id in the source: tells deals of one source apart"),
    **{name: _CLIENT_FIELDS[name] for name in _OF_CLIENTS},
}
_CALL_FIELDS: Final = {
    "started": N_("began: when"),
    "from": N_("from: number"),
    "to": N_("to: number"),
    "client": N_("client (name or id, where there is no number)"),
    "talk_seconds": N_("talk time"),
    "duration": N_("length (with the ringing)"),
    "answered": N_("answered: yes or no"),
    "outcome": N_("outcome (any number of columns)"),
    "operator": N_("operator (login, name or extension; any number of columns)"),
    "recording": N_("recording: file or address"),
    "note": N_("note (any number of columns)"),
    "external_id": N_("id in the source: tells calls of one source apart"),
}
_NUMBER_FIELDS: Final = {
    "phone": N_("phone (any number of columns)"),
    "email": N_("e-mail"),
}
_CHANGED: Final = {"phone.state": N_("state of the number"), "next_action": N_("next action: when")}
_FIELDS: Final[Mapping[ImportKind, Mapping[str, str]]] = {
    ImportKind.CLIENTS: _CLIENT_FIELDS,
    ImportKind.CONTACTS: _CLIENT_FIELDS,
    ImportKind.DEALS: _DEAL_FIELDS,
    ImportKind.CALLS: _CALL_FIELDS,
    ImportKind.DO_NOT_CALL: _NUMBER_FIELDS,
}


def kind_title(kind: ImportKind) -> str:
    """Name what the rows of a file are."""
    return _(_KINDS[kind])


def field_title(code: str | None, kind: ImportKind) -> str:
    """Name a field of a kind in the language in use; the code for one that has no words."""
    if code is None:
        return _("not imported")
    known = _FIELDS[kind]
    return _(known[code]) if code in known else code


def field_name(code: str | None, kind: ImportKind) -> str:
    """Name a field in a few words, as it stands in a line."""
    title = field_title(code, kind).partition(" (")[0]
    # What the id is for is said in the list of fields only.
    return title.partition(":")[0] if code == "external_id" else title


def changed_field(code: str, kind: ImportKind) -> str:
    """Name a field that a row changes; of the client of a deal, or of a client's deal, whose it is too."""
    if code in _CHANGED:
        return _(_CHANGED[code]).partition(":")[0]
    if code.startswith("deal."):
        return _("deal: {field}").format(field=field_name(code.removeprefix("deal."), ImportKind.DEALS))
    if code.startswith("client."):
        return _("client: {field}").format(field=field_name(code.removeprefix("client."), ImportKind.CLIENTS))
    return field_name(code, kind)


def field_order(codes: tuple[str, ...], kind: ImportKind) -> list[str]:
    """Order fields as people look for them: what an import mostly has first."""
    known = list(_FIELDS[kind])
    return sorted(codes, key=lambda code: known.index(code) if code in known else len(known))
