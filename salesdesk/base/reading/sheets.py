"""Which sheets a workbook has."""

from pathlib import Path

from salesdesk.base.reading.table import Table


def sheet_names(table: Table, _path: Path) -> tuple[str, ...]:
    """Give the names of a workbook's sheets, in order; none for a text."""
    from salesdesk.base.reading.sheet_table import SheetTable

    return table.sheets if isinstance(table, SheetTable) else ()
