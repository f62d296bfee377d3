"""What a served port refuses: other origins, other names, crowds, paths, and words to the outside."""

import asyncio
import re
import socket
from functools import partial

import aiohttp
import pytest

from salesdesk.cli import serving
from salesdesk.web.door import Door
from salesdesk.web.origins import reached
from salesdesk.web.pages import STATICS
from tests.cli.conftest import cli, one_line
from tests.web.conftest import until

__all__ = ["cli"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:{port}"]
)
async def test_another_origin_gets_no_desk_and_logs_nobody_in_or_out(serve, origin):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        other = origin.format(port=anna.port)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await anna.talk(origin=other)
        assert refused.value.status == 403
        assert (await anna.post("/login", {"Origin": other}, login="anna", password="x"))[0] == 403  # noqa: S106  # of nobody
        assert (await anna.post("/logout", {"Origin": other}))[0] == 403
        assert (await anna.get("/"))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example"])
async def test_another_name_for_this_machine_is_refused(serve, host):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        for path in ("/", "/login", "/static/textual.js", "/ws/en"):
            assert (await anna.get(path, Host=host))[0] == 421


@pytest.mark.parametrize(
    "path",
    [
        "/static/", "/static/..", "/static/../server.py", "/static/%2e%2e%2fserver.py",
        "/static/..%2f..%2fcli",
        "/static/%2fetc%2fpasswd", "/static//etc/passwd", "/static/js/textual.js", "/static/server.py%00.css",
        "/download/x", "/static/..\\server.py", "/%2e%2e/%2e%2e/etc/passwd",
    ],
)  # fmt: skip
async def test_only_what_is_named_is_served(serve, path):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        status, text, _headers = await anna.get(path)
        assert status == 404
        assert "root:" not in text
        assert "import" not in text


async def test_nothing_served_asks_for_anything_outside(serve):
    async with serve(seats=1) as browser:
        anna = browser()
        await anna.log_in()
        pages = [await anna.get("/"), await browser().get("/login")]
        anna.site.seats._most = 0
        pages.append(await anna.get("/"))
        assert [status for status, _text, _headers in pages] == [200, 200, 503]
        asked = set()
        for _status, text, headers in pages:
            asked |= set(re.findall(r'(?:src|href|action)="([^"]*)"', text))
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            outside = re.findall(r"[a-z]+://[^ ;]+", policy)
            assert outside in ([], [f"ws://127.0.0.1:{anna.port}/ws/en"])
            assert "<style" not in text
            assert not re.search(r"<script(?! src=)|\son\w+=", text)
        assert {url for url in asked if not url.startswith("/")} == {"data:,"}
        served = {f"/static/{name}" for name in STATICS}
        assert {url for url in asked if url.startswith("/static/")} <= served
        for name in served:
            status, text, _headers = await anna.get(name)
            assert status == 200
            if not name.endswith(".ttf"):
                # A comment names where it comes from, which nothing fetches.
                code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
                assert not re.findall(r"https?://[\w.]+|url\(\s*[\"']?//|@import", code)
        for style in ("pages.css", "desk.css"):
            _status, text, _headers = await anna.get(f"/static/{style}")
            assert set(re.findall(r'url\("([^"]*)"\)', text)) <= served


async def test_every_answer_keeps_frames_and_guesses_of_types_out(serve):
    async with serve() as browser:
        for path in ("/", "/login", "/nothing", "/static/pages.css"):
            _status, _text, headers = await browser().get(path)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "aiohttp" not in headers["Server"]


async def test_a_hundred_connections_keep_nobody_out(serve):
    async with serve() as browser:
        anna = browser()
        site, crowd = anna.site, []
        try:
            for number in range(100):
                reader, writer = await asyncio.open_connection("127.0.0.1", anna.port)
                writer.write(b"" if number % 2 else b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
                crowd.append((reader, writer))
            await until(lambda: sum(reader.at_eof() or _cut(reader) for reader, _writer in crowd) >= 36)
            assert site.door.strangers <= 64
            assert (await anna.log_in())[0] == 303
            assert (await anna.get("/"))[0] == 200
            assert site.seats.taken == 0
        finally:
            for _reader, writer in crowd:
                writer.close()


def _cut(reader) -> bool:
    return reader.exception() is not None


async def test_a_connection_on_which_nobody_logs_in_is_cut_off(serve):
    async with serve(door=partial(Door, seconds=0.05)) as browser:
        reader, writer = await asyncio.open_connection("127.0.0.1", browser().port)
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(_read_on(reader), 20)
        writer.close()


async def _read_on(reader) -> None:
    if await reader.read() == b"":
        raise ConnectionError


async def test_a_form_that_is_too_large_or_no_form_is_refused(serve):
    async with serve() as browser:
        stranger = browser()
        assert (await stranger.log_in("anna", "x" * 100_000))[0] == 413
        assert (await stranger.post("/login", login="anna"))[0] == 400
        form = aiohttp.FormData({"login": "anna"})
        form.add_field("password", b"x", filename="password")
        url, said = f"{stranger.origin}/login", {"Origin": stranger.origin}
        async with stranger.http.post(url, data=form, headers=said) as answer:
            assert answer.status == 400


def test_a_port_that_is_taken_is_said_in_one_line(cli_serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = cli_serve("--port", str(port))
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert str(port) in ran.stderr


@pytest.fixture
def unserved(cli, monkeypatch):
    """Run `salesdesk serve` in this process, where nothing may come to be served."""

    async def served(*_said):
        raise AssertionError("it serves")

    monkeypatch.setattr(serving, "_serve", served)
    return partial(cli, "serve")


def test_on_every_address_its_own_has_to_be_named(unserved):
    ran = unserved("--host", "0.0.0.0", "--port", "8999")  # noqa: S104  # it is what is refused
    assert one_line(ran).startswith("--url: ")


@pytest.mark.parametrize(
    "url", ["desk.example.org", "ftp://x", "https://", "https://x/path", "https://u:p@x", "https://x:y"]
)
def test_an_address_that_is_none_is_refused(unserved, url):
    assert one_line(unserved("--url", url)).startswith("--url: ")


@pytest.mark.parametrize(
    ("host", "url", "first", "good", "bad"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8000/", "localhost:8000", "0.0.0.0:8000"),
        ("::1", None, "http://[::1]:8000/", "[::1]:8000", "::1:8000"),
        ("192.0.2.1", None, "http://192.0.2.1:8000/", "192.0.2.1:8000", "localhost:8000"),
        ("0.0.0.0", "https://Desk.x.org", "https://desk.x.org/", "desk.x.org", "0.0.0.0:8000"),  # noqa: S104
        ("127.0.0.1", "https://x.org:444/", "https://x.org:444/", "127.0.0.1:8000", "x.org"),
    ],
)  # fmt: skip
def test_by_which_names_it_goes(host, url, first, good, bad):
    where = reached(host, 8000, url)
    assert where.url == first
    assert good in where.hosts
    assert bad not in where.hosts
