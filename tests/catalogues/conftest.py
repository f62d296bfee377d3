"""The shipped catalogues, and a copy of them to spoil."""

import shutil
from pathlib import Path

import pytest

from salesdesk.catalogues import (
    Catalogues,
    packaged_data,
    read_catalogues,
)
from salesdesk.catalogues.folders import FILES


@pytest.fixture(scope="module")
def shipped() -> Catalogues:
    return read_catalogues(packaged_data())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(packaged_data() / f"{name}.toml", tmp_path)
    return tmp_path
