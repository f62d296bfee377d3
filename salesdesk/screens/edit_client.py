"""The client's own fields as a form, for one that is there and for one to be added."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from salesdesk.codes import ClientClass
from salesdesk.gateway import Gateway
from salesdesk.i18n import _, language, title
from salesdesk.opening import Opened
from salesdesk.rows import Card, ClientRow
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.new_client import NewClientScreen
from salesdesk.screens.shared_form import SharedForm


def client_form(gateway: Gateway, opened: Opened, card: Card) -> FormScreen[int]:
    """Make the form of a client; it gives the client's id."""

    async def save(values: Mapping[str, str], seen: Card) -> int:
        from salesdesk.desk.editing import edit_client

        client = seen.client
        before = {field.name: field.value for field in client_fields(opened, client)}
        # Only what was changed is sent: somebody else may have changed the rest meanwhile.
        changed = {name: text for name, text in values.items() if text.strip() != before[name].strip()}
        if "stage" in changed and values["reject_reason"]:
            changed["reject_reason"] = values["reject_reason"]
        if changed:
            await gateway.write(
                lambda session, context: edit_client(session, context, client.id, seen=client, **changed)
            )
        return client.id

    title = _("Client: {name}").format(name=card.client.name)
    return SharedForm(title, card, lambda now: client_fields(opened, now.client), save)


def client_fields(opened: Opened, client: ClientRow) -> tuple[Field, ...]:
    """Give the fields of a client, filled in with what is known."""
    catalogues = opened.context.catalogues
    stages = tuple((code, title(entry.title)) for code, entry in catalogues.stages.items())
    reasons = tuple((code, title(entry.title)) for code, entry in catalogues.reasons.items())
    yes_no = (("yes", _("yes")), ("no", _("no")))
    return (
        Field("name", _("Name"), client.name),
        Field("client_class", _("Class"), client.client_class, _same(ClientClass), optional=False),
        Field("stage", _("Stage"), client.stage or "", stages, hint=_("never in conversation")),
        Field("reject_reason", _("If closed, why"), "", reasons),
        Field("interest", _("Interest"), str(client.interest), _same("012345"), optional=False),
        Field("expected_amount", _("Expected amount"), amount_text(client.expected_minor)),
        Field("do_not_call", _("Do not call"), "yes" if client.do_not_call else "no", yes_no, optional=False),
        Field("owner", _("Owner"), client.owner or "", hint=_("the login of an operator")),
        Field("tax_id", _("Tax id"), client.tax_id or ""),
        Field("industry", _("Industry"), client.industry or ""),
        Field("region", _("Region"), client.region or ""),
        Field("city", _("City"), client.city or ""),
        Field("address", _("Address"), client.address or ""),
        Field("postal_code", _("Postal code"), client.postal_code or ""),
        Field("website", _("Website"), client.website or ""),
        Field("email", _("E-mail"), client.email or ""),
        Field("zone", _("Zone"), client.zone, hint="Asia/Yekaterinburg"),
        Field("campaign", _("Campaign"), client.campaign or ""),
    )


def new_client_form(gateway: Gateway, name: str = "", phone: str = "") -> FormScreen[int]:
    """Make the form of a client to be added; it gives the new client's id, or that of one who was there."""
    fields = (
        Field("name", _("Name"), name),
        Field("phone", _("Phone"), phone),
        Field("city", _("City")),
        Field("region", _("Region")),
        Field("tax_id", _("Tax id")),
        Field("email", _("E-mail")),
        Field("website", _("Website")),
        Field("campaign", _("Campaign")),
    )

    async def save(values: Mapping[str, str]) -> int:
        from salesdesk.desk.editing import add_client

        given = {name: text for name, text in values.items() if text.strip()}
        name, phone = given.pop("name", ""), given.pop("phone", "")
        return await gateway.write(
            lambda session, context: add_client(session, context, name, phone, **given)
        )

    return NewClientScreen(_("A new client"), fields, save)


def amount_text(minor: int) -> str:
    """Give an amount as one types it: `450000`, `450000,50`; nothing for nothing."""
    if not minor:
        return ""
    text = f"{Decimal(minor) / 100:.2f}".removesuffix(".00")
    return text.replace(".", ",") if language() == "ru" else text


def _same(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Offer codes under their own names."""
    return tuple((str(code), str(code)) for code in codes)
