"""What the catalogues say, as plain values to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

from salesdesk.errors import NotFoundError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from salesdesk.models.catalogue import (
        CallGoalEntry,
        ChecklistEntry,
        OutcomeEntry,
        RejectReasonEntry,
        ScriptEntry,
        ServicePolicyEntry,
        StageEntry,
    )

E = TypeVar("E")

CONFIRM_HOURS = 4
"""Where a team has not said in how many working hours a client that was handed on is to be confirmed."""

LIST_ROWS, LIST_ROWS_A_DAY, EXPORT_ROWS_A_DAY, WHOSE_A_DAY = 500, 5000, 2000, 100
"""What an operator may take in one go, and ask of others' clients, where the team has said nothing else."""


@dataclass(frozen=True, slots=True)
class Team:
    """The team's zone and day, and the hours in which clients may be called.

    `start`, `half`, `end` are times of the team's zone, `calling_start` and `calling_end` of the
    client's own. Days are numbers of `date.weekday()`: Monday is 0.
    """

    zone: ZoneInfo
    country: str
    currency: str
    start: time
    half: time
    end: time
    days: frozenset[int]
    minutes_per_call: int
    calling_start: time
    calling_end: time
    calling_days: frozenset[int]
    notice_minutes: int
    undo_hours: int
    list_rows: int = LIST_ROWS
    list_rows_a_day: int = LIST_ROWS_A_DAY
    export_rows_a_day: int = EXPORT_ROWS_A_DAY
    whose_a_day: int = WHOSE_A_DAY
    pool_a_day: int | None = None
    """How many clients of the shared pool an operator is given a day; None: they see all of it."""
    confirm_hours: int = CONFIRM_HOURS
    """Working hours in which a client that was handed on is to be confirmed."""

    def as_json(self) -> dict[str, object]:
        """Give what `from_json` takes: plain values that any database keeps."""
        return {
            "zone": self.zone.key,
            "country": self.country,
            "currency": self.currency,
            "start": self.start.isoformat("minutes"),
            "half": self.half.isoformat("minutes"),
            "end": self.end.isoformat("minutes"),
            "days": sorted(self.days),
            "minutes_per_call": self.minutes_per_call,
            "calling_start": self.calling_start.isoformat("minutes"),
            "calling_end": self.calling_end.isoformat("minutes"),
            "calling_days": sorted(self.calling_days),
            "notice_minutes": self.notice_minutes,
            "undo_hours": self.undo_hours,
            "list_rows": self.list_rows,
            "list_rows_a_day": self.list_rows_a_day,
            "export_rows_a_day": self.export_rows_a_day,
            "whose_a_day": self.whose_a_day,
            "pool_a_day": self.pool_a_day,
            "confirm_hours": self.confirm_hours,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> "Team":
        """Make a team of what `as_json` gave. Raises KeyError or ValueError for anything else."""

        def clock(key: str) -> time:
            return time.fromisoformat(str(values[key]))

        def number(key: str) -> int:
            return int(cast("int", values[key]))

        def limit(key: str, usual: int) -> int:
            return int(cast("int", values.get(key, usual)))  # a base may be older than these

        def days(key: str) -> frozenset[int]:
            return frozenset(int(day) for day in cast("list[int]", values[key]))

        return cls(
            zone=ZoneInfo(str(values["zone"])),
            country=str(values["country"]),
            currency=str(values["currency"]),
            start=clock("start"),
            half=clock("half"),
            end=clock("end"),
            days=days("days"),
            minutes_per_call=number("minutes_per_call"),
            calling_start=clock("calling_start"),
            calling_end=clock("calling_end"),
            calling_days=days("calling_days"),
            notice_minutes=number("notice_minutes"),
            undo_hours=number("undo_hours"),
            list_rows=limit("list_rows", LIST_ROWS),
            list_rows_a_day=limit("list_rows_a_day", LIST_ROWS_A_DAY),
            export_rows_a_day=limit("export_rows_a_day", EXPORT_ROWS_A_DAY),
            whose_a_day=limit("whose_a_day", WHOSE_A_DAY),
            pool_a_day=cast("int | None", values.get("pool_a_day")),
            # A base that was made before clients were handed on says nothing of it.
            confirm_hours=int(cast("int", values.get("confirm_hours", CONFIRM_HOURS))),
        )


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Every catalogue: code to entry, in the order of its file.

    `holidays` are the days off that the base knows, by year: the package that knows those of every
    country takes longer to import than the list may take to come.
    """

    stages: Mapping[str, "StageEntry"]
    outcomes: Mapping[str, "OutcomeEntry"]
    goals: Mapping[str, "CallGoalEntry"]
    reasons: Mapping[str, "RejectReasonEntry"]
    policies: Mapping[str, "ServicePolicyEntry"]
    scripts: Mapping[str, "ScriptEntry"]
    checklist: Mapping[str, "ChecklistEntry"]
    team: Team
    holidays: Mapping[int, Mapping[date, str]] = field(default_factory=dict)

    def stage(self, code: str) -> "StageEntry":
        """Look a stage up. Raises NotFoundError, which names the codes that there are."""
        return _named(self.stages, code, _("There is no stage “{code}”. Stages: {codes}."))

    def outcome(self, code: str) -> "OutcomeEntry":
        """Look an outcome up. Raises NotFoundError, which names the codes that there are."""
        return _named(self.outcomes, code, _("There is no outcome “{code}”. Outcomes: {codes}."))

    def goal(self, code: str) -> "CallGoalEntry":
        """Look a goal up. Raises NotFoundError, which names the codes that there are."""
        return _named(self.goals, code, _("There is no goal “{code}”. Goals: {codes}."))

    def reason(self, code: str) -> "RejectReasonEntry":
        """Look a reject reason up. Raises NotFoundError, which names the codes that there are."""
        return _named(self.reasons, code, _("There is no reject reason “{code}”. Reasons: {codes}."))

    def policy_of(self, client_class: str) -> "ServicePolicyEntry":
        """Tell what is owed to a class of clients. Raises NotFoundError for a class without a policy."""
        by_class = {policy.client_class.value: policy for policy in self.policies.values()}
        return _named(by_class, client_class, _("There is no policy for class “{code}”. Classes: {codes}."))

    def script_for(self, goal: str) -> "ScriptEntry | None":
        """Choose the script of a goal: the first of the file; None where the team wrote none."""
        return next((script for script in self.scripts.values() if script.goal == goal), None)

    def outcome_by_key(self, key: str) -> "OutcomeEntry | None":
        """Tell the outcome that a key chooses."""
        return next((entry for entry in self.outcomes.values() if entry.key == key), None)

    def goal_by_key(self, key: str) -> "CallGoalEntry | None":
        """Tell the goal that a key chooses."""
        return next((entry for entry in self.goals.values() if entry.key == key), None)

    def reason_by_key(self, key: str) -> "RejectReasonEntry | None":
        """Tell the reject reason that a key chooses."""
        return next((entry for entry in self.reasons.values() if entry.key == key), None)


def _named(entries: Mapping[str, E], code: str, missing: str) -> E:
    entry = entries.get(code)
    if entry is None:
        raise NotFoundError(missing.format(code=code, codes=", ".join(entries)))
    return entry
