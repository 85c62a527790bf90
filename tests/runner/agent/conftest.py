"""A home of its own for each agent, and a site that answers it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_runner.agent import credentials
from arena_runner.agent.credentials import Credentials
from arena_runner.agent.paths import Paths
from arena_runner.agent.session import Session
from arena_runner.site.client import ArenaClient
from arena_runner.site.transport import Transport
from tests.runner.agent.fake_site import TOKEN, FakeSite, fake_site


@pytest.fixture(autouse=True)
def _no_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What survives the end of a process needs no sync; that of the machine is not tested."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("ARENA_RUNNER_HOME", str(tmp_path / "home"))
    for name in ("ARENA_URL", "ARENA_TOKEN", "ARENA_ENGINE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return Paths.of_this_user()


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with fake_site() as site:
        yield site


@pytest.fixture
def session(paths: Paths, site: FakeSite) -> Session:
    """Return an agent that is signed in and registered."""
    credentials.store(paths, Credentials(api_key=TOKEN, url=site.url))
    session = Session(paths)
    site.public_key = session.keys.present_or_new().public
    changes = {"url": site.url, "runner_id": site.runner_id}
    changes["endpoints"] = {"default": "http://127.0.0.1:9"}
    session.change(session.configuration.model_copy(update=changes))
    return session


@pytest.fixture
def client(site: FakeSite) -> Iterator[ArenaClient]:
    with Transport(site.url, token=TOKEN, attempts=3, first_wait_s=0.001) as transport:
        yield ArenaClient(transport)
