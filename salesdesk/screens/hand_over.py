"""Clients handed over: to whom, which and until when are asked; what goes is counted, then done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from salesdesk.commands import LIST, Command, bindings
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _
from salesdesk.screens.form import Field, FormScreen, at_field
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.rehearsed import RehearsedScreen, clients_counted
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

    while True:
        fields = (
            Field("to", _("To whom"), said["to"], hint=_("anna,boris"), optional=False),
            Field("clients", _("Which of them"), said["clients"], hint=_("all, or a filter: city=Moscow")),
            Field("until", _("Until"), said["until"], hint=_("for good, or a day: 1.12, +14d")),
        )
        title = _("Hand over the clients of {name}").format(name=name)
        asked = await app.push_screen_wait(HandOverForm(title, fields, save))
        if asked is None:
            return False
        # Whoever does not want it so goes back to what was asked.
        if await app.push_screen_wait(HandOverScreen(asked)):
            return True


class HandOverForm(FormScreen["Asked"]):
    """To whom, which and until when: what is filled in is counted, and nothing is done yet."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("form.save", "f2", "save", N_("count"), N_("Count what would go to whom"), LIST),
    )
    UNSAVED: ClassVar[str] = N_("F2 counts what would go to whom, esc once more leaves all as it is.")


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
        if found.left:
            lines.append(_("stay as they are: {count}").format(count=grouped(found.left)))
        if found.absent:
            lines.append(_("Absent, and get none: {names}").format(names=", ".join(found.absent)))
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
