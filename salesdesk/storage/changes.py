"""A cheap sign of whether anything has changed: for screens that keep themselves up to date."""

from sqlalchemy import text
from sqlmodel import Session

_ON_SQLITE = text("SELECT data_version FROM pragma_data_version")
_ON_POSTGRESQL = text("SELECT pg_current_snapshot()::text")


def sign_of_change(session: Session) -> str:
    """Give a sign that is another one once anybody has committed anything; at times without that, too.

    Of SQLite: what others have committed since a connection looked, and what it has written itself.
    Of PostgreSQL: which transactions that write are over. Neither reads a page of any table.
    """
    if session.get_bind().dialect.name != "sqlite":
        return str(session.execute(_ON_POSTGRESQL).scalar_one())
    driver = session.connection().connection.dbapi_connection
    others = session.execute(_ON_SQLITE).scalar_one()
    return f"{id(driver)} {others} {getattr(driver, 'total_changes', 0)}"
