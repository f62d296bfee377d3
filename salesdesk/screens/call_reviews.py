"""Calls to review: the latest answered ones, reviewed or not; each opens into its checklist."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import DataTable

from salesdesk import formatting, wording
from salesdesk.commands import CALL, CLIENT, LIST, Command, bindings
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.review_rows import CallPick, CallRow
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.listening import LISTEN
from salesdesk.screens.review_call import ReviewCallScreen, sheet_words
from salesdesk.screens.review_table import BACK, RELOAD, SPAN, WHOSE, ReviewTable
from salesdesk.screens.spans import span, span_title
from salesdesk.widgets.cells import fit
from salesdesk.widgets.preview import RESULT_SIGNS, Desk

_NONE = "–"
_TALKS = (0, 30, 60, 180, 600)
_USUAL_TALK = 30

REVIEWS_COMMANDS = (
    Command("reviews.open", "enter", "open", N_("review"), N_("Score the call by the checklist"), CALL),
    LISTEN,
    WHOSE,
    SPAN,
    Command("reviews.talk", "t", "talk", N_("talk"), N_("How long must have been talked"), LIST),
    Command("reviews.card", "c", "card", N_("card"), N_("Open the client's card"), CLIENT),
    RELOAD,
    BACK,
)


class CallReviewsScreen(ReviewTable[CallRow]):
    """The answered calls of a person or of all, the latest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*REVIEWS_COMMANDS)
    SPANS = ("today", "yesterday", "days_7", "days_30", "this-month", "last-month", "this-quarter")

    def __init__(self) -> None:
        super().__init__("days_7")
        self._talk = _USUAL_TALK

    async def read_page(self, after: CallRow | None, limit: int) -> tuple[CallRow, ...]:
        """Read the calls after one."""
        from salesdesk.lead.call_reviews import calls_to_review

        clock = self.app.clock
        whose = self.operator[0] if self.operator else None
        pick = CallPick(span(self.span, clock.today(), clock.zone), whose, self._talk)
        return await self.app.gateway.read(calls_to_review, pick, after=after, limit=limit)

    # Showing

    def key(self, row: CallRow) -> int:
        """Tell a call from all others."""
        return row.call_id

    def head(self) -> list[str]:
        """Say which calls these are, and how many of them were reviewed."""
        count, reviewed = len(self.rows), sum(row.reviews > 0 for row in self.rows)
        return [
            _("Call reviews"),
            ngettext("{count} call", "{count} calls", count).format(count=self.count),
            ngettext("{count} reviewed", "{count} reviewed", reviewed).format(count=reviewed),
            span_title(self.span),
            self.operator[1] if self.operator else "",
            talk_title(self._talk),
        ]

    def nothing(self) -> tuple[str, str]:
        """Say that there are no calls."""
        return _("No such call was answered."), _("p looks further back, w shows others, t shorter talks")

    def columns(self) -> list[tuple[str, int]]:
        """Name the columns."""
        return [
            (_("When"), 11),
            (_("Client"), 0),
            (_("Operator"), 14 if self.wide else 10),
            (_("Outcome"), 16 if self.wide else 14),
            (_("Talk"), 5),
            ("♪", 1),
            (_("Score"), 6),
        ]

    def cells(self, row: CallRow, width: int) -> list[Text]:
        """Write a call down."""
        clock, widths = self.app.clock, [size for _title, size in self.columns()]
        outcomes = self.context().catalogues.outcomes
        sign = f" {RESULT_SIGNS[row.goal_result]}" if row.goal_result else ""
        outcome = fit(wording.titled(outcomes, row.outcome), widths[3] - len(sign)) + sign
        return [
            Text(formatting.day_and_time(row.at, clock.now(), clock.zone)),
            Text(fit(row.client, width), "bold"),
            Text(fit(row.operator, widths[2])),
            Text(outcome),
            Text(formatting.duration(row.talk_seconds), justify="right"),
            Text("♪" if row.recording else " "),
            Text(formatting.share(row.score) if row.reviews else _NONE, justify="right"),
        ]

    async def about(self, row: CallRow, desk: Desk) -> Callable[[int], Content]:
        """Write down what was said in a call, and what of it."""
        from salesdesk.lead.call_reviews import review_sheet

        sheet = await self.app.gateway.read(review_sheet, row.call_id)
        return lambda width: sheet_words(sheet, desk, width)

    async def recording(self) -> str | None:
        """Give the recording of the call under the cursor."""
        return self.row.recording if self.row is not None else None

    # One call

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    @work(exclusive=True, group="client")
    async def action_open(self) -> None:
        """Review the call; the list comes back to the same place."""
        row = self.row
        if row is None:
            return
        with self.app.errors_said():
            from salesdesk.lead.call_reviews import review_sheet

            sheet = await self.app.gateway.read(review_sheet, row.call_id)
            if await self.app.push_screen_wait(ReviewCallScreen(sheet, self.desk())):
                self.app.client_changed(row.client_id)

    def action_card(self) -> None:
        """Open the card; it comes back to the same place."""
        if self.row is not None:
            self.app.open_card(self.row.client_id)

    @work(exclusive=True, group="ask")
    async def action_talk(self) -> None:
        """Choose how long must have been talked."""
        titles = keyed([(str(seconds), talk_title(seconds)) for seconds in _TALKS])
        chosen = await self.app.push_screen_wait(ChooseScreen(_("Talked for"), titles, str(self._talk)))
        if chosen is not None:
            self._talk = int(chosen)
            self.restart()


def talk_title(seconds: int) -> str:
    """Say how long must have been talked."""
    if not seconds:
        return _("any talk")
    return _("from {length} on").format(length=formatting.duration(seconds))
