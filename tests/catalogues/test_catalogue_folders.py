"""A team's folder over the program's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from salesdesk.catalogues import (
    CatalogueError,
    Catalogues,
    fingerprint,
    packaged_data,
    read_catalogues,
)
from salesdesk.catalogues.folders import FILES

NEW_GOAL = '''[[goal]]
code = "extra"
key = "t"
title = { en = "extra", ru = "ещё" }

[[goal]]
code = "get_referral"'''


class TestFolders:
    def test_a_teams_file_replaces_only_its_own(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        team = tmp_path_factory.mktemp("team")
        text = (folder / "stages.toml").read_text("utf-8")
        (team / "stages.toml").write_text(text.replace('ru = "спящий"', 'ru = "уснувший"'), "utf-8")
        read = read_catalogues(folder, team)
        assert read.stage("dormant").title["ru"] == "уснувший"
        assert read.goals == read_catalogues(folder).goals
        assert fingerprint(folder, team) != fingerprint(folder)

    def test_a_mistake_in_a_teams_file_names_that_file(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        team = tmp_path_factory.mktemp("team")
        (team / "stages.toml").write_text("x = 1", "utf-8")
        with pytest.raises(CatalogueError, match=f"{team}/stages.toml:1: "):
            read_catalogues(folder, team)

    def test_the_fingerprint_follows_the_content_alone(self, folder: Path) -> None:
        before = fingerprint(folder)
        assert before == fingerprint(packaged_data())
        with (folder / "goals.toml").open("a", encoding="utf-8") as file:
            file.write("# a word\n")
        assert fingerprint(folder) != before

    def test_a_team_adds_its_own(self, folder: Path) -> None:
        path = folder / "goals.toml"
        path.write_text(path.read_text("utf-8").replace('[[goal]]\ncode = "get_referral"', NEW_GOAL), "utf-8")
        assert list(read_catalogues(folder).goals)[-2:] == ["extra", "get_referral"]

    def test_a_byte_order_mark_and_windows_line_ends(self, folder: Path, shipped: Catalogues) -> None:
        for name in FILES:
            path = folder / f"{name}.toml"
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        assert read_catalogues(folder) == shipped

    def test_reading_plain_scripts_needs_no_template_engine(self) -> None:
        program = (
            "import sys; import salesdesk.catalogues as c; assert 'sqlmodel' not in sys.modules;"
            "c.read_catalogues(c.packaged_data()); assert 'jinja2' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", program], check=True)
