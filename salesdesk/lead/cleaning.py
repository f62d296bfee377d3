"""Cleaning: what is missing or doubtful on the cards that somebody works with, and what to do about each.

Each kind is a filter, so that it opens into its clients. Which cards count, and what makes one full, are
the rules of the report `quality`: docs/metrics.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlmodel import Session

from salesdesk.base.filters import Condition, parse_filter
from salesdesk.base.listing import count
from salesdesk.base.worked import stages_along
from salesdesk.context import Context
from salesdesk.i18n import N_
from salesdesk.lead.figures import Asked, ratio
from salesdesk.lead.grouping import OPERATOR
from salesdesk.lead.people import whose
from salesdesk.lead.reports.asking import asked_for
from salesdesk.lead.reports.quality import CHECKS, counting, grouped_by, selected
from salesdesk.storage.among import within
from salesdesk.team.rights import leads

MONTHS = 6
"""Untouched for so many months is forgotten, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that may be wrong with a card. `filter` is beside the rule of whose cards count."""

    code: str
    title: str
    advice: str
    filter: str
    doubt: bool = False


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "no_phone",
            N_("no number at all"),
            N_("look it up and add it, or reject: not a client"),
            "missing=phone",
        ),
        Kind(
            "bad_phone",
            N_("bad numbers only"),
            N_("find another number; wrong ones stay marked, so that nobody dials them again"),
            "doubtful=phone",
            doubt=True,
        ),
        Kind(
            "odd_number",
            N_("a number that is not whole"),
            N_("add the area code, or give it for the whole file and import that again"),
            "doubtful=number",
            doubt=True,
        ),
        Kind(
            "no_owner",
            N_("in work, without an owner"),
            N_("give them to somebody: a shares them out"),
            "missing=owner",
        ),
        Kind(
            "no_next_action",
            N_("in work, nothing is owed"),
            N_("log a call or add a next action; who is not worked on any more is rejected"),
            "doubtful=next_action",
        ),
        Kind(
            "untouched",
            N_("untouched for long"),
            N_("call once more, or reject with a reason: the list is for those who may buy"),
            "untouched>{months}mo",
        ),
        Kind(
            "bad_name",
            N_("a name that says nothing"),
            N_("ask for the name at the next call"),
            "doubtful=name",
            doubt=True,
        ),
        Kind(
            "no_deal",
            N_("at a stage without a deal"),
            N_("add the deal with its amount: without it no forecast counts it"),
            "stage={along} deal=none",
        ),
        Kind(
            "no_contact",
            N_("without a contact"),
            N_("ask who decides, and write the name down"),
            "missing=contact",
        ),
        Kind("no_city", N_("without a city"), N_("the area code or the address says it"), "missing=city"),
        Kind("no_region", N_("without a region"), N_("the city or the area code says it"), "missing=region"),
        Kind(
            "no_industry",
            N_("without an industry"),
            N_("ask what they do; segments and reports need it"),
            "missing=industry",
        ),
        Kind("no_email", N_("without an e-mail"), N_("ask where to send the proposal"), "missing=email"),
        Kind(
            "bad_email",
            N_("an e-mail that cannot be right"),
            N_("ask for it letter by letter"),
            "doubtful=email",
            doubt=True,
        ),
        Kind(
            "bad_tax_id",
            N_("a tax id that does not check"),
            N_("compare it with the contract: a digit is wrong"),
            "doubtful=tax_id",
            doubt=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """A kind, the filter that chooses its clients, and how many there are."""

    kind: Kind
    filter: str
    count: int


@dataclass(frozen=True, slots=True)
class FullCards:
    """How many of somebody's cards lack nothing; of nobody's where there is no login."""

    login: str | None
    name: str | None
    clients: int
    full: int

    @property
    def share(self) -> float | None:
        """The share of full cards."""
        return ratio(self.full, self.clients)


def kinds_for(context: Context) -> tuple[str, ...]:
    """Give the kinds that concern who sits here: what has no owner is a lead's to give away."""
    return tuple(code for code in KINDS if code != "no_owner" or leads(context))


def found(
    session: Session,
    context: Context,
    code: str,
    *,
    operator: str | None = None,
    months: int = MONTHS,
    cold: bool = False,
) -> Found:
    """Count the clients of a kind: an operator's own, a lead's all or those of one person.

    `cold`: of the cold base too, which nobody works with yet. Raises NotFoundError for a person that
    there is not, NotAllowedError for somebody else's.
    """
    who = whose(session, context, operator)
    line = filter_of(context, code, _login(session, who), months, cold=cold)
    return Found(KINDS[code], line, count(session, context, parse_filter(line, context)))


def filter_of(
    context: Context, code: str, login: str | None, months: int = MONTHS, *, cold: bool = False
) -> str:
    """Write the filter that chooses the clients of a kind."""
    whole = KINDS[code].filter if cold else f"worked=yes {KINDS[code].filter}"
    line = whole.format(months=months, along=",".join(stages_along(context)))
    return line if login is None else f"{Condition('owner', '=', (login,))} {line}"


def _login(session: Session, operator_id: int | None) -> str | None:
    if operator_id is None:
        return None
    return session.scalars(select(OPERATOR.c.login).where(OPERATOR.c.id == operator_id)).first()


def full_cards(session: Session, context: Context, operator: str | None = None) -> tuple[FullCards, ...]:
    """Count the full cards of each owner, the fewest first: those on which `quality` misses nothing."""
    asked = asked_for(session, context, "quality", by="operator", operator=operator)
    return _counted(session, context, asked)


def _counted(session: Session, context: Context, asked: Asked) -> tuple[FullCards, ...]:
    rows = selected(context, asked, grouped_by("operator", asked)).subquery("rows")
    counts_of = counting(rows)
    # The last ones ask nothing of other tables, and one that is missing is enough.
    lacking = or_(*(counts_of[check] for check in reversed([*CHECKS])))
    full = func.sum(case((lacking, 0), else_=1))
    counts = session.execute(select(rows.c.grp, func.count(), full).group_by(rows.c.grp)).all()
    people = {
        row.id: row
        for row in session.execute(
            select(OPERATOR.c.id, OPERATOR.c.login, OPERATOR.c.name).where(
                within(OPERATOR.c.id, [who for who, _clients, _full in counts if who is not None])
            )
        )
    }
    cards = [
        FullCards(
            people[who].login if who in people else None,
            people[who].name if who in people else None,
            int(clients),
            int(full_ones),
        )
        for who, clients, full_ones in counts
    ]
    return tuple(sorted(cards, key=lambda one: (one.share or 0, one.login or "")))
