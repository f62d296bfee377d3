"""A deal of a client as a form."""

from collections.abc import Mapping

from salesdesk.gateway import Gateway
from salesdesk.i18n import _, title
from salesdesk.opening import Opened
from salesdesk.rows import Card, DealRow
from salesdesk.screens.edit_client import amount_text
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.shared_form import SharedForm


def deal_form(gateway: Gateway, opened: Opened, card: Card, deal_id: int | None) -> FormScreen[int]:
    """Make the form of a deal, or of one to be added."""

    def on(now: Card) -> DealRow | None:
        return next((one for one in now.deals if one.id == deal_id), None)

    def fields(now: Card) -> tuple[Field, ...] | None:
        deal = on(now)
        return None if deal is None and deal_id is not None else _deal_fields(opened, now, deal)

    async def save(values: Mapping[str, str], seen: Card) -> int:
        from salesdesk.desk.deals import save_deal

        return await gateway.write(
            save_deal,
            card.client.id,
            deal_id,
            title=values["title"],
            product=values["product"],
            amount=values["amount"],
            stage=values["stage"],
            reject_reason=values["reject_reason"] or None,
            seen=on(seen),
        )

    deal = on(card)
    name = _("Deal: {name}").format(name=deal.title) if deal else _("A new deal")
    return SharedForm(name, card, fields, save)


def _deal_fields(opened: Opened, card: Card, deal: DealRow | None) -> tuple[Field, ...]:
    catalogues = opened.context.catalogues
    stages = tuple((code, title(entry.title)) for code, entry in catalogues.stages.items())
    reasons = tuple((code, title(entry.title)) for code, entry in catalogues.reasons.items())
    stage = deal.stage if deal else card.client.stage or next(iter(catalogues.stages))
    return (
        Field("title", _("Title"), deal.title if deal else ""),
        Field("product", _("Product"), (deal.product or "") if deal else ""),
        Field("amount", _("Amount"), amount_text(deal.amount_minor) if deal else ""),
        Field("stage", _("Stage"), stage, stages, optional=False),
        Field("reject_reason", _("If closed, why"), (deal.reject_reason or "") if deal else "", reasons),
    )
