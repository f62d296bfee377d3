"""After the cards: what the stand-up has come to, and its end."""

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.lead.stand_up_rows import StandUpRow
from salesdesk.lead.stand_up_words import came_to
from salesdesk.screens.pane_screen import PaneScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.stand_up_text import summary_text

FINISHED, LATER = "finished", "later"

SUMMARY_COMMANDS = (
    Command("summary.finish", "enter,f2", "finish", N_("finish"), N_("End the stand-up"), LIST),
    Command("summary.back", "escape,p", "back", N_("to the cards"), N_("Back to the cards"), LIST),
    Command(
        "summary.later", "l,q", "later",
        N_("go on later"), N_("Leave it open: today it can be gone on with"), LIST,
    ),
)  # fmt: skip


class StandUpSummaryScreen(PaneScreen):
    """Dismissed with `FINISHED`, `LATER`, or None: back to the cards."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*SUMMARY_COMMANDS)

    def __init__(self, held: StandUpRow) -> None:
        super().__init__()
        self._held = held

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.entitle(" · ".join([_("Stand-up"), plain(self._held.operator), came_to(self._held)]))
        self.pane().border_title = Content(_("What it has come to"))
        self._show()

    def load(self) -> None:
        """Read anew: something may have been taken back."""
        self._load()

    @work(exclusive=True, group="stand-up")
    async def _load(self) -> None:
        try:
            await self.app.ready()
            from salesdesk.lead.stand_up import stand_up

            self._held = await self.app.gateway.read(stand_up, self._held.id)
        except SalesdeskError as error:
            self.say(str(error), _("esc goes back"))
            return
        finally:
            await self.app.release_keys()
        self.relabel()

    def _show(self) -> None:
        held, context = self._held, self.desk_now()
        if context is not None:
            self.pane().show(lambda width: summary_text(held, context, width))

    def action_finish(self) -> None:
        """End the stand-up."""
        self._finish()

    @work(exclusive=True, group="finish")
    async def _finish(self) -> None:
        with self.app.errors_said():
            from salesdesk.lead.stand_up import finish

            await self.app.gateway.write(finish, self._held.id)
            self.dismiss(FINISHED)

    def action_later(self) -> None:
        """Leave it open."""
        self.dismiss(LATER)
