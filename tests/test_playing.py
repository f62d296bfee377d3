"""Playing recordings: the file is one argument, never meets a shell, and only what sounds is opened."""

import json
import sys
import threading

import pytest

from salesdesk.playing import PlayCommand, PlayingError, play_command, sound_at, start_playing


def test_the_recording_takes_its_place_or_comes_last():
    assert PlayCommand(("mpv", "--no-video")).arguments("/a b.mp3") == ["mpv", "--no-video", "/a b.mp3"]
    assert PlayCommand(("vlc", "file={file}", "-q")).arguments("/a.mp3") == ["vlc", "file=/a.mp3", "-q"]


@pytest.mark.parametrize(
    ("environ", "platform", "first"),
    [
        ({}, "win32", "rundll32"),
        ({}, "darwin", "open"),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", None),
        ({}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", "/usr/bin/xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "/usr/bin/xdg-open"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", None),
    ],
)
def test_what_the_system_plays_with(environ, platform, first, monkeypatch):
    monkeypatch.setattr("salesdesk.playing.shutil.which", lambda name: f"/usr/bin/{name}")
    command = play_command(None, environ, platform)
    assert (command.words[0] if command else None) == first
    assert play_command(["mpv"], environ, platform) == PlayCommand(("mpv",))


def test_nothing_to_play_with(monkeypatch):
    monkeypatch.setattr("salesdesk.playing.shutil.which", lambda _name: None)
    assert play_command(None, {"DISPLAY": ":0"}, "linux") is None


def test_where_a_recording_is(tmp_path, monkeypatch):
    (tmp_path / "day").mkdir()
    whole = tmp_path / "day" / "-a 1.MP3"
    whole.write_bytes(b"")
    assert sound_at(str(whole)) == sound_at("day/-a 1.MP3", tmp_path) == str(whole)
    monkeypatch.chdir(tmp_path / "day")
    assert sound_at("-a 1.MP3") == str(whole), "no program takes it for an option"
    assert sound_at(" https://pbx.example/rec?id=7 ") == "https://pbx.example/rec?id=7"


@pytest.mark.parametrize(
    ("recording", "why"),
    [
        ("run.exe", "no sound"),
        ("/bin/sh", "no sound"),
        ("", "no sound"),
        ("calc.desktop", "no sound"),
        ("file:///etc/passwd", "no address"),
        ("smb://server/a.mp3", "no address"),
        ("javascript://x/%0aalert(1)", "no address"),
        ("https://pbx.example/a b", "no address"),
        ("/nowhere/a.mp3", "is not there"),
        ("a\0.mp3", "not here. Say where"),
        ("x" * 5000 + ".mp3", "not here. Say where"),
    ],
)
def test_what_is_not_opened(recording, why):
    with pytest.raises(PlayingError, match=why):
        sound_at(recording)


def test_the_program_gets_one_argument(tmp_path):
    out, sound = tmp_path / "arguments", tmp_path / "a; rm $(x) `y`.mp3"
    code = f"import json,sys; open({str(out)!r}, 'w').write(json.dumps(sys.argv[1:]))"
    start_playing(PlayCommand((sys.executable, "-c", code)), str(sound))
    for thread in threading.enumerate():
        if thread.name == "play":
            thread.join(20)
    assert json.loads(out.read_text()) == [str(sound)]


def test_a_program_that_is_not_there():
    with pytest.raises(PlayingError, match="no-such-program"):
        start_playing(PlayCommand(("no-such-program-at-all",)), "/a.mp3")
