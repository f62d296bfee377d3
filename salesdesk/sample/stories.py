"""What happened with a client of the sample base: its calls, its deals and how they moved."""

from salesdesk.models import Call, Deal, Message, Note, StageChange
from salesdesk.sample import talk_en, talk_ru
from salesdesk.sample.closed import Closing
from salesdesk.sample.days import Days
from salesdesk.sample.dice import Dice
from salesdesk.sample.drafts import Subject
from salesdesk.sample.fates import Fate
from salesdesk.sample.paths import ATTEMPTS_MOST, COLD_TURNS, STAGE_GOALS, WARM_TURNS, Turn, path_of
from salesdesk.sample.rows import Chunk, Values

REASONS = (
    "no_need", "price", "competitor", "no_need", "refused_to_talk", "no_money", "competitor", "not_a_client",
    "price", "closed_down", "other",
)  # fmt: skip
_TALKED = 6
"""Its place in a call's row."""

# Places in a deal's row.
_STAGE, _SINCE, _CLOSED, _REASON = 7, 8, 10, 11


class Storyteller:
    """Tells clients' stories into a chunk of rows."""

    def __init__(self, dice: Dice, days: Days, chunk: Chunk, colleagues: list[int], closing: Closing) -> None:
        self._dice = dice
        self._days = days
        self._chunk = chunk
        self._colleagues = colleagues
        self._closing = closing

    def tell(self, subject: Subject, fate: Fate, count: int, back: int) -> None:
        """Tell `count` calls, the last one `back` working days ago, 0 being the anchor's day."""
        path = path_of(fate, count, self._dice)
        ends = fate.name in {"rejected", "do_not_call"}
        left = len(path)
        caller = self._dice.pick(self._colleagues) if self._dice.chance(0.08) else subject.owner
        changed = int(self._dice.roll() * count)
        times = self._times(subject.window, count, back)
        hung_up = 0
        if times:
            subject.first_call_at, subject.last_call_at = times[0], times[-1]
        for turn, at in enumerate(times):
            calls_left = count - turn
            now = left and (calls_left == left or (self._milestone(left, calls_left, ends=ends)))
            what = path[len(path) - left] if now else self._filler(subject, fate, turn)
            left -= 1 if now else 0
            call = self._call(subject, what, at, subject.owner if turn >= changed else caller)
            if turn:
                self._closing.close(subject, call, hung_up)
            hung_up = at + int(call[_TALKED])  # type: ignore[call-overload]  # a row's values are objects
        self._afterwards(subject, fate, back)
        self._chunk.rows[Deal] += [tuple(deal) for deal in subject.deals]

    def _milestone(self, left: int, calls_left: int, *, ends: bool) -> bool:
        """Choose the calls that moved the deal evenly among all; what ends the work stays for the last."""
        if ends:
            left, calls_left = left - 1, calls_left - 1
        return self._dice.roll() * calls_left < left

    def _times(self, window: tuple[int, int], count: int, back: int) -> list[int]:
        """Give the times of the calls, oldest first: backwards, a day or more between two."""
        if not count:
            return []
        days, roll = self._days, self._dice.roll
        opens, length = window[0], window[1] - window[0] - 900
        oldest = len(days.past)
        gap = min(14.0 * days.stretch**2, 4 * (0.8 * (oldest - back) / count - 1))
        at = days.today + days.start + int(roll() * max(60, days.worked - 900)) if back == 0 else 0
        times = [at or days.back(back) + opens + int(roll() * length)]
        day = back
        for _turn in range(count - 1):
            day = min(oldest, day + 1 + int(roll() * roll() * gap))
            times.append(min(days.back(day) + opens + int(roll() * length), times[-1] - 1200))
        times.reverse()
        return times

    def _filler(self, subject: Subject, fate: Fate, turn: int) -> Turn:
        """Choose a call that changed nothing."""
        if turn == 0 and subject.first_phone_bad and subject.stage is None:
            return COLD_TURNS[-1]
        turns = COLD_TURNS if subject.stage is None else WARM_TURNS
        if fate.name == "cadence" and subject.attempts >= ATTEMPTS_MOST // 2:
            return turns[0]
        what = turns[int(self._dice.roll() * (len(turns) - 1))]
        if not what.answered and subject.attempts >= ATTEMPTS_MOST - 1:
            return next(other for other in turns if other.answered)
        return what

    def _call(self, subject: Subject, what: Turn, at: int, caller: int) -> Values:
        roll = self._dice.roll
        stage = subject.stage
        goal = what.goal or STAGE_GOALS[stage]
        ending = what.outcome == "not_interested"
        reason = self._dice.pick(REASONS) if ending else None
        phone = None
        if subject.phones:
            phone = subject.phones[0 if what.unworkable or not subject.first_phone_bad else -1]
        if what.stage is not None and what.stage != stage:
            self._move(subject, what.stage, at, caller, reason)
        note = (
            self._note(subject, goal if what.outcome == "goal_reached" else what.outcome)
            if ending or roll() < what.noted
            else None
        )
        call = (
            self._chunk.new_id(Call), subject.client_id, caller, subject.open_deal, phone, at,
            what.talk_least + int(roll() * roll() * what.talk_span), what.outcome, goal, what.result, reason,
            subject.attempts + 1, stage, note,
        )  # fmt: skip
        self._chunk.rows[Call].append(call)
        subject.attempts = 0 if what.answered or what.unworkable else subject.attempts + 1
        subject.last_outcome = what.outcome
        return call

    def _note(self, subject: Subject, about: str) -> str | None:
        words = talk_ru if subject.russian else talk_en
        notes = words.CALL_NOTES.get(about) or ("",)
        return self._dice.pick(notes).replace("{product}", subject.product) or None

    def _move(self, subject: Subject, stage: str, at: int, who: int, reason: str | None) -> None:
        """Move the client and its deal: opened on entering the pipeline, closed at its end."""
        if subject.open_deal is None and stage in {"new", "proposal", "invoice"}:
            self._open_deal(subject, stage, at)
        self._chunk.rows[StageChange].append((
            self._chunk.new_id(StageChange), subject.client_id, subject.open_deal, who, at, subject.stage,
            stage, reason,
        ))  # fmt: skip
        subject.stage, subject.stage_since = stage, at
        if stage == "paid" and subject.won_at is None:
            subject.won_at = at
        if subject.open_deal is not None:
            deal = subject.deals[-1]
            deal[_STAGE], deal[_SINCE] = stage, at
            if stage in {"shipped", "rejected"}:
                deal[_CLOSED], deal[_REASON] = at, reason
                subject.open_deal = None
        if stage == "proposal" and self._dice.chance(0.3):
            self._letters(subject, at)

    def _open_deal(self, subject: Subject, stage: str, at: int) -> None:
        """Open a deal: the first as large as was expected, later ones about so."""
        if subject.deals:
            subject.expected = max(
                1_000_00, int(subject.amount * (0.5 + self._dice.roll())) // 1_000_00 * 1_000_00
            )
        subject.open_deal = self._chunk.new_id(Deal)
        subject.deals.append([
            subject.open_deal, subject.client_id, subject.owner, subject.product.capitalize(),
            subject.product, subject.expected, subject.currency, stage, at, at, None, None, None, "sample",
        ])  # fmt: skip

    def _letters(self, subject: Subject, at: int) -> None:
        words = talk_ru if subject.russian else talk_en
        sent = min(self._days.now, at + self._dice.between(300, 3600))
        text = self._dice.pick(words.SENT).replace("{product}", subject.product)
        self._message(subject, sent, text, incoming=False)
        if self._dice.chance(0.4) and sent + 86400 < self._days.now:
            self._message(
                subject,
                sent + self._dice.between(7200, 80000),
                self._dice.pick(words.RECEIVED),
                incoming=True,
            )

    def _message(self, subject: Subject, at: int, text: str, *, incoming: bool) -> None:
        self._chunk.rows[Message].append((
            self._chunk.new_id(Message), subject.client_id, subject.contact_id, subject.owner, at, incoming,
            "email", text,
        ))  # fmt: skip

    def _afterwards(self, subject: Subject, fate: Fate, back: int) -> None:
        """Let a client fall asleep, which no call does; and note what is worth remembering."""
        if fate.name == "dormant":
            day = self._days.back(max(1, back - self._dice.between(25, 40)))
            self._move(subject, "dormant", day + self._days.start + 1800, subject.owner, None)
        if subject.stage is not None and self._dice.chance(0.2):
            words = talk_ru if subject.russian else talk_en
            text = self._dice.pick(words.NOTES).replace("{product}", subject.product)
            self._chunk.rows[Note].append((
                self._chunk.new_id(Note), subject.client_id, subject.owner, (subject.stage_since or 0) + 120,
                text.replace("{person}", subject.person),
            ))  # fmt: skip
