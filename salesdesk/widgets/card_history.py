"""What happened with a client, newest first, to a width."""

from collections.abc import Sequence

from textual.content import Content

from salesdesk import formatting, wording
from salesdesk.i18n import _
from salesdesk.rows import Happened, TimelineRow
from salesdesk.widgets.cells import plain
from salesdesk.widgets.leaf import QUIET, STRESSED, Leaf
from salesdesk.widgets.preview import RESULT_SIGNS, Desk, for_whom

_SIGNS = {
    Happened.CALL: "☎",
    Happened.NOTE: "✎",
    Happened.MESSAGE: "✉",
    Happened.STAGE: "→",
    Happened.IMPORT: "⇩",
    Happened.HAND_ON: "⇥",
    Happened.CREATED: "+",
}


def card_history(rows: Sequence[TimelineRow], desk: Desk, width: int, *, more: bool) -> Content:
    """Write a history down; every line begins with when and what kind."""
    leaf = Leaf(width)
    for row in rows:
        at = formatting.day_and_time(row.at, desk.now, desk.zone)
        for_somebody = row.kind is Happened.NOTE and row.for_operator is not None
        sign = _SIGNS[Happened.MESSAGE if for_somebody else row.kind]
        lead = Content.assemble((f"{at:<11} ", QUIET), f"{sign} ")
        leaf.item(lead, _line(row, desk))
        if row.score is not None or row.remarks:
            leaf.line(review_line(row), STRESSED, indent=lead.cell_length)
        if row.text and row.kind is not Happened.IMPORT:
            leaf.line(row.text, indent=lead.cell_length)
    if not rows:
        leaf.line(_("Nothing has happened yet: this is the first time."), QUIET)
    if more:
        leaf.line(_("… older lines come as you scroll"), QUIET)
    return leaf.content()


def review_line(row: TimelineRow) -> str:
    """Say what the call got in its review, and the remarks."""
    score = formatting.share(row.score) if row.score is not None else ""
    return _("review: {said}").format(said=": ".join(filter(None, (score, row.remarks))))


def _line(row: TimelineRow, desk: Desk) -> Content:
    who = f" · {plain(row.operator)}" if row.operator else ""
    if row.kind is Happened.CALL:
        return _call(row, desk, who)
    if row.kind is Happened.STAGE:
        return Content.assemble(_stage(row, desk), (who, QUIET))
    if row.kind is Happened.MESSAGE:
        way = _("message from the client") if row.incoming else _("message to the client")
        return Content.assemble(way, (who, QUIET))
    if row.kind is Happened.NOTE:
        what = _("note") if row.for_operator is None else (for_whom(row), STRESSED)
        return Content.assemble(what, (who, QUIET))
    if row.kind is Happened.HAND_ON:
        return Content.assemble(plain(wording.handed_on(row)), (who, QUIET))
    about = f" · {plain(row.text)}" if row.kind is Happened.IMPORT and row.text else ""
    came_by = _("from a file") if row.kind is Happened.IMPORT else _("added by hand")
    return Content.assemble(came_by, about, (who, QUIET))


def _stage(row: TimelineRow, desk: Desk) -> str:
    stages = desk.catalogues.stages
    came = wording.titled(stages, row.to_stage)
    went = wording.titled(stages, row.from_stage) or _("never in conversation")
    why = wording.titled(desk.catalogues.reasons, row.reason)
    return _("stage") + f": {went} → {came}" + (f" ({why})" if why else "")


def _call(row: TimelineRow, desk: Desk, who: str) -> Content:
    titles = desk.catalogues
    outcome = wording.titled(titles.outcomes, row.outcome)
    parts = []
    rule = titles.outcomes.get(row.outcome or "")
    if row.goal and row.goal_result and (rule is None or rule.answered):
        goal = wording.titled(titles.goals, row.goal)
        parts.append(f"{goal}: {RESULT_SIGNS[row.goal_result]} {wording.result(row.goal_result)}")
    if row.reason:
        parts.append(wording.titled(titles.reasons, row.reason))
    if row.attempt and (row.attempt > 1 or (rule is not None and not rule.answered)):
        parts.append(_("attempt {count}").format(count=row.attempt))
    if row.talk_seconds:
        parts.append(formatting.duration(row.talk_seconds))
    if row.phone:
        parts.append(plain(row.phone))
    about = " · ".join(["", *parts]) if parts else ""
    return Content.assemble((outcome, STRESSED), about, (who, QUIET))
