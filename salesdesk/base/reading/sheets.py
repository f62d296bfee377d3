"""Which sheets a workbook has."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from salesdesk.base.reading.table import Table


def sheet_names(table: Table, path: Path) -> tuple[str, ...]:
    """Give the names of a workbook's sheets, in order; none for a text or a file that is gone."""
    from salesdesk.base.reading.workbook_xml import read_sheets
    from salesdesk.base.reading.xlsx import XlsxTable

    if hasattr(table, "encoding"):
        return ()
    try:
        if isinstance(table, XlsxTable) and is_zipfile(path):
            with ZipFile(path) as archive:
                return tuple(sheet.name for sheet in read_sheets(archive)[0])
        from python_calamine import CalamineError, load_workbook

        try:
            with load_workbook(str(path)) as workbook:
                return tuple(workbook.sheet_names)
        except CalamineError:
            return ()
    except (OSError, ValueError, KeyError, BadZipFile):
        return ()
