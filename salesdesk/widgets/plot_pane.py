"""A plot beside a table, or in its place. What draws is imported when the first one is shown."""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical
from textual.widgets import Static

from salesdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from textual.theme import Theme
    from textual_plotext import PlotextPlot

    from salesdesk.lead.plotted import Plot
    from salesdesk.widgets.drawing import Colour


class PlotPane(Vertical):
    """Shows one plot, and beneath it what it says in words. Colours are the theme's."""

    DEFAULT_CSS = """
    PlotPane {
        width: 1fr;
        height: 1fr;
        background: $surface;
        PlotextPlot { height: 1fr; }
        #plot-words { height: auto; padding: 0 1; color: $secondary; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._plot: Plot | None = None
        self._canvas: PlotextPlot | None = None

    def compose(self) -> ComposeResult:
        """Lay the pane out; the canvas comes with the first plot."""
        yield Static(id="plot-words", markup=False)

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, theme: "Theme") -> None:
        del theme
        self._draw()

    def show(self, plot: "Plot | None") -> None:
        """Show a plot; None where there is nothing that could be drawn."""
        self._plot = plot
        if self._canvas is not None:
            self._draw()
        elif plot is not None:
            self._begin()

    @work(exclusive=True, group="canvas")
    async def _begin(self) -> None:
        """Import what draws in a thread: the keys do not wait for it."""
        plotting: Any = await asyncio.to_thread(import_module, "textual_plotext")
        if self._canvas is None:
            self._canvas = plotting.PlotextPlot()
            await self.mount(self._canvas, before=0)
        self._draw()

    def on_resize(self) -> None:
        """Draw for another size."""
        self._draw()

    def _draw(self) -> None:
        canvas, plot = self._canvas, self._plot
        words = self.query_one("#plot-words", Static)
        words.update(_("This figure is no number that could be drawn.") if plot is None else _in_words(plot))
        if canvas is None:
            return
        canvas.display = plot is not None
        width, height = self.size.width, self.size.height - 1
        if plot is None or width < 1 or height < 1:
            return
        from salesdesk.widgets.drawing import draw, height_of

        canvas.styles.height = height_of(plot, height)
        draw(canvas.plt, plot, width, height, self._colour)
        canvas.refresh()

    @property
    def _colour(self) -> "Colour":
        return Color.parse(self.app.theme_variables["primary"]).rgb


def _in_words(plot: "Plot") -> str:
    """Say where the most is, and what is left out."""
    known = [point for point in plot.points if point.value is not None]
    parts = []
    if known:
        most = max(known, key=lambda point: point.value or 0)
        parts.append(_("Most: {label}, {value}").format(label=most.label, value=most.text))
    if plot.left_out:
        parts.append(
            ngettext("{count} more is left out", "{count} more are left out", plot.left_out).format(
                count=plot.left_out
            )
        )
    return " · ".join(parts)
