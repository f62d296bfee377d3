"""Welcome: the base is empty, and there are three ways on."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk.commands import DESK, LIST, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.gateway import Progress
from salesdesk.i18n import N_, _, language, ngettext
from salesdesk.opening import Start
from salesdesk.places import sample_base_file
from salesdesk.screens.desk_screen import DeskScreen
from salesdesk.screens.sample_base import CLIENTS, make_sample_base
from salesdesk.screens.whereabouts import base_words
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.progress_line import Pace, ProgressLine

WELCOME_COMMANDS = (
    Command(
        "welcome.sample", "1", "sample",
        N_("sample base"), N_("Look around among made-up clients"), LIST,
    ),
    Command(
        "welcome.import", "2,i", "app.import_file",
        N_("import"), N_("Bring clients in from a file"), LIST,
    ),
    Command(
        "welcome.settings", "3,o", "app.settings",
        N_("settings"), N_("Language, theme, base, who sits here, what dials"), LIST,
    ),
    Command("welcome.stop", "escape", "stop", N_("stop"), N_("Stop making the sample base"), LIST),
    Command(
        "welcome.language", "f8", "app.next_language",
        N_("English / Русский"), N_("Switch between English and Russian"), DESK,
    ),
    Command("welcome.quit", "q", "app.quit", N_("quit"), N_("Leave the desk"), DESK, palette=False),
)  # fmt: skip


class WelcomeScreen(DeskScreen[None]):
    """What one sees at an empty base. It goes away by itself once there are clients."""

    CSS_PATH = "welcome.tcss"
    over_clients = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(*WELCOME_COMMANDS)

    ways = getters.query_one("#ways", OptionList)
    progress_line = getters.query_one(ProgressLine)

    def __init__(self) -> None:
        super().__init__()
        self._progress: Progress | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(id="welcome"):
            yield Static(id="greeting", markup=False)
            yield OptionList(id="ways", markup=False, compact=True)
            yield ProgressLine()
            yield Static(id="trouble", markup=False)
            yield Static(id="place", markup=False)
        yield KeysBar()

    def relabel(self) -> None:
        """Put everything into the language in use."""
        self.query_one("#greeting", Static).update(
            Content.assemble(
                ("Salesdesk", "bold $primary"),
                "\n",
                _("Whom to call now, and why."),
                "\n\n",
                _("There is not one client in the base yet. How shall we begin?"),
            )
        )
        marked = self.ways.highlighted or 0
        self.ways.clear_options()
        self.ways.add_options(_ways())
        self.ways.highlighted = marked
        self.ways.focus()
        self._say_place()

    def _say_place(self) -> None:
        opened = self.app.gateway.opened
        if opened is None:
            return
        me = opened.context.me
        self.query_one("#place", Static).update(
            _("The base: {where}\nYou sit here as {name} ({login})").format(
                where=base_words(opened), name=plain(me.name), login=plain(me.login)
            )
        )

    # When there are clients

    def base_opened(self) -> None:
        """Look into the base that was opened."""
        self._say_place()
        self._look()

    def client_changed(self, client_id: int | None) -> None:  # noqa: ARG002  # whoever it is, the base may not be empty now
        """Look whether there are clients now."""
        self._look()

    def on_screen_resume(self) -> None:
        """Look whether there are clients now: an import may have brought them."""
        self._look()

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        if self.app.gateway.opened is None:
            return
        with self.app.errors_said():
            empty = await self.app.gateway.job(lambda base, _context: base.empty)
            if not empty and self.is_current:
                self.dismiss(None)

    # The sample base

    @property
    def working(self) -> bool:
        """Whether the sample base is being made."""
        return self._progress is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop only what runs, and nothing else meanwhile."""
        if action == "stop":
            return self.working
        if action == "sample" or action in {"app.import_file", "app.settings"}:
            return None if self.working else True
        return super().check_action(action, parameters)

    def on_unmount(self) -> None:
        """Let the making not outlive the screen that can stop it."""
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go the way that was chosen with Enter or the mouse."""
        event.stop()
        if not self.working:
            self.run_worker(self.run_action(event.option_id or ""), group="way")

    def action_sample(self) -> None:
        """Make the sample base and sit down at it."""
        with self.app.errors_said():
            self.app.only_at_this_machine()
            self._begin_sample()

    def _begin_sample(self) -> None:
        if not self.working:
            self._progress = Progress(self._how_far)
            self._make_sample(self._progress)

    def action_stop(self) -> None:
        """Stop making it."""
        if self._progress is not None:
            self._progress.cancel()

    @work(group="sample")
    async def _make_sample(self, progress: Progress) -> None:
        self._begun = self.app.clock.now()
        self._say("")
        self.ways.disabled = True
        self.progress_line.begin(_("Making the sample base…"))
        self.refresh_bindings()
        path = sample_base_file()
        try:
            login = await self.app.gateway.job(partial(make_sample_base, path=path, progress=progress))
        except SalesdeskError as error:
            login = None
            self._say(str(error))
        self._progress = None
        self.progress_line.end()
        self.ways.disabled = False
        self.ways.focus()
        self.refresh_bindings()
        if login is not None:
            self._sit_down(path, login)

    def _sit_down(self, path: Path, login: str) -> None:
        """Open the sample base. The clock that was asked for stands; the language is the one chosen here."""
        now = self.app.gateway.start.now
        self.app.move_to(Start(db=str(path), now=now, operator=login, lang=language()))
        self.app.notify(
            _("These clients are made up. Your own base is as it was: it opens at the next start."),
            title=_("The sample base"), timeout=15, markup=False,
        )  # fmt: skip

    def _how_far(self, done: int, total: int | None) -> None:
        if self._progress is None:
            return
        counted = ngettext("{count} client", "{count} clients", done).format(count=done)
        seconds = (self.app.clock.now() - self._begun).total_seconds()
        self.progress_line.show(Pace(done, done / total if total else None, seconds), counted)

    def _say(self, trouble: str) -> None:
        self.query_one("#trouble", Static).update(f"! {trouble}" if trouble else "")


def _ways() -> list[Option]:
    """Give the ways on: the key, what it does, and what to know of it."""
    ways = (
        (
            "sample", "1", _("Look around in a sample base"),
            _("{count} made-up clients with months of calls, in a file of its own").format(count=CLIENTS),
        ),
        (
            "app.import_file", "2", _("Import a file of clients"),
            _("CSV, TSV, XLSX, XLS or ODS; the columns are found by their names"),
        ),
        (
            "app.settings", "3", _("Settings"),
            _("A team's server, who sits here, the language, the theme"),
        ),
    )  # fmt: skip
    return [
        Option(
            Content.assemble((f" {key} ", "bold $accent"), (f" {title}", "bold"), f"\n    {advice}\n"),
            id=action,
        )
        for action, key, title, advice in ways
    ]
