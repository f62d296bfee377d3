"""What is kept, in words: for the list of it, for a note, and for a file that a person takes along."""

from collections.abc import Iterator
from datetime import tzinfo

from salesdesk import wording
from salesdesk.catalogues import Catalogues
from salesdesk.i18n import N_, _
from salesdesk.kept.rows import Kept, Owed, State, Theirs
from salesdesk.rows import NextStep, WrapUp

_KEEP = "keep"
"""Says that the client is handed on to nobody."""

_STATES = {
    State.WAITING: N_("kept here, not sent yet"),
    State.CLASHED: N_("needs you"),
    State.REFUSED: N_("not taken"),
}


def state(code: State) -> str:
    """Give the words for where something kept stands."""
    return _(_STATES[code])


def said(kept: Kept, catalogues: Catalogues, zone: tzinfo) -> str:
    """Say in one line what is kept."""
    if kept.wrap_up is not None:
        parts = [*_call(kept.wrap_up, catalogues)]
        if kept.wrap_up.next_step is not None:
            parts.append(_("next: {step}").format(step=_step(kept.wrap_up.next_step, catalogues, zone)))
        return " · ".join(parts)
    if kept.step is not None:
        return _("to be moved to: {step}").format(step=_step(kept.step, catalogues, zone))
    return _("note: {text}").format(text=kept.text)


def written(kept: Kept, catalogues: Catalogues, zone: tzinfo) -> str:
    """Say everything of it, a line for each thing: for a file, and for the clipboard."""
    lines = [
        f"{kept.client_name} ({kept.client_id})",
        f"{kept.at.astimezone(zone):%d.%m.%Y %H:%M}",
        said(kept, catalogues, zone),
    ]
    if kept.wrap_up is not None and kept.wrap_up.note:
        lines.append(kept.wrap_up.note)
    lines.append(": ".join(filter(None, (state(kept.state), kept.why))))
    if kept.theirs is not None:
        lines += their_side(kept.theirs, catalogues, zone)
    return "\n".join(lines)


def as_note(kept: Kept, catalogues: Catalogues, zone: tzinfo) -> str:
    """Say it as a note on the client's card."""
    head = f"{kept.at.astimezone(zone):%d.%m.%Y %H:%M} · {said(kept, catalogues, zone)}"
    note = kept.wrap_up.note if kept.wrap_up is not None else ""
    return f"{head}\n{note}" if note else head


def their_side(theirs: Theirs, catalogues: Catalogues, zone: tzinfo) -> list[str]:
    """Say what others did at the client meanwhile, a line for each thing."""
    if theirs.now is None:
        return [unseen()]
    lines = []
    if theirs.merged:
        lines.append(_("The card was merged into: {name} ({number})").format(
            name=theirs.name, number=theirs.client_id
        ))  # fmt: skip
    for call in theirs.calls:
        outcome = wording.titled(catalogues.outcomes, call.outcome)
        parts = (f"{call.at.astimezone(zone):%d.%m %H:%M}", call.operator, outcome, call.note)
        lines.append(_("Called: {what}").format(what=", ".join(filter(None, parts))))
    if "stage" in theirs.differs:
        stage = wording.titled(catalogues.stages, theirs.now.stage) if theirs.now.stage else "—"
        lines.append(_("Stage now: {stage}").format(stage=stage))
    if theirs.now.do_not_call:
        lines.append(_("Asked never to be called."))
    if "owner" in theirs.differs:
        lines.append(_("Owner now: {name}").format(name=theirs.now.owner or "—"))
    if "owed" in theirs.differs:
        lines.append(_("Next action now: {what}").format(what=_owed(theirs.now.owed, catalogues, zone)))
    return lines


def unseen() -> str:
    """Say that a client is another's by now, or nowhere: which of them is not for everybody to know."""
    return _(
        "The client is among yours no more: it went to somebody else, or its card is gone. Ask your lead."
    )


def _call(wrap_up: WrapUp, catalogues: Catalogues) -> Iterator[str]:
    yield wording.titled(catalogues.outcomes, wrap_up.outcome)
    if wrap_up.goal is not None:
        goal = wording.titled(catalogues.goals, wrap_up.goal)
        yield f"{goal}: {wording.result(wrap_up.result)}" if wrap_up.result is not None else goal
    if wrap_up.reason is not None:
        yield wording.titled(catalogues.reasons, wrap_up.reason)
    if wrap_up.hand_to not in (None, _KEEP):
        yield _("hand on to: {who}").format(who=wrap_up.hand_to)


def _step(step: NextStep, catalogues: Catalogues, zone: tzinfo) -> str:
    at = step.due_at.astimezone(zone)
    sign = "⏰ " if step.promise else ""
    goal = wording.titled(catalogues.goals, step.goal)
    return f"{wording.kind(step.kind)}, {goal}, {sign}{at:%d.%m %H:%M}"


def _owed(owed: Owed | None, catalogues: Catalogues, zone: tzinfo) -> str:
    if owed is None:
        return "—"
    step = NextStep(owed.kind, owed.goal, owed.due_at, owed.promise)
    return f"{_step(step, catalogues, zone)}, {owed.operator}"
