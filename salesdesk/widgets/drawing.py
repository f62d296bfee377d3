"""Drawing a plot on a canvas of Plotext: lines with their points, bars of one row each."""

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from salesdesk.lead.plotted import Plot, Point, Shape
from salesdesk.widgets.cells import fit, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Colour = tuple[int, int, int]

_FRAME = 5
"""Rows that are no bars: the title, the frame, the numbers and the name of the axis."""
_LABEL_MOST = 26
_POINTS_MARKED = 62
"""More points than these in a row would hide their line."""


def bars_shown(plot: Plot, height: int) -> tuple[Point, ...]:
    """Give the bars that there is room for."""
    return plot.points[: max(height - _FRAME, 1)]


def height_of(plot: Plot, height: int) -> int:
    """Tell how many rows the drawing takes of those there are: bars stand a row apart where they can."""
    if plot.shape is Shape.LINE:
        return height
    count = len(bars_shown(plot, height))
    return count * _apart(count, height) - _apart(count, height) + 1 + _FRAME


def draw(canvas: Any, plot: Plot, width: int, height: int, colour: Colour) -> None:  # noqa: ANN401  # Plotext's figure
    """Draw a plot on a canvas of so many cells, in one colour: what it means is written beside it."""
    canvas.clear_figure()
    canvas.title(f"{plot.title} · {plot.along}")
    if plot.shape is Shape.LINE:
        _line(canvas, plot, width, colour)
    else:
        _bars(canvas, plot, height, colour)


def _line(canvas: Any, plot: Plot, width: int, colour: Colour) -> None:  # noqa: ANN401  # the same
    for start, stretch in _stretches(plot.points):
        places = [*range(start, start + len(stretch))]
        if len(stretch) > 1:
            canvas.plot(places, stretch, marker="braille", color=colour)
        if len(stretch) == 1 or len(plot.points) <= _POINTS_MARKED:
            canvas.scatter(places, stretch, marker="•", color=colour)
    canvas.xlabel(plot.along)
    canvas.ylabel(plot.title)
    places = _spread([point.label for point in plot.points], width)
    canvas.xticks(places, [plain(plot.points[place].label) for place in places])
    canvas.yticks([place for place, _label in plot.ticks], [label for _place, label in plot.ticks])
    canvas.xlim(0, max(len(plot.points) - 1, 1))
    canvas.ylim(0, plot.ticks[-1][0] or 1)


def _bars(canvas: Any, plot: Plot, height: int, colour: Colour) -> None:  # noqa: ANN401  # the same
    points = bars_shown(plot, height)
    apart = _apart(len(points), height)
    # The first one stands on top, and the axis begins at the bottom.
    places = [apart * (len(points) - 1 - at) for at in range(len(points))]
    values = [point.value or 0 for point in points]
    canvas.bar(places, values, orientation="horizontal", width=0.01, marker="█", color=colour)
    canvas.yticks(places, [_label(point) for point in points])
    canvas.ylim(0, max(places[0], 1))
    canvas.xticks([place for place, _text in plot.ticks], [text for _place, text in plot.ticks])
    canvas.xlim(0, plot.ticks[-1][0] or 1)
    canvas.xlabel(plot.title)


def _label(point: Point) -> str:
    """Write the figure beside the name: a bar alone tells it only roughly."""
    name = plain(point.label)
    if cell_len(name) > _LABEL_MOST:
        name = fit(name, _LABEL_MOST).rstrip()
    return f"{name}  {point.text}"


def _apart(count: int, height: int) -> int:
    return 2 if count * 2 - 1 + _FRAME <= height else 1


def _stretches(points: "Sequence[Point]") -> "list[tuple[int, list[float]]]":
    """Cut a line where there is nothing to show."""
    found: list[tuple[int, list[float]]] = []
    open_ = False
    for place, point in enumerate(points):
        if point.value is None:
            open_ = False
        elif open_:
            found[-1][1].append(point.value)
        else:
            found.append((place, [point.value]))
            open_ = True
    return found


def _spread(labels: "Sequence[str]", width: int) -> list[int]:
    """Choose the points that are named: as many as fit beside one another, evenly."""
    longest = max(map(cell_len, labels))
    most = max(width // (longest + 3), 1)
    step = -(-len(labels) // most)
    return [*range(0, len(labels), step)]
