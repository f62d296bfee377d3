"""Which of a lead's places to go to; a client is found from here as from everywhere."""

from typing import ClassVar

from textual.binding import BindingType

from salesdesk.commands import DESK, Command, bindings
from salesdesk.i18n import N_, _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.lead_desk import PLACES

SEARCH = "search"


class LeadDeskScreen(ChooseScreen):
    """Dismissed with the code of a place, with SEARCH, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command(
            "desk.search", "s", "search",
            N_("search"), N_("Find a client by name, person, phone or tax id"), DESK,
        ),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(_("The lead's desk"), keyed([(place.code, _(place.title)) for place in PLACES]))

    def action_search(self) -> None:
        """Go on to the search."""
        self.dismiss(SEARCH)
