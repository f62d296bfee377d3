"""Cards side by side: whose value of each field stays, what goes over, and then one card out of all."""

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.widgets import DataTable

from salesdesk.commands import CLIENT, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.counting import counting
from salesdesk.screens.table_screen import TableScreen
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesdesk.base.merging import Merged, MergePlan, PlannedField
    from salesdesk.shell import Shell

STAYS, DIFFERS = "◆", "≠"
_LABEL = 20
_COLUMN_LEAST = 24
_PADDING, _SCROLLBAR = 2, 2

MERGE_COMMANDS = (
    Command("merge.take", "space,enter", "take", N_("take"), N_("Let this value stay on the card"), CLIENT),
    Command("merge.keep", "k", "keep", N_("this card stays"), N_("Let this card stay"), CLIENT),
    Command("merge.merge", "m", "merge", N_("merge"), N_("Make one card of all"), CLIENT),
    Command(
        "merge.apart", "n", "tell_apart",
        N_("not duplicates"), N_("Remember that these are different clients"), CLIENT,
    ),
    Command(
        "merge.leave_out", "x", "leave_out", N_("leave out"), N_("Take this card out of the merge"), CLIENT
    ),
    Command("merge.card", "c", "card", N_("card"), N_("Open the card under the cursor"), CLIENT),
    Command(
        "merge.same", "f", "same",
        N_("only what differs"), N_("Show what differs, or all"), LIST, footer=False,
    ),
    Command("merge.reload", "r", "reload", N_("reload"), N_("Read anew"), LIST, footer=False),
    Command("merge.back", "escape,q", "back", N_("back"), N_("Leave them as they are"), LIST),
)  # fmt: skip


class MergeScreen(TableScreen):
    """Several cards, a column each. Afterwards `merged` says what became of them, or `apart` is so."""

    CURSOR = "cell"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*MERGE_COMMANDS)

    def __init__(self, clients: "Sequence[int]", why: str = "") -> None:
        super().__init__()
        self.merged: Merged | None = None
        self.apart = False
        self._clients = [*clients]
        self._why = why
        self._keep: int | None = None
        self._taken: dict[str, int] = {}
        self._plan: MergePlan | None = None
        self._only_differing = False

    def relabel(self) -> None:
        """Put everything into the language in use."""
        if self._plan is not None:
            self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to leave a card out where two are left without it."""
        if action == "leave_out":
            return self._plan is not None and len(self._plan.cards) > 2
        if action in {"take", "keep", "merge", "tell_apart", "card"} and self._plan is None:
            return None
        return super().check_action(action, parameters)

    # Reading

    def load(self) -> None:
        """Read anew; the cursor stays where it is."""
        self._load()

    @work(exclusive=True, group="plan")
    async def _load(self) -> None:
        try:
            with counting(self, anew=self._plan is not None):
                await self.app.ready()
                from salesdesk.base.merging import rehearse_merge

                plan = await self.app.gateway.read(rehearse_merge, self._clients, self._keep, self._taken)
        except SalesdeskError as error:
            self._plan = None
            self.table.display = False
            self.face.say(str(error), _("esc goes back"))
            return
        fresh = self._plan is None
        self._plan, self._keep = plan, plan.keep
        self._clients = [card.client_id for card in plan.cards]
        self._show(fresh=fresh)
        self.refresh_bindings()

    # Showing

    @property
    def _fields(self) -> "list[PlannedField]":
        if self._plan is None:
            return []
        return [
            field
            for field in self._plan.fields
            if any(field.said) and (field.differs or not self._only_differing)
        ]

    def _show(self, *, fresh: bool = False) -> None:
        plan = self._plan
        if plan is None:
            return
        self.face.hide()
        self.table.display = True
        at = self.table.cursor_coordinate
        kept = [card.client_id for card in plan.cards].index(plan.keep)
        self._entitle(plan)
        width = self._column_width(len(plan.cards))
        self.table.clear(columns=True)
        self.table.add_column("", width=_LABEL)
        for card in plan.cards:
            sign = f"{STAYS} " if card.client_id == plan.keep else "  "
            self.table.add_column(Text(fit(f"{sign}{card.client_id} {card.name}", width)), width=width)
        for field in self._fields:
            self.table.add_row(*self._cells(plan, field, width))
        for cells in self._counted(plan, width):
            self.table.add_row(*cells)
        row, column = (0, kept + 1) if fresh else at
        self.table.move_cursor(row=row, column=max(column, 1), animate=False)
        self._explain()

    def _entitle(self, plan: "MergePlan") -> None:
        count = len(plan.cards)
        cards = ngettext("{count} card", "{count} cards", count).format(count=count)
        self.entitle(" · ".join(filter(None, (_("Merge"), cards, plain(self._why)))))

    def _column_width(self, cards: int) -> int:
        room = self.size.width - _LABEL - _PADDING * (cards + 1) - _SCROLLBAR
        return max(room // cards, _COLUMN_LEAST)

    def _cells(self, plan: "MergePlan", field: "PlannedField", width: int) -> list[Text]:
        from salesdesk.base.merging.fields import field_title

        label = field_title(field.code)
        sign = f"{DIFFERS} " if field.differs else "  "
        cells = [Text(sign + fit(label, _LABEL - 2), "bold" if field.differs else "dim")]
        for card, text in zip(plan.cards, field.said, strict=True):
            stays = bool(text) and card.client_id == field.kept_from
            said = fit(f"{STAYS if stays else ' '} {text}", width)
            cells.append(Text(said, "bold" if stays and field.differs else "" if stays else "dim"))
        return cells

    @staticmethod
    def _counted(plan: "MergePlan", width: int) -> "list[list[Text]]":
        """Say, under the fields, how much hangs on each card."""
        from salesdesk.base.merging.tables import COUNTED
        from salesdesk.wording import merge_moves

        rows = []
        for code in COUNTED:
            counts = [card.counts.get(code, 0) for card in plan.cards]
            if any(counts):
                title = merge_moves({code: 0}).removesuffix(" 0")
                rows.append([
                    Text("  " + fit(title, _LABEL - 2), "dim"),
                    *(Text(fit(f"  {count or '–'}", width), "dim") for count in counts),
                ])  # fmt: skip
        return rows

    def _explain(self) -> None:
        """Say under the table what goes over, and the whole of a value that was cut."""
        plan = self._plan
        if plan is None:
            return
        from salesdesk.wording import merge_moves

        kept = next(card for card in plan.cards if card.client_id == plan.keep)
        moves = merge_moves(plan.moves) or _("nothing")
        lines = [
            _("Into {client} {name} goes: {moved}").format(
                client=kept.client_id, name=plain(kept.name), moved=moves
            )
        ]
        field, place = self._at()
        if field is not None and place is not None:
            said = plain(field.said[place])
            if len(said) > self._column_width(len(plan.cards)) - 2:
                lines.append(said)
            elif not field.open:
                lines.append(_("Who asked never to be called is never called: this is not to be chosen."))
        if any(card.do_not_call for card in plan.cards) and not kept.do_not_call:
            lines.append("✗ " + _("One of the cards asked never to be called: so will the merged one."))
        self.note("\n".join(lines))

    def _at(self) -> "tuple[PlannedField | None, int | None]":
        """Give the field and the place of the card under the cursor."""
        row, column = self.table.cursor_coordinate
        fields = self._fields
        return (fields[row] if row < len(fields) else None), (column - 1 if column else None)

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Explain the value under the cursor."""
        event.stop()
        self._explain()

    def on_resize(self) -> None:
        """Share the new width out."""
        try:
            self._show()
        except NoMatches:
            return  # before it is laid out

    # Choosing

    @property
    def _card_here(self) -> int | None:
        _field, place = self._at()
        if self._plan is None or place is None or place >= len(self._plan.cards):
            return None
        return self._plan.cards[place].client_id

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Take what was clicked."""
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Let the value under the cursor stay."""
        field, place = self._at()
        here = self._card_here
        if field is None or place is None or here is None:
            return
        if not field.open or not field.said[place]:
            self._explain()
            return
        self._taken[field.code] = here
        self.load()

    def action_keep(self) -> None:
        """Let the card under the cursor stay; what was taken field by field is still taken."""
        here = self._card_here
        if here is not None:
            self._keep = here
            self.load()

    def action_leave_out(self) -> None:
        """Take the card under the cursor out."""
        here = self._card_here
        if here is None or len(self._clients) <= 2:
            return
        self._clients.remove(here)
        self._taken = {field: client for field, client in self._taken.items() if client != here}
        if self._keep == here:
            self._keep = None
        self.load()

    def action_same(self) -> None:
        """Show only what differs, or everything."""
        self._only_differing = not self._only_differing
        self._show()

    def action_card(self) -> None:
        """Open the card under the cursor."""
        if self._card_here is not None:
            self.app.open_card(self._card_here)

    # Deciding

    def action_merge(self) -> None:
        """Make one card of all."""
        if self._plan is not None:
            self.app.hold_keys()
            self.run_worker(self._merge(self._plan), group="decide", exclusive=True)

    async def _merge(self, plan: "MergePlan") -> None:
        try:
            with self.app.errors_said():
                from salesdesk.base.merging import merge

                self.merged = await self.app.gateway.write(merge, plan.keep, plan.others, dict(self._taken))
                said = _("Merged: {name}").format(name=plain(self.merged.name))
                self.app.say(said, title=_("u takes it back"))
                self.dismiss(None)
        finally:
            await self.app.release_keys()
        if self.merged is not None:
            self.app.client_changed(None)

    def action_tell_apart(self) -> None:
        """Remember that these are different clients."""
        if self._plan is not None:
            self.app.hold_keys()
            self.run_worker(self._tell_apart(), group="decide", exclusive=True)

    async def _tell_apart(self) -> None:
        try:
            with self.app.errors_said():
                from salesdesk.base.duplicates.apart import tell_apart

                await self.app.gateway.write(tell_apart, self._clients)
                self.apart = True
                self.app.say(_("Remembered: different clients."), title=_("u takes it back"))
                self.dismiss(None)
        finally:
            await self.app.release_keys()

    def client_changed(self, client_id: int | None) -> None:
        """Read anew, unless this is decided."""
        if self.merged is None and not self.apart:
            super().client_changed(client_id)


async def merge_with_another(app: "Shell", client_id: int) -> "Merged | None":
    """Let a person find another card of the same client, and merge both; give what came of it."""
    from salesdesk.screens.search import SearchScreen

    app.say(_("Find the other card of this client."))
    other = await app.push_screen_wait(SearchScreen())
    if other is None or other == client_id:
        return None
    screen = MergeScreen([client_id, other])
    await app.push_screen_wait(screen)
    return screen.merged
