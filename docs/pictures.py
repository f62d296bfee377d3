"""Takes the pictures of every screen, in both languages, on the sample base: `make pictures`."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from salesdesk import i18n
from salesdesk.app import SalesdeskApp
from salesdesk.opening import Start
from salesdesk.sample import fill
from salesdesk.storage.base import open_base

PICTURES = Path(__file__).parent / "pictures"
NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
SETTLES = 12
CLIENTS = """Код;Компания;Телефон;Город;Интерес;Сумма;Этап;Следующий шаг
17;ООО «Ромашка»;+7 343 200-10-20, 8 912 111-22-33;Екатеринбург;4;450 тыс.;новый;25.11.2026 10:00
18;Вектор-Юг;(863) 200-11-22;Ростов-на-Дону;3;300 000,00;КП отправлено;24.11.2026
19;Стройсервис;нет телефона;Казань;;;;
"""
"""A file as people have them: in the old encoding of Windows, with several numbers in a cell."""
WIDE, NARROW = (132, 38), (80, 24)


@dataclass(frozen=True)
class Picture:
    """One picture: its name, what it shows, the keys that lead there, and the size of the terminal."""

    name: str
    shows: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    empty: bool = False


SHOTS = (
    Picture("today", "Today: whom to call now and why, with the card beside it"),
    Picture("today-narrow", "Today on 80 columns", size=NARROW),
    Picture("card", "The card", ("enter",)),
    Picture("card-narrow", "The card on 80 columns", ("enter",), NARROW),
    Picture("script", "The script of the call's goal", ("enter", "t")),
    Picture("wrap-up", "Wrap-up: outcome, goal result, next action", ("l", "e", "1")),
    Picture("wrap-up-narrow", "Wrap-up on 80 columns", ("l", "e", "1"), NARROW),
    Picture("search", "Search as one types", ("s", *"строй")),
    Picture("why", "Why a client stands where it stands", ("w",)),
    Picture("move", "The next action moved to another time", ("m",)),
    Picture("tails", "What was forgotten, by whom and at what cost", ("f2",)),
    Picture(
        "tail-clients",
        "The clients behind a figure of the tails, two of them marked",
        ("f2", "enter", "space", "space"),
    ),
    Picture("reports", "A report of the month", ("f3",)),
    Picture("funnel", "The funnel of the quarter", ("f3", "7", "k")),
    Picture("help", "The keys of the screen", ("f1",)),
    Picture("palette", "Every command by its name", ("ctrl+p",)),
    Picture("welcome", "The first start, on an empty base", empty=True),
    Picture("import", "Importing a file", ("i",)),
    Picture("import-columns", "What was found in a file, to be corrected", ("i", *"clients.csv", "enter")),
    Picture("settings", "The settings", ("o",)),
)


async def settle(pilot: Pilot[object]) -> None:
    """Give what the keys began the time to be done. A worker that awaits a dialogue never ends here."""
    for _ in range(SETTLES):
        await pilot.pause(0.1)


async def take(picture: Picture, language: str, clean: Path) -> None:
    """Take one picture, on a copy of a clean base: a wrap-up leaves its draft behind."""
    base = clean.with_suffix(".copy")
    shutil.copy(clean, base)
    app = SalesdeskApp(Start(db=str(base), now=NOW, lang=language))
    async with app.run_test(size=picture.size) as pilot:
        await settle(pilot)
        for key in picture.keys:
            await pilot.press(key)
        await settle(pilot)
        target = PICTURES / f"{picture.name}-{language}.svg"
        target.write_text(app.export_screenshot(title="Salesdesk"), encoding="utf-8")


def page() -> str:
    """Write the page that shows them."""
    lines = ["# Pictures of every screen", "", "Made by `make pictures` on the sample base.", ""]
    for picture in SHOTS:
        lines += [f"## {picture.shows}", ""]
        for language in i18n.LANGUAGES:
            lines.append(f"![{picture.shows}](pictures/{picture.name}-{language}.svg)")
        lines.append("")
    return "\n".join(lines)


async def main(folder: Path) -> None:
    """Make the two bases and take every picture on them."""
    PICTURES.mkdir(exist_ok=True)
    full, empty = folder / "sample.db", folder / "empty.db"
    (folder / "clients.csv").write_text(CLIENTS, encoding="cp1251")
    base = open_base(str(full), operator="anna")
    fill(base, clients=2000, seed=1, now=NOW)
    base.close()
    open_base(str(empty), operator="anna").close()
    for language in i18n.LANGUAGES:
        for picture in SHOTS:
            await take(picture, language, empty if picture.empty else full)
            print(picture.name, language)
    (PICTURES.parent / "pictures.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    # A folder of one name: it stands in some of the pictures.
    home = Path(tempfile.gettempdir()) / "salesdesk"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    os.environ |= dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"), str(home))
    os.chdir(home)
    try:
        asyncio.run(main(home))
    finally:
        shutil.rmtree(home)
