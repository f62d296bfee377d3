"""Rules that one statement can look for: each selects the ids of what breaks it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select
from sqlmodel import Session, SQLModel

from salesdesk.base.checking.deals import rules_of_deals
from salesdesk.base.checking.numbers import rules_of_numbers
from salesdesk.base.checking.people import rules_of_people
from salesdesk.base.checking.problem import UNDO, Ids, Problem, Rule
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.i18n import N_, _
from salesdesk.models import (
    Call,
    CallGoal,
    Client,
    Contact,
    Deal,
    ImportBatch,
    ImportRow,
    ImportState,
    Merge,
    MergedClient,
    Message,
    NextAction,
    Note,
    Outcome,
    Phone,
    Review,
    Stage,
    StageChange,
    StandUpCard,
)
from salesdesk.models.types import Code
from salesdesk.storage.journal import table_of

CLIENT, ACTION, CALL = table_of(Client), table_of(NextAction), table_of(Call)
REVIEW, CARD, NOTE = table_of(Review), table_of(StandUpCard), table_of(Note)
DEAL, PHONE, CONTACT = table_of(Deal), table_of(Phone), table_of(Contact)
STAGE, OUTCOME, GOAL = table_of(Stage), table_of(Outcome), table_of(CallGoal)
MERGE, MERGED, MESSAGE = table_of(Merge), table_of(MergedClient), table_of(Message)
CHANGE, ROW, BATCH = table_of(StageChange), table_of(ImportRow), table_of(ImportBatch)

_EXAMPLES = 5


def broken_rules(session: Session, context: Context) -> Iterator[Problem]:
    """Look for every rule that does not hold."""
    for code, what, cure, broken in (
        *_owed(),
        *_called(),
        *_never_called(),
        *_references(),
        *_counted(),
        *rules_of_deals(),
        *rules_of_numbers(),
        *rules_of_people(context.now),
        *_merged(),
    ):
        yield from _found(session, code, _(what), _(cure), broken)
    for code, broken in _unknown_codes():
        what = _("{column} holds a code that this program does not know").format(column=code)
        cure = _(
            "Update the program if a newer one wrote it; else restore a backup: salesdesk db restore FILE"
        )
        yield from _found(session, "unknown_code", what, cure, broken)


def _found(session: Session, code: str, what: str, cure: str, broken: Ids) -> Iterator[Problem]:
    count = session.execute(select(func.count()).select_from(broken.subquery())).scalar_one()
    if count:
        rows = session.execute(broken.limit(_EXAMPLES))
        yield Problem(code, count, what, cure, tuple(row[0] for row in rows))


def _owed() -> Iterator[Rule]:
    owed = exists().where(ACTION.c.client_id == CLIENT.c.id, ACTION.c.closed_at.is_(None))
    in_work = exists().where(STAGE.c.code == CLIENT.c.stage, STAGE.c.in_work)
    yield (
        "no_next_action",
        N_("clients in work are owed nothing"),
        N_("Open their cards and give each a next action, or close them with a reason."),
        select(CLIENT.c.id).where(in_work, CLIENT.c.do_not_call.is_(False), ~owed),
    )
    yield (
        "several_next_actions",
        N_("clients are owed several next actions at once"),
        N_(UNDO),
        select(ACTION.c.client_id).where(ACTION.c.closed_at.is_(None)).group_by(ACTION.c.client_id)
        .having(func.count() > 1),
    )  # fmt: skip
    yield (
        "closed_client_owed",
        N_("closed clients are owed a next action"),
        N_("Open their cards: put them back into work, or close them again."),
        select(CLIENT.c.id).where(
            owed, exists().where(STAGE.c.code == CLIENT.c.stage, STAGE.c.in_work.is_(False))
        ),
    )
    yield (
        "unknown_goal",
        N_("next actions have a goal that no catalogue knows"),
        N_("Put the goal back into goals.toml, or move these next actions."),
        select(ACTION.c.id).where(
            ACTION.c.closed_at.is_(None), ~exists().where(GOAL.c.code == ACTION.c.goal)
        ),
    )


def _called() -> Iterator[Rule]:
    answered = and_(OUTCOME.c.code == CALL.c.outcome, OUTCOME.c.answered)
    yield (
        "call_without_goal",
        N_("answered calls have no goal, or do not say whether it was reached"),
        N_(UNDO),
        select(CALL.c.id)
        .join(OUTCOME, answered)
        .where(or_(CALL.c.goal.is_(None), CALL.c.goal_result.is_(None))),
    )
    yield (
        "call_without_outcome",
        N_("calls have an outcome that no catalogue knows"),
        N_("Put the outcome back into outcomes.toml."),
        select(CALL.c.id).where(~exists().where(OUTCOME.c.code == CALL.c.outcome)),
    )
    yield (
        "call_without_reason",
        N_("calls closed a client without a reason"),
        N_(UNDO),
        select(CALL.c.id)
        .join(OUTCOME, and_(OUTCOME.c.code == CALL.c.outcome, OUTCOME.c.needs_reason))
        .where(CALL.c.reason.is_(None)),
    )


def _never_called() -> Iterator[Rule]:
    never = CLIENT.c.do_not_call
    cure = N_("Set “do not call” on their cards again: that marks every number.")
    yield (
        "do_not_call_owed",
        N_("clients who asked never to be called are owed a next action"),
        cure,
        select(CLIENT.c.id).where(
            never, exists().where(ACTION.c.client_id == CLIENT.c.id, ACTION.c.closed_at.is_(None))
        ),
    )
    yield (
        "do_not_call_number",
        N_("clients who asked never to be called have a number that would be called"),
        cure,
        select(CLIENT.c.id).where(
            never, exists().where(PHONE.c.client_id == CLIENT.c.id, PHONE.c.state == PhoneState.GOOD)
        ),
    )
    marked = select(PHONE.c.e164).where(PHONE.c.state == PhoneState.DO_NOT_CALL, PHONE.c.e164.is_not(None))
    yield (
        "forbidden_number_elsewhere",
        N_("numbers that may never be called are callable at another client"),
        N_("Set “do not call” for these numbers on the other cards too."),
        select(PHONE.c.id).where(PHONE.c.state == PhoneState.GOOD, PHONE.c.e164.in_(marked)),
    )


def _references() -> Iterator[Rule]:
    """Loose references: no foreign key watches them. Talk may still name a number that was removed."""
    named: tuple[tuple[str, Table, ColumnElement[Any], Table, bool], ...] = (
        ("next_action_deal", ACTION, ACTION.c.deal_id, DEAL, True),
        ("next_action_call", ACTION, ACTION.c.call_id, CALL, True),
        ("call_deal", CALL, CALL.c.deal_id, DEAL, True),
        ("stage_change_deal", CHANGE, CHANGE.c.deal_id, DEAL, True),
        ("review_change", REVIEW, REVIEW.c.change_id, CHANGE, True),
        ("stand_up_next_action", CARD, CARD.c.next_action_id, ACTION, True),
        ("stand_up_note", CARD, CARD.c.note_id, NOTE, True),
        ("phone_contact", PHONE, PHONE.c.contact_id, CONTACT, True),
        ("message_contact", MESSAGE, MESSAGE.c.contact_id, CONTACT, True),
        ("call_phone", CALL, CALL.c.phone_id, PHONE, False),
    )
    for code, table, column, target, must_be in named:
        there = exists().where(target.c.id == column)
        own = exists().where(target.c.id == column, target.c.client_id == table.c.client_id)
        lost = ~own if must_be else and_(there, ~own)
        yield (
            f"lost_{code}",
            N_("rows name a deal, call, number or person that is gone or another client's"),
            N_(UNDO),
            select(table.c.id).where(column.is_not(None), lost),
        )
    yield (
        "lost_import_row",
        N_("lines of an import name a client or an import that is gone"),
        N_("Harmless, but that import cannot be taken back whole."),
        select(ROW.c.client_id).where(
            or_(
                ~exists().where(CLIENT.c.id == ROW.c.client_id), ~exists().where(BATCH.c.id == ROW.c.batch_id)
            )
        ),
    )
    yield (
        "unfinished_import",
        N_("imports began and never ended"),
        N_("Take them back: salesdesk import undo BATCH"),
        select(BATCH.c.id).where(BATCH.c.state == ImportState.RUNNING),
    )


def _counted() -> Iterator[Rule]:
    yield (
        "impossible_counts",
        N_("next actions have moves, attempts or times that cannot be"),
        N_(UNDO),
        select(ACTION.c.id).where(
            or_(ACTION.c.moves < 0, ACTION.c.attempt < 1, ACTION.c.closed_at < ACTION.c.opened_at)
        ),
    )
    yield (
        "impossible_calls",
        N_("calls have an attempt or a length that cannot be"),
        N_(UNDO),
        select(CALL.c.id).where(or_(CALL.c.attempt < 1, CALL.c.talk_seconds < 0)),
    )
    yield (
        "impossible_clients",
        N_("clients have an interest, an amount or attempts that cannot be"),
        N_("Open their cards and correct them."),
        select(CLIENT.c.id).where(
            or_(~CLIENT.c.interest.between(0, 5), CLIENT.c.expected_minor < 0, CLIENT.c.attempts < 0)
        ),
    )


def _merged() -> Iterator[Rule]:
    """Hold cards that went into another one against the merges that they went by."""
    took_in = exists().where(MERGED.c.merge_id == MERGE.c.id)
    living = exists().where(CLIENT.c.id == MERGE.c.client_id)
    gone = exists().where(MERGED.c.client_id == MERGE.c.client_id)
    yield (
        "merged_and_there",
        N_("clients are there though they were merged into another card"),
        N_(UNDO),
        select(MERGED.c.client_id).where(exists().where(CLIENT.c.id == MERGED.c.client_id)),
    )
    yield (
        "merged_nowhere",
        N_("clients were merged into a card that is gone, or by a merge that was taken back"),
        N_("Restore a backup: salesdesk db restore FILE"),
        select(MERGED.c.client_id).where(
            or_(
                ~exists().where(CLIENT.c.id == MERGED.c.kept_id),
                ~exists().where(MERGE.c.id == MERGED.c.merge_id, MERGE.c.undone_at.is_(None)),
            )
        ),
    )
    yield (
        "merge_without_cards",
        N_("merges have lost the cards that they made one, or the one that they made"),
        N_("Restore a backup: salesdesk db restore FILE"),
        select(MERGE.c.id).where(MERGE.c.undone_at.is_(None), or_(~took_in, and_(~living, ~gone))),
    )


def _unknown_codes() -> Iterator[tuple[str, Ids]]:
    """Give, for every column of fixed codes, the rows that hold another one."""
    for table in SQLModel.metadata.sorted_tables:
        key = next(iter(table.primary_key.columns))
        for column in table.columns:
            if isinstance(column.type, Code):
                known = [code.value for code in column.type.codes]
                yield f"{table.name}.{column.name}", select(key).where(column.not_in(known))
