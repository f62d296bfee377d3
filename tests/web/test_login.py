"""Nothing is shown, and no desk is started, without a login."""

import re

import aiohttp
import pytest

from salesdesk.web.sessions import LASTS

SECRETS = ("ООО", "Ромашка", "anna")


async def test_without_a_login_there_is_a_login_page_and_nothing_else(serve):
    async with serve() as browser:
        stranger = browser()
        status, text, headers = await stranger.get("/")
        assert (status, headers["Location"]) == (303, "/login")
        assert not [secret for secret in SECRETS if secret in text]
        status, text, _headers = await stranger.get("/login")
        assert status == 200
        assert not [secret for secret in SECRETS if secret in text]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await stranger.talk()
        assert refused.value.status == 403
        assert stranger.site.seats.taken == 0


async def test_a_login_lets_in_with_a_cookie_that_scripts_and_other_sites_do_not_get(serve):
    async with serve() as browser:
        anna = browser()
        status, _text, headers = await anna.log_in()
        assert (status, headers["Location"]) == (303, "/")
        flags = {flag.strip() for flag in headers["Set-Cookie"].split(";")[1:]}
        assert flags == {"HttpOnly", "Path=/", "SameSite=Strict"}
        status, text, _headers = await anna.get("/")
        assert status == 200
        assert f"ws://127.0.0.1:{anna.port}/ws/en" in text


async def test_behind_a_proxy_with_tls_the_cookie_is_for_tls_alone(serve):
    async with serve(url="https://desk.example.org") as browser:
        proxy = browser()
        said = {"Host": "desk.example.org", "Origin": "https://desk.example.org"}
        status, _text, headers = await proxy.log_in(**said)
        assert status == 303
        assert headers["Set-Cookie"].startswith("__Host-salesdesk=")
        assert "Secure" in headers["Set-Cookie"]
        assert "max-age" in headers["Strict-Transport-Security"]
        kept = headers["Set-Cookie"].split(";")[0]
        _status, text, _headers = await proxy.get("/", Host="desk.example.org", Cookie=kept)
        assert "wss://desk.example.org/ws/en" in text


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong"), ("nobody", "wrong"), ("lead", "wrong")])
async def test_one_page_for_every_way_to_be_refused(serve, login, password):
    async with serve() as browser:
        status, text, headers = await browser().log_in(login, password)
        assert status == 401
        assert "Set-Cookie" not in headers
        assert re.findall('role="alert">(.*?)<', text) == ["Login or password is wrong."]


async def test_guesses_wait_and_so_does_the_right_password_then(serve):
    async with serve() as browser:
        thief = browser()
        statuses = [(await thief.log_in("anna", f"guess {number}"))[0] for number in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        status, text, headers = await browser().log_in()
        assert status == 429
        assert int(headers["Retry-After"]) > 0
        assert "Try again in" in text
        # Others are not kept out by that.
        assert (await browser().log_in("boris"))[0] == 303


async def test_behind_a_proxy_guesses_are_counted_by_the_address_that_it_tells(serve):
    async with serve(url="https://desk.example.org") as browser:
        site = browser().site
        said = {"Host": "desk.example.org", "Origin": "https://desk.example.org"}
        for number in range(21):
            made_up = f"10.0.0.{number}, 192.0.2.7"
            await browser().log_in(f"guess{number}", "wrong", **said, **{"X-Forwarded-For": made_up})
        forwarded = said | {"X-Forwarded-For": "192.0.2.7"}
        assert (await browser().log_in(**forwarded))[0] == 429
        elsewhere = said | {"X-Forwarded-For": "192.0.2.8"}
        assert (await browser().log_in(**elsewhere))[0] == 303
        assert len(site.sessions.all()) == 1


async def test_without_a_proxy_nobody_says_that_they_are_elsewhere(serve):
    async with serve() as browser:
        for number in range(21):
            await browser().log_in(f"guess{number}", "wrong", **{"X-Forwarded-For": f"10.0.0.{number}"})
        assert (await browser().log_in(**{"X-Forwarded-For": "192.0.2.8"}))[0] == 429


@pytest.mark.parametrize(
    "changed",
    [
        lambda cookie: "",
        lambda cookie: cookie[1:],
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.split(".")[0],
        lambda cookie: "anna." + cookie.split(".")[1],
        lambda cookie: ".",
        lambda cookie: "é.é",
    ],
)
async def test_a_cookie_that_was_tampered_with_is_nobody(serve, changed):
    async with serve() as browser:
        anna, other = browser(), browser()
        await anna.log_in()
        cookie = f"salesdesk={changed(anna.cookie)}"
        assert (await other.get("/", Cookie=cookie))[0] == 303
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await other.talk(Cookie=cookie)
        assert refused.value.status == 403
        assert (await other.get("/", Cookie=f"salesdesk={anna.cookie}"))[0] == 200


async def test_a_session_ends_by_logging_out_by_time_and_by_a_new_start(serve):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        kept = f"salesdesk={anna.cookie}"
        assert (await anna.post("/logout"))[0] == 303
        assert (await browser().get("/", Cookie=kept))[0] == 303
        await anna.log_in()
        kept = f"salesdesk={anna.cookie}"
        clock = anna.site.sessions._clock
        anna.site.sessions._clock = lambda: clock() + LASTS
        assert (await anna.get("/"))[0] == 303
        anna.site.sessions._clock = clock
    async with serve() as browser:
        assert (await browser().get("/", Cookie=kept))[0] == 303


async def test_another_login_is_another_session(serve):
    """A cookie that was planted before a login is worth nothing after it."""
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        before = anna.cookie
        await anna.log_in("boris")
        assert anna.cookie != before
        assert (await browser().get("/", Cookie=f"salesdesk={before}"))[0] == 303


async def test_who_was_dismissed_is_out_at_once(serve, served_base):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        with served_base.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE operator SET active = 0 WHERE login = 'anna'")
        assert (await anna.get("/"))[0] == 303
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await anna.talk()


async def test_the_pages_speak_the_language_of_the_browser(serve):
    async with serve() as browser:
        _status, text, _headers = await browser().get(
            "/login", **{"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}
        )
        assert "Пароль" in text
        _status, text, _headers = await browser().get("/login", **{"Accept-Language": "de, en;q=0.5"})
        assert "Password" in text


async def test_a_name_with_markup_is_text(serve):
    async with serve() as browser:
        boris = browser()
        await boris.log_in("boris")
        _status, text, _headers = await boris.get("/")
        assert "Борис &lt;b&gt;Громов" in text
        _status, text, _headers = await browser().log_in('"><script>alert(1)</script>', "wrong")
        assert "<script>" not in text
