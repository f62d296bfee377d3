"""Dialling: the number is one argument, whatever it holds, and never meets a shell."""

import json
import sys

import pytest

from salesdesk.dialling import DialCommand, DiallingError, dial_command, dialled, start_dialling


def test_the_number_takes_its_place_or_comes_last():
    assert DialCommand(("softphone", "--call")).arguments("+7343") == ["softphone", "--call", "+7343"]
    assert DialCommand(("phone", "sip:{number}@pbx", "-v")).arguments("+7343") == [
        "phone",
        "sip:+7343@pbx",
        "-v",
    ]


def test_the_settings_rule_over_the_system():
    assert dial_command(["softphone"], {}, "linux") == DialCommand(("softphone",))


@pytest.mark.parametrize(
    ("environ", "platform", "found"),
    [
        ({}, "win32", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", False),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
    ],
)
def test_the_handler_of_the_system(environ, platform, found, monkeypatch):
    monkeypatch.setattr("salesdesk.dialling.shutil.which", lambda name: f"/usr/bin/{name}")
    command = dial_command(None, environ, platform)
    assert (command is not None) is found
    if command is not None:
        assert command.arguments("+7343")[-1] == "tel:+7343"


def test_nothing_to_open_with(monkeypatch):
    monkeypatch.setattr("salesdesk.dialling.shutil.which", lambda _name: None)
    assert dial_command(None, {"DISPLAY": ":0"}, "linux") is None


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("8 (343) 200-10-20", "83432001020"), ("+7343", "+7343"), ("-rf /; `id` $(id)", ";"), ("--help", "")],
)
def test_a_number_holds_nothing_but_what_is_dialled(raw, kept):
    assert dialled(raw) == kept


def test_the_program_gets_one_argument(tmp_path):
    out = tmp_path / "arguments"
    code = f"import json,sys; open({str(out)!r}, 'w').write(json.dumps(sys.argv[1:]))"
    start_dialling(DialCommand((sys.executable, "-c", code)), "8 (343) 200-10-20; rm")
    import threading

    for thread in threading.enumerate():
        if thread.name == "dial":
            thread.join(20)
    assert json.loads(out.read_text()) == ["83432001020;"]


def test_a_program_that_is_not_there():
    with pytest.raises(DiallingError, match="no-such-program"):
        start_dialling(DialCommand(("no-such-program-at-all",)), "+7343")
