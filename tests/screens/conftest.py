"""A pilot that looks often whether a screen has come to rest."""

import pytest


@pytest.fixture(autouse=True)
def eager_pilot(monkeypatch):
    """Ask every few milliseconds whether the process is idle: the pilot's own wait is long, at each key."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.005)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 0.001)
