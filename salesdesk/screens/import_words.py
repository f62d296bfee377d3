"""What the fields of an import are called, and what they hold."""

from typing import Final

from salesdesk.i18n import N_, _

_FIELDS: Final = {
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
}


def field_title(code: str | None) -> str:
    """Name a field in the language in use; the code for one that has no words."""
    if code is None:
        return _("not imported")
    return _(_FIELDS[code]) if code in _FIELDS else code


def field_name(code: str | None) -> str:
    """Name a field in a few words, as it stands in a line."""
    title = field_title(code).partition(" (")[0]
    # What the id is for is said in the list of fields only.
    return title.partition(":")[0] if code == "external_id" else title


def field_order(codes: tuple[str, ...]) -> list[str]:
    """Order fields as people look for them: what an import mostly has first."""
    known = list(_FIELDS)
    return sorted(codes, key=lambda code: known.index(code) if code in known else len(known))
