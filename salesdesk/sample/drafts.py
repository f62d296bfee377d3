"""A client of the sample base while it is being made."""

from dataclasses import dataclass, field

from salesdesk.codes import ClientClass
from salesdesk.sample.places import Place


@dataclass(slots=True)
class Draft:
    """Who a client is. `people` and `digits` are for the search document; the amount is in minor units."""

    client_id: int
    russian: bool
    place: Place
    name: str
    domain: str
    mailbox: str | None
    tax_id: str | None
    industry: str
    product: str
    amount: int
    client_class: ClientClass
    people: list[str] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)

    @property
    def city(self) -> str:
        """The city in the client's language."""
        return self.place.city if self.russian else self.place.city_en

    @property
    def region(self) -> str:
        """The region in the client's language."""
        return self.place.region if self.russian else self.place.region_en


@dataclass(slots=True)
class Subject:
    """A client as its story needs it, and what the story makes of it. Instants are UTC seconds.

    `window` is when it may be called, in seconds of the team's day; `deal` the row of its open deal.
    """

    client_id: int
    owner: int
    russian: bool
    product: str
    amount: int
    zone: str = ""
    window: tuple[int, int] = (0, 0)
    currency: str = ""
    phones: list[int] = field(default_factory=list)
    first_phone_bad: bool = False
    reachable: bool = False
    person: str = ""
    contact_id: int | None = None
    stage: str | None = None
    stage_since: int | None = None
    won_at: int | None = None
    first_call_at: int | None = None
    last_call_at: int | None = None
    attempts: int = 0
    last_outcome: str | None = None
    open_deal: int | None = None
    deals: list[list[object]] = field(default_factory=list)
    expected: int = 0

    def __post_init__(self) -> None:
        self.expected = self.amount
