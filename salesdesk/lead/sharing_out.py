"""Clients of a segment shared out to operators by a rule: evenly, by region, by class.

`rehearse` counts who would get how many; `share_out` does it: one line of the trail, one undo. What is
owed to a client and its open deals go along, as when one client is given away.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from salesdesk.base.filters import Filter, condition_of
from salesdesk.base.folding import fold
from salesdesk.base.giving import AT_ONCE, Cancelled, Progress, batches, give_held, read_held
from salesdesk.codes import ClientClass
from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.models import Client, Operator
from salesdesk.storage.among import within
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

SHARE_OUT = "share_out"
OPERATOR = table_of(Operator)
C = table_of(Client).c
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
    plan = plan_of(session, context, rule, to)
    return plan.outcome(who_gets(session, condition_of(session, context, where), plan))


def share_out(
    session: Session,
    context: Context,
    where: Filter,
    rule: Rule,
    to: Sequence[To],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> SharedOut:
    """Share the clients that a filter chooses out. Who is absent gets none.

    Raises NotFoundError for an operator who does not work here, InputError where everybody is absent or
    the rule knows no such part, NotAllowedError for one who may not, GivingStoppedError when `cancelled`
    said so: then nothing is changed.
    """
    only_for_leads(context)
    plan = plan_of(session, context, rule, to)
    given = [*who_gets(session, condition_of(session, context, where), plan)]
    journal = Journal(session)
    moving = {one.client_id: one.to for one in given if one.to is not None}
    for part in batches(sorted(moving), progress, cancelled):
        give_held(journal, context, read_held(session, part, to_change=True), moving)
    if journal.changes:
        journal.close(SHARE_OUT, at=context.now, operator_id=context.me.id)
    return plan.outcome(given)


# -- who gets whom --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """A client, whose it is, and who gets it: None where it stays."""

    client_id: int
    owner_id: int | None
    to: int | None


@dataclass(frozen=True)
class Plan:
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

    def outcome(self, given: Iterable[Given]) -> SharedOut:
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


def plan_of(session: Session, context: Context, rule: Rule, to: Sequence[To]) -> Plan:
    """Work out who gets what. Raises NotFoundError, InputError as `share_out` does."""
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
        return Plan(key, people, _named(rule, to, here), (), absent)
    if rule is Rule.REGION:
        return Plan(key, people, _regions(session, everybody), everybody, absent)
    return Plan(key, people, {}, everybody, absent)


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


def _regions(session: Session, people: Sequence[int]) -> Mapping[object, Sequence[int]]:
    """Tell whose each region is: who of them has most clients there now. One of nobody's goes round."""
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


def who_gets(session: Session, which: ColumnElement[bool], plan: Plan) -> Iterator[Given]:
    """Say of each client who gets it. The dear ones go round first: everybody gets as many of them."""
    key = [plan.key.label("part")] if plan.key is not None else []
    asked = select(C.id, C.owner_id, *key).where(which).order_by(_RANK, C.expected_minor.desc(), C.id)
    turns: Counter[tuple[int, ...]] = Counter()
    for row in session.execute(asked.execution_options(yield_per=AT_ONCE)):
        among_whom = tuple(plan.turn(row[2] if key else None))
        if not among_whom:
            yield Given(row.id, row.owner_id, None)
            continue
        yield Given(row.id, row.owner_id, among_whom[turns[among_whom] % len(among_whom)])
        turns[among_whom] += 1
