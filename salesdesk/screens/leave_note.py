"""A note of the lead's for an operator: any screen of the lead's leaves one by `leave_note`."""

from typing import TYPE_CHECKING

from salesdesk.i18n import _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.note import NoteScreen
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.context import Me
    from salesdesk.shell import Shell


class LeaveNoteScreen(NoteScreen):
    """Writes a note for an operator. Dismissed with its id, or with None."""

    def __init__(self, client_id: int, name: str, operator: "Me") -> None:
        super().__init__(client_id, name)
        self.operator = operator

    @property
    def heading(self) -> str:
        """Say for whom and about whom it is."""
        return _("For {operator}, about {name}").format(
            operator=plain(self.operator.name), name=self.client_name
        )

    async def keep(self, text: str) -> int:
        """Leave the note. Raises SalesdeskError."""
        from salesdesk.lead.notes import leave_note

        return await self.app.gateway.write(leave_note, self.client_id, self.operator.id, text)


async def leave_note(app: "Shell", client_id: int, name: str, operator_id: int | None = None) -> None:
    """Ask for a note about a client for an operator, in a worker; ask for whom where that is not said.

    Whoever no longer works here is asked for, too. Raises SalesdeskError.
    """
    await app.ready()
    from salesdesk.team.people import people

    who = await app.gateway.read(people)
    chosen = next((one for one in who if one.id == operator_id), None)
    if chosen is None:
        titles = keyed([(one.login, plain(one.name)) for one in who])
        login = await app.push_screen_wait(ChooseScreen(_("A note for whom?"), titles))
        chosen = next((one for one in who if one.login == login), None)
    if chosen is None:
        return
    if await app.push_screen_wait(LeaveNoteScreen(client_id, name, chosen)) is not None:
        said = _("{operator} sees it on the card").format(operator=plain(chosen.name))
        app.say(said, title=_("u takes it back"))
        app.client_changed(client_id)
