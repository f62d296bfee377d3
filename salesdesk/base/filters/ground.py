"""What a condition needs to become SQL: the base's own spellings of what was typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from salesdesk.context import Context
from salesdesk.models import Campaign, Operator
from salesdesk.storage.journal import table_of
from salesdesk.storage.walking import distinct

_CAMPAIGN, _OPERATOR = table_of(Campaign).c, table_of(Operator).c


@dataclass(frozen=True)
class Ground:
    """The base and the moment that a filter is put to.

    Neither database folds text as the desk does. So a column of few different texts is asked for them
    all once, and those that mean the same are looked for as they are written.
    """

    session: Session
    context: Context
    within: tuple[int, ...] = ()
    """The segments whose filters are being put to the base: none of them is met again inside."""
    whose: int | None = None
    """Whose segments a name means first; None: those of who sits here."""
    _texts: dict[str, list[str]] = field(default_factory=dict)

    def spelled(self, column: ColumnElement[Any], fits: Callable[[str], bool]) -> list[str]:
        """Give the texts of a column that fit."""
        texts = self._texts.get(str(column))
        if texts is None:
            texts = self._texts[str(column)] = distinct(self.session, column)
        return [text for text in texts if fits(text)]

    def campaigns(self, fits: Callable[[str], bool]) -> list[str]:
        """Give the codes of campaigns whose code or title fits."""
        known = self.session.execute(select(_CAMPAIGN.code, _CAMPAIGN.title)).all()
        return [code for code, title in known if fits(code) or fits(title)]

    def operators(self, fits: Callable[[str], bool]) -> Sequence[int]:
        """Give people whose login or name fits."""
        known = self.session.execute(select(_OPERATOR.id, _OPERATOR.login, _OPERATOR.name)).all()
        return [each for each, login, name in known if fits(login) or fits(name)]
