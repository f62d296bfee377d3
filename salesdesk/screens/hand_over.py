"""Clients handed over: to whom, which and until when are asked; what goes is counted, then done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from salesdesk.commands import LIST, Command, bindings
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _
from salesdesk.screens.form import Field, at_field
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.rehearsed import (
    CountForm,
    RehearsedScreen,
    asked_and_done,
    clients_counted,
    who_gets_none,
)
from salesdesk.widgets.cells import fit, fit_right
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.lead.handing_over import Asked, HandedOver
    from salesdesk.shell import Shell


async def hand_over_asked(app: "Shell", login: str, name: str) -> bool:
    """Ask to whom, count, and hand somebody's clients over when that is wanted. Raises SalesdeskError."""
    from salesdesk.lead.handing_over import read_asked

    said = {"to": "", "clients": "", "until": ""}

    async def save(values: Mapping[str, str]) -> "Asked":
        said.update(values)
        with at_field("to"):
            return await app.gateway.read(
                read_asked, login, said["to"], clients=said["clients"], until=said["until"]
            )

    def form() -> CountForm["Asked"]:
        fields = (
            Field("to", _("To whom"), said["to"], hint=_("anna,boris"), optional=False),
            Field("clients", _("Which of them"), said["clients"], hint=_("all, or a filter: city=Moscow")),
            Field("until", _("Until"), said["until"], hint=_("for good, or a day: 1.12, +14d")),
        )
        return CountForm(_("Hand over the clients of {name}").format(name=name), fields, save)

    return await asked_and_done(app, form, HandOverScreen)


class HandOverScreen(RehearsedScreen["HandedOver"]):
    """Counts what would go to whom, and hands it over when that is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("handover.do", "enter,f2", "do", N_("hand over"), N_("Hand them over so"), LIST),
        Command(
            "handover.cancel", "escape", "cancel", N_("back"), N_("Stop what runs; otherwise back"), LIST
        ),
        HELP,
    )

    def __init__(self, asked: "Asked") -> None:
        super().__init__()
        self._asked = asked

    def question(self) -> str:
        """Ask whether it is wanted so."""
        return _("Hand over so?")

    async def count(self) -> "HandedOver":
        """Count what would go to whom."""
        from salesdesk.lead.handing_over import rehearse_hand_over

        return await self.app.gateway.read(rehearse_hand_over, self._asked)

    def lines(self, found: "HandedOver") -> list[str]:
        """Say what would go, to whom, and until when."""
        from salesdesk.lead.load_words import load_lines

        opened = self.app.gateway.opened
        currency = opened.context.catalogues.team.currency if opened is not None else ""
        lines = [*load_lines(found.load, currency), ""]
        lines += [fit(one.name, 28) + fit_right(grouped(one.clients), 12) for one in found.receivers]
        lines += who_gets_none(found.left, found.absent)
        if found.until is not None:
            lines += ["", _("They come back on {day}.").format(day=f"{found.until:%d.%m.%Y}")]
        return lines

    async def carry_out(self, progress: Progress) -> str:
        """Hand them over."""
        from salesdesk.lead.handing_over import hand_over

        done = await self.app.gateway.write(
            hand_over, self._asked, progress=progress.report, cancelled=lambda: progress.cancelled
        )
        return _("Handed over: {what}").format(what=clients_counted(done.load.clients))
