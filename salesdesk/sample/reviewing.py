"""What the lead of the sample base has said: of calls, of rejected clients; and where recordings are.

Added to rows that are there already, with dice of its own: what clients went through is the same
with it and without it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlmodel import Session, SQLModel

from salesdesk.catalogues import Catalogues
from salesdesk.codes import SCORE_MOST, Verdict
from salesdesk.models import Call, CallReview, CallScore, Client, Review, StageChange
from salesdesk.sample.dice import Dice
from salesdesk.sample.staff import Desk
from salesdesk.storage.journal import table_of

_DAY = timedelta(days=1)
_RECORDED_DAYS, _RECORDED_MOST, _TALK_LEAST = 14, 40, 45
_REVIEWED_EVERY = 5
_REJECTED_MOST, _LOOKED_AFTER_DAYS = 120, 3
_BACK_DAYS, _BACK_EVERY, _BACK_MOST, _LOOKED_THROUGH = 80, 12, 40, 20_000
_GAP = timedelta(days=6)
"""How long a deal must have stood somewhere, that it may have been rejected and sent back meanwhile."""

_REMARKS = (
    "Представилась и сразу сказала, зачем звонит.", "Сразу предложение, ни одного вопроса.",
    "Хорошо держит паузу после цены.", "Не договорились, кто и когда звонит.",
    "На «дорого» ответ есть в скрипте: разобрать.", "Записано так, что продолжит любой.",
    "Перебивает. Дать договорить.", "Потребность повторена словами клиента.",
)  # fmt: skip
_BACK = ("Бюджет будет в новом квартале: позвонить.", "Директор сменился: начать с него.", None)
_REASONS = ("price", "no_money", "competitor")

CALL, CHANGE, CLIENT = table_of(Call), table_of(StageChange), table_of(Client)


def review_sample(
    session: Session,
    dice: Dice,
    catalogues: Catalogues,
    desk: Desk,
    now: datetime,
    first: Mapping[type[SQLModel], int],
) -> None:
    """Let the lead have listened, scored, accepted and sent back, of the rows from the ids `first` on."""
    lead = _Lead(session, dice, catalogues, desk.lead, now.replace(microsecond=0), first)
    for operator in desk.weights:
        lead.listen(operator)
    lead.look_at_rejected()
    lead.send_back()


@dataclass
class _Lead:
    """The lead, with what they say on its way into the base."""

    session: Session
    dice: Dice
    catalogues: Catalogues
    me: int
    now: datetime
    first: Mapping[type[SQLModel], int]

    @cached_property
    def answered(self) -> list[str]:
        """The outcomes that say that somebody took the phone."""
        return [code for code, rule in self.catalogues.outcomes.items() if rule.answered]

    @cached_property
    def closing(self) -> list[str]:
        """The stages at which no client is in work."""
        return [code for code, stage in self.catalogues.stages.items() if not stage.in_work]

    # -- calls ------------------------------------------------------------------------------------

    def listen(self, operator: int) -> None:
        """Record an operator's last calls, and review some of them."""
        latest = (
            self._talks()
            .where(
                CALL.c.id >= self.first[Call],
                CALL.c.operator_id == operator,
                CALL.c.started_at >= self.now - _RECORDED_DAYS * _DAY,
            )
            .order_by(CALL.c.started_at.desc(), CALL.c.id.desc())
        )
        calls = self.session.execute(latest.limit(_RECORDED_MOST)).all()
        self._record(call for call in calls if self.dice.chance(0.75))
        good = 0.35 + self.dice.roll() * 0.45
        for call in calls[2::_REVIEWED_EVERY]:
            self._review(call, good)

    def _talks(self) -> Any:  # noqa: ANN401  # a select of whole calls
        return select(CALL).where(CALL.c.outcome.in_(self.answered), CALL.c.talk_seconds >= _TALK_LEAST)

    def _record(self, calls: Iterator[Row[Any]]) -> None:
        zone = self.catalogues.team.zone
        for call in calls:
            name = f"{call.started_at.astimezone(zone):%Y-%m-%d/%H%M%S}-{call.id}.mp3"
            self.session.execute(update(CALL).where(CALL.c.id == call.id).values(recording=name))

    def _review(self, call: Row[Any], good: float) -> None:
        dice = self.dice
        at = self._before_now(call.started_at + timedelta(minutes=dice.between(40, 900)))
        remarks = dice.pick(_REMARKS) if dice.chance(0.7) else None
        review = self._add(
            CallReview, call_id=call.id, operator_id=call.operator_id, reviewer_id=self.me, at=at,
            remarks=remarks,
        )  # fmt: skip
        for place, item in enumerate(self.catalogues.checklist):
            if not place or dice.chance(0.85):
                score = min(SCORE_MOST, int((dice.roll() + good) * 1.7))
                self._add(CallScore, review_id=review, item=item, score=score)

    # -- rejected clients -------------------------------------------------------------------------

    def look_at_rejected(self) -> None:
        """Accept some of those that were rejected days ago; what was said last is recorded."""
        last = (
            select(CHANGE)
            .join(CLIENT, CLIENT.c.id == CHANGE.c.client_id)
            .where(
                CHANGE.c.id >= self.first[StageChange],
                CHANGE.c.to_stage.in_(self.closing),
                CLIENT.c.stage.in_(self.closing),
                CHANGE.c.at == CLIENT.c.stage_since,
            )
            .order_by(CHANGE.c.at.desc(), CHANGE.c.id.desc())
            .limit(_REJECTED_MOST)
        )
        for change in self.session.execute(last).all():
            if self.dice.chance(0.6):
                self._record(iter(self._last_talk(change.client_id)))
        before = CHANGE.c.at < self.now - _LOOKED_AFTER_DAYS * _DAY
        for change in self.session.execute(last.where(before)).all():
            if self.dice.chance(0.4):
                at = self._before_now(change.at + self.dice.between(1, 2) * _DAY)
                self._say(change, at, Verdict.ACCEPTED, None)

    def _last_talk(self, client_id: int) -> Sequence[Row[Any]]:
        latest = self._talks().where(CALL.c.client_id == client_id)
        return self.session.execute(latest.order_by(CALL.c.started_at.desc()).limit(1)).all()

    def send_back(self) -> None:
        """Let some deals have been rejected and sent back while they stood at one stage."""
        stood = [*self._stood()]
        for change, until in stood[:: max(_BACK_EVERY, len(stood) // _BACK_MOST)]:
            at = change.at + max(_DAY, (until - change.at) // 4)
            back = at + max(_DAY, (until - change.at) // 4)
            moved = {"client_id": change.client_id, "deal_id": change.deal_id}
            closed = self.closing[0]
            reason = self.dice.pick(_REASONS)
            rejected = self._add(
                StageChange, **moved, operator_id=change.operator_id, at=at, from_stage=change.to_stage,
                to_stage=closed, reason=reason,
            )  # fmt: skip
            self._add(
                StageChange, **moved, operator_id=self.me, at=back, from_stage=closed,
                to_stage=change.to_stage,
            )  # fmt: skip
            self._add(
                Review, client_id=change.client_id, change_id=rejected, reviewer_id=self.me, at=back,
                verdict=Verdict.RETURNED, note=self.dice.pick(_BACK),
            )  # fmt: skip

    def _stood(self) -> Iterator[tuple[Row[Any], datetime]]:
        """Give the changes to a stage in work after which a deal did not move for long, and until when."""
        lately = select(CHANGE).where(
            CHANGE.c.id >= self.first[StageChange],
            CHANGE.c.at >= self.now - _BACK_DAYS * _DAY,
            CHANGE.c.deal_id.is_not(None),
        )
        changes = self.session.execute(
            lately.order_by(CHANGE.c.client_id, CHANGE.c.at, CHANGE.c.id).limit(_LOOKED_THROUGH)
        ).all()
        for _deal, history in groupby(changes, key=lambda change: (change.client_id, change.deal_id)):
            for change, after in pairwise(history):
                stage = self.catalogues.stages.get(change.to_stage)
                along = stage is not None and stage.in_work and not stage.won
                if along and after.at - change.at >= _GAP and after.to_stage not in self.closing:
                    yield change, after.at

    def _say(self, change: Row[Any], at: datetime, verdict: Verdict, note: str | None) -> None:
        self._add(
            Review, client_id=change.client_id, change_id=change.id, reviewer_id=self.me, at=at,
            verdict=verdict, note=note,
        )  # fmt: skip

    # -- rows -------------------------------------------------------------------------------------

    def _before_now(self, at: datetime) -> datetime:
        return min(at, self.now.astimezone(UTC))

    def _add(self, model: Any, **values: object) -> int:  # noqa: ANN401  # a table's class
        result = self.session.execute(insert(table_of(model)).values(**values))
        return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]  # an insert's result has it
