"""A form of what somebody else may change as well: what both have changed is asked about, field by field."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Select

from salesdesk import formatting
from salesdesk.errors import ConflictError, NotFoundError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.keeping_up import LOOKS_EVERY
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from salesdesk.rows import Card, Conflict
    from salesdesk.shell import Shell

    Save = Callable[[Mapping[str, str], Card], Awaitable[int]]
    Fields = Callable[[Card], Sequence[Field] | None]

MINE, THEIRS = "mine", "theirs"
_FIELDS = {
    "owner_id": "owner", "expected_minor": "expected_amount", "amount_minor": "amount", "raw": "phone",
    "contact_id": "contact",
}  # fmt: skip
"""The fields that go by another name than their columns."""


class SharedForm(FormScreen[int]):
    """Fills in something of a card as it was seen; what somebody else has changed meanwhile is not lost.

    `fields` gives the fields of a card, None where what they are about is on it no more; `save` is given
    what is filled in and the card as it was seen.
    """

    def __init__(
        self,
        title: str,
        card: Card,
        fields: Fields,
        save: Save,
        remove: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self._card = card
        self._fields_of = fields
        self._beside: tuple[str, ...] = ()
        self._as_of: int | None = None
        super().__init__(title, fields(card) or (), lambda values: save(values, self._card), remove)

    def on_mount(self) -> None:
        """Let others know of this form, and look whether they have one open too."""
        self.app.holding.open_form(self, self._card.client.id)
        self.set_interval(LOOKS_EVERY, self._look)
        self._look()

    def on_unmount(self) -> None:
        """Let others know that it is closed, in whichever way it was."""
        self.app.holding.close_form(self)

    def _look(self) -> None:
        """See who else has a form of this client open, once anybody has committed anything."""
        revision = self.app.gateway.revision
        if revision != self._as_of:
            self._as_of = revision
            self.run_worker(self._see_others(), group="others", exclusive=True)

    async def _see_others(self) -> None:
        from salesdesk.desk.open_forms import others_at_form

        # It is only told: where the base does not answer, saving says so.
        with suppress(SalesdeskError):
            self._beside = await self.app.gateway.read(others_at_form, self._card.client.id)
            self._say_who()

    def relabel(self) -> None:
        """Say who else is on the client."""
        super().relabel()
        self._say_who()

    def _say_who(self) -> None:
        words = ""
        if self._beside:
            names = ", ".join(map(plain, self._beside))
            words = "⧗ " + _("This card is being changed by others too: {names}").format(names=names)
        elif self._card.claimed_by is not None:
            words = "⧗ " + _("{name} is on this client now.").format(name=plain(self._card.claimed_by))
        self.query_one("#form").border_subtitle = Content(words)

    async def settle(self, error: ConflictError) -> None:
        """Ask whose value is to stay of each field that two have changed, and save again."""
        from salesdesk.desk.card import card

        now = await self.app.gateway.read(card, self._card.client.id, timeline=0)
        fresh = self._fields_of(now)
        if fresh is None:
            raise NotFoundError(_("This is no longer on the card: somebody has removed it."))
        theirs = {field.name: field for field in fresh}
        # What was not changed here is theirs.
        given_up = {field.name for field in self._fields if self._value(field) == field.value}
        for conflict in error.conflicts:
            field = theirs[_FIELDS.get(conflict.field, conflict.field)]
            mine = self._shown(field, self._value(field))
            whose = await ask_whose(self.app, field.label, mine, conflict, self._shown(field, field.value))
            if whose is None:
                return
            if whose == THEIRS:
                given_up.add(field.name)
        for name in given_up & theirs.keys():
            self._fill(theirs[name])
        self._card, self._fields = now, tuple(fresh)
        self.call_later(self.action_save)

    def _fill(self, field: Field) -> None:
        widget = self.query_one(f"#field-{field.name}", Widget)
        if isinstance(widget, Select):
            widget.value = field.value if field.value in dict(field.choices) else Select.NULL
        elif isinstance(widget, Input):
            widget.value = field.value

    @staticmethod
    def _shown(field: Field, value: str) -> str:
        return plain(dict(field.choices).get(value, value)) or "–"


async def ask_whose(app: Shell, label: str, mine: str, conflict: Conflict, theirs: str) -> str | None:
    """Ask which of two values of a field is to stay; None for neither yet."""
    title = _("Changed by two: {field}").format(field=label)
    who = plain(conflict.by) if conflict.by else _("somebody else")
    if conflict.at is not None:
        who += ", " + formatting.moment(conflict.at, app.clock.now(), app.clock.zone)
    answers = [
        (MINE, _("yours: {value}").format(value=mine)),
        (THEIRS, f"{who}: {theirs}"),
    ]
    return await app.push_screen_wait(ChooseScreen(title, keyed(answers)))
