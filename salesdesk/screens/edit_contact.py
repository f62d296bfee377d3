"""The people and the numbers of a client as forms."""

from collections.abc import Mapping

from salesdesk import wording
from salesdesk.codes import PhoneState
from salesdesk.errors import InputError
from salesdesk.gateway import Gateway
from salesdesk.i18n import _
from salesdesk.rows import Card, ContactRow, PhoneRow
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.shared_form import SharedForm
from salesdesk.widgets.cells import plain


def contact_form(gateway: Gateway, card: Card, contact_id: int | None) -> FormScreen[int]:
    """Make the form of a person, or of one to be added."""
    client_id = card.client.id

    def on(now: Card) -> ContactRow | None:
        return next((one for one in now.contacts if one.id == contact_id), None)

    def fields(now: Card) -> tuple[Field, ...] | None:
        contact = on(now)
        if contact is None and contact_id is not None:
            return None
        return (
            Field("name", _("Full name"), contact.name if contact else ""),
            Field("position", _("Position"), (contact.position or "") if contact else ""),
            Field("email", _("E-mail"), (contact.email or "") if contact else ""),
        )

    async def save(values: Mapping[str, str], seen: Card) -> int:
        from salesdesk.desk.editing import save_contact

        return await gateway.write(
            save_contact,
            client_id,
            contact_id,
            name=values["name"],
            position=values["position"],
            email=values["email"],
            seen=on(seen),
        )

    async def remove() -> int:
        from salesdesk.desk.editing import remove_contact

        await gateway.write(remove_contact, client_id, contact_id or 0)
        return client_id

    contact = on(card)
    title = _("Contact: {name}").format(name=contact.name) if contact else _("A new contact")
    return SharedForm(title, card, fields, save, remove if contact else None)


def phone_form(gateway: Gateway, card: Card, phone_id: int | None) -> FormScreen[int]:
    """Make the form of a number, or of one to be added."""
    client_id = card.client.id

    def on(now: Card) -> PhoneRow | None:
        return next((one for one in now.numbers() if one.id == phone_id), None)

    def fields(now: Card) -> tuple[Field, ...] | None:
        phone = on(now)
        return None if phone is None and phone_id is not None else _phone_fields(now, phone)

    async def save(values: Mapping[str, str], seen: Card) -> int:
        from salesdesk.desk.editing import save_phone

        # A state that nobody chose is left open: a number known as never to be called stays so.
        state = values["state"] if phone_id is not None or values["state"] != PhoneState.GOOD else None
        try:
            return await gateway.write(
                save_phone,
                client_id,
                phone_id,
                raw=values["phone"],
                contact_id=int(values["contact"]) if values["contact"] else None,
                state=state,
                seen=on(seen),
            )
        except InputError as error:
            raise InputError(str(error), "phone" if error.field == "raw" else error.field) from error

    async def remove() -> int:
        from salesdesk.desk.editing import remove_phone

        await gateway.write(remove_phone, client_id, phone_id or 0)
        return client_id

    title = _("A new number") if phone_id is None else _("Number")
    return SharedForm(title, card, fields, save, None if phone_id is None else remove)


def _phone_fields(card: Card, phone: PhoneRow | None) -> tuple[Field, ...]:
    people = tuple((str(contact.id), plain(contact.name)) for contact in card.contacts)
    states = tuple((state.value, wording.phone_state(state)) for state in PhoneState)
    whose = str(phone.contact_id) if phone and phone.contact_id is not None else ""
    state = phone.state if phone else PhoneState.GOOD
    return (
        Field("phone", _("Number"), phone.raw if phone else "", hint="+7 343 200-10-20"),
        Field("contact", _("Whose"), whose, people, hint=_("the company's"))
        if people
        else Field("contact", _("Whose"), "", (("", _("the company's")),), optional=False),
        Field("state", _("State"), state.value, states, optional=False),
    )
