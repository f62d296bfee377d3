"""The calls that the sample base's stories are made of: those that move a deal, and all the others."""

from dataclasses import dataclass

from salesdesk.codes import GoalResult
from salesdesk.sample.dice import Dice
from salesdesk.sample.fates import Fate

ATTEMPTS_MOST = 6
"""After so many dials in a row without an answer a client goes to the lead."""

_HIT, _PARTIAL, _MISSED = GoalResult.HIT.value, GoalResult.PARTIAL.value, GoalResult.MISSED.value


@dataclass(frozen=True, slots=True)
class Turn:
    """A call: what came of it, where it moved the client, how long it took, how often it is noted.

    A goal of None is the usual one of the stage.
    """

    outcome: str
    result: str
    goal: str | None = None
    stage: str | None = None
    answered: bool = True
    unworkable: bool = False
    talk_least: int = 40
    talk_span: int = 560
    noted: float = 0.5


NEW = Turn("goal_reached", _HIT, "find_need", "new")
PROPOSAL = Turn("interested", _HIT, "agree_proposal", "proposal", noted=0.8)
INVOICE = Turn("invoice_requested", _HIT, "get_invoice", "invoice", noted=0.7)
PAID = Turn("goal_reached", _HIT, "get_payment_date", "paid", talk_span=240, noted=0.4)
SHIPPED = Turn("goal_reached", _HIT, "confirm_shipment", "shipped", talk_span=240, noted=0.4)
REPEAT = Turn("invoice_requested", _HIT, "repeat_order", "invoice")
PAUSED = Turn("not_now", _MISSED, stage="paused", talk_span=300, noted=0.9)
REJECTED = Turn("not_interested", _MISSED, stage="rejected", talk_least=15, talk_span=240)
DO_NOT_CALL = Turn("do_not_call", _MISSED, talk_least=5, talk_span=40, noted=0.9)

_PATHS: dict[str, tuple[tuple[Turn, ...], ...]] = {
    "new": ((NEW,),),
    "proposal": ((NEW, PROPOSAL), (PROPOSAL,)),
    "invoice": ((NEW, PROPOSAL, INVOICE), (PROPOSAL, INVOICE)),
    "paid": ((NEW, PROPOSAL, INVOICE, PAID),),
    "shipped": ((NEW, PROPOSAL, INVOICE, PAID, SHIPPED),),
    "dormant": ((NEW, PROPOSAL, INVOICE, PAID, SHIPPED),),
    "paused": ((NEW, PAUSED), (NEW, PROPOSAL, PAUSED), (PAUSED,)),
    "rejected": ((REJECTED,), (NEW, REJECTED), (NEW, PROPOSAL, REJECTED), (NEW, PROPOSAL, INVOICE, REJECTED)),
    "do_not_call": ((DO_NOT_CALL,),),
}


def path_of(fate: Fate, count: int, dice: Dice) -> tuple[Turn, ...]:
    """Choose the calls that brought a client where it stands, out of so many calls."""
    possible = [path for path in _PATHS.get(fate.name, ((),)) if len(path) <= count]
    path = dice.pick(possible) if possible else ()
    if fate.name == "shipped":
        path += (REPEAT, PAID, SHIPPED) * min(5, (count - len(path)) // 6)
    return path


_NO_ANSWER = Turn("no_answer", _MISSED, answered=False, talk_least=0, talk_span=0, noted=0.1)
_BUSY = Turn("busy", _MISSED, answered=False, talk_least=0, talk_span=0, noted=0)
_VOICEMAIL = Turn("voicemail", _MISSED, answered=False, talk_least=0, talk_span=25, noted=0.3)
_GATEKEEPER = Turn("gatekeeper", _MISSED, talk_least=15, talk_span=80, noted=0.6)
_LATER = Turn("talk_later", _MISSED, talk_least=15, talk_span=120)
_LATER_AND_MORE = Turn("talk_later", _PARTIAL, talk_least=60, talk_span=400)
_REACHED = Turn("goal_reached", _HIT)
_WRONG = Turn("wrong_number", _MISSED, answered=False, unworkable=True, talk_least=5, talk_span=20, noted=0.6)

COLD_TURNS = (_NO_ANSWER,) * 9 + (_BUSY,) * 3 + (_VOICEMAIL,) * 3 + (_GATEKEEPER,) * 5 + (_WRONG,)
"""Calls to those with whom nobody has talked. The last is for the first dial of a bad number only."""

WARM_TURNS = (
    (_NO_ANSWER,) * 30 + (_BUSY,) * 9 + (_VOICEMAIL,) * 7 + (_GATEKEEPER,) * 8 + (_LATER,) * 16
    + (_LATER_AND_MORE,) * 12 + (_REACHED,) * 18 + (_NO_ANSWER,)
)  # fmt: skip

STAGE_GOALS: dict[str | None, str] = {
    None: "find_need",
    "new": "find_need",
    "proposal": "confirm_proposal",
    "invoice": "get_payment_date",
    "paid": "confirm_shipment",
    "shipped": "repeat_order",
    "paused": "find_need",
    "dormant": "find_need",
    "rejected": "find_need",
}
"""The usual goal of a call at a stage."""
