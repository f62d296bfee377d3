"""Changing what is owed, and keeping what it was: so that the tails of any past day can be counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row

from salesdesk.context import Context
from salesdesk.models import NextAction, NextActionPast
from salesdesk.storage.journal import Journal

KEPT = ("operator_id", "due_at", "promise", "hold")
"""What makes a next action somebody's tail, or none."""


def change_owed(
    journal: Journal,
    context: Context,
    action: Row[Any] | Mapping[str, Any],
    **values: Any,  # noqa: ANN401  # any column's value
) -> bool:
    """Change an open next action that was read as `action`; tell whether anything differed.

    Every change of `KEPT` comes through here. What it was until now is written beside it, by the same
    journal, so that undo takes both back.
    """
    was = journal.known(NextAction, action)
    if any(values[name] != was[name] for name in KEPT if name in values):
        journal.add(
            NextActionPast,
            next_action_id=was["id"],
            until=context.now,
            **{name: was[name] for name in KEPT},
        )
    return journal.change(NextAction, action, **values)


def give_owed(journal: Journal, context: Context, given: Sequence[tuple[Row[Any], int]]) -> int:
    """Give many open next actions that were read to other people; tell how many changed hands."""
    changed = [(action, who) for action, who in given if action.operator_id != who]
    journal.add_many(
        NextActionPast,
        [
            {"next_action_id": action.id, "until": context.now}
            | {name: action._mapping[name] for name in KEPT}  # noqa: SLF001  # the public name of a row's mapping
            for action, _who in changed
        ],
    )
    return journal.change_many(NextAction, [(action, {"operator_id": who}) for action, who in changed])
