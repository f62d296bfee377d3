"""Asking a server whose client something is, of clients that who asks does not see."""

from sqlalchemy import text
from sqlmodel import Session

_ASK = text("SELECT salesdesk_ask_whose(:wanted)")
_TOLD = text("SELECT too_often, whose FROM salesdesk_told_whose(:asked)")


def told_whose(session: Session, wanted: str) -> tuple[bool, str | None]:
    """Tell whether this person has asked too often, and else who has the client with a number or an e-mail.

    The asking is committed, and then answered: so no answer leaves the trail without a line. For a session
    that has nothing else to keep.
    """
    asked = session.connection().execute(_ASK, {"wanted": wanted}).scalar_one()
    session.commit()
    too_often, whose = session.connection().execute(_TOLD, {"asked": asked}).one()
    return bool(too_often), whose
