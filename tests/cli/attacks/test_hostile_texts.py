"""Text of any intent, in whatever a person may name: text in every command and in every file."""

import csv
from zipfile import ZipFile

import pytest

from salesdesk.desk import deals, editing
from salesdesk.team.operators import add_operator
from tests.cli.conftest import one_line

HOSTILE = (
    "'; DROP TABLE client; --", '" OR 1=1 --', "%s%n{0}{name}{{7*7}}${HOME}$(id)`id`",
    "[bold red]x[/bold red]", "[/]", "[@click=app.quit]x[/]", "[link=file:///etc]x[/link]",
    "=HYPERLINK(0)", "+1+1", "-2+3", "@SUM(1)",
    "\x1b[2J\x1b]0;owned\x07", "\x9b31mred", "\x1b]8;;http://x\x1b\\x", "a\u202ekcehc", "\x00nul\x08\x08",
)  # fmt: skip
COMMANDS = (
    ("today",), ("list",), ("search", "ДРОП"), ("tails", "--by", "client"), ("tails",), ("duplicates",),
    ("now",), ("cleaning",), ("segment", "list"), ("operators", "list"), ("plan", "list"), ("merge", "list"),
    ("report", "calls", "--period", "2026", "--by", "campaign"), ("report", "quality", "--by", "operator"),
    ("funnel", "--period", "2026", "--by", "operator"), ("today", "--plan"),
)  # fmt: skip
BREAKING = {"\x1b", "\x9b", "\x07", "\x08", "\x00", "\u202e"}


@pytest.fixture
def hostile(lite, cli, monkeypatch):
    """A base in which every text that a person may write is a hostile one; gives its commands and clients."""
    made = []
    for number, text in enumerate(HOSTILE):
        name, phone = f"ДРОП {text}", f"+7 495 100-00-{number:02}"
        client = lite.write(editing.add_client, name, phone, city=text, industry=text)
        lite.write(editing.save_contact, client, None, name=text, position=text)
        lite.write(editing.add_note, client, text)
        lite.write(deals.save_deal, client, None, title=text, product=text, amount="1", stage="new")
        lite.write(add_operator, f"o{number}", text)
        made.append(client)
    monkeypatch.setenv("SALESDESK_DB", str(lite.base.path))
    monkeypatch.setenv("SALESDESK_OPERATOR", "anna")
    return cli, made


def test_no_command_takes_a_text_for_anything_else(hostile, tmp_path):
    cli, made = hostile
    for number, text in [*enumerate(HOSTILE)][::2]:
        typed = text.replace("\x00", "")  # no argument of a command may hold one
        for words in (
            ("search", typed), ("card", f"ext:{typed}"), ("list", "--where", f"name~'{typed}'"),
            ("log", made[number], "--outcome", typed), ("--operator", typed, "today"), ("report", typed),
            ("report", "calls", "--by", typed), ("segment", "show", typed),
            ("segment", "save", f"{number} {typed}", "--where", "stage=new", "--shared"),
        ):  # fmt: skip
            plain(cli(*words))


def test_every_command_prints_it_as_text(hostile, tmp_path):
    cli, made = hostile
    file = tmp_path / "[b]=1+1\x1b[2J.csv"
    quoted = [text.replace('"', '""') for text in HOSTILE[:5]]
    file.write_text("name;phone\n" + "".join(f'"{text}";1\n' for text in quoted), "utf-8")
    for words in (
        *COMMANDS,
        *(("card", client) for client in made[::3]),
        ("import", file, "--source", "[b]x"),
    ):
        ran = cli(*words)
        assert ran.status == 0, (words, ran)
        plain(ran)
    plain(cli("import", "list"))
    assert HOSTILE[3] in cli("card", made[3]).out
    named = {row["name"] for row in cli("list", "--limit", "100", "--json").document["rows"]}
    assert f"ДРОП {HOSTILE[0]}" in named


def plain(ran):
    """Check that nothing of an answer moves the cursor, and nothing went wrong by itself."""
    told = ran.out + ran.err
    assert not BREAKING & set(told), ran
    assert "Traceback" not in told
    assert "made a mistake" not in told, ran
    if ran.status:
        one_line(ran, ran.status)


def test_no_cell_of_an_export_is_a_formula(hostile, tmp_path):
    cli, _made = hostile
    for kind in ("clients", "deals"):
        for ending in ("csv", "xlsx"):
            assert cli("export", kind, tmp_path / f"{kind}.{ending}").status == 0
        with (tmp_path / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
        assert [cell for cell in cells if cell[:1] in "=@\t\r" and cell[:1]] == []
        with ZipFile(tmp_path / f"{kind}.xlsx") as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
