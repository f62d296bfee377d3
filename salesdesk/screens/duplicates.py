"""Likely duplicates: groups of cards that may be one, the likeliest first; each opens side by side."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.widgets import DataTable

from salesdesk import formatting
from salesdesk.codes import Role
from salesdesk.commands import CLIENT, LIST, Command, bindings, for_leads
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.counting import counting
from salesdesk.screens.merge_cards import MergeScreen
from salesdesk.screens.steady_rows import SteadyRows
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesdesk.base.duplicates.groups import Group, GroupClient, Groups
    from salesdesk.context import Context
    from salesdesk.storage.base import Base

_PAGE = 200
_NEAR_END = 20
_SCORE, _PADDING, _SCROLLBAR = 6, 2, 2
_WIDE = 110
"""From so many cells on there is room for more than names."""
_BESIDE = 5
"""Cards of the group under the cursor that are written out under the table."""
SCORES = ("0.99", "0.95", "0.9", "0.8", "0.7")

DUPLICATES_COMMANDS = (
    Command("duplicates.open", "enter", "open", N_("side by side"), N_("Open the cards side by side"), LIST),
    Command(
        "duplicates.apart", "n", "tell_apart",
        N_("not duplicates"), N_("Remember that these are different clients"), CLIENT,
    ),
    Command("duplicates.look", "r", "look", N_("look anew"), N_("Look through the whole base anew"), LIST),
    Command(
        "duplicates.all", "B", "merge_all",
        N_("merge all"), N_("Make one card of each group from a score on, after a rehearsal"), LIST,
    ),
    Command("duplicates.past", "h", "past", N_("merged"), N_("What was merged, and taking it back"), LIST),
    Command("duplicates.reload", "R", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("duplicates.back", "escape,q", "back", N_("back"), N_("Back to where you were"), LIST),
)  # fmt: skip
_LEADS_KEYS = for_leads(*(command for command in DUPLICATES_COMMANDS if command.action == "merge_all"))


class DuplicatesScreen(SteadyRows["Group"]):
    """What the last look through the base found."""

    FIXED_COLUMNS = 0
    COUNTS_ANEW = "R"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*DUPLICATES_COMMANDS), _LEADS_KEYS]

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []
        self._page: Groups | None = None
        self._looking: Progress | None = None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a lead merge all at once; offer what needs a group where there is one."""
        if action == "merge_all":
            opened = self.app.gateway.opened
            return opened is not None and opened.context.me.role is not Role.OPERATOR
        if action in {"open", "tell_apart"} and self.is_mounted and self.group is None:
            return None
        return super().check_action(action, parameters)

    @property
    def group(self) -> "Group | None":
        """The group under the cursor."""
        at = self.table.cursor_coordinate.row
        return self.groups[at] if at < len(self.groups) else None

    # Reading

    def load(self) -> None:
        """Read what was found; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="groups")
    async def _load(self) -> None:
        await self._read()

    async def _read(self) -> None:
        try:
            with self.reading(), counting(self, anew=bool(self.groups)):
                found = await self.find_rows()
        except SalesdeskError as error:
            self.face.say(str(error), _("R tries again"))
            return
        self.groups = [*found]
        self._show()
        self.refresh_bindings()

    async def find_rows(self) -> "Sequence[Group]":
        """Read as many groups as are shown, and how many there are."""
        await self.app.ready()
        from salesdesk.base.duplicates.groups import groups

        self._page = await self.app.gateway.read(groups, limit=max(len(self.groups), _PAGE))
        return self._page.groups

    @property
    def rows_shown(self) -> "Sequence[Group]":
        """The rows of the table."""
        return self.groups

    def take_rows(self, rows: "list[Group]") -> None:
        """Have other rows."""
        self.groups = rows

    def row_key(self, row: "Group") -> frozenset[int]:
        """Tell a group from all others."""
        return frozenset(client.client_id for client in row.clients)

    def row_cells(self, row: "Group") -> list[Text]:
        """Write a group down."""
        return _cells(row, self._widths(), wide=self.size.width >= _WIDE)

    def write_anew(self) -> None:
        """Write everything."""
        self._show()

    def write_around(self) -> None:
        """Write what stands around the table."""
        if self._page is not None:
            self._entitle(self._page)
        self.call_later(self._write_beside)

    @work(exclusive=True, group="more")
    async def _read_more(self) -> None:
        with self.app.errors_said():
            from salesdesk.base.duplicates.groups import groups

            page = self._page
            if page is None or page.after is None:
                return
            self._page = await self.app.gateway.read(groups, limit=_PAGE, after=page.after)
            self.groups += self._page.groups
            self._show()

    # Looking through the base

    def action_look(self) -> None:
        """Look through the base anew."""
        if self._looking is None:
            self.run_worker(self._look(), group="look", exclusive=True)

    async def _look(self) -> None:
        self._looking = looking = Progress(self._say_looking)
        self._say_looking(0, None)

        def work_through(base: "Base", context: "Context") -> int:
            from salesdesk.base.duplicates.scanning import find, keep

            # Nobody who writes waits while it looks.
            with base.read() as session:
                found = find(session, context, progress=looking.report, cancelled=lambda: looking.cancelled)
            with base.write() as session:
                return keep(session, context, found)

        try:
            with self.app.errors_said(), self.reading():
                await self.app.ready()
                await self.app.gateway.job(work_through)
        finally:
            self._looking = None
        if self.is_attached:
            await self._read()

    def _say_looking(self, done: int, total: int | None) -> None:
        if self._looking is None or not self.is_attached:
            return
        far = f" {done * 100 // total} %" if total else ""
        words, hint = _("Looking through the base…") + far, _("esc stops it")
        if self.groups:
            self.entitle(f"{words} · {hint}")
        else:
            self.face.say(words, hint)

    def on_unmount(self) -> None:
        """Let no look outlive the screen that can stop it."""
        if self._looking is not None:
            self._looking.cancel()

    def action_back(self) -> None:
        """Stop looking, or go back."""
        if self._looking is not None:
            self._looking.cancel()
        else:
            self.dismiss(None)

    # Showing

    def _show(self) -> None:
        page = self._page
        if page is None:
            return
        self._entitle(page)
        self.table.display = bool(self.groups)
        if not self.groups:
            self.note("")
            if page.scanned_at is None:
                self.face.say(_("The base was not looked through yet."), _("r looks through it"))
            else:
                self.face.say(_("No cards that may be one."), _("r looks through the base anew"))
            return
        self.face.hide()
        at = self.table.cursor_coordinate.row
        self.table.clear(columns=True)
        widths = self._widths()
        heads = (_("Score"), _("Card"), _("Another card"), _("Why"))
        for head, width in zip(heads, widths, strict=True):
            self.table.add_column(head, width=width)
        for group in self.groups:
            self.table.add_row(*self.line_of(group))
        self.table.move_cursor(row=min(at, len(self.groups) - 1), animate=False)
        self._write_beside()

    def _entitle(self, page: "Groups") -> None:
        parts = [
            _("Duplicates"),
            ngettext("{count} group", "{count} groups", page.total).format(count=page.total),
        ]
        if page.scanned_at is not None:
            when = formatting.moment(page.scanned_at, self.app.clock.now(), self.app.clock.zone)
            parts.append(_("looked through {when}").format(when=when))
        self.entitle(" · ".join(parts))

    def _widths(self) -> tuple[int, int, int, int]:
        room = self.size.width - _SCORE - _PADDING * 4 - _SCROLLBAR
        why = max(room * 3 // 10, 18)
        card = (room - why) // 2
        return _SCORE, card, card, room - 2 * card

    def _write_beside(self) -> None:
        """Write the cards of the group under the cursor under one another, and why they may be one."""
        group = self.group
        if group is None:
            self.note("")
            return
        lines = [_why(group)]
        lines += [card_line(client) for client in group.clients[:_BESIDE]]
        more = len(group.clients) - _BESIDE
        if more > 0:
            lines.append(ngettext("… and {count} more", "… and {count} more", more).format(count=more))
        width = max(self.size.width - 4, 20)
        self.note("\n".join(fit(line, width).rstrip() for line in lines))

    def on_resize(self) -> None:
        """Share the new width out."""
        if self.is_mounted:
            self._show()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Write out the group under the cursor; read on before the end is reached."""
        event.stop()
        self._write_beside()
        page = self._page
        if page is not None and page.after is not None and event.cursor_row >= len(self.groups) - _NEAR_END:
            self._read_more()

    # Deciding

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what was clicked."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open group after group side by side, from the one under the cursor, until one goes back."""
        if self.group is not None:
            self.run_worker(self._go_through(), group="client", exclusive=True)

    async def _go_through(self) -> None:
        while self.group is not None:
            group = self.group
            ids = [client.client_id for client in group.clients]
            screen = MergeScreen(ids, f"{formatting.number(group.score, 2)} · {_why(group)}")
            await self.app.push_screen_wait(screen)
            if screen.merged is None and not screen.apart:
                return
            await self._read()

    def action_tell_apart(self) -> None:
        """Remember that the cards of the group under the cursor are different clients."""
        group = self.group
        if group is not None:
            self.app.hold_keys()
            self.run_worker(self._tell_apart(group), group="client", exclusive=True)

    async def _tell_apart(self, group: "Group") -> None:
        try:
            with self.app.errors_said():
                from salesdesk.base.duplicates.apart import tell_apart

                await self.app.gateway.write(tell_apart, [client.client_id for client in group.clients])
                self.app.say(_("Remembered: different clients."), title=_("u takes it back"))
                await self._read()
        finally:
            await self.app.release_keys()

    @work(exclusive=True, group="client")
    async def action_merge_all(self) -> None:
        """Ask from which score on, and rehearse."""
        from salesdesk.screens.merge_all import MergeAllScreen, from_score

        offers = [(score, from_score(float(score))) for score in SCORES]
        ask = ChooseScreen(_("Merge all likely duplicates"), keyed(offers), "0.95")
        score = await self.app.push_screen_wait(ask)
        if score is not None:
            await self.app.push_screen_wait(MergeAllScreen(float(score)))
            await self._read()

    def action_past(self) -> None:
        """Show what was merged."""
        from salesdesk.screens.merges import MergesScreen

        self.app.push_screen(MergesScreen())


def _cells(group: "Group", widths: tuple[int, int, int, int], *, wide: bool) -> list[Text]:
    first, second, *more = group.clients
    another = (f"(+{len(more)}) " if more else "") + _named(second, wide=wide)
    return [
        Text(formatting.number(group.score, 2), justify="right"),
        Text(fit(_named(first, wide=wide), widths[1]), "bold"),
        Text(fit(another, widths[2])),
        Text(fit(_why(group), widths[3])),
    ]


def _named(client: "GroupClient", *, wide: bool) -> str:
    more = (client.city, formatting.phone(client.phone) if client.phone else None) if wide else ()
    return " · ".join(plain(part) for part in (client.name, *more) if part)


def _why(group: "Group") -> str:
    from salesdesk.base.duplicates.reasons import reason_words

    return "; ".join(map(reason_words, group.why))


def card_line(client: "GroupClient") -> str:
    """Write a card on one line: number, name, place, number to call, tax id, whose."""
    number = formatting.phone(client.phone) if client.phone else ""
    place = ", ".join(filter(None, (client.city, client.address)))
    parts = (client.name, place, number, client.tax_id, client.email, client.owner)
    return f"{client.client_id:>7}  " + " · ".join(plain(part) for part in parts if part)
