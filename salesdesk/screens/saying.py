"""What has been said of a call so far: chosen by keys, typed, or proposed by the outcome's rule.

Plain values without a screen: what a draft keeps, and what a wrap-up is made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.codes import GoalResult, StepKind
from salesdesk.rows import Card, NextStep, WrapUp

if TYPE_CHECKING:
    from salesdesk.catalogues import Catalogues
    from salesdesk.context import Context
    from salesdesk.models.catalogue import OutcomeEntry


@dataclass
class Saying:
    """A wrap-up being made. `when` is the text typed; `kind` and `next_goal` are None where the rule says."""

    goal: str
    outcome: str | None = None
    result: GoalResult | None = None
    preset: bool = False
    """The result is the outcome's usual one: nobody chose it."""
    reason: str | None = None
    note: str = ""
    when: str = ""
    kind: StepKind | None = None
    next_goal: str | None = None
    phone_id: int | None = None
    hand_to: str | None = None
    hand_note: str | None = None
    """Who gets the client, and what they are told; None where the rule of its stage and the note say it."""

    def choose_outcome(self, rule: "OutcomeEntry") -> None:
        """Take an outcome, and the result that it usually means where nobody has chosen one."""
        self.outcome = rule.code
        if self.result is None or self.preset:
            self.result, self.preset = rule.result, rule.result is not None
        if not rule.needs_reason:
            self.reason = None

    def choose_result(self, result: GoalResult) -> None:
        """Take a result by choice."""
        self.result, self.preset = result, False

    @property
    def begun(self) -> bool:
        """Whether anything is worth keeping."""
        return bool(self.outcome or self.note or self.when or self.kind or self.next_goal)

    # What follows

    def proposed(self, context: "Context", card: Card) -> NextStep | None:
        """Give what the outcome's rule proposes; None where it ends the work or only a person knows when."""
        from salesdesk.desk.proposals import propose

        if self.outcome is None:
            return None
        return propose(
            context,
            outcome=self.outcome,
            goal=self.goal,
            result=self.result,
            stage=card.client.stage,
            attempt=card.client.attempts + 1,
            zone=card.client.zone,
        )

    def kind_next(self, rule: "OutcomeEntry", proposed: NextStep | None) -> StepKind:
        """Tell the kind of the next action: the one chosen, or the rule's."""
        return self.kind or (proposed.kind if proposed else rule.next_kind)

    def goal_next(self, catalogues: "Catalogues", rule: "OutcomeEntry", proposed: NextStep | None) -> str:
        """Tell the goal of the next action: the one chosen, or the one that follows from this call."""
        if self.next_goal or proposed:
            return self.next_goal or (proposed.goal if proposed else self.goal)
        following = catalogues.goals.get(self.goal) if self.result is GoalResult.HIT else None
        return rule.next_goal or (following.next_goal if following else None) or self.goal

    def step(
        self, context: "Context", proposed: NextStep | None, at: datetime | None, *, promise: bool
    ) -> NextStep | None:
        """Give the next action where it differs from the rule's; None leaves it to the rule.

        `at` is the time typed, None where none was.
        """
        rule = context.catalogues.outcomes.get(self.outcome or "")
        if rule is None or rule.terminal:
            return None
        if at is None and not (proposed and (self.kind or self.next_goal)):
            return None
        return NextStep(
            kind=self.kind_next(rule, proposed),
            goal=self.goal_next(context.catalogues, rule, proposed),
            due_at=at or (proposed.due_at if proposed else context.now),
            promise=promise if at is not None else bool(proposed and proposed.promise),
        )

    def wrap_up(self, client_id: int, step: NextStep | None, talk_seconds: int) -> WrapUp:
        """Make what is logged."""
        return WrapUp(
            client_id=client_id,
            outcome=self.outcome or "",
            goal=self.goal,
            result=self.result,
            reason=self.reason,
            next_step=step,
            note=self.note,
            talk_seconds=talk_seconds,
            phone_id=self.phone_id,
            hand_to=self.hand_to,
            hand_note=self.hand_note,
        )

    # The draft

    def body(self, talk_seconds: int) -> dict[str, object]:
        """Give what a draft keeps."""
        return {
            "goal": self.goal,
            "outcome": self.outcome,
            "result": self.result and self.result.value,
            "preset": self.preset,
            "reason": self.reason,
            "note": self.note,
            "when": self.when,
            "kind": self.kind and self.kind.value,
            "next_goal": self.next_goal,
            "phone_id": self.phone_id,
            "hand_to": self.hand_to,
            "hand_note": self.hand_note,
            "talk_seconds": talk_seconds,
        }


def saying_of(card: Card, catalogues: "Catalogues") -> tuple[Saying, int]:
    """Go on from a card's draft, or begin anew; give also the seconds talked so far.

    What a draft names and the catalogues or the card no longer have is left out.
    """
    body: Mapping[str, object] = card.draft or {}
    numbers = {phone.id for phone in card.numbers()}
    phone_id, talked = body.get("phone_id"), body.get("talk_seconds")
    result, kind = _text(body, "result"), _text(body, "kind")
    return Saying(
        goal=_known(body, "goal", catalogues.goals) or card.goal,
        outcome=_known(body, "outcome", catalogues.outcomes),
        result=GoalResult(result) if result in set(GoalResult) else None,
        preset=body.get("preset") is True,
        reason=_known(body, "reason", catalogues.reasons),
        note=_text(body, "note"),
        when=_text(body, "when"),
        kind=StepKind(kind) if kind in set(StepKind) else None,
        next_goal=_known(body, "next_goal", catalogues.goals),
        phone_id=phone_id if isinstance(phone_id, int) and phone_id in numbers else None,
        hand_to=_text(body, "hand_to") or None,
        hand_note=_text(body, "hand_note") if body.get("hand_note") is not None else None,
    ), talked if isinstance(talked, int) and talked > 0 else 0


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _known(body: Mapping[str, object], name: str, entries: Mapping[str, object]) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value in entries else None
