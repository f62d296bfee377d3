"""Calls before a lead: listened to or read, scored by the checklist.

The score of a call, and of any number of calls, is one formula: the sum of the scores that were given
÷ twice their number. An item that did not apply has no score and counts for nothing.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.cells import block_of
from salesdesk.base.placement import CLIENT
from salesdesk.codes import SCORE_MOST
from salesdesk.context import Context
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import _
from salesdesk.lead.people import OPERATORS, operators_of
from salesdesk.lead.review_rows import CallPick, CallReviewRow, CallRow, ReviewSheet
from salesdesk.models import Call, CallReview, CallScore, Operator
from salesdesk.storage.among import among
from salesdesk.storage.journal import Journal, table_of
from salesdesk.team.rights import only_for_leads

PAGE = 200
REVIEW_CALL = "review_call"

CALL, REVIEW, SCORE = table_of(Call), table_of(CallReview), table_of(CallScore)
OPERATOR = table_of(Operator)


def score_of(scores: ColumnElement[int]) -> ColumnElement[Any]:
    """Give the score of the rows of a group: nothing where there are none."""
    return func.sum(scores) * 1.0 / (func.count(scores) * SCORE_MOST)


_SCORES = REVIEW.join(SCORE, SCORE.c.review_id == REVIEW.c.id)
_OF_CALL = REVIEW.c.call_id == CALL.c.id
_CALLS = select(
    CALL.c.id, CALL.c.client_id, CALL.c.operator_id, CALL.c.started_at, CALL.c.talk_seconds, CALL.c.outcome,
    CALL.c.goal, CALL.c.goal_result, CALL.c.reason, CALL.c.note, CALL.c.recording,
    CLIENT.c.name.label("client"), OPERATOR.c.name.label("operator"),
    select(func.count()).select_from(REVIEW).where(_OF_CALL).scalar_subquery().label("reviews"),
    select(score_of(SCORE.c.score)).select_from(_SCORES).where(_OF_CALL).scalar_subquery().label("score"),
).select_from(
    CALL.join(CLIENT, CLIENT.c.id == CALL.c.client_id).join(OPERATOR, OPERATOR.c.id == CALL.c.operator_id)
)  # fmt: skip
_ANSWERED = "answered"
# The latest are found first, by the index alone: their clients, notes and scores are read afterwards.
_LATEST = (
    select(CALL.c.id)
    .where(among(CALL.c.operator_id, OPERATORS), among(CALL.c.outcome, _ANSWERED))
    .order_by(CALL.c.started_at.desc(), CALL.c.id.desc())
)
_ONE = _CALLS.where(CALL.c.id == bindparam("call"))
_MINE = select(REVIEW).where(REVIEW.c.call_id == bindparam("call"), REVIEW.c.reviewer_id == bindparam("me"))
_SCORES_OF = select(SCORE).where(SCORE.c.review_id == bindparam("review"))
_OTHERS = (
    select(
        REVIEW.c.id, REVIEW.c.at, REVIEW.c.remarks, OPERATOR.c.name, score_of(SCORE.c.score).label("score")
    )
    .select_from(
        REVIEW.join(OPERATOR, OPERATOR.c.id == REVIEW.c.reviewer_id).outerjoin(
            SCORE, SCORE.c.review_id == REVIEW.c.id
        )
    )
    .where(REVIEW.c.call_id == bindparam("call"), REVIEW.c.reviewer_id != bindparam("me"))
    .group_by(REVIEW.c.id, REVIEW.c.at, REVIEW.c.remarks, OPERATOR.c.name)
    .order_by(REVIEW.c.at, REVIEW.c.id)
)


# -- the calls ------------------------------------------------------------------------------------


def calls_to_review(
    session: Session, context: Context, pick: CallPick, *, after: CallRow | None = None, limit: int = PAGE
) -> tuple[CallRow, ...]:
    """Give the answered calls, the latest first, reviewed or not; those after a row."""
    only_for_leads(context)
    conditions: list[ColumnElement[bool]] = [
        CALL.c.started_at >= pick.period.start,
        CALL.c.started_at < pick.period.end,
        CALL.c.talk_seconds >= pick.least_talk,
    ]
    if after is not None:
        conditions += [
            CALL.c.started_at <= after.at,
            or_(CALL.c.started_at < after.at, CALL.c.id < after.call_id),
        ]
    answered = [code for code, rule in context.catalogues.outcomes.items() if rule.answered]
    # By each person and time: that is what the index of calls begins with.
    given = {OPERATORS: operators_of(session, pick.operator_id), _ANSWERED: answered}
    latest = _LATEST.where(*conditions).limit(limit).subquery()
    found = _CALLS.join(latest, latest.c.id == CALL.c.id)
    rows = session.execute(found.order_by(CALL.c.started_at.desc(), CALL.c.id.desc()), given)
    return tuple(map(_row, rows))


def review_sheet(session: Session, context: Context, call_id: int) -> ReviewSheet:
    """Give a call with what there is to score, what one said of it before, and what others did."""
    only_for_leads(context)
    call = session.execute(_ONE, {"call": call_id}).first()
    if call is None:
        raise NotFoundError(_("There is no call {number}.").format(number=call_id))
    who = {"call": call_id, "me": context.me.id}
    mine = session.execute(_MINE, who).first()
    others = session.execute(_OTHERS, who)
    return ReviewSheet(
        call=_row(call),
        note=call.note,
        reason=call.reason,
        scores={} if mine is None else {row.item: row.score for row in _scores(session, mine.id)},
        remarks="" if mine is None else mine.remarks or "",
        reviewed=mine is not None,
        others=tuple(CallReviewRow(row.name, row.at, _share(row.score), row.remarks) for row in others),
    )


def _row(row: Row[Any]) -> CallRow:
    return CallRow(
        call_id=row.id, client_id=row.client_id, client=row.client, operator_id=row.operator_id,
        operator=row.operator, at=row.started_at, talk_seconds=row.talk_seconds, outcome=row.outcome,
        goal=row.goal, goal_result=row.goal_result, recording=row.recording,
        noted=bool((row.note or "").strip()), reviews=row.reviews, score=_share(row.score),
    )  # fmt: skip


def _share(score: Any) -> float | None:  # noqa: ANN401  # a float, or a Decimal of PostgreSQL's
    return None if score is None else round(float(score), 4)


def _scores(session: Session, review_id: int) -> list[Row[Any]]:
    return [*session.execute(_SCORES_OF, {"review": review_id})]


# -- reviewing ------------------------------------------------------------------------------------


def save_review(
    session: Session, context: Context, call_id: int, scores: Mapping[str, int], remarks: str = ""
) -> int:
    """Say of a call how each item of the checklist was met; one's earlier review of it is corrected.

    Items that are not among `scores` did not apply; what was scored by an item that the checklist has
    no more stays. Raises InputError where nothing is scored, NotFoundError.
    """
    only_for_leads(context)
    _check(context, scores)
    call = session.execute(_ONE, {"call": call_id}).first()
    if call is None:
        raise NotFoundError(_("There is no call {number}.").format(number=call_id))
    journal = Journal(session)
    review = session.execute(_MINE, {"call": call_id, "me": context.me.id}).first()
    said = block_of(remarks) or None
    if review is None:
        review_id = journal.add(
            CallReview, call_id=call_id, operator_id=call.operator_id, reviewer_id=context.me.id,
            at=context.now, remarks=said,
        )  # fmt: skip
    else:
        review_id = int(review.id)
        journal.change(CallReview, review, remarks=said)
    _score(journal, context, review_id, scores)
    if journal.changes:
        journal.close(REVIEW_CALL, at=context.now, operator_id=context.me.id, client_id=call.client_id)
    return review_id


def _check(context: Context, scores: Mapping[str, int]) -> None:
    if not scores:
        raise InputError(_("Score one item at least: nothing applies to this call so far."), "scores")
    for item, score in scores.items():
        if item not in context.catalogues.checklist:
            raise NotFoundError(
                _("There is no item “{code}” in the checklist. Items: {codes}.").format(
                    code=item, codes=", ".join(context.catalogues.checklist)
                )
            )
        if score not in range(SCORE_MOST + 1):
            raise InputError(_("A score is 0, 1 or 2."), "scores")


def _score(journal: Journal, context: Context, review_id: int, scores: Mapping[str, int]) -> None:
    before = {row.item: row for row in _scores(journal.session, review_id)}
    for item in context.catalogues.checklist:
        row, score = before.get(item), scores.get(item)
        if row is None and score is not None:
            journal.add(CallScore, review_id=review_id, item=item, score=score)
        elif row is not None and score is None:
            journal.remove(CallScore, row)
        elif row is not None:
            journal.change(CallScore, row, score=score)
