"""Logging a call, committed, beside a bare transaction that writes the same rows."""

from datetime import timedelta
from pathlib import Path

from benchmarks.bases import NOW, OPERATOR, copy_of, opened
from benchmarks.figures import Bar, Figure, milliseconds, percentile
from benchmarks.statements import caught, raw, write_again
from salesdesk.clock import Clock
from salesdesk.codes import GoalResult, StepKind
from salesdesk.context import Context, context_of
from salesdesk.desk import calls, queue
from salesdesk.rows import NextStep, WrapUp
from salesdesk.storage.base import Base

TIMES = 300

_TOMORROW = NextStep(StepKind.CALL, "find_need", NOW + timedelta(days=1), promise=True)


def said(turn: int, client_id: int) -> WrapUp:
    """Say what a call came to: what operators usually say, by turns."""
    return (
        WrapUp(client_id, "no_answer"),
        WrapUp(
            client_id,
            "interested",
            result=GoalResult.HIT,
            note="просит КП, решает директор",
            talk_seconds=180,
        ),
        WrapUp(client_id, "voicemail"),
        WrapUp(client_id, "talk_later", result=GoalResult.MISSED, next_step=_TOMORROW, talk_seconds=40),
        WrapUp(client_id, "gatekeeper", note="секретарь не соединяет", talk_seconds=25),
    )[turn % 5]


def taken(path: Path) -> tuple[list[float], list[float]]:
    """Log calls on a copy of a base and write the same rows into another; give milliseconds of both."""
    logged, floors = [], []
    with (
        copy_of(path, "logging") as copy, copy_of(path, "logging-caught") as same,
        copy_of(path, "logging-floor") as beside, opened(copy) as base, opened(same) as watched,
    ):  # fmt: skip
        context, watching = (context_of(one, Clock(fixed=NOW), OPERATOR) for one in (base, watched))
        driver = raw(beside)
        for turn, client_id in enumerate(_clients(base, context)):
            # On a copy of its own: what listens to the statements takes time, too.
            with caught(watched.engine) as statements:
                _log(watched, watching, said(turn, client_id))
            logged.append(_log(base, context, said(turn, client_id)))
            floors.append(milliseconds(lambda sent=statements: write_again(driver, sent))[0])
        driver.close()
    return logged[10:], floors[10:]


def _log(base: Base, context: Context, wrap_up: WrapUp) -> float:
    def log() -> None:
        with base.write() as session:
            calls.log_call(session, context.fresh(), wrap_up)

    return milliseconds(log)[0]


def _clients(base: Base, context: Context) -> list[int]:
    with base.read() as session:
        return [row.client_id for row in queue.page(session, context, limit=TIMES).rows]


def p95(path: Path) -> float:
    """Give the 95th percentile of logging a call, in milliseconds."""
    return percentile(taken(path)[0], 0.95)


def figures(path: Path) -> list[Figure]:
    """Measure logging."""
    logged, floors = taken(path)
    return [
        Figure(
            "logging a call, committed, p95",
            percentile(logged, 0.95),
            "ms",
            percentile(floors, 0.95),
            Bar(times=3),
        ),
        Figure("… median", percentile(logged, 0.5), "ms", percentile(floors, 0.5)),
    ]
