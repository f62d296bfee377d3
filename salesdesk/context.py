"""What every use case needs besides a session: the clock, who sits here, and the catalogues."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from salesdesk.catalogues import Catalogues
from salesdesk.clock import Clock
from salesdesk.codes import Role
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Operator
from salesdesk.models.catalogue import StageEntry
from salesdesk.scheduler import Hours, WorkCalendar
from salesdesk.storage.base import Base


@dataclass(frozen=True, slots=True)
class Me:
    """Who sits at the desk."""

    id: int
    login: str
    name: str
    role: Role


@dataclass(frozen=True)
class Context:
    """The clock (in the team's zone), who sits here, and the catalogues of the base."""

    clock: Clock
    me: Me
    catalogues: Catalogues

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The team's working days."""
        return self._calendar(self.catalogues.team.days)

    @cached_property
    def working(self) -> Hours:
        """The team's working hours."""
        team = self.catalogues.team
        return Hours(team.start, team.end, self.calendar)

    @cached_property
    def calling(self) -> Hours:
        """The hours in which clients may be called, in their own zones."""
        team = self.catalogues.team
        return Hours(team.calling_start, team.calling_end, self._calendar(team.calling_days))

    def _calendar(self, days: frozenset[int]) -> WorkCalendar:
        return WorkCalendar(self.catalogues.team.country, days, self.catalogues.holidays)

    @cached_property
    def now(self) -> datetime:
        """This moment, UTC; the same for all of one use case."""
        return self.clock.now()

    @cached_property
    def today(self) -> date:
        """The team's day."""
        return self.now.astimezone(self.catalogues.team.zone).date()

    @cached_property
    def midnight(self) -> datetime:
        """When the team's day began, UTC."""
        return self.clock.midnight(self.today)

    @cached_property
    def late_before(self) -> datetime:
        """Before when a next action without a clock time is late: it has its day until the work is over."""
        over = datetime.combine(self.today, self.catalogues.team.end, self.catalogues.team.zone)
        return self.midnight if self.now < over else self.clock.midnight(self.today + timedelta(days=1))

    def stage(self, code: str | None) -> StageEntry | None:
        """Give a stage's rule; None for a cold client."""
        return None if code is None else self.catalogues.stages.get(code)

    def as_of(self, moment: datetime | None) -> "Context":
        """Give the same desk at a moment that has passed; one that has not yet come is now."""
        if moment is None or moment >= self.now:
            return self
        return replace(self, clock=replace(self.clock, fixed=moment))

    def not_before(self, *moments: datetime | None) -> datetime:
        """Give now, or the latest of some moments: what follows upon something is never written as before it.

        Whoever wrote that may have had a clock that was ahead; and a call that was kept comes in late.
        """
        return max((self.now, *(moment for moment in moments if moment is not None)))

    def fresh(self) -> "Context":
        """Give the same desk at this very moment: a context stands still once its time was asked."""
        return replace(self)


def context_of(base: Base, clock: Clock, login: str | None = None) -> Context:
    """Sit down at a base. The clock's zone becomes the team's, and its time that of all who work there.

    Whom the server has let in by their own login sits down as nobody else: raises NotAllowedError; and
    NotFoundError for an unknown login.
    """
    if base.login is not None and login not in {None, base.login}:
        raise NotAllowedError(
            _("The server has let you in as {login}: you cannot sit down as {other}.").format(
                login=base.login, other=login
            )
        )
    return Context(
        clock=replace(clock, zone=base.catalogues.team.zone, steady=base.time.steady),
        me=me_of(base.operator(login)),
        catalogues=base.catalogues,
    )


def me_of(operator: Operator) -> Me:
    """Tell a person's row as the desk knows them."""
    return Me(id=operator.id or 0, login=operator.login, name=operator.name, role=operator.role)
