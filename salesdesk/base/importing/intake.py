"""What takes the rows of one kind into the base."""

from abc import ABC, abstractmethod

from salesdesk.base.importing.order import UnknownProduct
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.reading.table import Row


class Intake(ABC):
    """Collects rows and writes them chunk by chunk; counts what came of them.

    In a rehearsal that is asked for it, `told` is a list: what becomes of each row goes there.
    """

    reader: RowReader
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    alike: int = 0
    clients_made: int = 0
    operators_made: int = 0
    unknown_products: tuple[UnknownProduct, ...] = ()
    unknown_product_count: int = 0
    left_out: int = 0
    skipped: int = 0
    absent: int = 0
    marked: int = 0
    told: list[Outcome] | None = None

    def __init__(self) -> None:
        self.refused: list[tuple[int, Row, RowRejectedError]] = []
        """Rows that only the base could tell to be wrong: taken from here once they are written."""

    @abstractmethod
    def take(self, number: int, row: Row) -> object:
        """Read a row. Raises RowRejectedError."""

    @abstractmethod
    def write(self) -> None:
        """Write what was read since."""

    def finish(self) -> None:  # noqa: B027  # most kinds have nothing left to do
        """Do what can only be done once every row is in."""
