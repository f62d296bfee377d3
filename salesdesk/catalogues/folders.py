"""Where the catalogues' files lie: the program's own, and a team's folder over it."""

import difflib
import hashlib
from pathlib import Path

from salesdesk.catalogues.faults import CatalogueError
from salesdesk.i18n import _

FILES = ("team", "stages", "outcomes", "goals", "reject_reasons", "policies", "scripts", "checklist")
LIMIT = 1_000_000
"""Bytes: people write catalogues by hand; anything larger is some other file."""


def packaged_data() -> Path:
    """Find the catalogues that came with the program: in the package, else in the checkout.

    Raises CatalogueError where neither has them.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "data", package.parent / "data"):
        if (folder / "stages.toml").is_file():
            return folder
    raise CatalogueError(
        _("The program's own catalogues are missing from {folder}. Install Salesdesk again.").format(
            folder=package / "data"
        )
    )


def pick(*folders: Path) -> dict[str, Path]:
    """Choose the file of each catalogue: the last folder that has it wins.

    Raises CatalogueError for a folder that is none, for a file that no folder has, and for a
    team's file whose name is nearly that of a catalogue: it would be passed by without a word.
    """
    for folder in folders:
        if not folder.is_dir():
            raise CatalogueError(_("There is no folder {folder} with catalogues.").format(folder=folder))
    for folder in folders[1:]:
        _check_names(folder)
    return {name: _last(f"{name}.toml", folders) for name in FILES}


def _last(file: str, folders: tuple[Path, ...]) -> Path:
    for folder in reversed(folders):
        if (folder / file).exists():
            return folder / file
    among = ", ".join(str(folder) for folder in folders)
    raise CatalogueError(_("{file} is in none of the folders: {folders}").format(file=file, folders=among))


def _check_names(folder: Path) -> None:
    for path in sorted(folder.glob("*.toml")):
        near = difflib.get_close_matches(path.stem.lower(), FILES, 1, 0.8)
        if near and path.stem not in FILES:
            raise CatalogueError(
                _("is not read under this name; is it {file}?").format(file=f"{near[0]}.toml"), path
            )


def read_bytes(path: Path) -> bytes:
    """Read a catalogue's file. Raises CatalogueError for one that cannot be read or is far too large."""
    try:
        content = path.read_bytes() if path.stat().st_size <= LIMIT else None
    except OSError as error:
        raise CatalogueError(_("cannot be read: {why}").format(why=error.strerror or error), path) from error
    if content is None:
        raise CatalogueError(_("is larger than 1 MB: this is not a catalogue"), path)
    return content


def fingerprint(*folders: Path) -> str:
    """Tell one state of the files from another: a digest of those that `read_catalogues` would read.

    Raises CatalogueError for files that are missing or cannot be read.
    """
    digest = hashlib.sha256()
    for name, path in pick(*folders).items():
        content = read_bytes(path)
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
