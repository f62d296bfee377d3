"""What else a lead looks at, besides the tails and the reports: each behind one key of one list."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from salesdesk.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesdesk.screens.desk_screen import DeskScreen


@dataclass(frozen=True, slots=True)
class Place:
    """A screen of the lead's: its code, its title (a message), and where its class is."""

    code: str
    title: str
    module: str
    name: str

    def screen(self) -> "DeskScreen[None]":
        """Make the screen; its module is imported now, not at each start."""
        made = getattr(import_module(f"salesdesk.screens.{self.module}"), self.name)
        return cast("Callable[[], DeskScreen[None]]", made)()


PLACES = (
    Place("now", N_("Operators now"), "operators_now", "OperatorsNowScreen"),
    Place("stand_up", N_("Stand-up"), "stand_up", "StandUpScreen"),
    Place("rejected", N_("Rejected: accept or back into work"), "rejected", "RejectedScreen"),
    Place("vip", N_("VIP dialogues"), "vip_dialogues", "VipDialoguesScreen"),
    Place("reviews", N_("Call reviews"), "call_reviews", "CallReviewsScreen"),
    Place("plans", N_("Plans and costs"), "plans", "PlansScreen"),
)


def place_of(code: str) -> Place:
    """Find a place by its code."""
    return next(place for place in PLACES if place.code == code)
