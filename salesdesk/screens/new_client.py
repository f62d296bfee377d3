"""The form of a new client: who may be there already is shown while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import wording
from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.errors import SalesdeskError, TooMuchError
from salesdesk.i18n import N_, _
from salesdesk.screens.form import FormScreen
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.types import CSSPathType

    from salesdesk.base.duplicates.likely import Likely
    from salesdesk.desk.whose_typed import Theirs, Whole

ASKED_AFTER = 0.25
"""Seconds without a key, after which the base is asked."""
SHOWN = 3
_TELLING = frozenset(f"field-{name}" for name in ("name", "phone", "tax_id", "email", "city", "website"))


class NewClientScreen(FormScreen[int]):
    """Adds a client. Dismissed with the id of the new one, or of one that was there and was chosen."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["form.tcss", "new_client.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command(
            "form.there", "down", "there", N_("who is there"),
            N_("To those who may be there already; enter opens the marked one"), CLIENT, footer=False,
        ),
    )  # fmt: skip

    asking: Timer | None = None
    asked: Whole | None = None
    """What was asked for last of what may be somebody else's, so that it is asked once; and the answer."""
    theirs: Theirs | None = None

    def compose_below(self) -> ComposeResult:
        """Lay out the lines of who may be there already; nothing is seen of them while there is nobody."""
        yield Static(markup=False, id="there-whose")
        with Vertical(id="there"):
            yield Static(markup=False, id="there-said")
            yield OptionList(markup=False, compact=True, id="there-list")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask the base once the typing pauses."""
        if event.input.id in _TELLING:
            if self.asking is not None:
                self.asking.stop()
            self.asking = self.set_timer(ASKED_AFTER, self._ask)

    def _ask(self) -> None:
        self.run_worker(self._look(), group="there", exclusive=True)

    async def _look(self) -> None:
        await self.app.ready()
        await self._look_there()
        if await self._look_whose():
            await self._look_there()

    async def _look_there(self) -> None:
        from salesdesk.desk.likely_there import likely_there

        try:
            found = await self.app.gateway.read(likely_there, self.values)
        except SalesdeskError:
            # It is only a help: what cannot be asked now is asked at the next key, and saving says why.
            found = ()
        self._show(found[:SHOWN])

    async def _look_whose(self) -> bool:
        """Say of a whole number or e-mail that it is somebody else's client, where it is.

        Tells whether a client of nobody may have been given to who asked, and is seen by now.
        """
        from salesdesk.desk.whose_typed import whole, whose_typed
        from salesdesk.team.pool import pool_is_counted

        opened, values = self.app.gateway.opened, self.values
        if opened is None:
            return False
        new = False
        asked = whole(opened.context, values.get("phone", ""), values.get("email", ""))
        said = ""
        if asked is not None and asked != self.asked:
            self.asked, self.theirs, new = asked, None, True
            try:
                self.theirs = await self.app.gateway.write(whose_typed, asked)
            except TooMuchError as error:
                said = f"! {error}"
            except SalesdeskError:
                self.asked = None  # as above: asked at the next key
        elif asked is None:
            self.asked = self.theirs = None
        if self.theirs is not None:
            words = wording.client_of if self.theirs.by_number else wording.mail_of
            said = words(self.theirs.name)
        line = self.query_one("#there-whose", Static)
        line.set_class(bool(said), "-said")
        line.update(plain(said))
        return new and self.theirs is None and pool_is_counted(opened.context)

    def _show(self, found: Sequence[Likely]) -> None:
        there, lines = self.query_one("#there"), self.query_one(OptionList)
        there.set_class(bool(found), "-said")
        self.query_one("#there-said", Static).update(
            _("May be there already: ↓ enter opens the card, F2 adds all the same.")
        )
        lines.clear_options()
        lines.add_options([Option(_line(one), id=str(one.client_id)) for one in found])

    def action_there(self) -> None:
        """Go to those who may be there already."""
        if self.query_one("#there").has_class("-said"):
            lines = self.query_one(OptionList)
            lines.focus()
            lines.highlighted = lines.highlighted or 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the card of one that is there, in place of adding another."""
        if event.option_id is not None:
            self.dismiss(int(event.option_id))

    def action_enter(self) -> None:
        """Go to the next field; from the last to those who may be there, or save."""
        last = f"field-{self._fields[-1].name}"
        if (
            self.focused is not None
            and self.focused.id == last
            and self.query_one("#there").has_class("-said")
        ):
            self.action_there()
            return
        super().action_enter()


def _line(one: Likely) -> Content:
    """Write one who may be there, and why."""
    from salesdesk.base.duplicates.reasons import reason_words

    why = "; ".join(reason_words(reason) for reason in one.why[:3])
    return Content.assemble((plain(one.name), "bold"), "  ", plain(why))
