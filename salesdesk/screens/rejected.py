"""Rejected clients: why, by whom, what was said last; each is accepted or goes back into work."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.content import Content

from salesdesk import formatting, wording
from salesdesk.codes import PhoneState
from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.review_rows import LastCall, RejectedPick, RejectedRow, Verdicts
from salesdesk.screens.choose import ChooseScreen
from salesdesk.screens.listening import LISTEN
from salesdesk.screens.marked_table import MarkedTable, mark_commands
from salesdesk.screens.review_table import BACK, RELOAD, SPAN, WHOSE, ReviewTable
from salesdesk.screens.spans import ANY, span, span_title
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.choices import Choice
from salesdesk.widgets.leaf import FORBIDDEN, QUIET, STRESSED, Leaf
from salesdesk.widgets.preview import RESULT_SIGNS, Desk

if TYPE_CHECKING:
    from salesdesk.lead.unusual import Unusual

_NONE = "–"
_ANY_REASON = "any"
_USUAL = "days_90"

REJECTED_COMMANDS = (
    Command("rejected.card", "enter", "card", N_("card"), N_("Open the client's card"), CLIENT),
    Command("rejected.accept", "a", "accept", N_("accept"), N_("Accept the marked ones as rejected"), CLIENT),
    Command(
        "rejected.return", "b", "give_back",
        N_("back to work"), N_("Send the client back into work, with a call owed to it"), CLIENT,
    ),
    LISTEN,
    *mark_commands("rejected"),
    WHOSE,
    Command("rejected.reason", "y", "reason", N_("reason"), N_("Those of one reason, or of any"), LIST),
    SPAN,
    RELOAD,
    BACK,
)  # fmt: skip


class RejectedScreen(ReviewTable[RejectedRow], MarkedTable):
    """The queue of rejected clients that wait for a verdict, the last rejected first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*REJECTED_COMMANDS)
    SPANS = ("days_7", "days_30", "days_90", "this-month", "last-month", "this-quarter", "last-quarter", ANY)

    def __init__(self) -> None:
        super().__init__(_USUAL)
        self._reason: str | None = None
        self._forbidden: set[int] = set()
        """Who of those shown asked never to be called."""
        self._verdicts: Verdicts | None = None
        self._unusual: tuple[Unusual, ...] = ()

    # Reading

    def _pick(self) -> RejectedPick:
        clock = self.app.clock
        period = None if self.span == ANY else span(self.span, clock.today(), clock.zone)
        return RejectedPick(period, self.operator[0] if self.operator else None, self._reason)

    async def read_page(self, after: RejectedRow | None, limit: int) -> tuple[RejectedRow, ...]:
        """Read the clients after one."""
        from salesdesk.lead.rejected_review import waiting

        rows = await self.app.gateway.read(waiting, self._pick(), after=after, limit=limit)
        if after is None:
            self.marked &= {row.client_id for row in rows}
            self._forbidden = set()
        self._forbidden |= {row.client_id for row in rows if row.do_not_call}
        return rows

    async def read_figures(self) -> None:
        """Read what came of this quarter's verdicts, and which reasons stand out."""
        from salesdesk.lead.reports.rejected import unusual_reasons
        from salesdesk.lead.won_back import verdicts

        clock = self.app.clock
        quarter = span("this-quarter", clock.today(), clock.zone)
        self._verdicts = await self.app.gateway.read(verdicts, quarter)
        shown = span(self.span, clock.today(), clock.zone)
        self._unusual = await self.app.gateway.read(unusual_reasons, shown)

    # Showing

    def key(self, row: RejectedRow) -> int:
        """Tell a client from all others."""
        return row.client_id

    def head(self) -> list[str]:
        """Say how many wait, and of whom."""
        count = len(self.rows)
        parts = [
            _("Rejected"),
            ngettext("{count} waits for a verdict", "{count} wait for a verdict", count).format(
                count=self.count
            ),
            span_title(self.span),
            self.operator[1] if self.operator else "",
            self._reason_title(self._reason),
        ]
        return [*parts, self.marked_words()]

    def figures(self) -> list[str]:
        """Say what came of this quarter's verdicts, and which reasons stand out."""
        lines = []
        if self._verdicts is not None:
            said = self._verdicts
            line = _("This quarter: {accepted} accepted, {returned} back into work, {won} of them won since")
            words = line.format(accepted=said.accepted, returned=said.returned, won=said.won)
            lines.append(words + (f": {formatting.amount_short(said.amount_minor)}" if said.won else ""))
        if self._unusual:
            lines.append("▲ " + " · ".join(map(self._unusual_words, self._unusual)))
        return lines

    def _unusual_words(self, one: "Unusual") -> str:
        from salesdesk.lead.written import unusual_words

        return plain(unusual_words(self.context(), one))

    def _reason_title(self, code: str | None) -> str:
        opened = self.app.gateway.opened
        return wording.titled(opened.context.catalogues.reasons if opened else {}, code)

    def nothing(self) -> tuple[str, str]:
        """Say that nobody waits."""
        return _("Nobody waits for a verdict."), _("p looks further back, w and y show others")

    def columns(self) -> list[tuple[str, int]]:
        """Name the columns."""
        wide = self.wide
        return [
            ("", 1),
            (_("Client"), 0),
            (_("Reason"), 18 if wide else 13),
            (_("Who"), 14 if wide else 10),
            (_("When"), 11 if wide else 5),
            (_("Amount"), 7),
            (_("Calls"), 7) if wide else ("☎", 3),
        ]

    def cells(self, row: RejectedRow, width: int) -> list[Text]:
        """Write a client down."""
        clock = self.app.clock
        at = formatting.day_and_time(row.at, clock.now(), clock.zone)
        widths = [size for _title, size in self.columns()]
        reason = self._reason_title(row.reason) or _("not said")
        return [
            self.mark_cell(row.client_id),
            Text(fit(row.name, width), "bold"),
            Text(fit(reason, widths[2])),
            Text(fit(row.operator, widths[3])),
            Text(at if self.wide else at[:5]),
            Text(formatting.amount_short(row.amount_minor) or _NONE, justify="right"),
            Text(str(row.calls or _NONE), justify="right"),
        ]

    @property
    def shown_clients(self) -> list[int]:
        """The clients of the rows."""
        return [row.client_id for row in self.rows]

    def unmarked_sign(self, client_id: int) -> str:
        """Tell apart who asked never to be called."""
        return "✗" if client_id in self._forbidden else " "

    async def about(self, row: RejectedRow, desk: Desk) -> Callable[[int], Content]:
        """Write down why and by whom it was rejected, and what was said last."""
        calls = await self._calls(row)
        return lambda width: rejected_words(row, calls, desk, width)

    async def _calls(self, row: RejectedRow) -> tuple[LastCall, ...]:
        from salesdesk.lead.rejected_review import last_calls

        return await self.app.gateway.read(last_calls, row.client_id)

    async def recording(self) -> str | None:
        """Give the recording of the last call that has one."""
        calls = await self._calls(self.row) if self.row is not None else ()
        return next((call.recording for call in calls if call.recording), None)

    # Verdicts

    def action_accept(self) -> None:
        """Accept the marked ones, or the one under the cursor: it leaves the list before the next key."""
        clients = self.chosen_clients()
        if clients:
            self.app.hold_keys()
            self.run_worker(self._accept(clients), group="client", exclusive=True)

    async def _accept(self, clients: Sequence[int]) -> None:
        try:
            with self.app.errors_said():
                from salesdesk.lead.rejected_review import accept

                accepted = await self.app.gateway.write(accept, clients)
                self.unmark()
                self.put([row for row in self.rows if row.client_id not in {*clients}])
                if len(clients) > 1:
                    said = ngettext("{count} client accepted", "{count} clients accepted", accepted)
                    self.app.say(said.format(count=accepted), title=_("u takes it back"))
        finally:
            await self.app.release_keys()
        self.app.client_changed(clients[0] if len(clients) == 1 else None)

    @work(exclusive=True, group="client")
    async def action_give_back(self) -> None:
        """Send the marked ones back into work one after another, or the one under the cursor."""
        chosen = {*self.chosen_clients()}
        for row in [row for row in self.rows if row.client_id in chosen]:
            if not await self._give_back(row):
                return

    async def _give_back(self, row: RejectedRow) -> bool:
        """Ask when, who and with which goal; say whether it was done."""
        with self.app.errors_said():
            from salesdesk.lead.rejected_review import offer
            from salesdesk.screens.give_back import give_back_form
            from salesdesk.team.people import people

            usual = await self.app.gateway.read(offer, row.client_id)
            who = await self.app.gateway.read(people)
            form = give_back_form(self.app.gateway, self.context(), usual, who)
            if await self.app.push_screen_wait(form) is not None:
                said = _("Back into work: {name}").format(name=plain(row.name))
                self.app.say(said, title=_("u takes it back"))
                self.marked -= {row.client_id}
                self.app.client_changed(row.client_id)
                return True
        return False

    @work(exclusive=True, group="ask")
    async def action_reason(self) -> None:
        """Choose the reason of those to show."""
        with self.app.errors_said():
            reasons = self.context().catalogues.reasons
            offers = [
                Choice(_ANY_REASON, "0", _("any reason")),
                *(Choice(code, entry.key, self._reason_title(code)) for code, entry in reasons.items()),
            ]
            ask = ChooseScreen(_("Rejected because of"), offers, self._reason or _ANY_REASON)
            chosen = await self.app.push_screen_wait(ask)
            if chosen is not None:
                self._reason = None if chosen == _ANY_REASON else chosen
                self.restart()


def rejected_words(row: RejectedRow, calls: Sequence[LastCall], desk: Desk, width: int) -> Content:
    """Write a rejected client down: what was lost and why, and its last calls, to a width."""
    leaf = Leaf(width)
    titles = desk.catalogues
    leaf.line(row.name, STRESSED)
    stage = wording.titled(titles.stages, row.from_stage) or _("never in conversation")
    reason = wording.titled(titles.reasons, row.reason) or _("not said")
    leaf.line(f"{row.client_class} · {stage} → {reason}")
    at = formatting.moment(row.at, desk.now, desk.zone)
    leaf.line(f"{at} · {plain(row.operator)}", QUIET)
    leaf.line(_("lost: {amount}").format(amount=formatting.amount(row.amount_minor, titles.team.currency)))
    if row.do_not_call:
        leaf.line("✗ " + wording.phone_state(PhoneState.DO_NOT_CALL), FORBIDDEN)
    count = ngettext("{count} call", "{count} calls", row.calls).format(count=row.calls)
    leaf.heading(_("Last calls"), count)
    for call in calls:
        _write_call(leaf, call, desk)
    if not calls:
        leaf.line(_("nothing was said or written down"), QUIET)
    return leaf.content()


def _write_call(leaf: Leaf, call: LastCall, desk: Desk) -> None:
    titles = desk.catalogues
    lead = Content.assemble((f"{formatting.day_and_time(call.at, desk.now, desk.zone):<11} ", QUIET))
    rule = titles.outcomes.get(call.outcome)
    parts = [wording.titled(titles.outcomes, call.outcome)]
    if call.goal and call.goal_result and (rule is None or rule.answered):
        parts.append(f"{wording.titled(titles.goals, call.goal)} {RESULT_SIGNS[call.goal_result]}")
    if call.talk_seconds:
        parts.append(formatting.duration(call.talk_seconds))
    leaf.item(lead, Content.assemble((" · ".join(parts), STRESSED), (f" · {plain(call.operator)}", QUIET)))
    if call.note:
        leaf.line(call.note, indent=lead.cell_length)
    if call.recording:
        leaf.line(f"♪ {call.recording}", QUIET, indent=lead.cell_length)
