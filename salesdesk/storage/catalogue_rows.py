"""Catalogues in the base: loaded from the files of `data/`, read back for use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from salesdesk.catalogues import Catalogues, Team
from salesdesk.models import (
    CallGoal,
    ChecklistItem,
    Outcome,
    RejectReason,
    Script,
    ServicePolicy,
    Setting,
    Stage,
)
from salesdesk.models.catalogue import (
    CallGoalEntry,
    ChecklistEntry,
    Entry,
    OutcomeEntry,
    RejectReasonEntry,
    ScriptEntry,
    ServicePolicyEntry,
    StageEntry,
)
from salesdesk.scheduler import holidays_of

FINGERPRINT = "catalogues"
TEAM = "team"
HOLIDAYS = "holidays"
YEARS_AHEAD = 3

E = TypeVar("E", bound=Entry)


@dataclass(slots=True)
class Synced:
    """What a file changed: how many of its entries are new, say something else, or are there no more."""

    added: int = 0
    changed: int = 0
    dropped: int = 0


def sync(session: Session, catalogues: Catalogues, fingerprint: str) -> dict[str, Synced]:
    """Bring the tables in step with the files; tell by file what that changed.

    A code that they dropped stays, inactive.
    """
    synced = {
        "team": _sync_team(session, catalogues.team),
        "stages": _sync(session, Stage, catalogues.stages),
        "outcomes": _sync(session, Outcome, catalogues.outcomes),
        "goals": _sync(session, CallGoal, catalogues.goals),
        "reject_reasons": _sync(session, RejectReason, catalogues.reasons),
        "policies": _sync(session, ServicePolicy, catalogues.policies),
        "scripts": _sync(session, Script, catalogues.scripts),
        "checklist": _sync(session, ChecklistItem, catalogues.checklist),
    }
    session.merge(Setting(key=HOLIDAYS, value=_holidays(catalogues.team.country)))
    session.merge(Setting(key=FINGERPRINT, value={"sha256": fingerprint}))
    return synced


def load(session: Session) -> Catalogues:
    """Read the catalogues that the base holds."""
    team = session.get_one(Setting, TEAM)
    return Catalogues(
        stages=_entries(session, Stage, StageEntry),
        outcomes=_entries(session, Outcome, OutcomeEntry),
        goals=_entries(session, CallGoal, CallGoalEntry),
        reasons=_entries(session, RejectReason, RejectReasonEntry),
        policies=_entries(session, ServicePolicy, ServicePolicyEntry),
        scripts=_entries(session, Script, ScriptEntry),
        checklist=_entries(session, ChecklistItem, ChecklistEntry),
        team=Team.from_json(team.value),
        holidays=_by_year(session.get(Setting, HOLIDAYS)),
    )


def _holidays(country: str) -> dict[str, object]:
    """Write down the days off around the year in which the catalogues are loaded: year to day to name."""
    now = datetime.now(UTC).year
    return {
        str(year): {day.isoformat(): name for day, name in holidays_of(country, year).items()}
        for year in range(now - 1, now + YEARS_AHEAD + 1)
    }


def _by_year(kept: Setting | None) -> dict[int, dict[date, str]]:
    years = cast("dict[str, dict[str, str]]", kept.value if kept else {})
    return {
        int(year): {date.fromisoformat(day): name for day, name in days.items()}
        for year, days in years.items()
    }


def _sync_team(session: Session, team: Team) -> Synced:
    said, kept = team.as_json(), session.get(Setting, TEAM)
    synced = Synced()
    if kept is None:
        session.add(Setting(key=TEAM, value=said))
        synced.added = len(said)
    elif kept.value != said:
        # What a base says nothing of that is older than that is as it is where nothing is said.
        synced.changed = sum(kept.value.get(name) != value for name, value in said.items())
        kept.value = said
    return synced


def _sync(session: Session, table: type[SQLModel], entries: Mapping[str, Entry]) -> Synced:
    synced = Synced()
    kept: dict[str, Any] = {row.code: row for row in session.scalars(select(table))}  # type: ignore[attr-defined]  # every catalogue has a code
    for position, (code, entry) in enumerate(entries.items()):
        values = entry.model_dump() | {"position": position, "active": True}
        row = kept.pop(code, None)
        if row is None:
            session.add(table(**values))
            synced.added += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            row.sqlmodel_update(values)
            synced.changed += 1
    for row in kept.values():
        synced.dropped += row.active
        row.active = False
    return synced


def _entries(session: Session, table: Any, entry: type[E]) -> dict[str, E]:  # noqa: ANN401  # a table class with the columns of Row
    said = [getattr(table, name) for name in entry.model_fields]
    rows = session.execute(select(*said).order_by(col(table.active).desc(), table.position)).mappings()
    return {row["code"]: cast("E", entry.model_construct(**row)) for row in rows}
