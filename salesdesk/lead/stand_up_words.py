"""A stand-up in words: why a card was chosen, what was decided, what became of it."""

from datetime import datetime
from typing import Final

from salesdesk import formatting, wording
from salesdesk.codes import CardRule
from salesdesk.context import Context
from salesdesk.i18n import N_, _, ngettext
from salesdesk.lead.stand_up_rows import Became, DecidedNote, DecidedStep, StandUpRow
from salesdesk.scheduler import days_late

_RULES: Final = {
    CardRule.OLDEST_TAIL: N_("the oldest tail"),
    CardRule.LARGEST_STUCK: N_("the largest amount stuck"),
    CardRule.PROMISE_TODAY: N_("a promise of today"),
    CardRule.REJECTED: N_("rejected in the last days"),
    CardRule.RANDOM: N_("at random"),
}
SIGNS: Final = {
    Became.IN_TIME: "✓", Became.LATE: "◐", Became.CLOSED: "–", Became.WAITING: "…", Became.MOVED: "→",
    Became.OPEN: "✗", Became.GONE: "–",
}  # fmt: skip


def rule_words(rule: CardRule) -> str:
    """Say why a card was chosen."""
    return _(_RULES[rule]) if rule in _RULES else str(rule)


def step_words(context: Context, step: DecidedStep) -> str:
    """Say what was decided: kind, goal, when."""
    goal = wording.titled(context.catalogues.goals, step.goal)
    parts = [wording.kind(step.kind), goal, _moment(context, step.due_at)]
    return " · ".join([*parts, *([_("agreed time")] if step.promise else [])])


def became_words(context: Context, step: DecidedStep) -> str:
    """Say what became of a decision."""
    moved = ngettext("moved {count} time", "moved {count} times", step.moves).format(count=step.moves)
    return _became(context, step) + (f", {moved}" if step.moves else "")


def _became(context: Context, step: DecidedStep) -> str:
    if step.done_at is not None:
        when = formatting.day_and_time(step.done_at, context.now, context.clock.zone)
        said = {
            Became.IN_TIME: _("done in time, {when}"),
            Became.LATE: _("done late, {when}"),
        }.get(step.became, _("closed without a call, {when}"))
        return said.format(when=when)
    if step.due_now is None:
        return _("taken back")
    if step.became is Became.WAITING:
        return _("its time has not come")
    if step.became is Became.MOVED:
        return _("not done yet, now due {when}").format(when=_moment(context, step.due_now))
    late = days_late(step.due_now, context.today, context.catalogues.team.zone)
    words = ngettext("{count} day late", "{count} days late", late).format(count=late)
    return _("not done") + (f", {words}" if late else "")


def note_words(context: Context, note: DecidedNote) -> str:
    """Say whether a note was seen."""
    if note.text is None:
        return _("taken back")
    if note.seen_at is None:
        return _("not seen yet")
    return _("seen {when}").format(
        when=formatting.day_and_time(note.seen_at, context.now, context.clock.zone)
    )


def came_to(held: StandUpRow) -> str:
    """Say in short what a stand-up has come to: cards, decisions, how many of them were done."""
    cards, steps = len(held.cards), len(held.steps)
    parts = [
        ngettext("{count} card", "{count} cards", cards).format(count=cards),
        ngettext("{count} decision", "{count} decisions", held.decisions).format(count=held.decisions),
    ]
    if steps:
        parts.append(_("done {done} of {count}").format(done=held.done, count=steps))
    return " · ".join(parts)


def stages_words(context: Context, then: str | None, now: str | None) -> str:
    """Say where a client stood and where it stands, where that is not the same; else nothing."""
    if then == now:
        return ""
    stages = context.catalogues.stages
    went = wording.titled(stages, then) or _("never in conversation")
    came = wording.titled(stages, now) or _("never in conversation")
    return _("stage") + f": {went} → {came}"


def _moment(context: Context, at: datetime) -> str:
    return formatting.moment(at, context.now, context.clock.zone)
