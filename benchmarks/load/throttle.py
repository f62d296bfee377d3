"""Claims at full throttle: many processes take the next client as fast as they can, on each database."""

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from benchmarks.bases import NOW, OPERATOR
from benchmarks.figures import Bar, Figure
from benchmarks.importing import written_file
from benchmarks.load.driving import connect, plan_once, say
from benchmarks.load.places import folder_of_our_own
from benchmarks.load.room import FORK
from benchmarks.load.server import running_server
from benchmarks.load.shared import copied, hire, login
from benchmarks.statements import caught
from salesdesk.base.importing import run_import
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.desk.next_client import take_next
from salesdesk.models import Claim, Operator
from salesdesk.storage.base import Base, open_base
from salesdesk.storage.faults import LockedError

SPARE = 1.3
"""Not every client may be called at this hour: so many more are imported than are claimed."""

LEAST = {"SQLite": 1000.0, "PostgreSQL": 1500.0}

_TAKES = "INSERT INTO claim"

FLOOR = 10_000
"""Claims by the driver alone: the same words always look from the same place, past all that it has taken."""


def figures(processes: int, claims: int) -> list[Figure]:
    """Claim a cold base on each database, once by the driver alone and once by the desk."""
    each = claims // processes
    with folder_of_our_own() as folder, running_server() as server:
        cold = _cold_base(folder / "cold.sqlite", int(claims * SPARE), processes)
        beside = Path(shutil.copyfile(cold, folder / "beside.sqlite"))
        url = copied(server, cold, "cold")
        server.run("CREATE DATABASE beside TEMPLATE cold")
        return [
            *_claimed("SQLite", (str(cold), str(beside)), folder / "lite", processes, each),
            *_claimed("PostgreSQL", (url, server.url("beside")), folder / "server", processes, each),
        ]


def _cold_base(path: Path, clients: int, operators: int) -> Path:
    """Import names and numbers: clients whom nobody has ever called, and who belong to nobody."""
    print(f"  importing {clients:,} clients …", flush=True)
    base = open_base(str(path), operator=OPERATOR)
    with base.write() as session:
        run_import(session, context_of(base, Clock(fixed=NOW), OPERATOR), written_file(clients))
    base.close()
    hire(str(path), operators)
    return path


def _claimed(
    database: str, urls: tuple[str, str], folder: Path, processes: int, each: int
) -> Iterator[Figure]:
    print(f"  {processes} processes, {each} claims each, on {database} …", flush=True)
    folder.mkdir()
    url, beside = urls
    fewer = min(each, FLOOR // processes)
    alone = _run(_send_again, beside, folder / "alone", processes, fewer)
    seconds = _run(_take, url, folder / "taken", processes, each)
    told = [json.loads(file.read_text()) for file in (folder / "taken").iterdir()]
    taken = Counter(client for one in told for client in one["clients"])
    there = _there(url)
    wrong = sum(there.get(client) != one["login"] for one in told for client in one["clients"])
    all_taken = processes * each
    yield Figure(
        f"claims a second, {processes} processes, {database}",
        all_taken / seconds,
        "",
        bar=Bar(least=LEAST[database]),
    )
    yield Figure(
        "… of all time, for one claim",
        seconds / all_taken * 1000,
        "ms",
        alone / (processes * fewer) * 1000,
        Bar(times=3),
    )
    yield Figure("… clients claimed twice", sum(count > 1 for count in taken.values()), "", bar=Bar(most=0))
    yield Figure("… claims that the base knows otherwise", wrong, "", bar=Bar(most=0))
    yield Figure("… times the base was too busy", sum(one["busy"] for one in told), "", bar=Bar(most=0))


def _there(url: str) -> dict[int, str]:
    with closing(open_base(url)) as base, base.read() as session:
        rows = select(col(Claim.client_id), col(Operator.login)).join(
            Operator, col(Operator.id) == col(Claim.operator_id)
        )
        return dict(session.execute(rows).tuples().all())


Work = Callable[[Base, Context, str, int], dict[str, object]]


def _run(work: Work, url: str, folder: Path, processes: int, each: int) -> float:
    """Let processes begin at once; give the seconds until the last has ended."""
    folder.mkdir()
    ready = FORK.Barrier(processes + 1)

    def one(number: int) -> None:
        with closing(open_base(url)) as base:
            context = context_of(base, Clock(fixed=NOW), login(number))
            ready.wait()
            said = work(base, context, url, each)
        (folder / str(os.getpid())).write_text(json.dumps(said))

    started = [FORK.Process(target=one, args=(number,), daemon=True) for number in range(processes)]
    for process in started:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    for process in started:
        process.join()
    seconds = time.perf_counter() - begun
    failed = sum(process.exitcode != 0 for process in started)
    if failed:
        raise RuntimeError(f"{failed} of {processes} processes failed")
    return seconds


def _take(base: Base, context: Context, _url: str, each: int) -> dict[str, object]:
    """Take clients, each in a unit of work of its own."""
    clients: list[int] = []
    busy = 0
    while len(clients) < each:
        try:
            with base.write() as session:
                client = take_next(session, context.fresh())
        except LockedError:
            busy += 1
            continue
        if client is None:
            raise RuntimeError("the cold base is used up")
        clients.append(client)
    return {"login": context.me.login, "clients": clients, "busy": busy}


def _send_again(base: Base, context: Context, url: str, each: int) -> dict[str, object]:
    """Take a client, then take others: the same statement by the driver alone, which commits by itself."""
    _take(base, context, url, 1)
    with caught(base.engine) as sent:
        _take(base, context, url, 1)
    taking = next(one for one in sent if one[0].startswith(_TAKES))
    with closing(connect(url)) as driver:
        plan_once(driver)
        for _time in range(each):
            say(driver, taking)
    return {}
