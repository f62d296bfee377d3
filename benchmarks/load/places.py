"""Folders to measure in: new ones, that are gone afterwards; and a disk so small that it fills."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder_of_our_own(under: Path | None = None) -> Iterator[Path]:
    """Give a new folder, under another or where temporary files go (`TMPDIR`)."""
    folder = Path(tempfile.mkdtemp(prefix="salesdesk-load-", dir=under))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """Give a folder on a disk of its own in memory; None where this process may not mount one."""
    with folder_of_our_own() as folder:
        size = f"size={megabytes}m,mode=755"
        mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
        mounted = shutil.which("mount") and subprocess.run(mount, check=False, capture_output=True)
        if not mounted or mounted.returncode:
            yield None
            return
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Leave not a byte on a disk for a while."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(piece)) == piece:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


def fsync(path: Path) -> None:
    """Wait until a file is on the disk: the first commits would wait for it otherwise."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
