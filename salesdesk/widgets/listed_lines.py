"""A list of clients as lines: which columns there is room for, and what stands in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from salesdesk import formatting, wording
from salesdesk.i18n import _
from salesdesk.widgets.cells import fit
from salesdesk.widgets.claimed import name_and_who

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesdesk.base.listing import ListedRow
    from salesdesk.clock import Clock
    from salesdesk.wording import Titled

_WIDE = 116
SORTS = ("name", "amount", "last_call", "next")


@dataclass(frozen=True, slots=True)
class ListedLines:
    """How clients are written into so many cells; before them there is room for a mark."""

    width: int

    @property
    def wide(self) -> bool:
        """Whether there is room for everything."""
        return self.width >= _WIDE

    @property
    def padding(self) -> int:
        """How many cells stand on each side of a column: where room is short, names get what is saved."""
        return 1 if self.wide else 0

    def headings(self) -> list[tuple[str, int]]:
        """Give the columns as the table takes them: without padding a blank of their own keeps them apart."""
        return [(title, width + 1 - self.padding) for title, width in self.columns()]

    def columns(self) -> list[tuple[str, int]]:
        """Give the title of each column and how wide it is, that of the mark first."""
        wide = self.wide
        columns = [
            ("", 1), (_("Client"), 0), (_("City"), 16 if wide else 10), (_("Stage"), 15 if wide else 10),
            (_("Class") if wide else _("Cl."), 5 if wide else 3), *([(_("Owner"), 14)] if wide else []),
            _headed(_("Last call"), _("Called"), 11 if wide else 6),
            _headed(_("Next action"), _("Next"), 12 if wide else 6), (_("Amount"), 8),
        ]  # fmt: skip
        between = 2 if wide else 1
        taken = sum(width for _heading, width in columns) + between * len(columns) + 2
        return [(title, width or max(self.width - taken, 14)) for title, width in columns]

    def cells(self, row: "ListedRow", stages: "Mapping[str, Titled]", clock: "Clock") -> list[Text]:
        """Write a client, without the mark."""
        widths = [width for _heading, width in self.columns()]
        owed = row.next_action
        texts = [
            fit(row.city or "", widths[2]),
            fit(wording.titled(stages, row.stage) or _("cold"), widths[3]),
            str(row.client_class),
            *([fit(row.owner or "–", 14)] if self.wide else []),
            self._day(row.last_call_at, clock),
            self._day(owed.due_at if owed else None, clock, promise=owed is not None and owed.promise),
        ]
        name = Text(name_and_who(row.name, row.claimed_by, widths[1]), "bold")
        amount = Text(formatting.amount_short(row.expected_minor), justify="right")
        return [name, *map(Text, texts), amount]

    def _day(self, at: datetime | None, clock: "Clock", *, promise: bool = False) -> str:
        """Write a day, and where there is room the time that was agreed."""
        if at is None:
            return "–"
        if promise and self.wide:
            return formatting.day_and_time(at, clock.now(), clock.zone)
        return formatting.day_short(at.astimezone(clock.zone).date(), clock.today())


def _headed(title: str, short: str, width: int) -> tuple[str, int]:
    """Give a column its title, the short one where there is no room for the whole."""
    return (title if cell_len(title) <= width else short), width


def sort_words(code: str) -> str:
    """Say in which order a list stands."""
    return {
        "name": _("by name"),
        "amount": _("the largest amount first"),
        "last_call": _("the longest not called first"),
        "next": _("by next action"),
    }[code]
