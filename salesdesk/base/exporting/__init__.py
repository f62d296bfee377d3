"""Writing the base out: clients, calls, deals, as tables that our own import reads, or as vCards."""

from salesdesk.base.exporting.running import KINDS, Exported, export

__all__ = ["KINDS", "Exported", "export"]
