"""The folder of what is kept: a file for each, encrypted, written whole and onto the disk."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from platformdirs import user_state_path
from pydantic import TypeAdapter, ValidationError

from salesdesk.base.whole_file import whole_file
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.kept.keys import Seal
from salesdesk.kept.rows import Kept

SUFFIX = ".kept"
_KEPT = TypeAdapter(Kept)


def kept_folder() -> Path:
    """Tell where all that is kept on this workstation is, of every base and operator."""
    return user_state_path("salesdesk", appauthor=False) / "kept"


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds, the oldest first, and how many files of it no key here opens."""

    kept: tuple[Kept, ...]
    closed: int


class Store:
    """What is kept of one operator at one base, which is named without its password.

    What needs the key raises SalesdeskError where there is none and none can be made.
    """

    def __init__(self, base: str, operator: str) -> None:
        name = hashlib.sha256(f"{operator}@{base}".encode()).hexdigest()[:20]
        self.folder = kept_folder() / name

    @cached_property
    def seal(self) -> Seal:
        """The key, found or made when it is first asked for."""
        return Seal()

    def put(self, kept: Kept) -> None:
        """Keep it, or what has become of it: it is on the disk when this returns.

        Raises SalesdeskError where it cannot be written; what was kept before is as it was.
        """
        sealed = self.seal.close(_KEPT.dump_json(kept))
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole_file(self._file(kept.token)) as partial:
                partial.chmod(0o600)
                with partial.open("wb") as file:
                    file.write(sealed)
                    file.flush()
                    os.fsync(file.fileno())
            self._sync()
        except OSError as error:
            raise SalesdeskError(
                _("{file} cannot be written: {why}").format(file=self.folder, why=error.strerror or error)
            ) from error

    def find(self) -> Found:
        """Read all that is kept."""
        files = sorted(self.folder.glob(f"*{SUFFIX}"))
        return _read(files, self.seal) if files else Found((), 0)

    def remove(self, token: str) -> None:
        """Keep something no longer: it has come in, or a person has said so."""
        self._file(token).unlink(missing_ok=True)
        with suppress(OSError):
            self._sync()

    def is_kept(self, token: str) -> bool:
        """Tell whether something is kept still: another desk may have sent it."""
        return self._file(token).exists()

    def _file(self, token: str) -> Path:
        return self.folder / f"{token}{SUFFIX}"

    def _sync(self) -> None:
        """See that the name of a file is on the disk, too."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def all_kept() -> Found:
    """Read all that is kept on this workstation, of every base and operator. Raises SalesdeskError."""
    files = sorted(kept_folder().glob(f"*/*{SUFFIX}"))
    return _read(files, Seal()) if files else Found((), 0)


def _read(files: Iterable[Path], seal: Seal) -> Found:
    kept, closed = [], 0
    for file in files:
        # Another desk of the same operator may have sent it meanwhile.
        with suppress(FileNotFoundError):
            one = _opened(seal.open(file.read_bytes()))
            closed += one is None
            kept += [one] if one is not None else []
    return Found(tuple(sorted(kept, key=lambda one: (one.at, one.token))), closed)


def _opened(plain: bytes | None) -> Kept | None:
    with suppress(ValidationError):
        return None if plain is None else _KEPT.validate_json(plain)
    return None
