"""A data directory whose processes are all gone when the test is over."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.servers import kill_everything, processes_of


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty directory below the system's temporary folder, reachable by every user."""
    base = Path(tempfile.mkdtemp(prefix="arena-test-"))
    base.chmod(0o755)
    directory = base / "data"
    yield directory
    while processes_of(directory):
        kill_everything(directory)
    shutil.rmtree(base)
