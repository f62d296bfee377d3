"""People of a card that goes: whom the card that stays has already is there once, with all that both said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.folding import fold
from salesdesk.i18n import N_, _
from salesdesk.models import Contact, Message
from salesdesk.storage.journal import Journal, table_of

CONTACT = table_of(Contact)
_PEOPLE = select(CONTACT).where(CONTACT.c.client_id == bindparam("client")).order_by(CONTACT.c.id)
_SAID = {"name": N_("name"), "position": N_("position"), "email": N_("e-mail")}


@dataclass
class Moved:
    """What went over: how many rows, who became whom, and lines that the kept card does not say."""

    count: int = 0
    same: dict[int, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def people_of(session: Session, client_id: int) -> list[Row[Any]]:
    """Read the people of a client."""
    return [*session.connection().execute(_PEOPLE, {"client": client_id})]


def move_people(journal: Journal, other: int, keep: int) -> Moved:
    """Take the people of one card over to another."""
    there = people_of(journal.session, keep)
    moved = Moved()
    for person in people_of(journal.session, other):
        moved.count += 1
        same = _same(person, there)
        if same is None:
            journal.change(Contact, person, client_id=keep)
            continue
        moved.same[person.id] = same.id
        moved.lost += _join(journal, person, same)
        journal.repoint(Message, "contact_id", person.id, same.id)
    return moved


def remove_people(journal: Journal, other: int, moved: Moved) -> None:
    """Take out those who became somebody else, once nothing names them any more."""
    for person in people_of(journal.session, other):
        if person.id in moved.same:
            journal.remove(Contact, person)


def _same(person: Row[Any], there: Sequence[Row[Any]]) -> Row[Any] | None:
    """Find a person by name in any order of its words; by an e-mail where one name is a part of the other."""
    words = set(fold(person.name).split())
    for each in there:
        theirs = set(fold(each.name).split())
        one_email = bool(person.email and each.email and fold(person.email) == fold(each.email))
        if words and (words == theirs or (one_email and (words <= theirs or theirs <= words))):
            return each
    return None


def _join(journal: Journal, person: Row[Any], same: Row[Any]) -> list[str]:
    known = journal.known(Contact, same)
    added, lost = {}, []
    for name, title in _SAID.items():
        mine, theirs = known[name], getattr(person, name)
        if not theirs or fold(theirs) == fold(mine or ""):
            continue
        if mine and set(fold(mine).split()) != set(fold(theirs).split()):
            called = _(title)
            lost.append(f"{person.name} — {called}: {theirs}")
        elif not mine:
            added[name] = theirs
    if added:
        journal.change(Contact, same, **added)
    return lost
