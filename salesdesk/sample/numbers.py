"""Numbers of the sample base that look real and are nobody's on purpose: telephones, tax ids."""

from dataclasses import dataclass

from salesdesk.sample.dice import Dice
from salesdesk.sample.places import MOBILE, Place

_STEP = 7_368_787
"""Has no divisor in common with 60: steps of it visit every number of a code before any comes again."""


@dataclass(frozen=True, slots=True)
class Number:
    """The ten digits of a Russian number, and how many of them are its area code."""

    digits: str
    area: int

    def written(self, style: int) -> str:
        """Write it in one of the ways in which people do; `style` is any number."""
        code, rest = self.digits[: self.area], self.digits[self.area :]
        parts = f"{rest[:-4]}-{rest[-4:-2]}-{rest[-2:]}"
        way = style % 6
        if way < 3:
            return f"+7 ({code}) {parts}"
        return (f"8 ({code}) {parts}", f"8{self.digits}", f"+7{self.digits}")[way - 3]


class Numbers:
    """Gives out telephone numbers and tax ids, none of them twice."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._given: dict[str, int] = {}

    def fixed(self, place: Place) -> Number:
        """Give a number of a city."""
        digits = place.subscriber_digits
        # A city's own numbers begin with 2 to 7: 0 and 1 are services, 8 and 9 lead out of the city.
        first, rest = divmod(self._next(place.area, 6 * 10 ** (digits - 1)), 10 ** (digits - 1))
        return Number(f"{place.area}{first + 2}{rest:0{digits - 1}d}", len(place.area))

    def mobile(self) -> Number:
        """Give a mobile number."""
        code = self._dice.pick(MOBILE)
        return Number(f"{code}{self._next(code, 10**7):07d}", len(code))

    def company_tax_id(self, place: Place) -> str:
        """Give ten digits with a right control digit, of a kind of tax office that there is hardly any of."""
        digits = f"{place.tax}9{self._next('company' + place.tax, 10**6):06d}"
        return digits + _control(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8))

    def person_tax_id(self, place: Place) -> str:
        """Give the twelve digits of a sole trader, likewise."""
        digits = f"{place.tax}9{self._next('person' + place.tax, 10**7):07d}"
        digits += _control(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
        return digits + _control(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))

    def _next(self, kind: str, size: int) -> int:
        given = self._given.get(kind)
        if given is None:
            given = self._dice.between(0, size - 1)
        self._given[kind] = (given + _STEP) % size
        return given


def _control(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)
