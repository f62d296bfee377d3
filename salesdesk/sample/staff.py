"""The people who work at the sample base's desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlmodel import Session, col

from salesdesk.codes import Role, Specialty
from salesdesk.models import Operator
from salesdesk.sample import words_ru
from salesdesk.sample.naming import slug
from salesdesk.storage.journal import table_of

_SPECIALTIES = (
    Specialty.SALES,
    Specialty.TELEMARKETING,
    Specialty.ACCOUNTS,
    Specialty.SALES,
    Specialty.TELEMARKETING,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works: operators' ids with the weights of their shares, the lead, and what share of each is due.

    `closing` is the share of the last weeks' calls that closed something.
    """

    weights: Mapping[int, int]
    lead: int
    near: Mapping[int, float]
    closing: float


def operators_for(clients: int) -> int:
    """Tell how many operators work a base: 3 up to a thousand clients, 50 at a million."""
    return max(3, min(50, int(3 * (clients / 1000) ** 0.4073 + 0.5)))


def hire(session: Session, me: int, count: int) -> tuple[list[int], int]:
    """Make colleagues, so that `count` people work; give the ids of all, and the lead's."""
    operators: list[int] = [me]
    for place in range(count - 1):
        man = place % 3 == 1
        surname = words_ru.SURNAMES[place * 29 % len(words_ru.SURNAMES)] + ("" if man else "а")
        first = (words_ru.MEN if man else words_ru.WOMEN)[place * 7 % 34]
        operators.append(_person(session, slug(surname), f"{first} {surname}", Role.OPERATOR, place))
    return operators, _person(session, "lead", "Марина Соболева", Role.LEAD, 0)


def _person(session: Session, login: str, name: str, role: Role, place: int) -> int:
    known = session.scalars(select(col(Operator.id)).where(col(Operator.login) == login)).first()
    if known is not None:
        return int(known)
    result = session.execute(
        insert(table_of(Operator)).values(
            login=login, name=name, role=role, specialty=_SPECIALTIES[place % len(_SPECIALTIES)], active=True
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]  # an insert's result has it
