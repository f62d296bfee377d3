"""A program by itself: reads one binary workbook with calamine and gives what it holds, pickled.

A damaged file may make calamine panic, abort or take all memory there is; that must not end the desk,
nor write over its screen. Called with a path, gives the sheets; with a sheet's place too, its cells.
It imports nothing of the desk: it has to start quickly.
"""

import pickle
import sys
from typing import Any

_MOST_MEMORY = 1 << 30


def main() -> None:
    """Answer on the standard output."""
    _bound()
    from python_calamine import PasswordError, SheetVisibleEnum, load_workbook

    answer: dict[str, Any]
    try:
        with load_workbook(sys.argv[1]) as workbook:
            if len(sys.argv) > 2:
                sheet = workbook.get_sheet_by_index(int(sys.argv[2]))
                rows = sheet.to_python(skip_empty_area=False) if sheet.height else []
                answer = {"rows": rows, "merged": sheet.merged_cell_ranges or []}
            else:
                seen = [found.visible is SheetVisibleEnum.Visible for found in workbook.sheets_metadata]
                answer = {"names": workbook.sheet_names, "visible": seen}
    except PasswordError:
        answer = {"password": True}
    sys.stdout.buffer.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


def _bound() -> None:
    """Bound the memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY if most < 0 else min(most, _MOST_MEMORY), most))


if __name__ == "__main__":
    main()
