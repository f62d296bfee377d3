"""Text laid out to a width: headings, lines, and items whose further lines hang under the first."""

from textual.content import Content

from salesdesk.widgets.cells import plain

QUIET = "$secondary"
STRESSED = "bold"
LATE = "$warning bold"
FORBIDDEN = "$error bold"
HEADING = "$primary bold"


class Leaf:
    """Lines in the making. What is given is text, never markup."""

    def __init__(self, width: int) -> None:
        self._width = max(width, 12)
        self._lines: list[Content] = []

    def heading(self, title: str, beside: str = "") -> None:
        """Begin a part, apart from what stands before."""
        if self._lines:
            self._lines.append(Content(""))
        self.item("", Content.assemble((title, HEADING), (f"  {beside}" if beside else "", QUIET)))

    def line(self, text: str, style: str = "", indent: int = 0) -> None:
        """Add a text, as many lines of it as there are and as it takes."""
        for piece in text.splitlines() or [""]:
            self.item(" " * indent, Content.styled(plain(piece), style))

    def item(self, lead: str | Content, body: Content) -> None:
        """Add a body that hangs beside its lead."""
        first = Content(lead) if isinstance(lead, str) else lead
        room = self._width - first.cell_length
        if room < self._width // 3:
            self._lines += first.wrap(self._width)
            first, room = Content("  "), self._width - 2
        blank = Content(" " * first.cell_length)
        for at, piece in enumerate(body.wrap(room) or [Content("")]):
            self._lines.append((first if at == 0 else blank) + piece.rstrip())

    def blank(self) -> None:
        """Leave a line free."""
        self._lines.append(Content(""))

    def content(self) -> Content:
        """Give the lines."""
        return Content("\n").join(self._lines)
