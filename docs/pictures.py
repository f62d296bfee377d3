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
STANDS, LONGEST = 6, 60
"""For how many tenths of a second a picture must stay as it is, and how many it is given for that."""
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
    Picture("tails-narrow", "The tails on 80 columns", ("f2",), NARROW),
    Picture(
        "tail-clients",
        "The clients behind a figure of the tails, two of them marked",
        ("f2", "enter", "space", "space"),
    ),
    Picture("tail-history", "The tails of past days", ("f2", "h")),
    Picture("reports", "A report of the month", ("f3",)),
    Picture("reports-narrow", "A report on 80 columns", ("f3",), NARROW),
    Picture("plot", "A report and a plot of the figure under the cursor", ("f3", "v")),
    Picture("heat-map", "When calls are answered", ("f3", "h")),
    Picture("rows-behind", "The calls behind a figure of the report", ("f3", "enter")),
    Picture("funnel", "The funnel of the quarter", ("f3", "7", "k")),
    Picture("pace", "What is done against the plan, and where the month will end", ("f3", "8")),
    Picture("lead-desk", "The lead's desk: one key for each place", ("f4",)),
    Picture("operators-now", "Operators now: who is on which card, who waits", ("f4", "1")),
    Picture("stand-up", "The stand-up: whose turn it is", ("f4", "2")),
    Picture("stand-up-card", "A card of the stand-up", ("f4", "2", "enter", "enter")),
    Picture(
        "stand-up-card-narrow", "A card of the stand-up on 80 columns", ("f4", "2", "enter", "enter"), NARROW
    ),
    Picture("rejected", "Rejected clients that wait for a verdict", ("f4", "3")),
    Picture("rejected-narrow", "Rejected clients on 80 columns", ("f4", "3"), NARROW),
    Picture("vip-dialogues", "What was said with VIP clients", ("f4", "4", "k")),
    Picture("call-reviews", "Calls to be reviewed", ("f4", "5")),
    Picture("review-call", "A call scored by the checklist", ("f4", "5", "enter", "2", "1")),
    Picture("plans", "Plans and costs of the month", ("f4", "6")),
    Picture("help", "The keys of the screen", ("f1",)),
    Picture("palette", "Every command by its name", ("ctrl+p",)),
    Picture("welcome", "The first start, on an empty base", empty=True),
    Picture("import", "Importing a file", ("i",)),
    Picture("import-columns", "What was found in a file, to be corrected", ("i", *"clients.csv", "enter")),
    Picture("settings", "The settings", ("o",)),
)


async def settle(pilot: Pilot[object], stands: int = STANDS) -> None:
    """Wait until what the keys began stands there. A worker that awaits a dialogue never ends here."""
    before, same = "", 0
    for _ in range(LONGEST):
        await pilot.pause(0.1)
        now = pilot.app.export_screenshot()
        before, same = now, same + 1 if now == before else 0
        if same == stands:
            return


async def take(picture: Picture, language: str, clean: Path) -> None:
    """Take one picture, on a copy of a clean base: a wrap-up leaves its draft behind."""
    base = clean.with_suffix(".copy")
    shutil.copy(clean, base)
    app = SalesdeskApp(Start(db=str(base), now=NOW, lang=language))
    async with app.run_test(size=picture.size) as pilot:
        await settle(pilot)
        for key in picture.keys:
            await pilot.press(key)
            await settle(pilot, STANDS // 2)
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
