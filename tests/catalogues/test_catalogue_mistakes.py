"""Every mistake is told with its file and line."""

import tomllib
from pathlib import Path

import pytest

from salesdesk.catalogues import (
    CatalogueError,
    fingerprint,
    read_catalogues,
)

MISTAKES = tomllib.loads(Path(__file__).with_name("mistakes.toml").read_text("utf-8"))


class TestMistakes:
    @pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
    def test_is_told_with_file_and_line(self, folder: Path, mistake: dict[str, str]) -> None:
        path = folder / f"{mistake['file']}.toml"
        text = path.read_text("utf-8")
        assert mistake["old"] in text
        edited = text.replace(mistake["old"], mistake["new"], 1)
        path.write_text(edited, "utf-8")
        line = edited[: edited.index(mistake["at"])].count("\n") + 1
        with pytest.raises(CatalogueError) as caught:
            read_catalogues(folder)
        told = str(caught.value)
        assert told.startswith(f"{path}:{line}: ")
        assert mistake["says"] in told
        assert "\n" not in told
        assert (caught.value.file, caught.value.line) == (path, line)

    def test_entries_without_their_second_brackets(self, folder: Path) -> None:
        (folder / "goals.toml").write_text('# head\n[goal]\ncode = "find_need"\n', "utf-8")
        with pytest.raises(CatalogueError, match=r"goals\.toml:2: .*two brackets"):
            read_catalogues(folder)

    def test_a_class_without_a_policy(self, folder: Path) -> None:
        path = folder / "policies.toml"
        head, last = path.read_text("utf-8").rsplit("[[policy]]", 1)
        path.write_text(head, "utf-8")
        assert 'client_class = "C"' in last
        line = head[: head.rindex("[[policy]]")].count("\n") + 1
        with pytest.raises(CatalogueError, match=rf"policies\.toml:{line}: .*class C$"):
            read_catalogues(folder)

    def test_not_utf8(self, folder: Path) -> None:
        path = folder / "stages.toml"
        path.write_bytes(b"# head\n[[stage]]\n" + 'title = "новый"'.encode("cp1251"))
        with pytest.raises(CatalogueError, match=r"stages\.toml:3: .*UTF-8"):
            read_catalogues(folder)

    def test_a_text_that_never_ends(self, folder: Path) -> None:
        (folder / "scripts.toml").write_text('[[script]]\ncode = """\nabc\n', "utf-8")
        with pytest.raises(CatalogueError, match=r"scripts\.toml:3: .*not closed"):
            read_catalogues(folder)

    def test_an_empty_file(self, folder: Path) -> None:
        (folder / "goals.toml").write_text("", "utf-8")
        with pytest.raises(CatalogueError, match=r"goals\.toml:1: there is no \[\[goal\]\]"):
            read_catalogues(folder)

    @pytest.mark.parametrize("content", ["a = " + "9" * 5000, "a = " + "[" * 5000])
    def test_a_file_that_chokes_the_parser(self, folder: Path, content: str) -> None:
        (folder / "goals.toml").write_text(content, "utf-8")
        with pytest.raises(CatalogueError, match=r"goals\.toml"):
            read_catalogues(folder)

    def test_a_huge_file(self, folder: Path) -> None:
        (folder / "goals.toml").write_text("#" * 1_000_001, "utf-8")
        with pytest.raises(CatalogueError, match=r"goals\.toml: .*1 MB"):
            read_catalogues(folder)

    def test_a_file_gone(self, folder: Path) -> None:
        (folder / "goals.toml").unlink()
        for use in (read_catalogues, fingerprint):
            with pytest.raises(CatalogueError, match=r"goals\.toml is in none of the folders"):
                use(folder)

    def test_a_folder_for_a_file(self, folder: Path) -> None:
        (folder / "goals.toml").unlink()
        (folder / "goals.toml").mkdir()
        with pytest.raises(CatalogueError, match=r"goals\.toml: cannot be read"):
            read_catalogues(folder)

    def test_no_folder(self, folder: Path) -> None:
        with pytest.raises(CatalogueError, match="There is no folder"):
            read_catalogues(folder, folder / "elsewhere")

    def test_a_name_that_is_nearly_right(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        team = tmp_path_factory.mktemp("team")
        (team / "stage.toml").write_text("", "utf-8")
        with pytest.raises(CatalogueError, match=r"stage\.toml: .*is it stages\.toml\?"):
            read_catalogues(folder, team)
