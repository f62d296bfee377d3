"""Importing on the screen: the file, its columns, a rehearsal, the run, and the way back."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from desk_base import desk, make_base, rows_of, shown, until
from real_files import NAUGHTY
from textual.widgets import OptionList

from salesdesk.models import Call, Client, Deal, Operator, Phone
from salesdesk.recent_folder import recent_folder
from salesdesk.screens.import_field import ImportFieldScreen
from salesdesk.screens.import_file import ImportFileScreen
from salesdesk.screens.import_mapping import ImportMappingScreen
from salesdesk.screens.import_rows import ImportRowScreen, ImportRowsScreen
from salesdesk.screens.import_run import ImportRunScreen
from salesdesk.screens.past_imports import PastImportsScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.typed_path import candidates, typed_path
from salesdesk.screens.welcome import WelcomeScreen
from salesdesk.widgets.progress_line import Pace, pace_text

CLIENTS = """Компания;Телефон;Город;Класс;Прочее
ООО «Ромашка»;8 343 200-10-20;Екатеринбург;A;1
[b]Вектор[/b];+7 912 111-22-33;Омск;Прима;2
;+7 912 111-22-34;Омск;B;3
"""


@pytest.fixture
def file(tmp_path) -> Path:
    """A file of four rows that somebody keeps in cp1251, in a folder with a blank in its name."""
    folder = tmp_path / "мои файлы"
    folder.mkdir()
    path = folder / "клиенты [x].csv"
    path.write_text(CLIENTS, "cp1251")
    return path


async def choosing(app, pilot) -> ImportFileScreen:
    await until(pilot, lambda: isinstance(app.screen, TodayScreen | WelcomeScreen) and app.gateway.opened)
    await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
    await pilot.press("i")
    await until(pilot, lambda: isinstance(app.screen, ImportFileScreen) and app.screen.path_input.has_focus)
    return app.screen


def has_columns(app) -> bool:
    return any(each.option_count for each in app.screen.query("#columns").results(OptionList))


async def mapped(app, pilot, path) -> ImportMappingScreen:
    screen = await choosing(app, pilot)
    screen.path_input.value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen) and has_columns(app))
    await pilot.pause()
    return app.screen


async def ended(app, pilot, words: str) -> ImportRunScreen:
    await until(pilot, lambda: isinstance(app.screen, ImportRunScreen) and words in shown(app))
    await pilot.pause()
    return app.screen


# Which file


async def test_a_typed_path_is_completed_by_tab(sqlite_url, file):
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        screen = await choosing(app, pilot)
        screen.path_input.value = str(file.parent.parent / "мо")
        screen.path_input.cursor_position = 999
        await pilot.press("tab")
        await until(pilot, lambda: screen.path_input.value == f"{file.parent}/")
        await pilot.press("tab")
        await until(pilot, lambda: screen.path_input.value == str(file))
        assert screen.path_input.has_focus


async def test_tab_stays_where_several_files_begin_so(sqlite_url, file):
    shutil.copy(file, file.with_name("клиенты [y].csv"))
    async with desk(sqlite_url) as (app, pilot):
        screen = await choosing(app, pilot)
        screen.path_input.value = f"{file.parent}/клиенты ["
        screen.path_input.cursor_position = 999
        await pilot.press("tab")
        await pilot.pause()
        assert screen.path_input.has_focus
        await until(pilot, lambda: "клиенты [y].csv" in shown(app))


async def test_the_files_of_the_typed_folder_are_chosen_with_the_arrows(sqlite_url, file):
    (file.parent / "photo.jpg").write_bytes(b"x")
    (file.parent / ".hidden.csv").write_text("x")
    async with desk(sqlite_url) as (app, pilot):
        screen = await choosing(app, pilot)
        screen.path_input.value = f"{file.parent}/"
        await until(pilot, lambda: "── " in shown(app) and screen.files.path == file.parent)
        assert "photo.jpg" not in shown(app)
        assert "hidden" not in shown(app)
        await pilot.press("down")
        await until(pilot, lambda: screen.files.has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen))
    assert recent_folder() == file.parent


async def test_letters_typed_over_the_files_go_into_the_path(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await choosing(app, pilot)
        screen.path_input.value = f"{file.parent}/"
        await pilot.press("down")
        await until(pilot, lambda: screen.files.has_focus)
        await pilot.press("u", "к")
        await until(pilot, lambda: screen.path_input.value == f"{file.parent}/uк")
        assert app.screen is screen


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("нет.csv", None, "There is no file"),
        ("пусто.csv", b"", "is empty"),
        ("бинарный.csv", bytes(range(256)) * 20, "is not a table"),
        ("архив.xlsx", b"PK\x03\x04 and nothing more", "is damaged or cut short"),
    ],
)
async def test_a_file_that_cannot_be_read_is_said_and_kept(sqlite_url, tmp_path, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        screen = await choosing(app, pilot)
        screen.path_input.value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: words in shown(app))
        assert app.screen is screen
        assert screen.path_input.value == str(path)


@pytest.mark.parametrize("written", ["{}", "'{}'", '"{}"', " {} "])
def test_paths_are_read_as_people_paste_them(file, written):
    assert typed_path(written.format(file)) == file


def test_a_path_that_was_pasted_behind_another_is_meant_alone(file, monkeypatch):
    monkeypatch.setenv("HOME", str(file.parent.parent))
    for pasted in (str(file), f"'{file}'", f'"{file}"', file.as_uri(), f"~/{file.parent.name}/{file.name}"):
        assert typed_path("~/" + pasted) == file
    assert candidates(f"~/{file.parent}/кли") == [f"~/{file}"]
    twice = f"{file.parent}//{file.name}"
    assert typed_path(twice) == file


def test_a_pasted_address_and_escaped_blanks_are_paths(file, monkeypatch):
    assert typed_path(file.as_uri()) == file
    assert typed_path(str(file).replace(" ", "\\ ")) == file
    monkeypatch.setenv("HOME", str(file.parent))
    assert typed_path("~/клиенты [x].csv") == file
    assert typed_path("~nobody-by-this-name/x") == Path("~nobody-by-this-name/x")
    assert candidates("~/кли") == ["~/клиенты [x].csv"]


# Its columns


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_what_was_found_is_shown(sqlite_url, file, size):
    async with desk(sqlite_url, size=size) as (app, pilot):
        await mapped(app, pilot, file)
        await until(pilot, lambda: "3 rows" in shown(app))
        text = shown(app)
    for words in ("cp1251", "semicolon", "5 columns", "✓ name of the client", "– not imported", "Ромашка"):
        assert words in text, words
    assert "[b]Вектор[/b]" in text


async def test_a_column_is_corrected_with_type_ahead_on_any_layout(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        await pilot.press("end", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, ImportFieldScreen) and app.screen.query("OptionList")
        )
        await pilot.press(*"indus")
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: screen.preview.mapping.fields[4] == "industry")
        await pilot.press("ч")
        await until(pilot, lambda: screen.preview.mapping.fields[4] is None)


async def test_a_field_of_one_column_moves_with_the_last_word(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        await screen._map(2, "name")
        assert screen.preview.mapping.fields[:3] == (None, "phone", "name")
        await screen._map(0, "name")
        assert screen.preview.mapping.fields[:3] == ("name", "phone", "city")


async def test_without_a_name_nothing_begins(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        await screen._map(0, "-")
        await pilot.press("f2")
        await pilot.pause()
        assert app.screen is screen
        assert "No column is the clients' name yet" in shown(app)


async def test_an_encoding_that_does_not_fit_leaves_all_as_it_was(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        await pilot.press("e")
        await until(pilot, lambda: "as found by itself" in shown(app))
        await pilot.press("6")
        await until(pilot, lambda: "! The file is not in the encoding utf-16" in shown(app))
        assert screen.preview.mapping.header[0] == "Компания"


async def test_the_source_is_named(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        await pilot.press("n")
        await until(pilot, lambda: "Where do these clients come from?" in shown(app))
        await pilot.press("end", *" 2026", "f2")
        await until(pilot, lambda: screen.preview.source == "клиенты [x] 2026")


async def test_another_sheet_is_chosen(sqlite_url, tmp_path):
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, name in (("Старые", "Прежний"), ("Новые", "Ромашка")):
            rows = book.add_worksheet(sheet)
            rows.write_row(0, 0, ["Название", "Телефон"])
            rows.write_row(1, 0, [name, "+7 912 111-22-33"])
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, path)
        await until(pilot, lambda: "1 row" in shown(app))
        await pilot.press("t")
        await until(pilot, lambda: "2 Новые" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "sheet Новые" in shown(app) and "Ромашка" in shown(app))


# Rehearsal, run, and back


async def test_a_rehearsal_changes_nothing_and_names_the_problems(sqlite_url, file):
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        await mapped(app, pilot, file)
        await pilot.press("к")
        await ended(app, pilot, "Nothing was changed")
        text = shown(app)
        assert "2  would be added" in text
        assert "1  would be rejected" in text
        assert "Прима" in text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen))
    assert rows_of(sqlite_url, Client) == []


async def test_an_unknown_word_is_explained_on_the_spot(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        mapping = await mapped(app, pilot, file)
        await pilot.press("r")
        await ended(app, pilot, "⏎ says what the word means")
        await pilot.press("enter")
        await until(pilot, lambda: "What does “Прима” mean?" in shown(app))
        await pilot.press("1")
        screen = await ended(app, pilot, "Nothing was changed")
        await until(pilot, lambda: screen._result and "Прима" not in shown(app))
        await pilot.press("г")  # the wrong one: taken back, and asked anew
        await until(pilot, lambda: screen._result and "Прима" in shown(app))
        assert not screen.check_action("unsay", ())
        await pilot.press("enter")
        await until(pilot, lambda: "What does “Прима” mean?" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: screen._result and "Прима" not in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is mapping and mapping.options.values)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no.")
    found = {client.name: client.client_class for client in rows_of(sqlite_url, Client)}
    assert found == {"ООО «Ромашка»": "A", "[b]Вектор[/b]": "VIP"}


async def test_an_import_is_run_and_taken_back(sqlite_url, file):
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        await mapped(app, pilot, file)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
        assert "2  added" in shown(app)
        assert "клиенты [x].rejected.csv" in shown(app)
        assert len(rows_of(sqlite_url, Client)) == 2
        await pilot.press("u")
        await ended(app, pilot, "Taken back: 2 removed")
        await pilot.press("u")
        await pilot.pause()
        assert "First leave the import" in "\n".join(note.message for note in app._notifications)
    assert rows_of(sqlite_url, Client) == []
    rejected = file.with_name("клиенты [x].rejected.csv").read_text("utf-8-sig")
    assert "+7 912 111-22-34" in rejected


async def test_after_an_import_the_list_of_the_day_is_there(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, file)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and len(app.screen.queue.rows) == 2)


async def test_a_second_time_nothing_is_new_and_older_refused_rows_stay(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, file)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ImportFileScreen))
        app.screen.path_input.value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen))
        await pilot.press("f2")
        await ended(app, pilot, "2  known already, nothing new")
        assert "клиенты [x].2.rejected.csv" in shown(app)


async def test_a_stopped_import_leaves_nothing(sqlite_url, file, monkeypatch):
    from salesdesk.base import importing

    run_import = importing.run_import

    def stopped_half_way(*args, progress, cancelled, **other):
        import threading

        progress(1, 2)
        while not cancelled():
            threading.Event().wait(0.01)
        return run_import(*args, progress=progress, cancelled=cancelled, **other)

    monkeypatch.setattr("salesdesk.base.importing.running._CHUNK", 1)
    monkeypatch.setattr(importing, "run_import", stopped_half_way)
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, file)
        await until(pilot, lambda: "3 rows" in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: "50 %" in shown(app) and "2 rows" in shown(app))
        await pilot.press("escape")
        await ended(app, pilot, "! Stopped: nothing was imported.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen))
    assert rows_of(sqlite_url, Client) == []
    assert not list(file.parent.glob("*rejected*"))


async def test_a_file_that_breaks_half_way_is_said_in_one_line(sqlite_url, file):
    async with desk(sqlite_url, size=(160, 45)) as (app, pilot):
        await mapped(app, pilot, file)
        file.unlink()
        await pilot.press("f2")
        await ended(app, pilot, "! There is no file")


# Deals


DEALS = """Номер сделки;Название сделки;Компания;Ответственный;Товар;Бюджет;Этап сделки;Создана
1;Окна;ООО «Ромашка»;Иван Петров;Окно;450 тыс;КП отправлено;03/04/2026
2;[b]Двери[/b];Лютик;anna;[/b]Дверь;1 234,50;Ура;05/04/2026
3;Рамы;Лютик;Иван Петров;окно ;100;Закрыто и не реализовано;01/02/2026
"""


@pytest.fixture
def deals(tmp_path) -> Path:
    path = tmp_path / "сделки.csv"
    path.write_text(DEALS, "utf-8")
    return path


async def test_what_the_rows_are_is_guessed_shown_and_changed_on_any_layout(sqlite_url, deals):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, deals)
        assert "each row is a deal (k: another kind)" in shown(app)
        assert screen.preview.mapping.fields[1:4] == ("title", "client", "owner")
        await pilot.press("л")
        await until(pilot, lambda: "What are the rows?" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "each row is a client" in shown(app))
        assert screen.preview.mapping.fields[2] == "name"
        await pilot.press("d")
        await until(pilot, lambda: "Between cells stands" in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: screen.options.delimiter == ";")
        assert screen.options.kind == "clients", "what was said is not guessed again"


async def test_the_fields_are_those_of_the_kind(sqlite_url, deals):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, deals)
        await pilot.press("down", "down", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, ImportFieldScreen) and app.screen.query("OptionList")
        )
        assert "do not call" not in shown(app)
        await pilot.press(*"reason")
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: screen.preview.mapping.fields[2] == "reject_reason")
        await pilot.press("f2")
        await until(pilot, lambda: "! No column is the deals' client yet" in shown(app))


async def test_dates_are_asked_for_once_and_said_anew(sqlite_url, deals):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, deals)
        await pilot.press("w", "r")
        await until(pilot, lambda: "03/04/2026 in the column “Создана” is" in shown(app))
        assert "1 day, month, year: Fri 3 April 2026" in shown(app)
        assert "2003" not in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("r")
        await until(pilot, lambda: "03/04/2026 in the column “Создана” is" in shown(app))
        await pilot.press("2")
        await ended(app, pilot, "Nothing was changed")
        await pilot.press("escape")
        await until(pilot, lambda: "dates: month, day, year" in shown(app))
        await pilot.press("ц")
        await until(pilot, lambda: "▸2 month, day, year" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "dates: day, month, year" in shown(app))
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no.")
    opened = [deal.opened_at.date().isoformat() for deal in rows_of(sqlite_url, Deal)]
    assert opened == ["2026-04-03", "2026-02-01"]


async def test_dates_that_a_column_decides_are_not_asked_for(sqlite_url, deals):
    deals.write_text(DEALS.replace("05/04/2026", "25/04/2026"), "utf-8")
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, deals)
        await pilot.press("r")
        await ended(app, pilot, "Nothing was changed")
        assert screen.options.dates is None


async def test_clients_with_open_dates_are_asked_too(sqlite_url, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("Название;Последний звонок\nРомашка;03/04/05\n", "utf-8")
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, path)
        await pilot.press("f2")
        await until(pilot, lambda: "3 year, month, day: Sat 5 April 2003" in shown(app))
        await pilot.press("1")
        await ended(app, pilot, "Imported as no.")
        assert "No problems" in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_deals_are_rehearsed_explained_imported_and_taken_back(sqlite_url, deals, size):
    async with desk(sqlite_url, size=size) as (app, pilot):
        await mapped(app, pilot, deals)
        await pilot.press("r")
        await until(pilot, lambda: "03/04/2026" in shown(app) and "day, month, year" in shown(app))
        await pilot.press("1")
        await ended(app, pilot, "⏎ says what the word means")
        await pilot.press("enter")
        await until(pilot, lambda: "What does “Ура” mean?" in shown(app))
        assert "never in conversation" not in shown(app)
        await pilot.press("5")
        screen = await ended(app, pilot, "3  would be added")
        text = shown(app)
        assert "2  new clients that they belong to" in text
        assert "1  new operators to own them" in text
        assert "No problems · 2 products that no deal had before" in text
        await pilot.press("end")
        await until(pilot, lambda: "new product “[/b]Дверь”: 1 row" in shown(app))
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
        assert "3  added" in shown(app)
        await pilot.press("г")
        await ended(app, pilot, "Taken back: 3 deals removed")
        assert app.screen is screen
    assert rows_of(sqlite_url, Deal) == rows_of(sqlite_url, Client) == []


def test_the_pace_is_told_by_words_beside_the_bar():
    text = pace_text(Pace(500, 0.5, 2.0), "500 rows")
    assert text == "██████░░░░░░ 50 %  500 rows  250 a second  00:02 left"
    assert pace_text(Pace(0, None, 0.1), "0 rows") == "0 rows"


OURS = [
    "[bold]not markup[/bold]", "[/b]", "[@click=app.quit]here[/]", "=HYPERLINK(0)", "%s%n {name}",
    "\x1b[31mred",
    "a\u202ekcehc", "🏳️‍🌈 ｗｉｄｅ 名前", "e\u0301" * 40, "\u200b", "line\nbreak", "x" * 3000,
]  # fmt: skip


def strange() -> list[str]:
    """Give our own strange texts, and the well-known list of them where it is at hand."""
    known = NAUGHTY
    return OURS + (json.loads(known.read_text("utf-8")) if known.exists() else [])


async def test_strange_texts_are_text_on_every_step(sqlite_url, tmp_path):
    texts = strange()
    path = tmp_path / "[b]странный [a] =файл {x}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Название", "Телефон", "Класс", *texts[:40]])
        rows.writerows([text, text, text, *texts[at : at + 40]] for at, text in enumerate(texts))
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, path)
        await until(pilot, lambda: "[b]странный [a] =файл {x}.csv" in shown(app))
        for _column in range(0, 40, 8):
            await pilot.press("pagedown", "enter")
            await until(pilot, lambda: isinstance(app.screen, ImportFieldScreen))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)
        for column, name in enumerate(("name", "phone", "class")):
            await screen._map(column, name)
        await pilot.press("r")
        await ended(app, pilot, "Nothing was changed")
        for _page in range(30):
            await pilot.press("pagedown")
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
    assert rows_of(sqlite_url, Client)


# Records without a header


async def test_records_of_calls_are_known_and_taken_in(sqlite_url, tmp_path):
    path = tmp_path / "Master.csv"
    line = (
        '"","101","8495123456{}","x","""A"" <101>","SIP/101-0000001a","SIP/t-0000001b","Dial","x",'
        '"2026-11-20 10:00:00","","2026-11-20 10:00:30","30","0","NO ANSWER","3","17.{}",""\n'
    )
    path.write_text("".join(line.format(at, at) for at in (7, 8)) + line.format("102", 9).replace(
        "8495123456102", "102"), "utf-8")  # fmt: skip
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, path)
        assert "each row is a call (k: another kind)" in shown(app)
        assert "Asterisk cdr-csv: its columns are known" in shown(app)
        assert screen.preview.mapping.fields[:3] == ("operator", "from", "to")
        await pilot.press("к")
        await ended(app, pilot, "Nothing was changed")
        assert "within the house: left out" in shown(app)
        assert "no client has the number" in shown(app)


async def test_cards_are_known(sqlite_url, tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text("BEGIN:VCARD\nFN:Иван\nORG:Ромашка\nTEL:84951234567\nEND:VCARD\n", "utf-8")
    async with desk(sqlite_url) as (app, pilot):
        await mapped(app, pilot, path)
        assert "utf-8 · vCard: its columns are known" in shown(app)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no.")


async def test_what_was_said_of_columns_is_remembered_and_shown(sqlite_url, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(
        "Кто;Телефон;Где\nРомашка;8-495-123-45-67;Тверь\nЛютик;8-495-123-45-68;Псков\n", encoding="utf-8"
    )
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, path)
        assert "as you said before" not in shown(app)
        await until(pilot, lambda: screen.columns.option_count)
        await pilot.press("end", "x", "f2")  # typed ahead: the import waits for what was said
        await ended(app, pilot, "Imported as no. 1")
    async with desk(sqlite_url) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ImportFileScreen))
        app.screen.path_input.value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen))
        await until(pilot, lambda: "The columns are as you said before." in shown(app))
        assert app.screen.preview.mapping.fields == ("name", "phone", None)


# What becomes of each row, and what is done with duplicates

KNOWN = "Код;Компания;Телефон;Город\n1;ООО «Ромашка»;8 343 200-10-20;Екатеринбург\n"
NEWER = KNOWN.replace("Екатеринбург", "Пермь") + "9;Ромашка ООО;8 343 200-10-20;Екатеринбург\n8;;;\n"


async def rehearsed(app, pilot, folder, text=NEWER) -> ImportRunScreen:
    """Bring a client in, then rehearse a newer file of the same source."""
    (folder / "crm.csv").write_text(KNOWN, "utf-8")
    await mapped(app, pilot, folder / "crm.csv")
    await pilot.press("f2")
    await ended(app, pilot, "Imported as no. 1")
    await pilot.press("enter")
    (folder / "crm.csv").write_text(text, "utf-8")
    await until(pilot, lambda: isinstance(app.screen, TodayScreen))
    await pilot.press("i")
    await until(pilot, lambda: isinstance(app.screen, ImportFileScreen) and app.screen.path_input.has_focus)
    app.screen.path_input.value = str(folder / "crm.csv")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen) and has_columns(app))
    await pilot.press("r")
    return await ended(app, pilot, "F2 imports")


async def test_the_counts_open_into_their_rows_and_a_row_into_its_fields(sqlite_url, tmp_path):
    async with desk(sqlite_url, size=(120, 40)) as (app, pilot):
        await rehearsed(app, pilot, tmp_path)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ImportRowsScreen) and "Ромашка ООО" in shown(app))
        assert "the same number" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "would be added all the same" in shown(app))
        assert "Nothing changes" not in shown(app)
        await pilot.press("escape", "k", "1")
        await until(pilot, lambda: "no name" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportRowScreen) and "Пермь" in shown(app))
        assert "Екатеринбург" in shown(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, ImportRunScreen))


async def test_a_policy_is_chosen_and_rehearsed_anew(sqlite_url, tmp_path):
    async with desk(sqlite_url) as (app, pilot):
        await rehearsed(app, pilot, tmp_path)
        await pilot.press("p", "2")
        await until(pilot, lambda: "file lacks" in shown(app))
        await pilot.press("1")
        await ended(app, pilot, "leave them out")
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 2")
    assert len(rows_of(sqlite_url, Client)) == 1


async def test_what_has_changed_since_the_rehearsal_is_shown_before_it_is_written(sqlite_url, tmp_path):
    async with desk(sqlite_url) as (app, pilot):
        await rehearsed(app, pilot, tmp_path)
        (tmp_path / "crm.csv").write_text(NEWER + "7;Василёк;;\n", "utf-8")
        await pilot.press("f2")
        await ended(app, pilot, "The file has changed")
        assert "F2 imports" in shown(app)
        assert len(rows_of(sqlite_url, Client)) == 1
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 2")
    assert len(rows_of(sqlite_url, Client)) == 3


async def test_a_past_import_is_taken_back_from_the_choice_of_the_file(sqlite_url, tmp_path):
    async with desk(sqlite_url) as (app, pilot):
        await rehearsed(app, pilot, tmp_path)
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 2")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await pilot.press("i")
        await until(
            pilot, lambda: isinstance(app.screen, ImportFileScreen) and app.screen.path_input.has_focus
        )
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, PastImportsScreen) and "crm.csv" in shown(app))
        await pilot.press("t")
        await until(pilot, lambda: "Take import 2 back" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "1 removed" in shown(app) and "taken back" in shown(app))
    assert [client.city for client in rows_of(sqlite_url, Client)] == ["Екатеринбург"]


# Whose the local numbers are, and whose the extensions


def told(app) -> str:
    """Give what stands on the screen, however its lines are cut."""
    return " ".join(shown(app).split())


async def opened(app, pilot, path) -> ImportMappingScreen:
    """Come from the list of the day to the columns of a file."""
    await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.queue.rows)
    await pilot.press("i")
    await until(pilot, lambda: isinstance(app.screen, ImportFileScreen) and app.screen.path_input.has_focus)
    app.screen.path_input.value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ImportMappingScreen) and has_columns(app))
    return app.screen


LOCAL = "Компания;Телефон;Город\nРомашка;200-10-20;Екатеринбург\nВектор;8 343 200-10-21;Екатеринбург\n"


async def test_the_area_code_of_local_numbers_is_asked_for_shown_and_remembered(sqlite_url, tmp_path):
    path = tmp_path / "crm.csv"
    path.write_text(LOCAL, "utf-8")
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, path)
        await until(pilot, lambda: "numbers without an area code: a says it" in told(app))
        await pilot.press("ф")
        await until(pilot, lambda: "Area code of local numbers such as 200-10-20" in told(app))
        await pilot.press(*"сорок", "enter")
        await until(pilot, lambda: "an area code is two to five digits" in shown(app))
        await pilot.press("ctrl+u", *"(343)", "enter")
        await until(pilot, lambda: app.screen is screen and "area code 343" in told(app))
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
    assert [phone.e164 for phone in rows_of(sqlite_url, Phone)] == ["+73432001020", "+73432001021"]
    async with desk(sqlite_url) as (app, pilot):
        screen = await opened(app, pilot, path)
        await until(pilot, lambda: "area code 343" in told(app))
        await pilot.press("a")
        await until(pilot, lambda: "Area code of the local numbers" in shown(app))
        await pilot.press("ctrl+u", "enter")
        await until(pilot, lambda: app.screen is screen and "numbers without an area code" in told(app))
        assert screen.preview.said.area_code == ""


async def test_the_area_code_is_asked_for_in_russian(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_LANG", "ru")
    path = tmp_path / "crm.csv"
    path.write_text(LOCAL, "utf-8")
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, path)
        await until(pilot, lambda: "есть номера без кода города: a —" in told(app))
        await pilot.press("ф", *"343", "enter")
        await until(pilot, lambda: app.screen is screen and "код города 343" in told(app))


async def test_an_area_code_is_offered_where_phones_are_imported_only(sqlite_url, file):
    async with desk(sqlite_url) as (app, pilot):
        screen = await mapped(app, pilot, file)
        assert screen.check_action("area", ())
        assert "without an area code" not in told(app)
        await screen._map(1, "-")
        assert not screen.check_action("area", ())


def call_records(folder) -> Path:
    """Write records of an exchange, without a header: three calls to a client, of two extensions."""
    line = (
        '"","{who}","83432001020","x","""A"" <{who}>","SIP/{who}-0000001a","SIP/t-0000001b","Dial","x",'
        '"2026-11-20 1{at}:00:00","2026-11-20 1{at}:00:10","2026-11-20 1{at}:00:40","40","30","ANSWERED",'
        '"3","17.{at}",""\n'
    )
    path = folder / "Master.csv"
    path.write_text(
        "".join(line.format(who=who, at=at) for at, who in enumerate(("101", "102", "101"))), "utf-8"
    )
    return path


async def test_it_is_asked_whose_an_extension_is_and_remembered(sqlite_url, tmp_path):
    make_base(sqlite_url.removeprefix("sqlite:///")).close()
    path = call_records(tmp_path)
    async with desk(sqlite_url) as (app, pilot):
        await opened(app, pilot, path)
        await pilot.press("к")
        screen = await ended(app, pilot, "⏎ says which operator it is")
        assert "no operator is called so: kept as calls of anna" in told(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Whose extension is 101?" in shown(app) and "2 Борис Л." in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: screen._result and "Борис" not in shown(app) and "102" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Whose extension is 102?" in shown(app))
        await pilot.press("1")
        await until(pilot, lambda: screen._result and "no operator is called so" not in shown(app))
        await pilot.press("f2")
        await ended(app, pilot, "Imported as no. 1")
    calls = [call for call in rows_of(sqlite_url, Call) if call.source == "Master"]
    people = {one.id: one.login for one in rows_of(sqlite_url, Operator)}
    assert [people[call.operator_id] for call in calls] == ["boris", "anna", "boris"]
    async with desk(sqlite_url) as (app, pilot):
        screen = await opened(app, pilot, path)
        assert screen.preview.said.values["operator"] == {"101": "boris", "102": "anna"}


async def test_it_is_asked_in_russian_which_operator_a_name_is(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SALESDESK_LANG", "ru")
    make_base(sqlite_url.removeprefix("sqlite:///")).close()
    path = tmp_path / "звонки.csv"
    path.write_text(
        "Дата звонка;Номер телефона;Менеджер;Длительность разговора\n"
        "20.11.2026 10:00;8 343 200-10-20;Лютикова Б.;0:30\n",
        "utf-8",
    )
    async with desk(sqlite_url, size=(80, 24)) as (app, pilot):
        await opened(app, pilot, path)
        await pilot.press("к")
        screen = await ended(app, pilot, "⏎ — указать, кто это из операторов")
        await pilot.press("enter")
        await until(pilot, lambda: "Кто из операторов «Лютикова Б.»?" in shown(app))
        await pilot.press("2")
        await until(pilot, lambda: screen._result and not screen._result.problems[0].asks)
        await pilot.press("f2")
        await ended(app, pilot, "Импорт № 1")
    call = next(call for call in rows_of(sqlite_url, Call) if call.source == "звонки")
    assert call.operator_id == next(one.id for one in rows_of(sqlite_url, Operator) if one.login == "boris")
