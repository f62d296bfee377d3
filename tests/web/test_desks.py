"""A desk of one's own in a browser: whose it is, how many there are, and that it ends with its page."""

import json
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import psutil
import pytest
from sqlalchemy import text

from salesdesk.team.passwords import set_password
from salesdesk.web.desk import SEAT
from salesdesk.web.socket import Keys, Looking, Ping, Size, read_message
from tests.web.conftest import LATE, NOW, PASSWORD, drawn, until


def desks() -> list[psutil.Process]:
    """The desks that this process has started and that still run."""
    return [one for one in psutil.Process().children() if "salesdesk.web.desk" in _told(one)]


def _told(process: psutil.Process) -> list[str]:
    """What a process was started with; nothing of one that has ended, were it as it is asked."""
    try:
        return process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return []


def kept_looks() -> list[Path]:
    """Where somebody's language and theme are kept."""
    return list(Path(os.environ["HOME"]).rglob("appearance.json"))


async def test_the_desk_is_of_who_logged_in_and_ends_with_its_page(serve, served_base):
    async with serve() as browser:
        boris = browser()
        await boris.log_in("boris")
        async with boris.talk() as talk:
            await drawn(talk, "Борис <b>Громов</b>")
            (process,) = desks()
            told = " ".join(process.cmdline()) + json.dumps(process.environ())
            assert not [secret for secret in ("boris", str(served_base.path), PASSWORD) if secret in told]
            # Neither the server's settings nor its programs: a file is not brought in from here.
            await talk.send_json(["stdin", "i"])
            await drawn(talk, "Not in a browser")
        await until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
        await until(lambda: boris.site.seats.taken == 0)


async def test_a_desk_on_either_database(serve, desk, quick_passwords):
    desk.write(set_password, "anna", PASSWORD)
    async with serve(base=desk.base) as browser:
        anna = browser()
        await anna.log_in()
        async with anna.talk() as talk:
            await drawn(talk, "You sit here as anna")
        await until(lambda: not desks())


async def test_with_all_seats_taken_others_are_told_and_one_may_reload(serve):
    async with serve(seats=1) as browser:
        anna, boris = browser(), browser()
        await anna.log_in()
        await boris.log_in("boris")
        first = await anna.talk()
        await drawn(first, "anna")
        (before,) = desks()
        status, page, _headers = await boris.get("/")
        assert status == 503
        assert "All seats are taken" in page
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await boris.talk()
        assert refused.value.status == 503
        assert desks() == [before]
        # A page that is loaded anew asks for its desk before the old one has quite left.
        second = await anna.talk()
        await drawn(second, "anna")
        assert len(desks()) == 1
        assert desks() != [before]
        # Logging out ends the desk, and somebody else may sit down.
        await anna.post("/logout")
        await until(lambda: not desks() and anna.site.seats.taken == 0)
        assert (await boris.get("/"))[0] == 200
        await first.close()
        await second.close()


@pytest.mark.parametrize("change", ["active = 0", "password_hash = 'x'"])
async def test_a_dismissal_or_another_password_ends_a_desk_that_runs(serve, served_base, change):
    async with serve() as browser:
        anna, boris = browser(), browser()
        await anna.log_in()
        await boris.log_in("boris")
        async with anna.talk() as talk:
            await drawn(talk, "anna")
            with served_base.engine.begin() as connection:
                connection.execute(text(f"UPDATE operator SET {change} WHERE login = 'anna'"))
            await anna.site.look_again()
            await until(lambda: not desks())
        assert (await boris.get("/"))[0] == 200


@pytest.mark.parametrize(
    "message",
    ["", "{", "[]", "{}", '["stdin"]', '["stdin", 7]', '["resize", {"width": "a", "height": 3}]', '["quit"]',
     '["meta", {"type": "exit"}]', "[" * 100_000, '["ping", "' + "x" * 100 + '"]', "null"],
)  # fmt: skip
def test_what_no_page_sends_is_no_message(message):
    with pytest.raises((ValueError, RecursionError)):
        read_message(message)


def test_what_a_page_sends():
    assert read_message('["stdin", "\\u001b[A"]') == Keys("\x1b[A")
    assert read_message('["resize", {"width": 100, "height": 30}]') == Size(100, 30)
    assert read_message('["resize", {"width": 1000000000, "height": -5}]') == Size(500, 5)
    assert read_message('["ping", "1"]') == Ping("1")
    assert read_message('["focus"]') == Looking(looks=True)
    assert read_message('["blur"]') == Looking(looks=False)


async def test_a_page_that_is_not_ours_is_cut_off_and_its_desk_ends(serve):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        async with anna.talk() as talk:
            await talk.send_str('["meta", {"type": "exit"}]')
            async for _message in talk:
                pass
            assert talk.close_code == aiohttp.WSCloseCode.UNSUPPORTED_DATA
        await until(lambda: not desks() and anna.site.seats.taken == 0)


def test_a_desk_ends_when_its_server_is_gone(served_base):
    """Whatever the server ended of: it is not asked to, its pipe is just closed."""
    reading, writing = os.pipe()
    sitting = {"db": str(served_base.path), "operator": "anna", "lang": "en", "now": NOW, "data_dir": None}
    os.write(writing, json.dumps(sitting).encode() + b"\n")
    driver = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", SEAT: str(reading)}
    with subprocess.Popen(
        [sys.executable, "-m", "salesdesk.web.desk"], env=os.environ | driver, pass_fds=(reading,),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as desk:  # fmt: skip
        os.close(reading)
        assert desk.stdout.readline() == b"__GANGLION__\n"
        os.close(writing)
        desk.stdout.read()
        assert desk.wait(LATE) is not None


def test_a_desk_that_nobody_serves_is_refused():
    environment = {name: value for name, value in os.environ.items() if name != SEAT}
    command = [sys.executable, "-m", "salesdesk.web.desk"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1


async def test_what_a_person_chooses_is_kept_apart_from_the_servers(serve):
    async with serve() as browser:
        anna = browser()
        await anna.log_in()
        async with anna.talk() as talk:
            await drawn(talk, "anna")
            await talk.send_json(["stdin", "\x1b[19~"])  # F8, the other language
            await drawn(talk, "администратор")
        assert [("browser" in file.parts) for file in kept_looks()] == [True]
