"""The command line in this process: words in, status and both outputs back."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from salesdesk.cli import run

NOW = "2026-11-23T10:24:00+03:00"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@pytest.fixture(scope="session", autouse=True)
def _commands_built_once() -> Iterator[None]:
    """Let all calls of a run share the commands that Typer makes of functions, as one call has them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path) -> Callable[..., Ran]:
    """Run a command on the base of this test, at a moment that stands still."""
    monkeypatch.setenv("SALESDESK_DB", str(tmp_path / "base.db"))
    monkeypatch.setenv("SALESDESK_NOW", NOW)

    def call(*words: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(left.value.code, printed.out, printed.err)

    return call


@pytest.fixture(scope="session")
def _sample(tmp_path_factory) -> Path:
    """A base with a sample of 60 clients, made once."""
    from datetime import datetime

    from salesdesk.sample import fill
    from salesdesk.storage.base import open_base

    path = tmp_path_factory.mktemp("sample") / "base.db"
    base = open_base(str(path), operator="anna")
    fill(base, clients=60, seed=3, now=datetime.fromisoformat(NOW))
    with base.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return path


@pytest.fixture
def desk(_sample, cli, tmp_path, monkeypatch) -> Callable[..., Ran]:
    """Run a command on a copy of the sample, as anna."""
    shutil.copy(_sample, tmp_path / "base.db")
    monkeypatch.setenv("SALESDESK_OPERATOR", "anna")
    return cli


def one_line(ran: Ran, status: int = 1) -> str:
    """Check that a command failed with one line and nothing on stdout; give the line."""
    assert (ran.status, ran.out) == (status, ""), ran
    assert ran.err.endswith("\n")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    return ran.err.strip()
