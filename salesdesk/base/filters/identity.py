"""Fields by which one client is known: its name, its numbers, its tax id."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from salesdesk.base.cells import line_of
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.kinds import PERSON, TEXT, C, Condition, Kind, P, absent, of_client
from salesdesk.base.filters.quoting import is_nothing
from salesdesk.base.filters.values import Value
from salesdesk.base.folding import name_key
from salesdesk.base.phones import parse_phones
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _


class PhoneKind(Kind):
    """A number of the client or of its people: a whole one, or any run of its digits."""

    operators = TEXT

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a number; nothing else than its digits is kept. Raises InputError."""
        if bare and is_nothing(text):
            return None
        if not any(sign.isascii() and sign.isdigit() for sign in text):
            raise InputError(_("“{value}” has no digits").format(value=text[:60]))
        del context
        return line_of(text)

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Look among the numbers."""
        tests = []
        for value in values:
            if value is None:
                tests.append(not_(of_client(P.client_id)))
            else:
                tests.append(of_client(P.client_id, self._number(operator, str(value), ground)))
        return or_(false(), *tests)

    @staticmethod
    def _number(operator: str, text: str, ground: Ground) -> Condition:
        typed = re.sub(r"[^0-9]", "", text)
        if operator == "~":
            # A Russian trunk prefix is no part of a number.
            run = typed[1:] if len(typed) == 11 and typed[0] == "8" else typed
            return P.digits.like(f"%{run}%")
        parsed = parse_phones(text, ground.context.catalogues.team.country)
        digits = parsed[0].digits if len(parsed) == 1 and parsed[0].digits else typed
        return and_(P.last4 == digits[-4:], P.digits == digits)


class NameKind(Kind):
    """The client's name, folded as search folds it: case, quotes and legal forms do not matter."""

    operators = TEXT

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a name. Raises InputError for an empty one."""
        del bare, context
        clean = line_of(text)
        if not clean:
            raise InputError(_("there is nothing between the quotes"))
        return clean

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Compare with the folded name."""
        del ground
        keys = [name_key(str(value)) for value in values]
        if operator == "~":
            return or_(false(), *(C.name_key.contains(key, autoescape=True) for key in keys))
        return or_(false(), *(C.name_key == key for key in keys))


class MailKind(Kind):
    """An e-mail of the client or of its people; with `~` a part of it: a name, a domain."""

    operators = TEXT

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read an address or a part of one. Raises InputError for an empty one."""
        del context
        if bare and is_nothing(text):
            return None
        clean = line_of(text)
        if not clean:
            raise InputError(_("there is nothing between the quotes"))
        return clean

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Look among the addresses; the case of letters does not matter."""
        del ground
        tests: list[Condition] = []
        for value in values:
            if value is None:
                theirs = of_client(PERSON.client_id, not_(absent(PERSON.email)))
                tests.append(and_(absent(C.email), not_(theirs)))
                continue
            own, theirs_too = (_spells(column, operator, str(value)) for column in (C.email, PERSON.email))
            tests.append(or_(own, of_client(PERSON.client_id, theirs_too)))
        return or_(false(), *tests)


def _spells(column: ColumnElement[Any], operator: str, value: str) -> Condition:
    written, wanted = func.lower(column), value.lower()
    said = written.contains(wanted, autoescape=True) if operator == "~" else written == wanted
    return and_(column.is_not(None), said)


class TaxKind(Kind):
    """A tax id: compared as it is, but for blanks and dashes in it."""

    operators = TEXT

    def read(self, text: str, *, bare: bool, context: Context) -> Value:
        """Read a tax id. Raises InputError for one without a digit."""
        del context
        if bare and is_nothing(text):
            return None
        if not any(sign.isdecimal() for sign in text):
            raise InputError(_("“{value}” has no digits").format(value=text[:60]))
        clean = line_of(text)
        bare_digits = re.sub(r"[\s-]", "", clean)
        return bare_digits if bare_digits.isdecimal() else clean

    def holds(self, operator: str, values: Sequence[Value], ground: Ground) -> Condition:
        """Compare."""
        del ground
        tests: list[Condition] = []
        for value in values:
            if value is None:
                tests.append(absent(C.tax_id))
            elif operator == "~":
                # LIKE minds the case of letters on one of the databases only.
                without = func.replace(C.tax_id, str(value), "")
                tests.append(and_(C.tax_id.is_not(None), without != C.tax_id))
            else:
                tests.append(and_(C.tax_id.is_not(None), C.tax_id == str(value)))
        return or_(false(), *tests)
