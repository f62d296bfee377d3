"""The usual filters on a large base: how many clients there are of each, and the first page of them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure, milliseconds
from benchmarks.statements import caught, raw, read_again
from salesdesk.base.filters import Filter, parse_filter
from salesdesk.base.listing import count, paged
from salesdesk.clock import Clock
from salesdesk.context import Context, context_of
from salesdesk.storage.base import Base

USUAL = (
    "city=Москва",
    "region~москва",
    "industry=медицина",
    "stage=new",
    "stage=cold",
    "owner=me",
    "last_call>30d",
    "last_call=never",
    "amount>=100000",
    "interest>=4",
    "class=VIP,A",
    "campaign=cold-list",
    "attempts>=3",
    "do_not_call=yes",
    "created<3mo",
    "deal=in_work",
    "deal=rejected",
    "next<today",
    "missing=phone",
    "missing=contact",
    "missing=next_action",
    "missing=owner",
    "missing=email",
    "city=Москва stage=new",
    "city=Саратов industry=медицина",
    "industry=медицина stage=cold not do_not_call=yes",
    "owner=me last_call>30d",
    "owner=me next<today",
    "stage=proposal deal=in_work",
    "region~омск class=VIP,A amount>=100000",
    "campaign=cold-list last_call=never missing=owner",
    "owner=me missing=phone",
    "deal=won",
    "deal=none",
    "product~a",
    "product=none",
    "reject_reason=price",
    "doubtful=phone",
    "next=today",
    "next=none",
    "owner=me deal=in_work",
    "class=VIP,A deal=won",
    "class=VIP next<today",
    "stage=cold not missing=phone",
    "deal=won last_call>90d",
    "deal=in_work last_call>30d",
    "amount>=100000 next=none",
    "reject_reason=price last_call>90d",
    "worked=yes missing=phone",
    "worked=yes missing=email",
    "industry=медицина deal=none",
    "city=Москва missing=contact",
    "class=VIP or next<today",
    "not last_call<30d",
)
SELLER = "ivanova"
"""An operator: their list holds their own and nobody's clients alone."""

SELLERS = (
    "owner=me next<today",
    "next<today",
    "deal=rejected",
    "missing=phone",
    "missing=email",
    "stage=cold region~омск not missing=phone",
    "city=Москва stage=new",
)
TIMES = 3
SHOWN = 50


def figures(path: Path) -> list[Figure]:
    """Measure each filter beside the same statements sent by the driver alone."""
    found: list[Figure] = []
    with opened(path) as base:
        driver = raw(path)
        for login, lines in ((OPERATOR, USUAL), (SELLER, SELLERS)):
            context = context_of(base, Clock(fixed=NOW), login)
            for line in lines:
                name = line if login == OPERATOR else f"{line}, an operator's"
                found += _measured(base, driver, context, parse_filter(line, context), name)
        driver.close()
    return found


def _measured(base: Base, driver: Connection, context: Context, where: Filter, name: str) -> Iterator[Figure]:
    for what, bar, ask in (
        ("count", 300, partial(count, context=context, where=where)),
        ("first page", 50, partial(paged, context=context, where=where, limit=SHOWN)),
    ):
        times, floors = [], []
        for _time in range(TIMES):
            with caught(base.engine) as statements, base.read() as session:
                times.append(milliseconds(partial(ask, session))[0])
            floors.append(milliseconds(partial(read_again, driver, statements))[0])
        yield Figure(f"{name}: {what}", min(times), "ms", min(floors), Bar(most=bar))
