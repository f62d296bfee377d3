"""Clients handed on from one specialty to the next: by the rule of a stage, or because somebody says so.

With the client go what is owed to it and its open deals. It stands in the receiver's list at once; until
they confirm it, or log a call, it is open, and once that is late it is a tail.
"""

from typing import Any

from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.cells import block_of
from salesdesk.base.giving import Held, closed, give_held, read_held
from salesdesk.base.handed import open_hand_ons
from salesdesk.base.placement import read_client, read_open_action, take_client
from salesdesk.base.references import current_id
from salesdesk.base.visible import sees, take_visible
from salesdesk.codes import Hold, Role, Specialty
from salesdesk.context import Context
from salesdesk.desk.receivers import Passing, by_rule, of_specialty, people_here, receiver
from salesdesk.errors import InputError, NotAllowedError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import HandOn, Note, Operator
from salesdesk.rows import HandedOn, Receiver
from salesdesk.scheduler import after_working_hours
from salesdesk.storage.journal import Journal
from salesdesk.team.absence import stood_in_for
from salesdesk.team.rights import leads

HAND_ON_ACTION, CONFIRM, DECLINE = "hand_on", "confirm_hand_on", "decline_hand_on"
KEEP = "keep"
"""Said in place of a receiver: the client stays whose it is, whatever the rule of its stage."""


def hand_on(session: Session, context: Context, client_id: int, to: str, note: str = "") -> HandedOn:
    """Hand a client on to somebody, named by login, or to whom of a specialty it falls.

    Raises NotFoundError for nobody of that name or specialty, InputError (field `hand-to`) where they are
    absent with nobody to stand in, have it already, or the client is closed, and NotAllowedError for a client
    that is another's.
    """
    client = take_visible(session, context, client_id, followed=True)
    journal = Journal(session)
    handed = _hand_to(journal, context, client, to, note)
    journal.close(HAND_ON_ACTION, at=context.now, operator_id=context.me.id, client_id=client.id)
    return handed


def hand_on_after(
    journal: Journal,
    context: Context,
    client_id: int,
    before: str | None,
    to: str | None = None,
    note: str = "",
) -> HandedOn | None:
    """Hand a client on as a part of something that may have moved it from the stage `before`.

    `to` is who was named, or KEEP; None leaves it to the rule. Raises what `hand_on` does.
    """
    client = read_client(journal.session, client_id)
    if client is None or to == KEEP:
        return None
    if to is not None:
        return _hand_to(journal, context, client, to, note)
    if closed(context, client):
        return None
    found = by_rule(journal.session, context, _passing(context, client, before))
    return None if found is None else _hand(journal, context, client, found, note, client.stage)


def proposed(session: Session, context: Context, client_id: int, stage: str | None) -> Receiver | None:
    """Tell to whom the rule would hand a client on that comes to a stage now."""
    client = read_client(session, client_id)
    if client is None or not sees(session, context, client):
        return None
    owner = client.owner_id or context.me.id
    return by_rule(session, context, Passing(client_id, owner, client.stage, stage))


def receivers(session: Session, context: Context) -> tuple[Receiver, ...]:
    """Give everybody to whom clients can be handed on now: operators, then who leads, each by name."""
    people = people_here(session)
    others = sorted(people.values(), key=lambda row: row.role is not Role.OPERATOR)
    found = (receiver(context, people, row) for row in others if row.id != context.me.id)
    here = {one.id: one for one in found if one is not None and one.instead_of is None}
    return tuple(here.values())


def confirm(session: Session, context: Context, client_id: int) -> int:
    """Confirm a client that was handed on to who sits here, or to somebody for whom they stand in.

    What a substitute confirms is theirs from then on. Gives the client's id. Raises NotFoundError.
    """
    journal = Journal(session)
    opened = _to_me(session, context, client_id)
    for row in opened:
        at = context.not_before(row.at)
        journal.change(HandOn, row, confirmed_at=at, closed_at=at, to_id=context.me.id)
    client = int(opened[0].client_id)
    if any(row.to_id != context.me.id for row in opened):
        _give(journal, context, client, context.me.id)
    journal.close(CONFIRM, at=context.now, operator_id=context.me.id, client_id=client)
    return client


def decline(session: Session, context: Context, client_id: int, why: str) -> Receiver:
    """Give a client back to whoever handed it on, with the reason as a note; tell to whom it goes.

    Raises InputError (field `why`) without a reason, NotFoundError, and NotAllowedError where the giver is
    not here and nobody stands in for them.
    """
    reason = block_of(why)
    if not reason:
        raise InputError(_("Say why: whoever gave the client must know."), "why")
    opened = _to_me(session, context, client_id)
    people = people_here(session)
    giver = people.get(opened[-1].from_id)
    back = None if giver is None else receiver(context, people, giver)
    if back is None:
        raise NotAllowedError(_("Whoever gave this client is not here: a team lead may give it to somebody."))
    journal = Journal(session)
    for row in opened:
        at = context.not_before(row.at)
        journal.change(HandOn, row, declined_at=at, closed_at=at, why=reason)
    client = int(opened[0].client_id)
    _give(journal, context, client, back.id)
    journal.add(
        Note, client_id=client, operator_id=context.me.id, at=context.now,
        text=_("Not taken over: {why}").format(why=reason), to_operator_id=None, seen_at=None,
    )  # fmt: skip
    journal.close(DECLINE, at=context.now, operator_id=context.me.id, client_id=client)
    return back


def confirm_by_call(journal: Journal, context: Context, client_id: int) -> None:
    """Confirm what is open for who logs a call: that says as much."""
    opened = open_hand_ons(journal.session, client_id)
    mine = _mine(journal.session, context) if opened else ()
    for row in opened:
        if row.to_id in mine:
            at = context.not_before(row.at)
            journal.change(HandOn, row, confirmed_at=at, closed_at=at)


# -- to whom --------------------------------------------------------------------------------------


def _hand_to(journal: Journal, context: Context, client: Row[Any], to: str, note: str) -> HandedOn:
    session = journal.session
    _may_give(session, context, client)
    if closed(context, client):
        raise InputError(_("The work with this client has ended: there is nothing to hand on."), "hand-to")
    people = people_here(session)
    named = next((row for row in people.values() if row.login == to), None)
    if named is not None:
        found = receiver(context, people, named)
        if found is None:
            raise InputError(
                _("{name} is absent, and nobody stands in for them.").format(name=named.name), "hand-to"
            )
    elif to in set(Specialty):
        found = of_specialty(session, context, people, Specialty(to), _passing(context, client, None))
    else:
        found = None
    if found is None:
        raise NotFoundError(
            _("There is nobody “{to}” here to hand a client on to; name a login or one of {codes}.").format(
                to=to, codes=", ".join(Specialty)
            )
        )
    if found.id == (client.owner_id or context.me.id):
        raise InputError(_("{name} has this client already.").format(name=found.name), "hand-to")
    return _hand(journal, context, client, found, note, None)


def _passing(context: Context, client: Row[Any], before: str | None) -> Passing:
    return Passing(client.id, client.owner_id or context.me.id, before, client.stage)


def _may_give(session: Session, context: Context, client: Row[Any]) -> None:
    """Let an operator give what is theirs, nobody's, or of somebody for whom they stand in."""
    if leads(context) or client.owner_id is None or client.owner_id in _mine(session, context):
        return
    action = read_open_action(session, client.id)
    if action is None or action.operator_id != context.me.id:
        owner = session.get(Operator, client.owner_id)
        raise NotAllowedError(
            _("{name} is {owner}'s client: only they, or a team lead, may hand it on.").format(
                name=client.name, owner=owner.name if owner else ""
            )
        )


# -- what is written ------------------------------------------------------------------------------


def _hand(
    journal: Journal, context: Context, client: Row[Any], to: Receiver, note: str, stage: str | None
) -> HandedOn:
    people = people_here(journal.session)
    # Who leads gives what is another's; whoever stands in for somebody gives as themselves, and gets it back.
    giver = (people.get(client.owner_id) if leads(context) else None) or people[context.me.id]
    for row in open_hand_ons(journal.session, client.id):
        journal.change(HandOn, row, closed_at=context.not_before(row.at))
    confirm_by = _confirm_by(context, client.stage)
    # Before the client changes hands: by this row whoever gives it away may still see it.
    number = journal.add(
        HandOn, client_id=client.id, at=context.now, from_id=giver.id, to_id=to.id,
        from_specialty=giver.specialty, to_specialty=to.specialty, stage=stage, note=block_of(note),
        confirm_by=confirm_by, confirmed_at=None, declined_at=None, why=None, closed_at=None,
    )  # fmt: skip
    _give(journal, context, client.id, to.id)
    return HandedOn(number, client.id, client.name, to, confirm_by)


def _give(journal: Journal, context: Context, client_id: int, to: int) -> None:
    """Give the client, what is owed to it and its open deals; what waits for the lead stays with the lead."""
    held = read_held(journal.session, [client_id], to_change=True)
    owed = [row for row in held.owed if row.hold != Hold.ATTEMPTS_USED_UP]
    give_held(journal, context, Held(held.clients, owed, held.deals), {client_id: to})


def _confirm_by(context: Context, stage: str | None) -> Any:  # noqa: ANN401  # an instant
    entry, team = context.stage(stage), context.catalogues.team
    hours = (entry.confirm_hours if entry is not None else None) or team.confirm_hours
    return after_working_hours(context.now, hours, context.working, team.zone)


def _mine(session: Session, context: Context) -> set[int]:
    """Name who sits here, and those for whom they stand in."""
    return {context.me.id, *stood_in_for(session, context)}


def _to_me(session: Session, context: Context, client_id: int) -> list[Row[Any]]:
    client = current_id(session, client_id)
    take_client(session, client)  # of two who answer at once the second sees what the first has said
    mine = _mine(session, context)
    opened = [row for row in open_hand_ons(session, client) if row.to_id in mine]
    if not opened:
        raise NotFoundError(_("Nothing of this client waits for you to confirm it."))
    return opened
