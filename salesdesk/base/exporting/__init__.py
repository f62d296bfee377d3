"""Writing the base out: clients, calls, deals, as tables that our own import reads, or as vCards."""

from salesdesk.base.exporting.cells import ExportStoppedError
from salesdesk.base.exporting.running import KINDS, Exported, export, note_export

__all__ = ["KINDS", "ExportStoppedError", "Exported", "export", "note_export"]
