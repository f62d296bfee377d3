"""Giving clients to somebody else: who, asked once; and what came of it, said."""

from collections.abc import Sequence

from salesdesk.i18n import _, ngettext
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.shell import Shell
from salesdesk.widgets.cells import plain


async def give_clients(app: Shell, clients: Sequence[int]) -> bool:
    """Ask to whom and give them; tell whether that was done. Raises SalesdeskError."""
    from salesdesk.lead.putting_right import reassign
    from salesdesk.team.people import people

    who = await app.gateway.read(people)
    title = ngettext("Give {count} client to", "Give {count} clients to", len(clients))
    ask = ChooseScreen(title.format(count=len(clients)), keyed([(one.login, plain(one.name)) for one in who]))
    login = await app.push_screen_wait(ask)
    if login is None:
        return False
    changed = await app.gateway.write(reassign, clients, login)
    name = next((one.name for one in who if one.login == login), login)
    said = ngettext("{count} client is with {name} now", "{count} clients are with {name} now", changed)
    app.say(said.format(count=changed, name=plain(name)), title=_("u takes it back"))
    return True
