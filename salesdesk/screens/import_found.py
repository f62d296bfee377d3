"""What was found in a file: how it is read, and its columns line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content

from salesdesk.codes import ImportKind
from salesdesk.i18n import N_, _, ngettext
from salesdesk.screens.import_words import field_name
from salesdesk.widgets.cells import fit, plain
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.importing import Preview

_DELIMITERS = {
    ",": N_("comma between cells"),
    ";": N_("semicolon between cells"),
    "\t": N_("tab between cells"),
    "|": N_("| between cells"),
    " ": N_("space"),
    "\x1c": N_("one column"),
}
_SAMPLES = 5


_ROWS: Final = {
    ImportKind.CLIENTS: N_("each row is a client"),
    ImportKind.DEALS: N_("each row is a deal"),
    ImportKind.CALLS: N_("each row is a call"),
    ImportKind.CONTACTS: N_("each row is a person"),
    ImportKind.DEALS: N_("each row is a deal"),
    ImportKind.DO_NOT_CALL: N_("each row is a number that nobody may call"),
}
_ORDERS: Final = {
    "dmy": N_("dates: day, month, year"),
    "mdy": N_("dates: month, day, year"),
    "ymd": N_("dates: year, month, day"),
}


def rows_words(preview: "Preview") -> str:
    """Say what the rows are taken for."""
    return _(_ROWS[preview.kind])


def lacking_words(preview: "Preview") -> str:
    """Say which column is missing that nothing can be imported without; nothing where none is."""
    if preview.is_enough:
        return ""
    if preview.kind is ImportKind.DEALS:
        return _("No column is the deals' client yet: mark the one that is, and press ⏎.")
    if preview.kind is ImportKind.CALLS:
        return _("Nothing says yet when a call began, and with what number: mark those columns, and press ⏎.")
    if preview.kind is ImportKind.DO_NOT_CALL:
        return _("No column is the numbers yet: mark the one that is, and press ⏎.")
    return _("No column is the clients' name yet: mark the one that is, and press ⏎.")


def encoding_of(preview: "Preview") -> str | None:
    """Tell the encoding of a text file; None for a workbook."""
    return getattr(preview.table, "encoding", None)


def delimiter_of(preview: "Preview") -> str | None:
    """Tell what stands between the cells of a text file; None for a workbook."""
    dialect = getattr(preview.table, "dialect", None)
    return getattr(dialect, "delimiter", None)


def delimiter_words(delimiter: str) -> str:
    """Name what stands between cells."""
    return _(_DELIMITERS[delimiter]) if delimiter in _DELIMITERS else repr(delimiter)


def found_words(preview: "Preview", rows: int | None, local: str | None = None) -> str:
    """Say how a file is read, and how many rows it has once they are counted; `local` is a local number."""
    delimiter, layout = delimiter_of(preview), preview.table.layout
    if delimiter is not None:
        parts = [encoding_of(preview) or "", delimiter_words(delimiter)]
    else:
        parts = [preview.format if layout is None else encoding_of(preview) or ""]
    if layout is not None:
        parts.append(_("{layout}: its columns are known").format(layout=layout.title))
    else:
        found = preview.table.header_found
        parts.append(_("names of columns found") if found else _("no names of columns: numbered here"))
    columns = len(preview.mapping.header)
    parts.append(ngettext("{count} column", "{count} columns", columns).format(count=columns))
    if rows is None:
        parts.append(_("counting rows…"))
    else:
        parts.append(ngettext("{count} row", "{count} rows", rows).format(count=grouped(rows)))
    if preview.date_order is not None:
        parts.append(_(_ORDERS[preview.date_order]))
    parts += _area_words(preview, local)
    return " · ".join(plain(part) for part in parts)


def _area_words(preview: "Preview", local: str | None) -> list[str]:
    """Say whose the local numbers are, or that there are some of nobody's area."""
    if not preview.has_phones:
        return []
    if preview.said.area_code:
        return [_("area code {code}").format(code=preview.said.area_code)]
    return [_("numbers without an area code: a says it")] if local else []


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide the parts of a column's line are."""

    name: int
    field: int
    samples: int


def widths_of(preview: "Preview", width: int) -> Widths:
    """Share a line's width out: names and fields take what they need, up to a third of it each."""
    most = max((width - 6) // 3, 10)
    name = min(max((cell_len(plain(name)) for name in preview.mapping.header), default=8), most)
    field = min(
        max((cell_len(field_name(code, preview.kind)) for code in preview.mapping.fields), default=8)
        + (6 if preview.mapping.second else 0),
        most,
    )
    name, field = max(name, 10), max(field, 10)
    return Widths(name, field, max(width - name - field - 4, 6))


def head_line(widths: Widths) -> str:
    """Write what stands over the columns' lines."""
    parts = (fit(_("Column"), widths.name), fit(_("Field"), widths.field), fit(_("In it"), widths.samples))
    return "   ".join(parts[:2]) + " " + parts[2]


def column_line(preview: "Preview", at: int, widths: Widths) -> Content:
    """Write one column on one line: its name, the field it is, a few of its values."""
    code = preview.mapping.fields[at]
    sign = "✓" if code is not None else "–"
    name = field_name(code, preview.kind)
    if at in preview.mapping.second:
        # Taken where the other columns of the field say nothing.
        name = _("else: {field}").format(field=name)
    field = fit(name, widths.field)
    return Content.assemble(
        fit(preview.mapping.header[at], widths.name),
        (f" {sign} ", "bold" if code else "$text-muted"),
        (field, "bold $primary" if code else "$text-muted"),
        " ",
        (fit(samples_of(preview, at), widths.samples), "$text-muted"),
    )


def samples_of(preview: "Preview", at: int, most: int = _SAMPLES) -> str:
    """Give a few different values of a column, as they stand in the file."""
    from salesdesk.base.cells import text_of

    values: dict[str, None] = {}
    for row in preview.sample:
        text = plain(text_of(row[at])).strip() if at < len(row) else ""
        if text:
            values[text] = None
        if len(values) >= most:
            break
    return " · ".join(values)


def named_by(preview: "Preview", codes: Sequence[str]) -> dict[str, str]:
    """Tell which column each field is filled by."""
    header, fields = preview.mapping.header, preview.mapping.fields
    return {code: header[fields.index(code)] for code in codes if code in fields}
