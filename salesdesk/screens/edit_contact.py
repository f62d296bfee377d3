"""The people and the numbers of a client as forms."""

from collections.abc import Mapping

from salesdesk import wording
from salesdesk.codes import PhoneState
from salesdesk.errors import InputError
from salesdesk.gateway import Gateway
from salesdesk.i18n import _
from salesdesk.rows import Card, ContactRow, PhoneRow
from salesdesk.screens.form import Field, FormScreen
from salesdesk.widgets.cells import plain


def contact_form(gateway: Gateway, card: Card, contact: ContactRow | None) -> FormScreen[int]:
    """Make the form of a person, or of one to be added."""
    client_id = card.client.id
    fields = (
        Field("name", _("Full name"), contact.name if contact else ""),
        Field("position", _("Position"), (contact.position or "") if contact else ""),
        Field("email", _("E-mail"), (contact.email or "") if contact else ""),
    )

    async def save(values: Mapping[str, str]) -> int:
        from salesdesk.desk.editing import save_contact

        return await gateway.write(
            save_contact,
            client_id,
            contact.id if contact else None,
            name=values["name"],
            position=values["position"],
            email=values["email"],
        )

    async def remove() -> int:
        from salesdesk.desk.editing import remove_contact

        await gateway.write(remove_contact, client_id, contact.id if contact else 0)
        return client_id

    title = _("Contact: {name}").format(name=contact.name) if contact else _("A new contact")
    return FormScreen(title, fields, save, remove if contact else None)


def phone_form(gateway: Gateway, card: Card, phone: PhoneRow | None) -> FormScreen[int]:
    """Make the form of a number, or of one to be added."""
    client_id = card.client.id
    people = tuple((str(contact.id), plain(contact.name)) for contact in card.contacts)
    states = tuple((state.value, wording.phone_state(state)) for state in PhoneState)
    whose = str(phone.contact_id) if phone and phone.contact_id is not None else ""
    fields = (
        Field("phone", _("Number"), phone.raw if phone else "", hint="+7 343 200-10-20"),
        Field("contact", _("Whose"), whose, people, hint=_("the company's"))
        if people
        else Field("contact", _("Whose"), "", (("", _("the company's")),), optional=False),
        Field(
            "state", _("State"), phone.state.value if phone else PhoneState.GOOD.value, states, optional=False
        ),
    )

    async def save(values: Mapping[str, str]) -> int:
        from salesdesk.desk.editing import save_phone

        before = phone.state.value if phone else PhoneState.GOOD.value
        # A state that nobody chose is left open: a number known as never to be called stays so.
        state = values["state"] if phone is not None or values["state"] != before else None
        try:
            return await gateway.write(
                save_phone,
                client_id,
                phone.id if phone else None,
                raw=values["phone"],
                contact_id=int(values["contact"]) if values["contact"] else None,
                state=state,
            )
        except InputError as error:
            raise InputError(str(error), "phone" if error.field == "raw" else error.field) from error

    async def remove() -> int:
        from salesdesk.desk.editing import remove_phone

        await gateway.write(remove_phone, client_id, phone.id if phone else 0)
        return client_id

    title = _("Number") if phone else _("A new number")
    return FormScreen(title, fields, save, remove if phone else None)
