"""Takes the pictures of every screen, in both languages, on the sample base: `make pictures`.

`python docs/pictures.py clients merge` takes those named alone.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from textual.pilot import Pilot
from textual.widgets import Input

from salesdesk import i18n
from salesdesk.app import SalesdeskApp
from salesdesk.base.duplicates.scanning import scan
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk.editing import add_client
from salesdesk.gateway import Gateway
from salesdesk.models import Client, Phone
from salesdesk.opening import Start
from salesdesk.sample import fill
from salesdesk.storage.base import Base, open_base

T = TypeVar("T")
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
MIXED = """Код;Компания;Телефон;Город;Сумма
21;ООО «Василёк»;+7 343 200-10-30;Екатеринбург;120 тыс.
22;ООО «Лютик»;8 343 555-66-77;Екатеринбург;много
23;;8 343 555-66-78;Омск;
24;{likely};{number};{city};
"""
"""Rows of each kind: a new one, an amount that is none, one without a name, one that is there already."""
WIDE, NARROW = (132, 38), (80, 24)
SAMPLE, EMPTY, TWINS = "sample", "empty", "twins"
"""The bases: the sample, one without a client, and the sample with likely duplicates in it."""


class Typed(str):
    """What is put into the field that has the focus, in one go."""

    __slots__ = ()


@dataclass(frozen=True)
class Picture:
    """One picture: its name, what it shows, the keys that lead there, and the size of the terminal.

    What is `Typed` may name {likely}, {number} and {city}: a client that is in the base, and likely twice.
    """

    name: str
    shows: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    base: str = SAMPLE


FILTERED = ("f5", "/", Typed("city=Москва stage=new"), "enter")
MAPPED = ("i", Typed("~/mixed.csv"), "enter")
SHOTS = (
    Picture("today", "Today: whom to call now and why, with the card beside it"),
    Picture("today-narrow", "Today on 80 columns", size=NARROW),
    Picture("card", "The card", ("enter",)),
    Picture("card-narrow", "The card on 80 columns", ("enter",), NARROW),
    Picture("script", "The script of the call's goal", ("enter", "t")),
    Picture("wrap-up", "Wrap-up: outcome, goal result, next action", ("l", "e", "1")),
    Picture("wrap-up-narrow", "Wrap-up on 80 columns", ("l", "e", "1"), NARROW),
    Picture("search", "Search as one types", ("s", *"строй")),
    Picture("search-slip", "Search that forgives a slip", ("s", Typed("стройтехнка"))),
    Picture("search-layout", "Search on the wrong keyboard layout", ("s", Typed("cnhjqnt[ybrf"))),
    Picture(
        "new-client",
        "A new client, and who may be there already",
        ("s", Typed("нет такого"), "f2", Typed("{likely}"), "tab", Typed("{number}")),
        base=TWINS,
    ),
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
    Picture("clients", "The clients that a filter chooses", FILTERED),
    Picture("clients-narrow", "The clients on 80 columns", FILTERED, NARROW),
    Picture("wrong-filter", "Where a filter is wrong", ("f5", "/", Typed("город=Нижний Новгород"), "enter")),
    Picture("filter-form", "The filter as a form", (*FILTERED, "f", "tab", "tab", "tab", "tab")),
    Picture("segments", "Saved filters", (*FILTERED, "b", "s", Typed("Новые в Москве"), "f2")),
    Picture("share-out", "Clients shared out by a rule, counted first", (*FILTERED, "a", "f2")),
    Picture("campaign", "Clients put into a campaign", (*FILTERED, "k", Typed("expo-spring"))),
    Picture("export", "Clients exported", (*FILTERED, "e")),
    Picture("duplicates", "Likely duplicates", ("f6",), base=TWINS),
    Picture("duplicates-narrow", "Likely duplicates on 80 columns", ("f6",), NARROW, base=TWINS),
    Picture("merge", "Two cards side by side, and what stays of each", ("f6", "enter"), base=TWINS),
    Picture("merge-all", "All likely duplicates, rehearsed", ("f6", "B", "enter"), base=TWINS),
    Picture(
        "merged", "What was merged, and the way back", ("f6", "B", "enter", "m", "escape", "h"), base=TWINS
    ),
    Picture("cleaning", "What is missing or doubtful in the base", ("f7",)),
    Picture("cleaning-narrow", "Cleaning on 80 columns", ("f7",), NARROW),
    Picture("help", "The keys of the screen", ("f1",)),
    Picture("palette", "Every command by its name", ("ctrl+p",)),
    Picture("welcome", "The first start, on an empty base", base=EMPTY),
    Picture("import", "Importing a file", ("i",)),
    Picture("import-columns", "What was found in a file, to be corrected", ("i", *"clients.csv", "enter")),
    Picture("rehearsal", "An import rehearsed: what would come of it", (*MAPPED, "r"), base=TWINS),
    Picture("rehearsal-rows", "What would become of each row", (*MAPPED, "r", "w", "k", "1"), base=TWINS),
    Picture("policies", "What is done with likely duplicates", (*MAPPED, "r", "p", "1"), base=TWINS),
    Picture("imported", "What an import came to", (*MAPPED, "f2"), base=TWINS),
    Picture(
        "past-imports", "Past imports, and the way back", (*MAPPED, "f2", "enter", "i", "f6"), base=TWINS
    ),
    Picture("settings", "The settings", ("o",)),
)


class Watched(Gateway):
    """A gateway that knows whether anything is still being read or written."""

    busy = 0

    async def read(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # whatever the use case gives
        """Read, and be busy meanwhile."""
        return await self._watched(super().read(*args, **kwargs))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await self._watched(super()._in_thread(work))

    async def _watched(self, work: Awaitable[T]) -> T:
        self.busy += 1
        try:
            return await work
        finally:
            self.busy -= 1


def shown(pilot: Pilot[object]) -> str:
    """Give what stands on the screen as text: far sooner than a picture of it."""
    strips = pilot.app.screen._compositor.render_strips()  # noqa: SLF001  # Textual has no other way
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def settle(pilot: Pilot[object], watched: "Watched", stands: int = STANDS) -> None:
    """Wait until what the keys began stands there. A worker that awaits a dialogue never ends here."""
    before, same = "", 0
    for _ in range(LONGEST):
        await pilot.pause(0.1)
        now = shown(pilot)
        still = now == before and not watched.busy
        before, same = now, same + 1 if still else 0
        if same == stands:
            return


async def press(pilot: Pilot[object], key: str, words: dict[str, str]) -> None:
    """Press a key, or put a text into the field."""
    if not isinstance(key, Typed):
        await pilot.press(key)
    elif isinstance(pilot.app.focused, Input):
        pilot.app.focused.value = key.format(**words)


async def take(picture: Picture, language: str, clean: Path, words: dict[str, str]) -> None:
    """Take one picture, on a copy of a clean base: a wrap-up leaves its draft behind."""
    base = clean.with_suffix(".copy")
    shutil.copy(clean, base)
    start = Start(db=str(base), now=NOW, lang=language)
    watched = Watched(start)
    app = SalesdeskApp(start, watched)
    async with app.run_test(size=picture.size) as pilot:
        await settle(pilot, watched)
        for key in picture.keys:
            await press(pilot, key, words)
            await settle(pilot, watched, STANDS // 2)
        await settle(pilot, watched)
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


def twin(base: Base) -> dict[str, str]:
    """Have a few clients in the base twice, found as likely ones; give what one of them says."""
    context = context_of(base, Clock(fixed=NOW))
    with base.write() as session:
        found = select(Client.name, Client.city, Phone.raw).join(Phone, Phone.client_id == Client.id)
        some = session.execute(found.where(Client.stage.is_(None)).order_by(Client.id).limit(300)).all()[::25]
        for name, city, number in some:
            add_client(session, context, name[:6] + name[7:], number, city=city)
        scan(session, context)
    name, city, number = some[0]
    return {"likely": name, "number": number, "city": city}


async def main(folder: Path, names: list[str]) -> None:
    """Make the bases and take on them the pictures named, or every one."""
    PICTURES.mkdir(exist_ok=True)
    bases = {name: folder / f"{name}.db" for name in (SAMPLE, EMPTY, TWINS)}
    (folder / "clients.csv").write_text(CLIENTS, encoding="cp1251")
    base = open_base(str(bases[SAMPLE]), operator="anna")
    fill(base, clients=2000, seed=1, now=NOW)
    base.close()
    shutil.copy(bases[SAMPLE], bases[TWINS])
    base = open_base(str(bases[TWINS]), operator="anna")
    words = twin(base)
    base.close()
    (folder / "mixed.csv").write_text(MIXED.format(**words), encoding="utf-8")
    open_base(str(bases[EMPTY]), operator="anna").close()
    for picture in SHOTS:
        if names and picture.name not in names:
            continue
        for language in i18n.LANGUAGES:
            await take(picture, language, bases[picture.base], words)
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
        asyncio.run(main(home, sys.argv[1:]))
    finally:
        shutil.rmtree(home)
