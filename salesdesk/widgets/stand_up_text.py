"""Stand-ups on a leaf: the record of them, and what stands before and after the cards."""

from collections.abc import Sequence

from textual.content import Content

from salesdesk import formatting, wording
from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.i18n import _, ngettext
from salesdesk.lead.stand_up_rows import Became, CardRow, OperatorDay, StandUpRow
from salesdesk.lead.stand_up_words import (
    SIGNS,
    became_words,
    came_to,
    note_words,
    rule_words,
    stages_words,
    step_words,
)
from salesdesk.widgets.cells import plain
from salesdesk.widgets.leaf import LATE, QUIET, STRESSED, Leaf

_INDENT = 4


def record_text(rows: Sequence[StandUpRow], context: Context, width: int) -> Content:
    """Write stand-ups down, the latest first: each card with what was said, decided, and became of it."""
    leaf = Leaf(width)
    for held in rows:
        about = [plain(held.lead), came_to(held), *([] if held.finished_at else [_("broken off")])]
        leaf.heading(_when(held, context), " · ".join(about))
        for card in held.cards:
            _card(leaf, card, context)
    return leaf.content()


def list_text(day: OperatorDay, width: int) -> Content:
    """Write down an operator's list of today in short: what it holds, and how it begins."""
    leaf, counts = Leaf(width), day.counts
    bands = [f"{wording.band(band)} {counts.bands[band]}" for band in Band if counts.bands.get(band)]
    leaf.line(" · ".join(bands) or _("The list is empty."), "" if bands else QUIET)
    about = [
        _("calls today {count}").format(count=counts.calls_today),
        _("goals hit {count}").format(count=counts.goals_hit_today),
        _("promises {count}").format(count=counts.promises),
    ]
    leaf.line(" · ".join(about), QUIET)
    if counts.tails:
        tails = ngettext("{count} tail", "{count} tails", counts.tails).format(count=counts.tails)
        leaf.line(f"! {tails}", LATE)
    if counts.no_next_action:
        leaf.line("! " + _("owed nothing: {count}").format(count=counts.no_next_action), LATE)
    leaf.blank()
    for row in day.rows:
        sign = "⏰" if row.promise else " !" if row.overdue else "  "
        leaf.item(f"{row.rank:>2} {sign} ", Content.styled(plain(row.name), STRESSED))
        leaf.line(day.reasons.get(row.client_id, ""), QUIET, indent=6)
    return leaf.content()


def before_text(day: OperatorDay, context: Context, width: int) -> Content:
    """Write down the cards of today, and what became of the last stand-up's decisions."""
    leaf = Leaf(width)
    leaf.heading(_("Cards of today"))
    if not day.cards:
        leaf.line(_("There is no client to talk about."), QUIET, indent=2)
    for place, card in enumerate(day.cards, 1):
        words = Content.assemble((plain(card.name), STRESSED), (f" · {rule_words(card.rule)}", QUIET))
        leaf.item(f" {place}  ", words)
    last = day.last
    if last is None:
        leaf.heading(_("The last stand-up"))
        leaf.line(_("This is the first one."), QUIET, indent=2)
        return leaf.content()
    leaf.heading(_("Decided on {day}").format(day=_when(last, context)), came_to(last))
    decided = [one for one in last.cards if one.decided]
    if not decided:
        leaf.line(_("Nothing was decided."), QUIET, indent=2)
    for one in decided:
        _card(leaf, one, context, in_short=True)
    return leaf.content()


def summary_text(held: StandUpRow, context: Context, width: int) -> Content:
    """Write down what a stand-up has come to: what is decided first, then what is not."""
    leaf = Leaf(width)
    decided = [card for card in held.cards if card.decided]
    rest = [card for card in held.cards if not card.decided]
    leaf.heading(_("Decided"), f"{len(decided)}/{len(held.cards)}")
    for card in decided:
        _card(leaf, card, context)
    if not decided:
        leaf.line(_("Nothing was decided."), QUIET, indent=2)
    if rest:
        leaf.heading(_("Without a decision"), str(len(rest)))
    for card in rest:
        _card(leaf, card, context)
    return leaf.content()


def decided_line(card: CardRow, context: Context) -> Content:
    """Say on one line what is decided on a card."""
    parts = []
    if card.step is not None:
        parts.append(f"→ {step_words(context, card.step)}")
    if card.note is not None and card.note.text is not None:
        parts.append(f"✎ {plain(card.note.text)}")
    if not parts:
        return Content.styled(_("Nothing is decided yet."), QUIET)
    return Content.assemble((_("Decided") + ": ", QUIET), ("  ".join(parts), STRESSED))


def _card(leaf: Leaf, card: CardRow, context: Context, *, in_short: bool = False) -> None:
    stages = stages_words(context, card.stage_then, card.stage_now)
    about = " · ".join(part for part in (rule_words(card.rule), stages) if part)
    leaf.item(f" {card.position}  ", Content.assemble((plain(card.name), STRESSED), (f" · {about}", QUIET)))
    if not in_short:
        for label, text in ((_("Plan"), card.plan), (_("Remarks"), card.remarks)):
            if text:
                leaf.line(f"{label}: {text}", indent=_INDENT)
    if card.step is not None:
        late = card.step.became is Became.OPEN
        lead = Content(" " * _INDENT + SIGNS[card.step.became] + " ")
        words = f": {became_words(context, card.step)}"
        leaf.item(lead, Content.assemble(step_words(context, card.step), (words, LATE if late else STRESSED)))
    if card.note is not None:
        text = f"«{plain(card.note.text)}»" if card.note.text else _("note")
        seen = f": {note_words(context, card.note)}"
        leaf.item(" " * _INDENT + "✎ ", Content.assemble(text, (seen, QUIET)))


def _when(held: StandUpRow, context: Context) -> str:
    local = held.started_at.astimezone(context.clock.zone)
    at = formatting.day_and_time(held.started_at, context.now, context.clock.zone)
    return f"{formatting.weekday(local.date())} {at}"
