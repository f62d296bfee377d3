"""Who opens a base: what they may do with it as a whole is asked before anything else of it is read."""

from sqlalchemy import Engine, Select, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from salesdesk.errors import NotAllowedError, SalesdeskError
from salesdesk.i18n import _
from salesdesk.models import Operator, Role
from salesdesk.storage.engine import make_engine, sqlite_path


def sitting(login: str | None) -> Select[Operator]:
    """Select who sits down: by a login; without one the first who works, a lead where nobody else does."""
    wanted = select(Operator).order_by(col(Operator.role) == Role.LEAD.value, col(Operator.id))
    if login is not None:
        wanted = wanted.where(col(Operator.login) == login)
    return wanted.where(col(Operator.active)).limit(1)


def is_an_operators(engine: Engine, login: str | None) -> bool:
    """Tell whether somebody opens a base who has no say in what its team shares."""
    with Session(engine) as session:
        found = session.scalars(sitting(login)).first()
        anybody = found is not None or session.scalars(select(col(Operator.id)).limit(1)).first() is not None
    return anybody and (found is None or found.role is Role.OPERATOR)


def only_for_admins_of(url: URL, login: str | None) -> None:
    """Let only an administrator of a base carry it away whole, or put another in its place.

    A base that cannot be asked, for it is damaged or is not there, stops nobody from putting it right.
    Raises NotAllowedError.
    """
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return
    engine = make_engine(url)
    try:
        with Session(engine) as session:
            found = session.execute(sitting(login).with_only_columns(col(Operator.role))).first()
            anybody = session.scalars(select(col(Operator.id)).limit(1)).first() is not None
    except (SQLAlchemyError, SalesdeskError):
        return
    finally:
        engine.dispose()
    if anybody and (found is None or found.role is not Role.ADMIN):
        raise NotAllowedError(_("Only an administrator may do this."))
