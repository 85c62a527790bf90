"""Data directories whose processes are all gone when the test is over."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.servers import User, kill_everything, processes_of, wait_until_gone


@pytest.fixture
def empty_data_dir() -> Iterator[Path]:
    """A directory to be made by the first start, reachable by every user."""
    base = Path(tempfile.mkdtemp(prefix="arena-test-"))
    base.chmod(0o755)
    directory = base / "data"
    yield directory
    while processes_of(directory):
        kill_everything(directory)
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A new PostgreSQL cluster, stopped; copying one is quicker than making one."""
    base = Path(tempfile.mkdtemp(prefix="arena-cluster-"))
    user = User(base / "data")
    assert user.variables, user.leave()
    user.leave()
    wait_until_gone(base)
    yield base / "data" / "pg"
    shutil.rmtree(base)


@pytest.fixture
def data_dir(empty_data_dir: Path, cluster: Path) -> Path:
    """A data directory that has been started before."""
    shutil.copytree(cluster, empty_data_dir / "pg")
    empty_data_dir.chmod(0o700)
    return empty_data_dir
