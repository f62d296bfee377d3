"""What of a card is to be changed: a short list, one key each, and the form of what was chosen."""

from salesdesk.gateway import Gateway
from salesdesk.i18n import _
from salesdesk.opening import Opened
from salesdesk.rows import Card
from salesdesk.screens.choose import keyed
from salesdesk.screens.edit_client import client_form
from salesdesk.screens.edit_contact import contact_form, phone_form
from salesdesk.screens.edit_deal import deal_form
from salesdesk.screens.form import FormScreen
from salesdesk.widgets.card_facts import numbers_of
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice
from salesdesk.widgets.preview import number_line


def editable(card: Card) -> list[Choice]:
    """Give what can be changed on a card, and what can be added to it."""
    titles = [("client", _("the client's own data"))]
    titles += [
        (f"contact:{one.id}", _("contact {name}").format(name=plain(one.name))) for one in card.contacts
    ]
    titles += [(f"phone:{phone.id}", number_line(phone, owner)) for phone, owner in numbers_of(card)]
    titles += [
        (f"deal:{deal.id}", _("deal {name}").format(name=plain(deal.title or deal.product or "")))
        for deal in card.deals
    ]
    titles += [
        ("contact:", _("+ a contact")),
        ("phone:", _("+ a number")),
        ("deal:", _("+ a deal")),
    ]
    return keyed(titles)


def form_of(gateway: Gateway, opened: Opened, card: Card, code: str) -> FormScreen[int]:
    """Make the form of what was chosen: a code of `editable`."""
    kind, _colon, number = code.partition(":")
    which = int(number) if number else None
    if kind == "contact":
        return contact_form(gateway, card, which)
    if kind == "phone":
        return phone_form(gateway, card, which)
    if kind == "deal":
        return deal_form(gateway, opened, card, which)
    return client_form(gateway, opened, card)
