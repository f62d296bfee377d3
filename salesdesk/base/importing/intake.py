"""What takes the rows of one kind into the base."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from sqlmodel import Session

from salesdesk.base.importing.looking import Preview
from salesdesk.base.importing.order import ImportOptions, UnknownProduct
from salesdesk.base.importing.outcomes import Outcome
from salesdesk.base.importing.row_reader import RowReader, RowRejectedError
from salesdesk.base.reading.table import Row
from salesdesk.base.values import Words
from salesdesk.context import Context


@dataclass(frozen=True, slots=True)
class Asked:
    """What an intake works with: the file as it is read, what was said of it, and the batch it belongs to."""

    session: Session
    context: Context
    preview: Preview
    options: ImportOptions
    words: Words
    batch: int

    @property
    def region(self) -> str:
        """Where numbers without a country code belong."""
        return self.preview.region(self.context.catalogues.team.country)


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

    def __init__(self, asked: Asked) -> None:
        self._session = asked.session
        self._context = asked.context
        self._batch = asked.batch
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
