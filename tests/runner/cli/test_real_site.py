"""The agent and a real site, each in its own process."""

import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, User
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import sha256
from tests import processes
from tests.live_server import LiveServer, live_server
from tests.runner.cli.agent_process import MODEL, AgentProcess, Command, wait_for, write_profile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tenant: Tenant) -> str:
    """Return a key of somebody with machines."""
    person = User.objects.create_user(f"{uuid.uuid4().hex[:8]}@example.org")
    add_member(tenant=tenant, user=person, role=Role.RUNNER_OWNER, by=None)
    return create_api_key(tenant=tenant, by=person, name="agent", scopes=["read", "runner"]).raw


@pytest.fixture
def catch_up(tenant: Tenant) -> Callable[[], None]:
    """Return what the worker does after a bell: there is none here."""

    def run() -> None:
        for name in projections():
            advance(tenant=tenant, name=name)

    return run


@pytest.fixture
def server(tenant: Tenant) -> Iterator[LiveServer]:
    with live_server(processes.environment(ARENA_RUN_LEASE_S="30")) as server:
        yield server


@pytest.fixture
def owner(server: LiveServer, key: str, tmp_path: Path, endpoint: str) -> AgentProcess:
    """Return a registered agent, as its owner gets it."""
    agent = AgentProcess(tmp_path / "home", quick=True)
    done = agent.run(
        "setup", "--url", server.url(""), "--token", "-", "--name", "box", "--tag", "gpu",
        "--endpoint", endpoint, "--yes", "--json", stdin=key,
    )  # fmt: skip
    assert done.code == 0, done.err + done.out
    return agent


def test_an_owners_day(
    owner: AgentProcess,
    server: LiveServer,
    key: str,
    endpoint: str,
    tmp_path: Path,
    catch_up: Callable[[], None],
    command: Command,
) -> None:
    """One site for all of it: to start one takes longer than the rest."""
    at = At(owner, server, key, ("--endpoint", endpoint, "--model", MODEL), command)
    run = _measured(at, write_profile(tmp_path, keys="ab"))
    catch_up()
    _figures_are_the_same(at, run)
    _shown_published_and_taken_back(at, run)
    _finished_once_after_kill_dash_nine(at, write_profile(tmp_path, requests=30))
    _bundle_is_imported(at, write_profile(tmp_path, keys="a"), tmp_path / "bundle.tar.gz")
    rotated = at.run("key", "rotate")
    assert rotated["key_id"] != at.read(f"runs/{run['run_id']}")["key_id"]
    again = _measured(at, write_profile(tmp_path, keys="a", requests=1))
    assert at.read(f"runs/{again['run_id']}")["key_id"] == rotated["key_id"]


@dataclass(frozen=True)
class At:
    """An agent, its site, and what it measures."""

    owner: AgentProcess
    server: LiveServer
    key: str
    model: tuple[str, ...]
    command: Command

    def run(self, *arguments: str) -> Any:
        """Run a short command of the agent within this process, and return its JSON."""
        done = self.command(*arguments, "--json", home=self.owner.home)
        assert done.code == 0, done.err + done.out
        return done.json

    def read(self, path: str) -> Any:
        answer = httpx.get(
            self.server.url(f"/api/v1/{path}"), headers={"Authorization": f"Bearer {self.key}"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def _measured(at: At, profile: str) -> Any:
    dry = at.run("dry-run", *at.model, "-p", profile)
    assert dry["checked_by_arena"]
    done = at.owner.run("benchmark", *at.model, "-p", profile, "--json")
    assert done.code == 0, done.err + done.out
    seen = at.read(f"runs/{done.json['run_id']}")
    assert (seen["status"], seen["visibility"]) == ("completed", "private")
    assert seen["identity_sha256"] == dry["identity_sha256"]
    assert seen["verdict"] == done.json["verdict"]["verdict"]
    return done.json


def _figures_are_the_same(at: At, run: Any) -> None:
    points = at.read(f"runs/{run['run_id']}/points")["items"]
    assert [point["point_key"] for point in points] == ["a", "b"]
    for there, here in zip(points, run["points"], strict=True):
        assert _figures(there) == _figures(here)
    listed = at.run("list", "--site")["runs"]
    assert listed[0]["run_id"] == run["run_id"]


def _figures(point: dict[str, Any]) -> dict[str, float]:
    return {item["metric"]: item["value"] for item in point["measurements"]}


def _shown_published_and_taken_back(at: At, run: Any) -> None:
    shown = at.command("show-payload", run["run_id"], home=at.owner.home)
    public = shown.out.removesuffix("\n").encode()
    assert sha256(public) in shown.err
    published = at.run("publish", run["run_id"][:8], "--yes")
    assert published["payload_sha256"] == sha256(public)
    assert at.read(f"runs/{run['run_id']}")["visibility"] == "published"
    at.run("retract", run["run_id"], "--reason", "Too hot", "--yes")
    assert at.read(f"runs/{run['run_id']}")["visibility"] == "retracted"


def _finished_once_after_kill_dash_nine(at: At, profile: str) -> None:
    known = {item["run_id"] for item in at.owner.checkpoints()}

    def cut_off() -> dict[str, Any]:
        return next((c for c in at.owner.checkpoints() if c["run_id"] not in known), {})

    with at.owner.running("benchmark", *at.model, "-p", profile) as process:
        wait_for(lambda: bool(cut_off().get("points")))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    before = cut_off()
    done = at.owner.run("resume", "--json")
    assert done.code == 0, done.err + done.out
    seen = at.read(f"runs/{before['run_id']}")
    assert (seen["status"], seen["attempt"]) == ("completed", 1)
    after = cut_off()
    for name, point in before["points"].items():
        assert after["points"][name]["report"] == point["report"]
    events = at.read(f"runs/{before['run_id']}/events")["items"]
    assert len([item for item in events if "PointRecorded" in item["type"]]) == 3
    assert len([item for item in events if "Completed" in item["type"]]) == 1


def _bundle_is_imported(at: At, profile: str, file: Path) -> None:
    measured = at.owner.run("benchmark", "--offline", *at.model, "-p", profile, "--json").json
    at.run("export", measured["run_id"], "-O", str(file))
    imported = at.run("import", str(file))
    seen = at.read(f"runs/{imported['run_id']}")
    assert (seen["source"], seen["status"]) == ("import", "completed")
    assert at.run("import", str(file))["run_id"] == seen["run_id"]
