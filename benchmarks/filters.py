"""The usual filters on a large base: how many clients there are of each, and the first page of them."""

from pathlib import Path

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure, milliseconds
from benchmarks.statements import caught, raw, read_again
from salesdesk.base.filters import parse_filter
from salesdesk.base.listing import count, paged
from salesdesk.clock import Clock
from salesdesk.context import context_of

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
)
TIMES = 3
SHOWN = 50


def figures(path: Path) -> list[Figure]:
    """Measure each filter beside the same statements sent by the driver alone."""
    found = []
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)
        driver = raw(path)
        for line in USUAL:
            where = parse_filter(line, context)
            for what, bar, ask in (
                ("count", 300, lambda session, where=where: count(session, context, where)),
                ("first page", 50, lambda session, where=where: paged(session, context, where, SHOWN)),
            ):
                times, floors = [], []
                for _time in range(TIMES):
                    with caught(base.engine) as statements, base.read() as session:
                        times.append(milliseconds(lambda session=session, ask=ask: ask(session))[0])
                    floors.append(milliseconds(lambda sent=statements: read_again(driver, sent))[0])
                found.append(Figure(f"{line}: {what}", min(times), "ms", min(floors), Bar(most=bar)))
        driver.close()
    return found
