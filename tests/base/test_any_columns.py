"""Whatever columns stand beside one another, and whatever is in them: rows or a clear line, never a crash."""

import csv
from io import StringIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.base.datafiles import read_data
from salesdesk.base.importing import ImportOptions, look_unasked, run_import
from salesdesk.codes import ImportKind
from salesdesk.errors import InputError

NAMES = sorted(
    {name for kind in ("clients", "contacts", "deals") for listed in read_data("fields.toml")[kind].values()
     for name in listed}
    | {name for export in read_data("exports.toml").values() for name in export.get("columns", {})}
)  # fmt: skip
CELLS = st.sampled_from(
    ["", "", "Ромашка", "ООО Ромашка", "Иван Петров", "Иван Петров; Анна Белова", "8-495-123-45-67", "327289",
     "a@b.ru ::: c@d.ru", "нет", "да", "не закрыта", "12.03.2024", "45291", "1,5 млн", "по запросу",
     "1111111111", "7707083893/770701001", "Новый", "Won", "A", "5", "Москва", "United States", "1", "'=1+1"]
)  # fmt: skip
KINDS = (ImportKind.CLIENTS, ImportKind.CONTACTS, ImportKind.DEALS)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_columns_together(lite, tmp_path, data):
    header = data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=9))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    path = tmp_path / "any.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    kind = data.draw(st.sampled_from(KINDS))
    try:
        look_unasked(path)
        first = lite.write(run_import, path, ImportOptions(kind=kind, dates="dmy"))
        again = lite.write(run_import, path, ImportOptions(kind=kind, dates="dmy"))
    except InputError as said:
        lines = str(said).splitlines()
    else:
        for result in (first, again):
            assert result.added + result.updated + result.unchanged + result.rejected == result.rows
        assert (again.added, again.rejected) == (0, first.rejected)
        return
    assert len(lines) == 1
