"""The first page of Today: the use case, beside the same SQL by the driver alone."""

from pathlib import Path
from statistics import median

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure, milliseconds, percentile
from benchmarks.statements import caught, raw, read_again
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import queue

TIMES = 300
PAGE = 50


def first_page(path: Path) -> tuple[float, float]:
    """Give the medians of a first page and of its statements alone, in milliseconds, taken by turns."""
    pages, floors = [], []
    with opened(path) as base:
        context = context_of(base, Clock(fixed=NOW), OPERATOR)

        def page() -> int:
            with base.read() as session:
                return len(queue.page(session, context.fresh(), limit=PAGE).rows)

        with caught(base.engine) as statements:
            assert page() == PAGE, "the list is not full: the base is not what it should be"
        driver = raw(path)
        for _turn in range(TIMES):
            pages.append(milliseconds(page)[0])
            floors.append(milliseconds(lambda: read_again(driver, statements))[0])
        driver.close()
    print(f"  first page p95 {percentile(pages, 0.95):.2f} ms, {len(statements)} statements")
    return median(pages), median(floors)


def figures(path: Path) -> list[Figure]:
    """Measure the first page."""
    page, floor = first_page(path)
    return [
        Figure(
            f"first page of Today ({PAGE} rows), use case to rows", page, "ms", floor, Bar(most=5, times=4)
        )
    ]
