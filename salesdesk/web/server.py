"""The server: it asks for a login, and gives each who has one a desk of their own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.typedefs import Handler

from salesdesk.clock import Clock
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _, translator
from salesdesk.storage.base import Base
from salesdesk.storage.server_passwords import url_as
from salesdesk.team.entering import REFUSED, WAIT, TooManyGuessesError, WrongPasswordError, enter, still_in
from salesdesk.team.passwords import is_right
from salesdesk.web import socket as talk
from salesdesk.web.door import Door
from salesdesk.web.origins import Reached, is_local
from salesdesk.web.pages import STATICS, language_of, page, policy
from salesdesk.web.process import DeskProcess, Sitting
from salesdesk.web.seats import Seats
from salesdesk.web.sessions import LoggedIn, Sessions

_LARGEST_FORM = 16_384
_AT_ONCE = 2
"""Passwords looked at side by side: each takes 64 MB while it is."""
_LOOK_AGAIN = 15.0
"""Seconds: how soon a desk ends whose operator was dismissed or has another password."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: a base, how it is reached, how many desks at once, what each is told."""

    base: Base
    reached: Reached
    seats: int
    sitting: Sitting


class Site:
    """The pages of a served desk, and who is logged in."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.sessions = Sessions()
        self.seats = Seats(served.seats)
        self.door: Door | None = None
        self._passwords = asyncio.Semaphore(_AT_ONCE)
        secure = served.reached.secure
        self._cookie = "__Host-salesdesk" if secure else "salesdesk"

    def application(self) -> web.Application:
        """Make what answers requests."""
        app = web.Application(client_max_size=_LARGEST_FORM, middlewares=[self._sent_to_us])
        app.add_routes(
            [
                web.get("/", self._desk),
                web.get("/login", self._login_page),
                web.post("/login", self._log_in),
                web.post("/logout", self._log_out),
                web.get("/ws/{language:en|ru}", self._talk),
                web.get("/static/{name}", self._static),
            ]
        )
        app.on_response_prepare.append(self._harden)
        app.on_shutdown.append(self._close)
        return app

    # Every request

    @web.middleware
    async def _sent_to_us(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what was sent to another name, and what another page sent."""
        reached = self.served.reached
        if request.headers.get("Host", "").lower() not in reached.hosts:
            raise web.HTTPMisdirectedRequest(text="This server does not go by that name.\n")
        asks = request.method in {"GET", "HEAD"} and not request.path.startswith("/ws")
        if not asks and request.headers.get("Origin", "").lower() not in reached.origins:
            log.warning("Refused: %s of %s from another origin", request.method, request.path)
            raise web.HTTPForbidden(text="Sent from another page.\n")
        session = self._session(request)
        if session is not None and self.door is not None:
            self.door.known(request.transport)
        return await handler(request)

    async def _harden(self, request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy("", ""))
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["X-Frame-Options"] = "DENY"
        headers["Server"] = "salesdesk"
        if self.served.reached.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Vary" not in headers and request.path == "/login":
            headers["Vary"] = "Accept-Language"

    # Logging in and out

    def _session(self, request: web.Request) -> LoggedIn | None:
        return self.sessions.find(request.cookies.get(self._cookie))

    async def _login_page(self, request: web.Request) -> web.StreamResponse:
        if self._session(request) is not None:
            raise web.HTTPSeeOther("/")
        return self._page(request, "login", problem="", login="")

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        login, password = form.get("login"), form.get("password")
        if not isinstance(login, str) or not isinstance(password, str):
            raise web.HTTPBadRequest(text="A login and a password are needed.\n")
        say = translator(self._language(request))
        try:
            async with self._passwords:
                now, address = Clock().now(), self._address(request)
                entered = await asyncio.to_thread(
                    enter, self.served.base, now, login[:256], password, address
                )
        except WrongPasswordError:
            return self._page(request, "login", 401, problem=say(REFUSED), login=login[:64])
        except TooManyGuessesError as error:
            problem = say(WAIT).format(seconds=error.seconds)
            answer = self._page(request, "login", 429, problem=problem, login=login[:64])
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        except SalesdeskError as error:
            log.warning("Nobody can log in: %s", error, exc_info=error)
            return self._page(request, "login", 503, problem=str(error), login=login[:64])
        before = self._session(request)
        if before is not None:
            await self._end(before)
        log.info("%s logged in from %s", entered.login, address)
        gone = web.HTTPSeeOther("/")
        gone.set_cookie(
            self._cookie, self.sessions.begin(entered),
            httponly=True, samesite="Strict", secure=self.served.reached.secure, path="/",
        )  # fmt: skip
        raise gone

    async def _log_out(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session is not None:
            await self._end(session)
        gone = web.HTTPSeeOther("/login")
        gone.del_cookie(
            self._cookie, httponly=True, samesite="Strict", secure=self.served.reached.secure, path="/"
        )
        raise gone

    async def _end(self, session: LoggedIn) -> None:
        self.sessions.end(session)
        await self.seats.send_home(session)

    def _address(self, request: web.Request) -> str:
        """Tell where a request comes from; behind a proxy on this machine, what that says."""
        peer = request.remote or ""
        if self.served.reached.by_proxy and is_local(peer):
            # The last one is the proxy's own; those before it anybody can make up.
            said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            return said or peer
        return peer

    # The desk

    async def _desk(self, request: web.Request) -> web.StreamResponse:
        session = await self._still_logged_in(request)
        if session is None:
            raise web.HTTPSeeOther("/login")
        if not self.seats.room_for(session):
            return self._page(request, "full", 503)
        return self._page(request, "desk", name=session.entered.name, socket=self._socket_url(request))

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        session = await self._still_logged_in(request)
        if session is None:
            raise web.HTTPForbidden(text="Log in first.\n")
        if not self.seats.room_for(session):
            raise web.HTTPServiceUnavailable(text="All seats are taken.\n")
        socket = web.WebSocketResponse(
            timeout=talk.FAREWELL, heartbeat=talk.HEARTBEAT, max_msg_size=talk.LARGEST
        )
        seat = await self.seats.take(session, socket)
        if seat is None:
            raise web.HTTPServiceUnavailable(text="All seats are taken.\n")
        try:
            await socket.prepare(request)
            await self._run(request, session, socket)
        finally:
            self.seats.leave(seat)
        return socket

    async def _run(self, request: web.Request, session: LoggedIn, socket: web.WebSocketResponse) -> None:
        """Run a desk until its page is closed, it is left, or the session is over."""

        async def write(drawn: bytes) -> None:
            # A page that is gone gets nothing more: its desk is being ended.
            with suppress(ConnectionError):
                await socket.send_bytes(drawn)

        desk = DeskProcess(
            self._sitting(session),
            request.match_info["language"],
            write,
            socket.close,
        )
        shown = talk.size(_number(request, "width", 80), _number(request, "height", 24))
        try:
            async with asyncio.timeout(self.sessions.seconds_left(session)):
                await desk.start(shown.width, shown.height)
                await talk.carry(socket, desk)
        except (TimeoutError, ConnectionError):
            log.info("The desk of %s in a browser is over", session.entered.login)
        finally:
            await asyncio.shield(desk.stop())
            await socket.close()

    def _sitting(self, session: LoggedIn) -> Sitting:
        """Tell a desk whose it is; where they have a login of the server, it connects by that."""
        entered, sitting = session.entered, self.served.sitting
        if entered.password is None:
            return replace(sitting, operator=entered.login)
        place = url_as(self.served.base.engine.url, entered.login, entered.password)
        return replace(sitting, operator=entered.login, db=place)

    async def _still_logged_in(self, request: web.Request) -> LoggedIn | None:
        """Give the session of a request, having looked whether its operator may still come in."""
        session = self._session(request)
        if session is None:
            return None
        if session.entered in await asyncio.to_thread(still_in, self.served.base, [session.entered]):
            return session
        await self._end(session)
        return None

    async def watch(self) -> None:
        """End, now and then, what belongs to those who may not come in any more."""
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            try:
                await self.look_again()
            except SalesdeskError as error:
                # Without its base no desk shows anything; it is looked at again when the base is back.
                log.warning("Who may stay cannot be told: %s", error)

    async def look_again(self) -> None:
        """End the sessions of those who were dismissed or have another password. Raises SalesdeskError."""
        sessions = self.sessions.all()
        if not sessions:
            return
        may = await asyncio.to_thread(still_in, self.served.base, [one.entered for one in sessions])
        for session in sessions:
            if session.entered not in may:
                await self._end(session)

    async def _close(self, _app: web.Application) -> None:
        await self.seats.send_home()

    # What is sent

    def _socket_url(self, request: web.Request) -> str:
        """Give where the page's websocket goes: to the name that the page has, which is one of ours.

        A browser need not tell its language there again.
        """
        scheme = self.served.reached.socket_scheme(request.host)
        return f"{scheme}://{request.host}/ws/{self._language(request)}"

    def _language(self, request: web.Request) -> str:
        return self.served.sitting.lang or language_of(request.headers.get("Accept-Language", ""))

    def _page(self, request: web.Request, which: str, status: int = 200, **values: str) -> web.Response:
        text = page(which, self._language(request), **values)
        answer = web.Response(text=text, status=status, content_type="text/html")
        answer.headers["Content-Security-Policy"] = policy(which, self._socket_url(request))
        return answer

    async def _static(self, request: web.Request) -> web.StreamResponse:
        file, kind = STATICS.get(request.match_info["name"], (None, ""))
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={"Content-Type": kind, "Cache-Control": "no-cache"})


def _number(request: web.Request, name: str, usual: int) -> int:
    written = request.query.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else usual


@asynccontextmanager
async def serving(served: Served, host: str, port: int, door: type[Door] = Door) -> AsyncIterator[Site]:
    """Serve while the block runs. Raises SalesdeskError where the port cannot be had."""
    site = Site(served)
    # Got ready before anybody asks: how long the first answer takes must not tell who works here.
    await asyncio.to_thread(is_right, None, "")
    runner = web.AppRunner(
        site.application(), logger=log, access_log=None, keepalive_timeout=30, shutdown_timeout=10
    )
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("the runner was set up")
    site.door = door(runner.server)
    watching = asyncio.create_task(site.watch())
    try:
        listening = await _listen(site.door, host, port)
        try:
            yield site
        finally:
            listening.close()
    finally:
        watching.cancel()
        await runner.cleanup()


async def _listen(door: Door, host: str, port: int) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(door, host, port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SalesdeskError(
            _("Nothing can be served at {host}, port {port}: {why}").format(host=host, port=port, why=why)
        ) from error
