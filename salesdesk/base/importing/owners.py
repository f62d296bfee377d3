"""Who the file says a deal belongs to: found by login or name, made where nobody is called so."""

import re
import unicodedata

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.folding import fold
from salesdesk.codes import Role, Specialty
from salesdesk.context import Context
from salesdesk.models import Operator
from salesdesk.storage.journal import Journal

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [*"abvgdee", "zh", *"ziyklmnoprstuf", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"],
        strict=True,
    )
)
_LONGEST_LOGIN = 48


def trail_of(batch_id: int) -> str:
    """Name the line of the trail that keeps whom an import made."""
    return f"import {batch_id}"


class Owners:
    """Finds operators by what a file calls them. Who is made cannot sit down here: only their name works."""

    def __init__(self, session: Session, context: Context) -> None:
        self._context = context
        self._journal = Journal(session)
        self._ids: dict[str, int] = {}
        self._logins: set[str] = set()
        self.active: set[int] = set()
        self.made = 0
        # Of two people of one name the one who works here is meant, then the one who came first.
        for operator in session.scalars(
            select(Operator).order_by(col(Operator.active), col(Operator.id).desc())
        ):
            self._ids |= {fold(operator.name): operator.id or 0, fold(operator.login): operator.id or 0}
            self._logins.add(operator.login.casefold())
            if operator.active:
                self.active.add(operator.id or 0)

    def id_of(self, name: str) -> int:
        """Give the operator of a name, making one where there is none."""
        key = fold(name)
        if key not in self._ids:
            self._ids[key] = self._make(name)
        return self._ids[key]

    def _make(self, name: str) -> int:
        self.made += 1
        return self._journal.add(
            Operator, login=self._login(name), name=name, role=Role.OPERATOR, specialty=Specialty.SALES,
            zone=None, active=False, absent_until=None, substitute_id=None, password_hash=None,
        )  # fmt: skip

    def _login(self, name: str) -> str:
        """Derive a login that nobody has."""
        latin = "".join(_LATIN.get(sign, sign) for sign in name.lower())
        plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:_LONGEST_LOGIN].strip(".") or "operator"
        login, times = stem, 1
        while login in self._logins:
            times += 1
            login = f"{stem}{times}"
        self._logins.add(login)
        return login

    def keep(self, batch_id: int) -> None:
        """Write down whom this import made, so that they go with it."""
        if self._journal.changes:
            self._journal.close(trail_of(batch_id), at=self._context.now, operator_id=None)
