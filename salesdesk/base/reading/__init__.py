"""Tables from files: text of any delimiter, quoting and encoding, and workbooks."""

from salesdesk.base.reading.opening import open_table
from salesdesk.base.reading.table import Table

__all__ = ["Table", "open_table"]
