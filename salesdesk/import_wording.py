"""Words for what an import does, would do and did."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportState, RowFate
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.base.importing import DuplicateOf, FieldChange, Outcome

_FATES: Final[Mapping[RowFate, str]] = {
    RowFate.ADD: N_("add"),
    RowFate.UPDATE: N_("update"),
    RowFate.UNCHANGED: N_("unchanged"),
    RowFate.DUPLICATE: N_("duplicate?"),
    RowFate.REJECT: N_("reject"),
    RowFate.ABSENT: N_("absent"),
}
_STATES: Final[Mapping[ImportState, str]] = {
    ImportState.RUNNING: N_("broken off"),
    ImportState.DONE: N_("done"),
    ImportState.UNDONE: N_("taken back"),
}
_DUPLICATES: Final[Mapping[DuplicatePolicy, str]] = {
    DuplicatePolicy.ADD: N_("add them all the same"),
    DuplicatePolicy.SKIP: N_("leave them out"),
    DuplicatePolicy.FILL: N_("fill what the card lacks"),
    DuplicatePolicy.REPLACE: N_("replace what they say"),
}
_ABSENT: Final[Mapping[AbsentPolicy, str]] = {
    AbsentPolicy.NOTHING: N_("nothing"),
    AbsentPolicy.MARK: N_("a note on the card"),
    AbsentPolicy.REJECT: N_("a note, and out of the lists where nobody has called"),
}
_NOTHING = "–"


def row_fate(fate: RowFate) -> str:
    """Say what becomes of a row, in a word."""
    return _(_FATES[fate])


def import_state(state: ImportState) -> str:
    """Say how an import stands."""
    return _(_STATES[state])


def duplicate_policy(policy: DuplicatePolicy) -> str:
    """Say what is done with likely duplicates."""
    return _(_DUPLICATES[policy])


def absent_policy(policy: AbsentPolicy) -> str:
    """Say what is done with clients that the file lacks."""
    return _(_ABSENT[policy])


def outcome_words(outcome: "Outcome") -> str:
    """Say why a row comes to what it does: what differs, whom it is like, what is wrong."""
    parts = [outcome.why] if outcome.why else []
    parts += [duplicate_words(each) for each in outcome.duplicate_of[:1]]
    if outcome.policy is not None:
        parts.append(duplicate_policy(outcome.policy))
    parts += [change_words(each) for each in outcome.changes]
    return "; ".join(parts)


def duplicate_words(found: "DuplicateOf") -> str:
    """Say whom a row is likely to be, and why."""
    who = (
        _("row {row} of this file, {name}").format(row=found.row, name=found.name)
        if found.row is not None
        else f"{found.client} {found.name}"
    )
    return f"{who} ({round(found.score * 100)} %: {', '.join(found.why)})"


def change_words(change: "FieldChange", title: str | None = None) -> str:
    """Say what becomes of a field."""
    return f"{title or change.field}: {change.was or _NOTHING} → {change.becomes or _NOTHING}"
