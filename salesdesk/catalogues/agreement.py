"""What catalogues say of one another: codes that they name, and rules that must not contradict."""

from collections.abc import Iterator, Mapping
from typing import cast

from salesdesk.catalogues.schemas import GOALS, OUTCOMES, POLICIES, SCRIPTS, STAGES, Schema
from salesdesk.catalogues.source import Source
from salesdesk.codes import ClientClass
from salesdesk.i18n import _
from salesdesk.models.catalogue import Entry, OutcomeEntry, StageEntry

Sources = Mapping[str, Source]
Entries = Mapping[str, Mapping[str, Entry]]

REFERENCES = (
    (STAGES, "goal", GOALS),
    (GOALS, "next_goal", GOALS),
    (OUTCOMES, "stage", STAGES),
    (OUTCOMES, "next_goal", GOALS),
    (SCRIPTS, "goal", GOALS),
)


def check_agreement(sources: Sources, entries: Entries) -> None:
    """Raise CatalogueError for a code that another file does not have, or a rule that cannot be followed."""
    for schema, field, target in REFERENCES:
        _check_codes(sources[schema.file], schema, entries[schema.file], field, entries[target.file])
    stages = cast("Mapping[str, StageEntry]", entries[STAGES.file])
    for number, outcome in enumerate(entries[OUTCOMES.file].values()):
        for field, what in _contradictions(cast("OutcomeEntry", outcome), stages):
            raise sources[OUTCOMES.file].error(what, OUTCOMES.table, number, field)
    classes = {getattr(policy, "client_class", None) for policy in entries[POLICIES.file].values()}
    missing = [each.value for each in ClientClass if each not in classes]
    if missing:
        what = _("there is no [[policy]] for the client class {classes}").format(classes=", ".join(missing))
        raise sources[POLICIES.file].error(what, POLICIES.table, len(entries[POLICIES.file]) - 1)


def _check_codes(
    source: Source, schema: Schema, entries: Mapping[str, Entry], field: str, known: Mapping[str, Entry]
) -> None:
    for number, entry in enumerate(entries.values()):
        code = getattr(entry, field)
        if code is not None and code not in known:
            what = _("{field}: there is no code “{code}”; there are: {known}")
            text = what.format(field=field, code=code, known=", ".join(known))
            raise source.error(text, schema.table, number, field)


def _contradictions(outcome: OutcomeEntry, stages: Mapping[str, StageEntry]) -> Iterator[tuple[str, str]]:
    """Give each rule of an outcome that cannot be followed: the key to point at, and the words."""
    out_of_work = outcome.stage is not None and not stages[outcome.stage].in_work
    if outcome.contact and not outcome.answered:
        yield "contact", _("contact: a call that nobody answered reached nobody; write answered = true")
    if outcome.do_not_call and not outcome.terminal:
        yield "do_not_call", _("do_not_call: nothing can follow it; write terminal = true")
    if outcome.terminal and not out_of_work and not outcome.do_not_call:
        what = _(
            "terminal: the client would stay in work with no next action; name a stage with in_work = false"
        )
        yield ("stage" if outcome.stage else "terminal"), what
    if out_of_work and not outcome.terminal:
        yield (
            "stage",
            _("stage: {stage} is out of work, so nothing can follow; write terminal = true").format(
                stage=outcome.stage
            ),
        )
    if outcome.retry_minutes is not None and outcome.retry_days is not None:
        yield "retry_days", _("retry_days: write retry_minutes or retry_days, not both")
    for field in ("retry_minutes", "retry_days", "max_attempts", "needs_time", "needs_date", "next_goal"):
        if outcome.terminal and getattr(outcome, field):
            yield field, _("{field}: nothing follows a terminal outcome; take it out").format(field=field)
