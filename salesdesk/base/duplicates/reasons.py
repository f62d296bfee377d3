"""Why two clients are taken for one, in words."""

from dataclasses import dataclass
from enum import StrEnum

from salesdesk import formatting
from salesdesk.i18n import _


class Why(StrEnum):
    """What speaks for it."""

    TAX_ID = "tax_id"
    NUMBER = "number"
    EMAIL = "email"
    WEBSITE = "website"
    NAME = "name"
    NAME_ALIKE = "name_alike"
    ADDRESS = "address"
    ADDRESS_ALIKE = "address_alike"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    NAMES_DIFFER = "names_differ"
    """What speaks against."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason and what it speaks of: the number, the tax id, how alike the names are."""

    code: str
    about: str = ""


def reason_words(reason: Reason) -> str:
    """Say a reason in the language in use; what the base said stays text."""
    said = {
        Why.TAX_ID: _("the same tax id {about}"),
        Why.NUMBER: _("the same number {about}"),
        Why.EMAIL: _("the same e-mail {about}"),
        Why.WEBSITE: _("the same website {about}"),
        Why.NAME: _("the same name"),
        Why.NAME_ALIKE: _("names alike: {about}"),
        Why.ADDRESS: _("the same address"),
        Why.ADDRESS_ALIKE: _("addresses alike: {about}"),
        Why.POSTAL_CODE: _("the same postal code {about}"),
        Why.CITY: _("in the same city"),
        Why.NAMES_DIFFER: _("but the names differ in words"),
    }
    return said[Why(reason.code)].replace("{about}", _about_words(reason)).strip()


def _about_words(reason: Reason) -> str:
    """Write what a reason speaks of as people of the language do."""
    if reason.code in {Why.NAME_ALIKE, Why.ADDRESS_ALIKE} and reason.about:
        return formatting.number(float(reason.about), 2)
    return reason.about
