"""Clients of a segment shared out to operators by a rule: evenly, by region, by class.

`rehearse` counts who would get how many; `share_out` does it: one line of the trail, one undo. What is
owed to a client and its open deals go along, as when one client is given away.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlmodel import Session

from salesdesk.base.filters import Filter, condition_of
from salesdesk.base.folding import fold
from salesdesk.base.owed_history import give_owed
from salesdesk.codes import ClientClass
from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError, StoppedError
from salesdesk.i18n import _
from salesdesk.models import Client, Deal, NextAction, Operator
from salesdesk.storage.among import among, within
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

SHARE_OUT = "share_out"
AT_ONCE = 1000
CLIENT, DEAL, NEXT, OPERATOR = (table_of(model) for model in (Client, Deal, NextAction, Operator))
C = CLIENT.c
_CLASSES = [*ClientClass]
_RANK = case(*((C.client_class == each, place) for place, each in enumerate(_CLASSES)), else_=len(_CLASSES))


class Rule(StrEnum):
    """By what clients are shared out."""

    EVEN = "even"
    REGION = "region"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class To:
    """An operator who gets clients: all that the rule gives them, or those of one region or class."""

    login: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one operator gets: so many clients, so many of which are another's, or nobody's, now."""

    login: str
    name: str
    clients: int
    changed: int


@dataclass(frozen=True, slots=True)
class SharedOut:
    """Who gets how many. `left` clients stay where they are: nobody was named for them, or is here."""

    shares: tuple[Share, ...]
    left: int
    absent: tuple[str, ...]

    @property
    def clients(self) -> int:
        """How many get an operator by the rule."""
        return sum(share.clients for share in self.shares)

    @property
    def changed(self) -> int:
        """How many change hands."""
        return sum(share.changed for share in self.shares)


def read_to(text: str) -> tuple[To, ...]:
    """Read who gets what: `anna,boris`, or `Москва=anna,Омск=boris`. Raises InputError."""
    said = []
    for piece in text.split(","):
        part, sign, login = piece.rpartition("=")
        if not login.strip() or (sign and not part.strip()):
            raise InputError(_("Say who gets them: anna,boris, or Moscow=anna,Omsk=boris."), "to")
        said.append(To(login.strip(), part.strip() or None))
    if len({one.part is None for one in said}) > 1:
        raise InputError(_("Name a region or class for everybody, or for nobody."), "to")
    return tuple(said)


def rehearse(session: Session, context: Context, where: Filter, rule: Rule, to: Sequence[To]) -> SharedOut:
    """Count who would get how many. Raises as `share_out`."""
    only_for_leads(context)
    plan = _plan(session, context, where, rule, to)
    return plan.outcome(_given(session, context, where, plan))


class SharingStoppedError(StoppedError):
    """Somebody asked to stop; every client is where it was."""


def share_out(
    session: Session,
    context: Context,
    where: Filter,
    rule: Rule,
    to: Sequence[To],
    *,
    progress: Callable[[int, int | None], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SharedOut:
    """Share the clients that a filter chooses out. Who is absent gets none.

    Raises NotFoundError for an operator who does not work here, InputError where everybody is absent or
    the rule knows no such part, NotAllowedError for one who may not, SharingStoppedError when `cancelled`
    said so: then nothing is changed.
    """
    only_for_leads(context)
    plan = _plan(session, context, where, rule, to)
    given = [*_given(session, context, where, plan)]
    journal = Journal(session)
    moving = {one.client_id: one.to for one in given if one.to is not None}
    ids = sorted(moving)
    for start in range(0, len(ids), AT_ONCE):
        if cancelled is not None and cancelled():
            raise SharingStoppedError(_("Stopped; every client is where it was."))
        _give(journal, context, {client_id: moving[client_id] for client_id in ids[start : start + AT_ONCE]})
        if progress is not None:
            progress(min(start + AT_ONCE, len(ids)), len(ids))
    if journal.changes:
        journal.close(SHARE_OUT, at=context.now, operator_id=context.me.id)
    return plan.outcome(given)


# -- who gets whom --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Given:
    client_id: int
    owner_id: int | None
    to: int | None


@dataclass(frozen=True)
class _Plan:
    """Who gets the clients of each part; `others` those of a part that is not named."""

    key: ColumnElement[Any] | None
    people: Mapping[int, Any]
    parts: Mapping[object, Sequence[int]]
    others: Sequence[int]
    absent: tuple[str, ...]

    def turn(self, key: object) -> Sequence[int]:
        """Give those among whom clients of a part go round."""
        folded = fold(key) if isinstance(key, str) else key
        return self.parts.get(folded, self.others)

    def outcome(self, given: Sequence[_Given] | Iterator[_Given]) -> SharedOut:
        """Count."""
        got: Counter[int] = Counter()
        changed: Counter[int] = Counter()
        left = 0
        for one in given:
            if one.to is None:
                left += 1
                continue
            got[one.to] += 1
            changed[one.to] += one.owner_id != one.to
        shares = tuple(
            Share(row.login, row.name, got[each], changed[each]) for each, row in self.people.items()
        )
        return SharedOut(shares, left, self.absent)


def _plan(session: Session, context: Context, where: Filter, rule: Rule, to: Sequence[To]) -> _Plan:
    logins = [*dict.fromkeys(one.login for one in to)]
    rows = {
        row.login: row for row in session.execute(select(OPERATOR).where(within(OPERATOR.c.login, logins)))
    }
    for login in logins:
        if login not in rows or not rows[login].active:
            raise NotFoundError(_("There is no operator {login} who works at this base.").format(login=login))
    here = {
        login: rows[login].id
        for login in logins
        if rows[login].absent_until is None or rows[login].absent_until <= context.now
    }
    absent = tuple(login for login in logins if login not in here)
    if not here:
        raise InputError(_("Everybody who was named is absent."), "to")
    people = {rows[login].id: rows[login] for login in logins}
    named = any(one.part is not None for one in to)
    if rule is Rule.EVEN and named:
        raise InputError(_("Shared out evenly, nobody has a part of their own."), "to")
    key = {Rule.EVEN: None, Rule.REGION: C.region, Rule.CLASS: C.client_class}[rule]
    everybody = [*here.values()]
    if named:
        return _Plan(key, people, _named(rule, to, here), (), absent)
    if rule is Rule.REGION:
        return _Plan(key, people, _regions(session, context, where, everybody), everybody, absent)
    return _Plan(key, people, {}, everybody, absent)


def _named(rule: Rule, to: Sequence[To], here: Mapping[str, int]) -> Mapping[object, Sequence[int]]:
    """Give who was said to get which part; several of one part share it."""
    parts: dict[object, list[int]] = defaultdict(list)
    for one in to:
        if rule is Rule.CLASS and fold(one.part or "") not in {fold(each) for each in _CLASSES}:
            raise InputError(
                _("There is no class “{value}”: {codes}.").format(value=one.part, codes=", ".join(_CLASSES)),
                "to",
            )
        if one.login in here:
            parts[fold(one.part or "")].append(here[one.login])
        else:
            parts[fold(one.part or "")] += []
    return parts


def _regions(
    session: Session, context: Context, where: Filter, people: Sequence[int]
) -> Mapping[object, Sequence[int]]:
    """Tell whose each region is: who of them has most clients there now. One of nobody's goes round."""
    del context, where
    counted = (
        select(C.region, C.owner_id, func.count())
        .where(within(C.owner_id, [*people]), C.region.is_not(None), C.region != "")
        .group_by(C.region, C.owner_id)
    )
    held: dict[str, Counter[int]] = defaultdict(Counter)
    for region, owner, count in session.execute(counted):
        held[fold(region)][owner] += count
    # Of two who have as many there, the one who was named first.
    return {region: [max(people, key=lambda one: counts[one])] for region, counts in held.items()}


def _given(session: Session, context: Context, where: Filter, plan: _Plan) -> Iterator[_Given]:
    """Say of each client who gets it. The dear ones go round first: everybody gets as many of them."""
    key = [plan.key.label("part")] if plan.key is not None else []
    asked = (
        select(C.id, C.owner_id, *key)
        .where(condition_of(session, context, where))
        .order_by(_RANK, C.expected_minor.desc(), C.id)
    )
    turns: Counter[tuple[int, ...]] = Counter()
    for row in session.execute(asked.execution_options(yield_per=AT_ONCE)):
        among_whom = tuple(plan.turn(row[2] if key else None))
        if not among_whom:
            yield _Given(row.id, row.owner_id, None)
            continue
        yield _Given(row.id, row.owner_id, among_whom[turns[among_whom] % len(among_whom)])
        turns[among_whom] += 1


_CLIENTS: Select[Any] = select(C.id, C.owner_id).where(among(C.id, "clients")).with_for_update()
_OWED: Select[Any] = select(NEXT).where(among(NEXT.c.client_id, "clients"), NEXT.c.closed_at.is_(None))
_DEALS: Select[Any] = select(DEAL.c.id, DEAL.c.client_id, DEAL.c.owner_id).where(
    among(DEAL.c.client_id, "clients"), DEAL.c.closed_at.is_(None)
)


def _give(journal: Journal, context: Context, moving: Mapping[int, int]) -> None:
    """Give clients to people, with what is owed to them and their open deals."""
    connection, given = journal.session.connection(), {"clients": [*moving]}
    clients = connection.execute(_CLIENTS, given).all()
    journal.change_many(Client, [(row, {"owner_id": moving[row.id]}) for row in clients])
    owed = connection.execute(_OWED, given).all()
    give_owed(journal, context, [(row, moving[row.client_id]) for row in owed])
    deals = connection.execute(_DEALS, given).all()
    journal.change_many(Deal, [(row, {"owner_id": moving[row.client_id]}) for row in deals])
