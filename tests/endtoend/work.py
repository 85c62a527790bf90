"""Runs of a short profile on an agent, and what must be true of them in the end."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from arena_runner.agent import plan as planning
from tests.endtoend.site import Site, wait_for
from tests.runner.cli.agent_process import MODEL, AgentProcess, write_profile

KEYS: Final = "abcd"
_REQUESTS: Final = 40
"""Each takes about 20 ms: a point lasts long enough to be cut off in its midst."""


@dataclass(frozen=True)
class Machine:
    """A registered agent."""

    agent: AgentProcess
    runner_id: str

    def checkpoint(self, run_id: str) -> dict[str, Any]:
        """Return what it has written down of a run; empty before it has it."""
        return next((item for item in self.agent.checkpoints() if item["run_id"] == run_id), {})

    def end_of(self, run_id: str) -> str | None:
        """Return why its last attempt at a run ended; None while it goes on."""
        code: str | None = self.checkpoint(run_id)["attempts"][-1]["code"]
        return code

    def points(self, run_id: str) -> dict[str, str]:
        """Return the samples of each point that the site has of it, by key."""
        stored = self.checkpoint(run_id).get("points", {})
        return {
            key: item["report"]["samples_sha256"]
            for key, item in stored.items()
            if item["recorded"]
        }


@dataclass(frozen=True)
class Run:
    """A run that the owner has asked for."""

    site: Site
    run_id: str

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the data of its events of a kind, as the log has them."""
        found = self.site.read(f"runs/{self.run_id}/events?limit=200")["items"]
        return [item["data"] for item in found if item["type"].endswith(kind)]

    def half_way(self, machine: Machine) -> dict[str, str]:
        """Wait until some points are recorded and others are not; return those that are."""
        wait_for(lambda: bool(machine.points(self.run_id)), what="a first point is recorded")
        points = machine.points(self.run_id)
        assert len(points) < len(KEYS), "too fast to be cut off"
        return points

    def is_completed(self) -> bool:
        """Tell whether pages and API say so."""
        status: str = self.site.read(f"runs/{self.run_id}")["status"]
        return status == "completed"

    def assert_finished_once(self, *, by: Machine, kept: Mapping[str, str] | None = None) -> None:
        """Wait for the end of the run and look at all that must hold then.

        `kept` are the points by key that were recorded of that machine before something died.
        """
        wait_for(self.is_completed, what="the run is completed")
        [completed], [assessed] = self.events("RunCompleted"), self.events("RunAssessed")
        seen = self.site.read(f"runs/{self.run_id}")
        assert (seen["verdict"], seen["attempt"]) == (assessed["verdict"], completed["attempt"])
        assert completed["runner_id"] == by.runner_id
        recorded = [
            (item["point_key"], item["samples_sha256"])
            for item in self.events("RunPointRecorded")
            if item["runner_id"] == by.runner_id
        ]
        assert sorted(key for key, _ in recorded) == sorted(KEYS), "each point once"
        assert (kept or {}).items() <= dict(recorded).items(), "what was measured stays"
        self._assert_every_attempt_is_visible(seen["attempts"], completed)

    def _assert_every_attempt_is_visible(
        self, attempts: list[dict[str, Any]], completed: dict[str, Any]
    ) -> None:
        leases = self.events("RunAssigned")
        numbers = list(range(1, len(leases) + 1))
        assert [lease["fence"] for lease in leases] == numbers
        assert [attempt["attempt"] for attempt in attempts] == numbers
        assert completed["fence"] == numbers[-1], "only the last lease ends a run"
        ended = self.events("RunLeaseExpired") + self.events("RunFailed")
        assert sorted(item["fence"] for item in ended) == numbers[:-1], "no two leases at a time"


def registered(site: Site, home: Path, *, tag: str, endpoint: str, quick: bool) -> Machine:
    """Set an agent up as its owner does; a `quick` one believes in its load generator."""
    agent = AgentProcess(home, quick=quick)
    done = agent.run(
        "setup", "--url", site.url(""), "--token", "-", "--name", home.name, "--tag", tag,
        "--endpoint", endpoint, "--yes", "--json", stdin=site.key,
    )  # fmt: skip
    assert done.code == 0, done.err + done.out
    return Machine(agent, done.json["runner_id"])


def ask(site: Site, folder: Path, *, tag: str) -> Run:
    """Ask for a run of a short profile on whichever machine has the tag."""
    profile = planning.read_profile(write_profile(folder, requests=_REQUESTS, keys=KEYS))
    wanted = planning.plan(planning.endpoint_recipe(MODEL), profile).manifest
    answer = site.post(
        "runs",
        {"manifest": wanted.model_dump(mode="json"), "required_tags": [tag]},
        **{"Idempotency-Key": uuid.uuid4().hex},
    )
    assert answer.status_code == 201, answer.text
    return Run(site, answer.json()["run_id"])
