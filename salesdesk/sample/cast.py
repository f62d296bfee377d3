"""Clients of the sample base: each with its name, people, numbers and story, as rows."""

from datetime import UTC, datetime

from salesdesk import scheduler
from salesdesk.base.folding import name_key
from salesdesk.base.search_document import document
from salesdesk.catalogues import Catalogues
from salesdesk.codes import ClientClass, Hold, PhoneState, StepKind
from salesdesk.models import Client, NextAction
from salesdesk.sample import naming, words_en, words_ru
from salesdesk.sample.closed import Closing
from salesdesk.sample.days import Days
from salesdesk.sample.dice import Dice, spread
from salesdesk.sample.drafts import Draft, Subject
from salesdesk.sample.fates import FATES, Fate
from salesdesk.sample.numbers import Numbers
from salesdesk.sample.owed import Owing, Step
from salesdesk.sample.paths import STAGE_GOALS
from salesdesk.sample.people import People
from salesdesk.sample.places import PLACES
from salesdesk.sample.rows import Chunk
from salesdesk.sample.staff import Desk
from salesdesk.sample.stories import Storyteller
from salesdesk.sample.trades import CAMPAIGNS, TRADES

SOURCE = "sample"
_ANOTHER = 0x7A11
"""Turns the seed into that of another stream."""

_CLASSES = (
    (0.012, ClientClass.VIP, 6.0, 20.0),
    (0.09, ClientClass.A, 2.0, 6.0),
    (0.34, ClientClass.B, 0.8, 2.5),
    (1.0, ClientClass.C, 0.12, 1.0),
)
"""Up to which roll, the class, and how its orders compare to the usual one of the trade."""

_MAILBOXES = ("info", "zakaz", "office", "sales")


class Cast:
    """Makes clients, one after another."""

    def __init__(self, seed: int, days: Days, chunk: Chunk, catalogues: Catalogues, desk: Desk) -> None:
        dice = Dice(seed)
        self._dice, self._days, self._chunk, self._catalogues = dice, days, chunk, catalogues
        self._lead = desk.lead
        operators = list(desk.weights)
        self._numbers = Numbers(dice)
        self._people = People(dice, self._numbers, chunk)
        self._owing = Owing(dice, days, desk.near)
        self._closing = Closing(Dice(seed ^ _ANOTHER), days, chunk, catalogues, desk.closing)
        self._stories = Storyteller(dice, days, chunk, operators, self._closing)
        self._owners = [operators[place] for place in spread(list(desk.weights.values()))]
        self._places = [PLACES[place] for place in spread([place.weight for place in PLACES])]
        self._windows = {place.zone: days.window(place.zone) for place in PLACES}
        self._told = [0] * len(FATES)

    def add(self, fate_index: int) -> None:
        """Add a client of a fate, with all that hangs on it."""
        fate = FATES[fate_index]
        turn = self._told[fate_index]
        self._told[fate_index] = turn + 1
        owner = self._owners[(turn + fate_index) % len(self._owners)]
        draft = self._draft()
        subject = Subject(draft.client_id, owner, draft.russian, draft.product, draft.amount)
        subject.zone = draft.place.zone
        subject.window, subject.currency = self._windows[draft.place.zone], self._catalogues.team.currency
        if fate.name != "unreachable":
            bad = fate.name not in {"pool", "do_not_call"} and turn % 23 == 7
            state = PhoneState.DO_NOT_CALL if fate.name == "do_not_call" else PhoneState.GOOD
            self._people.numbers(draft, subject, state, bad=bad)
        self._people.contacts(draft, subject)
        step = self._owing.step(owner, fate, subject.window) if fate.owed else None
        calls = fate.calls[turn % len(fate.calls)]
        self._stories.tell(subject, fate, calls, self._back(fate, step, calls))
        self._rows(draft, subject, fate, step, owner=None if fate.name == "pool" and turn % 2 else owner)

    def _back(self, fate: Fate, step: Step | None, calls: int) -> int:
        """Choose how many working days ago the last call was; 0 is the anchor's day."""
        dice, days = self._dice, self._days
        today = dice.chance(0.12)
        if fate.recent is None or step is None:
            return 1 + int(dice.roll() * dice.roll() * (len(days.past) - 2 * calls - 2))
        back = max(int(dice.between(*fate.recent) * days.stretch), step.back)
        fresh = fate.recent[0] == 1 and step.moves == 0 and step.due_at > days.now and days.worked > 1800
        return 0 if today and fresh else back

    def _draft(self) -> Draft:
        dice = self._dice
        russian = dice.chance(0.8)
        place = dice.pick(self._places)
        company = (naming.russian_company if russian else naming.english_company)(dice, place)
        trade = dice.pick(TRADES)
        roll = dice.roll()
        _upto, client_class, least, most = next(row for row in _CLASSES if roll < row[0])
        domain = f"{company.slug[:40]}.example"
        tax_id = self._numbers.person_tax_id if company.sole_trader else self._numbers.company_tax_id
        return Draft(
            client_id=self._chunk.new_id(Client),
            russian=russian,
            place=place,
            name=company.name,
            domain=domain,
            mailbox=None if dice.chance(0.25) else f"{dice.pick(_MAILBOXES)}@{domain}",
            tax_id=None if dice.chance(0.15) else tax_id(place),
            industry=trade.industry if russian else trade.industry_en,
            product=dice.pick(trade.products if russian else trade.products_en),
            amount=int(trade.usual * (least + (most - least) * dice.roll())) // 1000 * 1000 * 100,
            client_class=client_class,
        )

    # -- rows -------------------------------------------------------------------------------------

    def _rows(
        self, draft: Draft, subject: Subject, fate: Fate, step: Step | None, *, owner: int | None
    ) -> None:
        """Write the client and what is owed to it, with the keys by which the lists are cut."""
        stage = self._catalogues.stages.get(subject.stage or "")
        band = scheduler.band_of(stage, won=subject.won_at is not None).value
        interest = self._dice.between(*fate.interest)
        expected = subject.expected
        last = datetime.fromtimestamp(subject.last_call_at, UTC) if subject.last_call_at else None
        key = scheduler.sort_key(interest, expected, last, stage)
        if step is not None:
            self._action(draft, subject, step, band, key)
        pool = scheduler.in_pool(
            stage=subject.stage,
            do_not_call=fate.name == "do_not_call",
            has_number=subject.reachable,
            has_next_action=step is not None,
        )
        first = subject.first_call_at or self._days.now
        created = min(first, self._days.back(self._dice.between(20, 120))) - 86_400
        self._chunk.rows[Client].append((
            draft.client_id, draft.name, name_key(draft.name), f"S{draft.client_id:07d}", SOURCE,
            self._dice.pick(CAMPAIGNS)[0], draft.tax_id, draft.industry, draft.region, draft.city,
            self._address(russian=draft.russian), f"{draft.place.postal}{self._dice.between(0, 999):03d}",
            f"www.{draft.domain}" if draft.mailbox else None, draft.mailbox, draft.client_class.value,
            subject.stage, subject.stage_since, interest, expected, owner, fate.name == "do_not_call",
            subject.won_at, subject.last_call_at, subject.attempts, band, key, draft.place.zone, pool,
            False, created, subject.last_call_at or created,
        ))  # fmt: skip
        words = document(draft.name, draft.people, draft.city, draft.tax_id, draft.mailbox, draft.digits)
        self._chunk.documents.append((draft.client_id, words))

    def _action(self, draft: Draft, subject: Subject, step: Step, band: str, key: int) -> None:
        outcome = self._catalogues.outcomes.get(subject.last_outcome or "")
        hold = scheduler.hold_of(
            kind=StepKind(step.kind),
            has_number=subject.reachable,
            attempt=subject.attempts + 1,
            max_attempts=outcome.max_attempts if outcome else None,
        )
        action_id, opened_at = self._chunk.new_id(NextAction), subject.last_call_at or self._days.back(3)
        operator = self._lead if hold == Hold.ATTEMPTS_USED_UP else subject.owner
        self._closing.moved(action_id, step, operator, opened_at, hold.value if hold else None)
        self._chunk.rows[NextAction].append((
            action_id, draft.client_id, subject.open_deal, operator, step.kind,
            STAGE_GOALS[subject.stage], step.due_at, step.promise and hold is None, step.first_due_at,
            step.moves, subject.attempts + 1, hold.value if hold else None,
            opened_at, None, None, band, key, draft.place.zone,
        ))  # fmt: skip

    def _address(self, *, russian: bool) -> str:
        dice = self._dice
        house = dice.between(1, 160)
        if russian:
            room = f", офис {dice.between(1, 520)}" if dice.chance(0.5) else ""
            return f"{dice.pick(words_ru.STREETS)}, {house}{room}"
        return f"{house} {dice.pick(words_en.STREETS)}"
