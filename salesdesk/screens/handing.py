"""Asking to whom a client is handed on, what they are told, and why one is given back."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from salesdesk import wording
from salesdesk.i18n import _
from salesdesk.screens.choose import ChooseScreen, keyed
from salesdesk.screens.form import Field, FormScreen
from salesdesk.widgets.cells import plain
from salesdesk.widgets.choices import Choice

if TYPE_CHECKING:
    from salesdesk.rows import Receiver
    from salesdesk.shell import Shell


def to_whom(people: "Sequence[Receiver]", first: "Receiver | None" = None, keep: str = "") -> list[Choice]:
    """Offer who may get a client, those of the first one's specialty before the others; `keep` is a code."""
    wanted = None if first is None else first.specialty
    ordered = sorted(people, key=lambda one: (first is None or one.id != first.id, one.specialty != wanted))
    staying = [(keep, _("nobody: it stays as it is"))] if keep else []
    return keyed(
        staying + [(one.login, f"{plain(one.name)} ({wording.specialist(one.specialty)})") for one in ordered]
    )


def note_form(title: str, note: str) -> FormScreen[str]:
    """Ask what whoever gets a client is told. Dismissed with it, or with None."""

    async def take(said: Mapping[str, str]) -> str:
        return said["note"]

    return FormScreen(title, [Field("note", _("Note"), note)], take)


def hand_on_form(app: "Shell", client_id: int, name: str, to: "Receiver") -> FormScreen[str]:
    """Ask for a note, and hand a client on. Dismissed with the words of where it went."""

    async def save(said: Mapping[str, str]) -> str:
        from salesdesk.desk.handing_on import hand_on

        handed = await app.gateway.write(hand_on, client_id, to.login, said["note"])
        return wording.goes_to(handed.to)

    title = f"{plain(name)} {plain(wording.goes_to(to))}"
    return FormScreen(title, [Field("note", _("Note"))], save)


def give_back_form(app: "Shell", client_id: int, name: str) -> FormScreen[str]:
    """Ask why, and give a client back. Dismissed with the words of where it went."""

    async def save(said: Mapping[str, str]) -> str:
        from salesdesk.desk.handing_on import decline

        return wording.goes_to(await app.gateway.write(decline, client_id, said["why"]))

    title = _("Give back: {name}").format(name=plain(name))
    return FormScreen(title, [Field("why", _("Why"))], save)


async def give_back(app: "Shell", client_id: int, name: str) -> bool:
    """Ask why and give a client back, in a worker; tell whether it went."""
    return await _done(app, give_back_form(app, client_id, name), name, client_id)


async def hand_on_to(app: "Shell", client_id: int, name: str) -> bool:
    """Ask for a receiver and hand a client on, in a worker; tell whether it went. Raises SalesdeskError."""
    await app.ready()
    from salesdesk.desk.handing_on import receivers

    people = await app.gateway.read(receivers)
    if not people:
        app.say(_("Nobody else works here now."))
        return False
    login = await app.push_screen_wait(ChooseScreen(_("Who gets the client?"), to_whom(people)))
    chosen = next((one for one in people if one.login == login), None)
    return chosen is not None and await _done(
        app, hand_on_form(app, client_id, name, chosen), name, client_id
    )


async def confirm_client(app: "Shell", client_id: int, name: str) -> None:
    """Confirm a client. Raises SalesdeskError."""
    from salesdesk.desk.handing_on import confirm

    await app.gateway.write(confirm, client_id)
    app.say(_("Confirmed: {name} is yours").format(name=plain(name)), title=_("u takes it back"))
    app.client_changed(client_id)


async def _done(app: "Shell", form: FormScreen[str], name: str, client_id: int) -> bool:
    went = await app.push_screen_wait(form)
    if went is None:
        return False
    app.say(f"{plain(name)} {plain(went)}", title=_("u takes it back"))
    app.client_changed(client_id)
    return True
