"""One measured figure, its floor and its bar; and the table of them all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure may be: so much, so many times its floor, so much over it, or at least so much."""

    most: float | None = None
    times: float | None = None
    over: float | None = None
    least: float | None = None

    def holds(self, value: float, floor: float | None) -> bool:
        """Tell whether a figure is within the bar. A floor that was not measured cannot be kept to."""
        if self.most is not None and value > self.most:
            return False
        if self.least is not None and value < self.least:
            return False
        if self.times is not None and (floor is None or value > floor * self.times):
            return False
        return self.over is None or (floor is not None and value <= floor + self.over)

    def said(self, unit: str) -> str:
        """Write the bar."""
        parts = [
            f"≤ {number(self.most)} {unit}" if self.most is not None else "",
            f"≥ {number(self.least)} {unit}" if self.least is not None else "",
            f"≤ {self.times:g}×" if self.times is not None else "",
            f"≤ +{number(self.over)} {unit}" if self.over is not None else "",
        ]
        return " and ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, beside the least that it could be; without a bar it is only told."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    bar: Bar | None = None

    @property
    def passed(self) -> bool | None:
        """Whether it is within its bar; None where it has none."""
        return None if self.bar is None else self.bar.holds(self.value, self.floor)

    def cells(self) -> tuple[str, str, str, str, str, str]:
        """Write its row: what, figure, floor, times the floor, bar, whether it holds."""
        ratio = f"{self.value / self.floor:.2f}×" if self.floor else "–"
        floor = f"{number(self.floor)} {self.unit}" if self.floor is not None else "–"
        verdict = {True: "yes", False: "**no**", None: "–"}[self.passed]
        bar = self.bar.said(self.unit) if self.bar else "–"
        return self.name, f"{number(self.value)} {self.unit}", floor, ratio, bar, verdict


def number(value: float | None) -> str:
    """Write a number with three digits that matter."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


HEAD = ("what", "figure", "floor", "times", "bar", "holds")


def table(figures: Iterable[Figure]) -> str:
    """Write the figures as a Markdown table."""
    rows = [HEAD, tuple("---" for _cell in HEAD), *(figure.cells() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(work: Callable[[], T]) -> tuple[float, T]:
    """Do a thing and tell how long it took."""
    started = perf_counter()
    result = work()
    return (perf_counter() - started) * 1000, result
