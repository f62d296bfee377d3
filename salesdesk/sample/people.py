"""The people and the telephone numbers of a client of the sample base."""

from salesdesk.codes import PhoneState
from salesdesk.models import Contact, Phone
from salesdesk.sample import naming
from salesdesk.sample.dice import Dice
from salesdesk.sample.drafts import Draft, Subject
from salesdesk.sample.numbers import Number, Numbers
from salesdesk.sample.rows import Chunk


class People:
    """Gives clients numbers and contacts."""

    def __init__(self, dice: Dice, numbers: Numbers, chunk: Chunk) -> None:
        self._dice = dice
        self._numbers = numbers
        self._chunk = chunk

    def numbers(self, draft: Draft, subject: Subject, state: PhoneState, *, bad: bool) -> None:
        """Give the company one number, of its city or mobile, and a second where the first is bad, mostly."""
        number = self._numbers.fixed(draft.place) if self._dice.chance(0.7) else self._numbers.mobile()
        subject.first_phone_bad = bad
        self._phone(draft, subject, number, PhoneState.BAD if bad else state)
        if bad and self._dice.chance(0.7):
            self._phone(draft, subject, self._numbers.mobile(), state)

    def contacts(self, draft: Draft, subject: Subject) -> None:
        """Give one person, mostly, or none, two or three; some with a number or an address of their own."""
        dice = self._dice
        for place in range(1 if dice.chance(0.72) else dice.between(0, 3)):
            who = (naming.russian_person if draft.russian else naming.english_person)(dice)
            contact_id = self._chunk.new_id(Contact)
            email = f"{who.mailbox}@{draft.domain}" if dice.chance(0.4) else None
            self._chunk.rows[Contact].append((contact_id, draft.client_id, who.name, who.position, email))
            draft.people.append(f"{who.name} {email or ''}")
            if place == 0:
                subject.person, subject.contact_id = who.name, contact_id
            if subject.reachable and not subject.first_phone_bad and dice.chance(0.45):
                self._phone(draft, subject, self._numbers.mobile(), PhoneState.GOOD, contact_id)
        subject.person = subject.person or ("директор" if draft.russian else "The director")

    def _phone(
        self, draft: Draft, subject: Subject, number: Number, state: PhoneState, contact_id: int | None = None
    ) -> None:
        phone_id = self._chunk.new_id(Phone)
        switchboard = contact_id is None and number.area > 3 and phone_id % 11 == 0
        extension = str(100 + phone_id % 97) if switchboard else None
        raw = number.written(phone_id) + (f" доб. {extension}" if extension else "")
        digits = number.digits
        self._chunk.rows[Phone].append((
            phone_id, draft.client_id, contact_id, raw, "+7" + digits, extension, "7" + digits, digits[-4:],
            state.value, len(subject.phones),
        ))  # fmt: skip
        subject.phones.append(phone_id)
        subject.reachable = subject.reachable or state == PhoneState.GOOD
        draft.digits.append("7" + digits)
