"""The real program in a real terminal: an operator's quarter of an hour, with the Russian layout on."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

NOW = "2026-11-23T10:24:00+03:00"
LOOK = 0.05
"""Seconds between looks at another process."""
FILE = """Название;Телефон;Город;Интерес
ООО «Ромашка»;8 (495) 200-10-20;Москва;5
Grain & Sons;8 (495) 120-30-40;Москва;3
"""

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A tmux session of its own server, in which the desk runs."""

    def __init__(self, home: Path, base: Path) -> None:
        self.socket = str(home / "tmux")
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home), "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "TERM": "xterm-256color",
            "SALESDESK_DB": str(base), "SALESDESK_NOW": NOW, "SALESDESK_LANG": "ru",
        }  # fmt: skip

    def tmux(self, *words: str) -> str:
        command = ["tmux", "-u", "-S", self.socket, *words]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout

    def start(self, size: tuple[int, int] = (80, 24)) -> None:
        run = f"{sys.executable} -m salesdesk"
        self.tmux("new-session", "-d", "-s", "desk", "-x", str(size[0]), "-y", str(size[1]), run)

    def kill(self) -> None:
        """End the terminal as a lost connection would; the next one has a server of its own."""
        self.tmux("kill-server")
        self.socket += "2"

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "desk")

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "desk", *keys)

    def see(self, text: str, *, gone: bool = False) -> str:
        """Wait until a text stands on the screen, or has gone from it."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            screen = self.screen()
            if (text in screen) is not gone:
                return screen
            # Each look is a process, that takes from what is looked at the processor to get there.
            time.sleep(LOOK)
        raise AssertionError(
            f"{text!r} {'stayed on' if gone else 'never came to'} the screen:\n{self.screen()}"
        )

    def half_typed(self, text: str) -> bool:
        """Tell whether a draft in the base says a text."""
        with closing(sqlite3.connect(self.env["SALESDESK_DB"])) as base:
            bodies = [json.loads(body) for (body,) in base.execute("SELECT body FROM draft")]
        return any(text in str(body) for body in bodies)

    def command(self, *words: str) -> dict:
        """Run a command of the program on the same base."""
        done = subprocess.run(
            [sys.executable, "-m", "salesdesk", *words, "--json"],
            env=self.env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)


@pytest.fixture
def terminal(tmp_path):
    base, file = tmp_path / "base.db", tmp_path / "clients.csv"
    file.write_text(FILE, encoding="utf-8")
    desk = Terminal(tmp_path, base)
    assert desk.command("import", str(file))["added"] == 2
    yield desk
    subprocess.run(["tmux", "-S", desk.socket, "kill-server"], check=False, capture_output=True)


def test_a_call_is_logged_in_four_keys_on_the_russian_layout(terminal):
    terminal.start()
    terminal.see("Ромашка")
    # The keys of l, e and 1: log, interested, hit. All at once, as fast hands and slow lines send them.
    terminal.press("д", "у", "1", "Enter")
    terminal.see("план 1/")
    card = terminal.command("card", "1")
    assert card["client"]["stage"] == "proposal"
    assert [line["outcome"] for line in card["timeline"] if "outcome" in line] == ["interested"]
    assert card["next_action"]["goal"] == "confirm_proposal"
    assert "Grain" in next(line for line in terminal.screen().splitlines() if "▸" in line)


def test_what_was_half_typed_outlives_a_lost_terminal(terminal):
    terminal.start((120, 40))
    terminal.see("Ромашка")
    terminal.press("д")
    terminal.see("Итог звонка")
    terminal.press("ц", "ш")  # w: call back at a time; i: the note
    terminal.press("-l", "ждут смету")
    terminal.see("ждут смету")
    until = time.monotonic() + 10
    while time.monotonic() < until and not terminal.half_typed("ждут смету"):
        time.sleep(LOOK)
    terminal.kill()
    terminal.start((120, 40))
    terminal.see("Ромашка")
    terminal.press("д")
    assert "ждут смету" in terminal.see("ждут смету")
