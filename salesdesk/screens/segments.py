"""Saved filters: used, saved, renamed, shared, removed; each with its count, told as it is counted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import wording
from salesdesk.commands import LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import fit, fit_right, plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.pick_list import PickList
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.segments import SegmentRow

SEGMENTS_COMMANDS = (
    Command("segments.use", "enter", "use", N_("show"), N_("Show the clients of this segment"), LIST),
    Command("segments.save", "s", "save", N_("save"), N_("Save the filter of the table under a name"), LIST),
    Command("segments.rename", "n", "rename", N_("rename"), N_("Call it by another name"), LIST),
    Command("segments.share", "h", "share", N_("share"), N_("Let everybody use it, or nobody else"), LIST),
    Command("segments.remove", "d", "remove", N_("remove"), N_("Remove it; its clients stay"), LIST),
    Command("segments.undo", "u", "undo", N_("undo"), N_("Take your last thing back"), LIST, footer=False),
    Command("segments.cancel", "escape", "cancel", N_("back"), N_("Back to the table"), LIST),
    HELP,
)
_CHANGES = frozenset({"rename", "share", "remove"})


class SegmentsScreen(DeskModal["SegmentRow"]):
    """Dismissed with the segment to show, or with None."""

    CSS_PATH = "segments.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*SEGMENTS_COMMANDS)
    lines = getters.query_one(PickList)

    def __init__(self, text: str, sort: str) -> None:
        """`text` is the filter that would be saved, `sort` the order of it."""
        super().__init__()
        self._text = text
        self._sort = sort
        self._rows: tuple[SegmentRow, ...] = ()
        self._counts: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="segments"):
            yield PickList()
            yield Static(id="segments-filter", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Read which there are."""
        super().on_mount()
        self.lines.focus()
        self.load()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.query_one("#segments").border_title = Content(_("Segments"))
        self._show()

    @property
    def row(self) -> "SegmentRow | None":
        """The segment under the cursor."""
        at = self.lines.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to change only what this person may change, to save only what there is."""
        if action in _CHANGES and (self.row is None or not self.row.changeable):
            return None
        if action == "use" and self.row is None:
            return None
        if action == "save" and not self._text:
            return None
        return super().check_action(action, parameters)

    # Reading

    def load(self) -> None:
        """Read anew."""
        self._load()

    @work(exclusive=True, group="segments")
    async def _load(self, at: int | None = None) -> None:
        """Read anew; the cursor goes to the segment `at`, or stays."""
        with self.app.errors_said():
            await self.app.ready()
            from salesdesk.base.segments import counted, segments

            self._rows = await self.app.gateway.read(segments)
            self._show()
            self._go_to(at)
            for row in self._rows:
                found = await self.app.gateway.read(counted, row)
                self._counts[row.id] = "!" if found.count is None else grouped(found.count)
                self._show()

    def _show(self) -> None:
        said = self.query_one("#segments-filter", Static)
        if not self._rows:
            self.lines.clear_options()
            said.update(
                _("No filter is saved yet: s saves the one of the table.")
                if self._text
                else _("No filter is saved yet. Type one with /, then save it here with s.")
            )
            return
        at = self.lines.highlighted or 0
        width = max(self.lines.scrollable_content_region.width, 40)
        self.lines.clear_options()
        self.lines.add_options([Option(self._line(row, width)) for row in self._rows])
        self.lines.highlighted = min(at, len(self._rows) - 1)
        self._say_filter()

    def _go_to(self, segment_id: int | None) -> None:
        ids = [row.id for row in self._rows]
        if segment_id in ids:
            self.lines.highlighted = ids.index(segment_id)

    def _line(self, row: "SegmentRow", width: int) -> Content:
        whose = _("shared") if row.mine and row.shared else "" if row.mine else row.owner_name
        return Content.assemble(
            (fit(row.name, max(width - 32, 12)), "bold"),
            fit_right(self._counts.get(row.id, "…"), 12),
            "  ",
            (fit(whose, 18), "$secondary"),
        )

    def _say_filter(self) -> None:
        self.query_one("#segments-filter", Static).update(self._filter_words())
        self.refresh_bindings()

    def _filter_words(self) -> str:
        opened = self.app.gateway.opened
        if self.row is None or opened is None:
            return ""
        from salesdesk.base.filters.worded import worded_line

        return plain(worded_line(self.row.filter, opened.context.fresh()))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say which filter it is."""
        event.stop()
        self._say_filter()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Use what was clicked."""
        event.stop()
        self.action_use()

    # Keys

    def action_use(self) -> None:
        """Show the clients of the segment."""
        if self.row is not None:
            self.dismiss(self.row)

    def action_cancel(self) -> None:
        """Go back."""
        self.dismiss(None)

    @work(exclusive=True, group="ask")
    async def action_save(self) -> None:
        """Save the filter of the table."""
        from salesdesk.base.segments import save_segment

        async def save(values: Mapping[str, str]) -> "SegmentRow":
            return await self.app.gateway.write(
                save_segment, values["name"], self._text, sort=self._sort, shared=values["shared"] == "yes"
            )

        shares = (("no", _("only me")), ("yes", _("everybody")))
        fields = (
            Field("name", _("Name")),
            Field("shared", _("Who may use it"), "no", shares, optional=False),
        )
        saved = await self.app.push_screen_wait(FormScreen(_("Save as a segment"), fields, save))
        if saved is not None:
            self.app.say(_("Saved: {name}").format(name=plain(saved.name)), title=_("u takes it back"))
            self._load(saved.id)

    @work(exclusive=True, group="ask")
    async def action_rename(self) -> None:
        """Call it by another name."""
        from salesdesk.base.segments import change_segment

        row = self.row
        if row is None:
            return

        async def save(values: Mapping[str, str]) -> bool:
            return await self.app.gateway.write(change_segment, row.id, name=values["name"])

        form = FormScreen(_("Rename"), (Field("name", _("Name"), row.name),), save)
        if await self.app.push_screen_wait(form):
            self.load()

    @work(exclusive=True, group="ask")
    async def action_share(self) -> None:
        """Let everybody use it, or nobody else."""
        if self.row is not None:
            with self.app.errors_said():
                from salesdesk.base.segments import change_segment

                await self.app.gateway.write(change_segment, self.row.id, shared=not self.row.shared)
                self.load()

    @work(exclusive=True, group="ask")
    async def action_remove(self) -> None:
        """Remove it."""
        if self.row is not None:
            with self.app.errors_said():
                from salesdesk.base.segments import remove_segment

                name = self.row.name
                await self.app.gateway.write(remove_segment, self.row.id)
                self.app.say(_("Removed: {name}").format(name=plain(name)), title=_("u takes it back"))
                self.load()

    @work(exclusive=True, group="ask")
    async def action_undo(self) -> None:
        """Take one's last thing back."""
        try:
            from salesdesk.desk.undo import undo

            undone = await self.app.gateway.write(undo)
            self.app.say(_("Taken back: {name}").format(name=wording.action(undone.action)))
            self.load()
        except SalesdeskError as error:
            self.app.complain(error)
