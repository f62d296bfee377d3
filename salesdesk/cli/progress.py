"""A progress bar on stderr, where somebody sees it: never into a log or a pipe."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """A progress bar; `report` is called with what is done and, where it is known, of how much."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown: Progress | None = None

    def __enter__(self) -> Self:
        """Show the bar, at a terminal."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._shown = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(file=sys.stderr),
                transient=True,
            )
            self._task = self._shown.add_task(self._what, total=None)
            self._shown.start()
        return self

    def name(self, what: str) -> None:
        """Say what is being done from now on."""
        if self._shown is not None:
            self._shown.update(self._task, description=what)

    def report(self, done: int, total: int | None = None) -> None:
        """Tell how far the work is."""
        if self._shown is not None:
            self._shown.update(self._task, completed=done, total=total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()
