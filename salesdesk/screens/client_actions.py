"""What is done to the client under the cursor of a list: card, dial, log, move, why, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.commands import CALL, Command
from salesdesk.i18n import N_, _
from salesdesk.screens.keeping_up import KeepingUp
from salesdesk.widgets.cells import plain
from salesdesk.widgets.preview import Desk, preview_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from salesdesk.rows import Card, QueueRow

CLIENT_COMMANDS = (
    Command("client.card", "enter", "card", N_("card"), N_("Open the client's card")),
    Command("client.dial", "d", "dial", N_("dial"), N_("Dial the client's number"), CALL),
    Command("client.log", "l", "log", N_("log"), N_("Log what came of the call"), CALL),
    Command("client.move", "m", "move", N_("move"), N_("Move the next action to another time")),
    Command("client.why", "w", "why", N_("why"), N_("Say why this client is here, and at this place")),
    Command(
        "client.merge", "M", "merge", N_("merge"), N_("Merge with another card of this client"), footer=False
    ),
    Command("client.copy_number", "c", "copy_number", N_("copy number"), N_("Copy the number"), footer=False),
    Command("client.copy_card", "C", "copy_card", N_("copy card"), N_("Copy the card as text"), footer=False),
)


class ClientActions(KeepingUp[None]):
    """A screen with a client under its cursor."""

    @property
    def row(self) -> QueueRow | None:
        """The client under the cursor."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show what needs a client as not possible where there is none."""
        of_a_client = any(command.action == action for command in CLIENT_COMMANDS)
        if of_a_client and self.is_mounted and self.row is None:
            return None
        return super().check_action(action, parameters)

    async def card_of(self, row: QueueRow) -> Card:
        """Read the card of a row. Raises SalesdeskError."""
        await self.app.ready()
        from salesdesk.desk.card import card

        return await self.app.gateway.read(card, row.client_id, timeline=10)

    async def desk(self) -> Desk:
        """Give what a card is read with."""
        context = (await self.app.ready()).context
        return Desk(context.catalogues, self.app.clock.now(), self.app.clock.zone)

    def action_card(self) -> None:
        """Open the card."""
        if self.row is not None:
            self.app.open_card(self.row.client_id)

    def action_dial(self) -> None:
        """Dial the number that the row shows."""
        if self.row is None:
            return
        if self.row.phone:
            self.app.dial(self.row.phone, self.row.name)
        else:
            self.app.say(_("No number to dial. The card may know more: enter."), title=plain(self.row.name))

    def action_copy_number(self) -> None:
        """Copy the number."""
        if self.row is not None and self.row.phone:
            self.app.copy(self.row.phone, self.row.phone)

    def action_log(self) -> None:
        """Log a call."""
        self._on_row(self._log)

    def action_move(self) -> None:
        """Move the next action."""
        self._on_row(self._move)

    def action_merge(self) -> None:
        """Merge with another card, found by search."""
        self._on_row(self._merge)

    async def _merge(self, row: QueueRow) -> None:
        from salesdesk.screens.merge_cards import merge_with_another

        await merge_with_another(self.app, row.client_id)

    def action_why(self) -> None:
        """Say why the client is here."""
        self._on_row(self._why)

    def action_copy_card(self) -> None:
        """Copy the card as text."""
        self._on_row(self._copy_card)

    def _on_row(self, work: Callable[[QueueRow], Awaitable[None]]) -> None:
        """Do something to the client in a worker; a second press while it runs takes its place."""
        row = self.row
        if row is not None:
            self.app.hold_keys()
            self.run_worker(self._said(work, row), group="client", exclusive=True)

    async def _said(self, work: Callable[[QueueRow], Awaitable[None]], row: QueueRow) -> None:
        try:
            with self.app.errors_said():
                await work(row)
        finally:
            await self.app.release_keys()

    async def _log(self, row: QueueRow) -> None:
        from salesdesk.screens.wrap_up import WrapUpScreen

        logged = await self.app.push_screen_wait(WrapUpScreen(await self.card_of(row)))
        if logged is not None:
            self.app.call_logged(logged)

    async def _move(self, row: QueueRow) -> None:
        from salesdesk.screens.move import MoveScreen

        moved = await self.app.push_screen_wait(MoveScreen(await self.card_of(row)))
        if moved:
            self.app.client_changed(row.client_id)

    async def _why(self, row: QueueRow) -> None:
        await self.app.ready()
        from salesdesk.desk.reasons import why

        said = await self.app.gateway.read(why, row.client_id)
        self.app.notify(
            "\n".join((said.reason, *said.blocks)), title=plain(row.name), timeout=12, markup=False
        )

    async def _copy_card(self, row: QueueRow) -> None:
        text = preview_text(await self.card_of(row), await self.desk()).plain
        self.app.copy(text, plain(row.name))
