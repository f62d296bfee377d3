"""A served desk on a port of its own, and browsers that speak to it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.sample import fill
from salesdesk.storage.base import Base, open_base
from salesdesk.team.operators import add_operator
from salesdesk.team.passwords import set_password
from salesdesk.web.origins import reached
from salesdesk.web.process import Sitting
from salesdesk.web.server import Served, Site, serving

NOW = "2026-11-23T10:24:00+03:00"
PASSWORD = "восемь слонов"  # noqa: S105  # of nobody
EARLY, LATE = 0.05, 40.0
"""Seconds between looks, and after which what does not come never will."""


@pytest.fixture(scope="session")
def _served_sample(tmp_path_factory, quick_passwords) -> Path:
    """A small sample base in which anna and boris have a password."""
    path = tmp_path_factory.mktemp("served") / "base.db"
    base = open_base(str(path), operator="anna")
    now = datetime.fromisoformat(NOW)
    fill(base, clients=20, seed=3, now=now)
    context = context_of(base, Clock(fixed=now), "anna")
    with base.write() as session:
        add_operator(session, context, "boris", "Борис <b>Громов</b>")
        for login in ("anna", "boris"):
            set_password(session, context, login, PASSWORD)
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return path


@pytest.fixture
def served_base(_served_sample, tmp_path):
    path = tmp_path / "base.db"
    shutil.copy(_served_sample, path)
    base = open_base(str(path))
    yield base
    base.close()


class Browser:
    """A browser with its cookies, on a page of the served desk."""

    def __init__(self, http: aiohttp.ClientSession, port: int, site: Site) -> None:
        self.http, self.port, self.site = http, port, site

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        url = aiohttp.client.URL(self.origin + path, encoded=True)
        async with self.http.get(url, allow_redirects=False, headers=headers) as answer:
            return answer.status, await answer.text(errors="replace"), answer.headers

    async def post(self, path: str, headers: dict[str, str] | None = None, **form: str):
        said = {"Origin": self.origin} | (headers or {})
        async with self.http.post(
            self.origin + path, data=form, headers=said, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), answer.headers

    async def log_in(self, login: str = "anna", password: str = PASSWORD, **headers: str):
        return await self.post("/login", headers, login=login, password=password)

    def talk(self, origin: str | None = None, **headers: str):
        """Open the websocket, as the page does."""
        said = {"Origin": self.origin if origin is None else origin} | headers
        return self.http.ws_connect(f"{self.origin}/ws/en?width=100&height=30", headers=said)

    @property
    def cookie(self) -> str:
        return next(iter(self.http.cookie_jar)).value


@pytest.fixture
def serve(served_base) -> Callable[..., Any]:
    """Serve the base: `async with serve(seats=2) as browser`; `browser()` gives one more."""

    @asynccontextmanager
    async def started(
        seats: int = 5, url: str | None = None, base: Base = served_base, **door: Any
    ) -> AsyncIterator[Callable[[], Browser]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        where = "" if base.name.endswith("/roled") else base.engine.url.render_as_string(hide_password=False)
        sitting = Sitting(db=where, operator="", lang=None, now=NOW)
        jars = []

        def browser() -> Browser:
            jars.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
            return Browser(jars[-1], port, site)

        served = Served(base, reached("127.0.0.1", port, url), seats, sitting)
        async with serving(served, "127.0.0.1", port, **door) as site:
            try:
                yield browser
            finally:
                for jar in jars:
                    await jar.close()

    return started


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(LATE):
        while not true():  # noqa: ASYNC110  # what is waited for is another process
            await asyncio.sleep(EARLY)


async def drawn(talk: aiohttp.ClientWebSocketResponse, words: str) -> str:
    """Read what the desk draws until these words are on the screen."""
    seen = b""
    async with asyncio.timeout(LATE):
        async for message in talk:
            if message.type is aiohttp.WSMsgType.BINARY:
                seen += message.data
                if words.encode() in seen:
                    return seen.decode("utf-8", "replace")
    raise AssertionError(f"{words!r} was not drawn: {seen[-2000:]!r}")


@pytest.fixture
def cli_serve(served_base, monkeypatch) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run `salesdesk serve`, as a process that is expected to end by itself."""
    environment = os.environ | {"SALESDESK_DB": str(served_base.path), "LC_ALL": "C.UTF-8"}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "salesdesk", "serve", *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run
