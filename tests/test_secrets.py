"""No password is left in the clear: in settings, logs, errors, the list of processes, other programs."""

import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import pytest

from salesdesk.cli import run
from salesdesk.dialling import DialCommand, start_dialling
from salesdesk.log_file import keep_log, log_file
from salesdesk.places import place_at_once
from salesdesk.said_once import take_lines
from salesdesk.secrecy import keyrings
from salesdesk.secrecy.pgpass import pgpass_file
from salesdesk.secrecy.redacted import environment_of_children, holds_password, redacted
from salesdesk.settings import SettingsError, load_settings, settings_file
from salesdesk.storage.engine import base_url

MARK = "m4rk-Пароль"
URL = f"postgresql://anna:{MARK}@127.0.0.1:1/desk"
BARE = "postgresql://anna@127.0.0.1:1/desk"


@pytest.fixture(autouse=True)
def _nothing_said():
    yield
    take_lines()


@pytest.fixture
def kept():
    """Settings that hold a password, and that anybody may read."""
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(f'# mine\ndb = "{URL}"\nlang = "en"\n', "utf-8")
    settings_file().chmod(0o644)
    return settings_file()


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_password_of_the_settings_goes_into_pgpass_and_is_said(kept):
    pgpass_file().write_text("other:5432:*:anna:x\n", "utf-8")
    assert place_at_once(None, None) is None
    assert load_settings().db == BARE
    assert kept.read_text("utf-8") == f'# mine\ndb = "{BARE}"\nlang = "en"\n'
    assert (mode(kept), mode(pgpass_file())) == (0o600, 0o600)
    assert pgpass_file().read_text("utf-8") == f"127.0.0.1:1:desk:anna:{MARK}\nother:5432:*:anna:x\n"
    said = take_lines()
    assert len(said) == 2
    assert MARK not in " ".join(said)
    assert str(pgpass_file()) in said[1]
    assert load_settings().db == BARE
    assert take_lines() == []


def test_it_goes_into_the_keyring_where_there_is_one(kept, monkeypatch):
    ring = {}
    monkeypatch.setattr(keyrings, "keep", lambda entry, password: ring.update({entry: password}) or True)
    assert load_settings().db == BARE
    assert ring == {"postgresql://anna@127.0.0.1:1/desk": MARK}
    assert not pgpass_file().exists()


def test_settings_of_somebody_else_are_refused(kept, monkeypatch):
    mine = os.getuid()
    os.chown(kept, mine + 4711, -1) if mine == 0 else monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert place_at_once(None, None) is None
    with pytest.raises(SettingsError, match="belong to somebody else"):
        load_settings()


def test_a_password_that_can_be_put_nowhere_is_refused(kept, monkeypatch, tmp_path):
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "no folder" / "pgpass"))
    with pytest.raises(SettingsError, match="Take it out") as refused:
        load_settings()
    assert MARK not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        URL,
        f"postgresql://127.0.0.1:1/desk?user=anna&password={MARK}",
        f"postgresql://anna:{MARK}@127.0.0.1:port/desk",
        f"postgresql://anna:{MARK}/@:x@host:y/desk",
    ],
)
@pytest.mark.parametrize(
    "words",
    [("today",), ("doctor", "--json"), ("db", "check"), ("db", "copy", "{url}", "{url}"), ("today", "{url}")],
)
def test_no_command_tells_a_password(capfd, monkeypatch, url, words):
    titles = []
    monkeypatch.setattr("setproctitle.setproctitle", titles.append)
    monkeypatch.setenv("SALESDESK_PASSWORD", f"{MARK}2")
    with pytest.raises(SystemExit) as left:
        run(["--db", url, *(word.format(url=url) for word in words)])
    told = capfd.readouterr()
    log = log_file().read_text("utf-8") if log_file().exists() else ""
    assert left.value.code in {0, 1, 2}
    assert told.err.count("\n") <= 2
    assert MARK not in told.out + told.err + log + "".join(titles)
    assert titles[0].startswith("salesdesk --db postgresql://")
    assert "~/.pgpass" in told.err


_SHOWS = """
import sys
from pathlib import Path
from salesdesk.cli.discreet import hide_passwords
hide_passwords(sys.argv[1:])
print(Path("/proc/self/cmdline").read_bytes())
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no list of processes to read")
def test_the_list_of_processes_does_not_show_it():
    done = subprocess.run(
        [sys.executable, "-c", _SHOWS, "--db", URL, "today"], capture_output=True, text=True, check=True
    )
    assert "postgresql://anna:***@127.0.0.1:1/desk" in done.stdout
    assert "m4rk" not in done.stdout
    assert done.stderr.count("\n") == 1


def test_other_programs_do_not_inherit_it(monkeypatch, tmp_path):
    monkeypatch.setenv("SALESDESK_PASSWORD", MARK)
    monkeypatch.setenv("PGPASSWORD", MARK)
    monkeypatch.setenv("SALESDESK_DB", URL)
    monkeypatch.setenv("SIP_PASSWORD", "theirs")
    given = environment_of_children(os.environ)
    assert MARK not in "".join(given.values())
    assert given["SIP_PASSWORD"] == "theirs"  # noqa: S105  # it is no password
    told = tmp_path / "told"
    script = "import os, sys; open(sys.argv[1], 'w').write(repr(dict(os.environ)))"
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[0])
    start_dialling(DialCommand((sys.executable, "-c", script, str(told))), "+7")
    started[0].wait()
    assert "theirs" in told.read_text()
    assert MARK not in told.read_text()


def test_the_log_masks_whatever_quotes_a_password():
    keep_log()
    try:
        int(URL)
    except ValueError:
        logging.getLogger("salesdesk.x").exception("Cannot reach %s, password=%s", URL, MARK)
    assert MARK not in log_file().read_text("utf-8")
    assert "postgresql://anna:***@127.0.0.1" in log_file().read_text("utf-8")


def test_what_is_no_password_stays():
    for text in ("user@host", "12:30 a@b", "https://x/y", "wrong password", "http://host:80/a@b"):
        assert redacted(text) == text
    assert not holds_password(BARE)
    assert not holds_password("/home/a:b@c/base.db")
    assert base_url(f"{BARE}?password={MARK}").render_as_string() == base_url(URL).render_as_string()


def test_a_keyring_that_never_answers_is_none(monkeypatch):
    never = threading.Event()

    class Stuck(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            never.wait()

        def set_password(self, service, username, password):
            raise keyring.errors.PasswordSetError

    monkeypatch.setattr(keyring, "get_keyring", Stuck)
    monkeypatch.setattr(keyrings, "_PATIENCE", 0.01)
    assert keyrings.kept("anna") is None
    never.set()
    monkeypatch.setattr(keyrings, "_PATIENCE", 10)
    assert not keyrings.keep("anna", MARK)
    assert keyrings.is_there()
