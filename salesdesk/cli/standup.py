"""`standup`: the record of stand-ups, and what became of their decisions."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.cli.shapes import Document, Shapes
    from salesdesk.lead.stand_up_rows import CardRow, DecidedNote, DecidedStep, StandUpRow

ROWS = 20


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("standup", help=N_("Stand-ups, and what became of their decisions."), cls=Command)(standup)


def standup(
    ctx: typer.Context,
    *,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="LOGIN", help=N_("Only this operator's."))
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", parser=whole(1), help=N_("No more stand-ups than these (20).")),
    ] = ROWS,
    as_json: AsJson = False,
) -> None:
    """Print the record of stand-ups."""
    with sit_down(ctx) as desk:
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.shapes import Shapes
        from salesdesk.lead.people import operator_id_of
        from salesdesk.lead.stand_up_record import record

        who = None
        if operator is not None:
            with desk.base.read() as session:
                who = operator_id_of(session, operator)
        found = desk.read(record, who, limit)
        if as_json:
            shapes = Shapes(desk.context.catalogues.team.zone)
            emit({"rows": [_stand_up(row, shapes) for row in found]})
        elif not found:
            say(_("There was no stand-up yet."))
        else:
            _print(desk, found)


# -- as JSON --------------------------------------------------------------------------------------


def _stand_up(row: "StandUpRow", shapes: "Shapes") -> "Document":
    return {
        "id": row.id,
        "operator": row.login,
        "name": row.operator,
        "lead": row.lead,
        "started_at": shapes.at(row.started_at),
        "finished_at": shapes.at(row.finished_at),
        "decisions": row.decisions,
        "done": row.done,
        "cards": [_card(card, shapes) for card in row.cards],
    }


def _card(card: "CardRow", shapes: "Shapes") -> "Document":
    return {
        "client": card.client_id,
        "external_id": card.external_id,
        "name": card.name,
        "rule": card.rule,
        "plan": card.plan or None,
        "remarks": card.remarks or None,
        "stage_then": card.stage_then,
        "stage_now": card.stage_now,
        "next_action": None if card.step is None else _step(card.step, shapes),
        "note": None if card.note is None else _note(card.note, shapes),
    }


def _step(step: "DecidedStep", shapes: "Shapes") -> "Document":
    return {
        "id": step.next_action_id,
        "kind": step.kind,
        "goal": step.goal,
        "due_at": shapes.at(step.due_at),
        "promise": step.promise,
        "became": step.became,
        "moves": step.moves,
        "due_now": shapes.at(step.due_now),
        "closed_at": shapes.at(step.done_at),
    }


def _note(note: "DecidedNote", shapes: "Shapes") -> "Document":
    return {
        "id": note.note_id, "text": note.text, "seen_at": shapes.at(note.seen_at),
    }  # fmt: skip


# -- for people -----------------------------------------------------------------------------------


def _print(desk: Desk, found: "tuple[StandUpRow, ...]") -> None:
    from salesdesk.cli.printing import table
    from salesdesk.formatting import moment
    from salesdesk.lead.stand_up_words import rule_words

    context = desk.context
    table(
        (_("When"), _("Operator"), _("Client"), _("Name"), _("Rule"), _("Decided"), _("What became of it")),
        [
            (
                moment(held.started_at, context.now, context.clock.zone), held.operator, card.client_id,
                card.name, rule_words(card.rule), *_decision(desk, card),
            )
            for held in found
            for card in held.cards
        ],
        right=(2,),
        elastic=(3, 5, 6),
        spare=(4,),
    )  # fmt: skip


def _decision(desk: Desk, card: "CardRow") -> tuple[str, str]:
    """Say what was decided on a card, and what became of it."""
    from salesdesk.lead.stand_up_words import SIGNS, became_words, note_words, step_words

    decided, became = [], []
    if card.step is not None:
        decided.append(step_words(desk.context, card.step))
        became.append(f"{SIGNS[card.step.became]} {became_words(desk.context, card.step)}")
    if card.note is not None:
        decided.append(_("note") + f": {card.note.text}" if card.note.text else _("note"))
        became.append(note_words(desk.context, card.note))
    return "; ".join(decided), "; ".join(became)
