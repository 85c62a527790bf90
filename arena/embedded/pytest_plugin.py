"""Servers for a test session, up before Django's settings are read (`-p` in pyproject.toml).

Each session that runs at the same time gets a data directory of its own below `var/test`, so
that parallel sessions never share a database or a queue. Directories are used again.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest

from arena.embedded import client, locks, redis
from arena.embedded.datadir import REDIS_SOCKET, REPOSITORY, DataDir
from arena.embedded.errors import EmbeddedError

_SLOTS = 16
_GIVEN = "PYTEST_GIVEN_VARIABLES"
"""Names of the variables that a session has set for itself, which pytest-xdist hands on."""
# Held by the session until its process ends.
_slot_lock: int | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    """A wrapper runs before pytest-django's own hook, which loads the settings."""
    try:
        _start()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


def _start() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # With the servers of the session that started it, workers would empty each other's Redis.
        for name in os.environ.pop(_GIVEN, "").split():
            os.environ.pop(name, None)
    os.environ["ARENA_DB_ROLE"] = "owner"
    if client.external_servers():
        return
    data = _free_data_dir()
    keeper = client.join(data, fast=True)
    variables = client.missing_variables(data, keeper)
    os.environ.update(variables)
    os.environ[_GIVEN] = " ".join(variables)
    # A killed session may have left queued messages behind.
    redis.command(keeper.socket_dir / REDIS_SOCKET, "FLUSHALL")


def _free_data_dir() -> DataDir:
    global _slot_lock
    base = REPOSITORY / "var" / "test"
    for slot in range(_SLOTS):
        data = DataDir(root=base / str(slot))
        data.create()
        _slot_lock = locks.acquire(data.root / "session.lock", exclusive=True)
        if _slot_lock is not None:
            return data
    raise EmbeddedError(f"{_SLOTS} test sessions run already in {base}; wait for one to end.")
