"""A card's client on its way between specialties: confirmed, given back, handed on."""

from typing import ClassVar

from textual.binding import BindingType

from salesdesk.commands import Command, bindings
from salesdesk.i18n import N_
from salesdesk.rows import Card
from salesdesk.screens.card_actions import CardActions

HANDING_COMMANDS = (
    Command(
        "card.confirm", "h", "confirm",
        N_("confirm"), N_("Confirm that you have taken this client over"),
    ),
    Command(
        "card.give_back", "y", "give_back",
        N_("give back"), N_("Give the client back to whoever handed it on, and say why"),
    ),
    Command(
        "card.hand_on", "H", "hand_on",
        N_("hand on"), N_("Hand the client on to somebody, with a note"), footer=False,
    ),
)  # fmt: skip


class CardHanding(CardActions):
    """A card whose client can change hands."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*HANDING_COMMANDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to confirm and to give back only what waits for who sits here."""
        if action in {"confirm", "give_back"}:
            return self.card is not None and self.card.handed is not None and self.card.handed.mine
        if action == "hand_on" and self.is_mounted and self.card is None:
            return None
        return super().check_action(action, parameters)

    def action_confirm(self) -> None:
        """Confirm the client."""
        self._do(self._confirm)

    async def _confirm(self, card: Card) -> None:
        from salesdesk.screens.handing import confirm_client

        await confirm_client(self.app, card.client.id, card.client.name)

    def action_give_back(self) -> None:
        """Give the client back."""
        self._do(self._give_back)

    async def _give_back(self, card: Card) -> None:
        from salesdesk.screens.handing import give_back

        if await give_back(self.app, card.client.id, card.client.name):
            await self.go_on()

    def action_hand_on(self) -> None:
        """Hand the client on."""
        self._do(self._hand_on)

    async def _hand_on(self, card: Card) -> None:
        from salesdesk.screens.handing import hand_on_to

        if await hand_on_to(self.app, card.client.id, card.client.name):
            await self.go_on()
