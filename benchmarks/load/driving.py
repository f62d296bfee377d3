"""Statements sent by the drivers alone, with the settings that the desk gives them."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from benchmarks.statements import Numbered, Statement, raw
from salesdesk.storage.planning import BY_KEYS

PATIENCE = 600
"""Seconds in which a driver alone gets its turn."""

Driver = sqlite3.Connection | psycopg.Connection[Any]


def connect(url: str) -> Driver:
    """Open a base, of either database, by its driver alone."""
    if "://" not in url:
        alone = raw(url)
        # Many of these write as fast as they can, and SQLite lets whoever comes at the right moment go first.
        alone.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        return alone
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(make_conninfo(plain), autocommit=True)


def plan_once(driver: Driver) -> None:
    """Let a server plan what is sent over this connection as it plans what a desk asks at every client."""
    if isinstance(driver, psycopg.Connection):
        driver.prepare_threshold = 1
        for name, value in BY_KEYS.items():
            driver.execute(f"SET {name} = {value}")


def send(driver: Driver, statements: Sequence[Statement], *, writes: bool = True) -> None:
    """Send statements in one transaction, fetch what they bring, and commit."""
    driver.execute("BEGIN IMMEDIATE" if writes and isinstance(driver, sqlite3.Connection) else "BEGIN")
    for statement in statements:
        say(driver, statement)
    driver.execute("COMMIT")


def say(driver: Driver, statement: Statement) -> None:
    """Send one statement, and fetch what it brings."""
    sql, values = statement
    numbered = isinstance(sql, Numbered) and isinstance(driver, psycopg.Connection)
    cursor: Any = psycopg.RawCursor(driver) if numbered else driver.cursor()
    cursor.execute(sql, values)
    if cursor.description:
        cursor.fetchall()
