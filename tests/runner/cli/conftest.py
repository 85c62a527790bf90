"""Agents, a model of known speed, and a run that was measured offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_runner.agent import credentials
from arena_runner.agent.credentials import Credentials
from arena_runner.cli import main
from tests.runner.agent.fake_site import TOKEN, FakeSite, fake_site
from tests.runner.cli.agent_process import (
    MODEL,
    AgentProcess,
    Command,
    Ended,
    known_speed,
    write_profile,
)


@pytest.fixture
def agent(tmp_path: Path) -> AgentProcess:
    """Return an agent that nobody has told anything."""
    return AgentProcess(tmp_path / "home")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with known_speed() as address:
        yield address


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> AgentProcess:
    """Return an agent that has measured one run without any arena; tests only read of it."""
    folder = tmp_path_factory.mktemp("measured")
    agent = AgentProcess(folder / "home")
    done = agent.run(
        "benchmark", "--offline", "--json", "--endpoint", endpoint, "--model", MODEL,
        "-p", write_profile(folder, keys="ab"),
    )  # fmt: skip
    assert done.code == 0, done.err
    (folder / "benchmark.json").write_text(done.out)
    return agent


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with fake_site() as site:
        yield site


@pytest.fixture
def registered(tmp_path: Path, site: FakeSite, endpoint: str) -> AgentProcess:
    """Return a quick agent that is signed in at the fake site and registered."""
    agent = AgentProcess(tmp_path / "home", quick=True)
    session = agent.session
    credentials.store(session.paths, Credentials(api_key=TOKEN, url=site.url))
    site.public_key = session.keys.present_or_new().public
    changes = {"url": site.url, "runner_id": site.runner_id, "name": "box"}
    session.change(
        session.configuration.model_copy(update={**changes, "endpoints": {"default": endpoint}})
    )
    return agent


@pytest.fixture
def command(
    agent: AgentProcess, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Command:
    """Return the command of `agent` within this process: no second is lost to starting it."""

    def run(*arguments: str, home: Path = agent.home) -> Ended:
        monkeypatch.setenv("ARENA_RUNNER_HOME", str(home))
        for name in ("ARENA_URL", "ARENA_TOKEN", "ARENA_ENGINE_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        capfdbinary.readouterr()
        code = main.run(list(arguments))
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return run
