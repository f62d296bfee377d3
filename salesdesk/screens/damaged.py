"""The base is damaged: what there is of it, and a key that puts the last good backup in its place."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from salesdesk.commands import DESK, Command, bindings
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar

if TYPE_CHECKING:
    from salesdesk.storage.kept_backups import Kept

_NO, _YES = "no", "yes"


class DamagedScreen(DeskModal[None]):
    """Stands over whatever was open until the base is restored or one looks on at what can still be read."""

    CSS_PATH = "damaged.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command(
            "damaged.restore", "r", "restore",
            N_("restore"), N_("Put the last good backup in the place of the base"), DESK,
        ),
        Command("damaged.close", "escape", "close", N_("close"), N_("Leave it as it is for now"), DESK),
        HELP,
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._base: Path | None = None
        self._last: Kept | None = None
        self._looked = False
        self._not_whole: set[Path] = set()

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with VerticalScroll(id="damaged"):
            yield Static(id="damaged-what", markup=False)
            yield Static(id="damaged-trouble", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Look for the last good backup."""
        self._look()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        gone = self._base is not None and not self._base.exists()
        title = _("The base is gone") if gone else _("The base is damaged")
        self.query_one("#damaged").border_title = Content(title)
        self.query_one("#damaged-what", Static).update(self._words())

    def _words(self) -> str:
        if not self._looked:
            return _("Looking for the last good backup…")
        if self.app.in_browser:
            return _("Tell whoever looks after the base: what can still be read stays as it is.")
        if self._base is None:
            return _("The server's own tools look after this base: tell whoever runs it.")
        from salesdesk.storage.kept_backups import restore_command, when

        last, lines = self._last, [plain(str(self._base))]
        if last is None:
            lines.append(_("No backup of it was found. If you have one elsewhere:"))
        else:
            lines += [
                _("Last good backup: {when}, {size} MB").format(
                    when=when(last.at), size=f"{last.bytes / 10**6:.1f}"
                ),
                _(
                    "r puts it in the place of the base. What was entered since then stays in the damaged "
                    "file, which is set aside, not deleted. The same by a command:"
                ),
            ]
        lines.append(plain(restore_command(self._base, None if last is None else last.path)))
        return "\n\n".join(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to restore only what there is."""
        if action == "restore":
            return self._last is not None and not self.app.in_browser
        return super().check_action(action, parameters)

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        try:
            self._base, self._last = await self.app.gateway.last_good(self._not_whole)
        except SalesdeskError as error:
            self._say(str(error))
        self._looked = True
        self.relabel()
        self.refresh_bindings()

    @work(exclusive=True, group="ask")
    async def action_restore(self) -> None:
        """Put the last good backup in the place of the base, once more asked for."""
        base, last = self._base, self._last
        if base is None or last is None:
            return
        from salesdesk.storage.kept_backups import when

        title = _("Restore the backup of {when}?").format(when=when(last.at))
        options = keyed([(_NO, _("no, leave it")), (_YES, _("yes: the damaged file is set aside"))])
        with self.app.errors_said():
            self.app.only_at_this_machine()
            if await self.app.push_screen_wait(ChooseScreen(title, options, _NO)) == _YES:
                await self._restore(base, last)

    async def _restore(self, base: Path, last: "Kept") -> None:
        from salesdesk.storage.kept_backups import when

        self._say(_("Restoring…"))
        try:
            aside = await self.app.gateway.restore(last.path, base)
        except SalesdeskError as error:
            self._say(str(error))
            if isinstance(error, InputError):
                # It was good when it was taken: the next older one is offered.
                self._not_whole.add(last.path)
                self._look()
            return
        finally:
            self.app.open_base()
        said = _("The base is as it was at {when}.").format(when=when(last.at))
        if aside is not None:
            said += " " + _("The damaged file: {aside}").format(aside=plain(str(aside)))
        self.app.say(said)
        self.dismiss(None)

    def action_close(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)

    def _say(self, trouble: str) -> None:
        self.query_one("#damaged-trouble", Static).update(plain(trouble))
