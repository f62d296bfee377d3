"""The program as a process of its own: what only a real pipe and a real environment show."""

import os
import subprocess
import sys

import pytest

from tests.cli.conftest import NOW


def _start(base, *words, **given):
    environ = {key: value for key, value in os.environ.items() if key not in {"LANG", "LC_ALL"}}
    environ |= {"SALESDESK_DB": str(base), "SALESDESK_NOW": NOW, "SALESDESK_OPERATOR": "anna"}
    return subprocess.Popen(
        [sys.executable, "-m", "salesdesk", *words],
        env=environ | given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def base(desk, tmp_path):
    """A base with the sample."""
    assert desk("today").status == 0
    return tmp_path / "base.db"


def test_a_reader_that_goes_away_hears_no_complaint(base):
    program = _start(base, "today")
    program.stdout.close()
    assert program.stderr.read() == b""
    program.stderr.close()
    assert program.wait(timeout=60) in {0, 1}


def test_json_is_utf8_in_a_locale_that_is_not(base):
    program = _start(base, "today", "--json", "--limit", "3", PYTHONIOENCODING="ascii", LC_ALL="C")
    out, err = program.communicate(timeout=60)
    assert (program.returncode, err) == (0, b"")
    assert "·" in out.decode("utf-8")
    program = _start(base, "today", "--limit", "3", PYTHONIOENCODING="ascii", LC_ALL="C")
    out, err = program.communicate(timeout=60)
    assert (program.returncode, err) == (0, b"")
    assert out.isascii()
