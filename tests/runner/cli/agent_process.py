"""The command `arena-runner` as its owner starts it: a process with a home of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena_runner.agent.paths import Paths
from arena_runner.agent.session import Session
from tests.processes import ROOT

MODEL = "known-speed"
_LIMIT_S = 90.0


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stdout holds, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Command = Callable[..., Ended]


@dataclass(frozen=True)
class AgentProcess:
    """One agent; a `quick` one believes in its load generator instead of testing it first."""

    home: Path
    quick: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: str = "") -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", self._module, *arguments],
            env=self._environment(),
            cwd=self.home.parent,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """Have a command run for the block; it is gone for sure at its end."""
        process = subprocess.Popen(
            [sys.executable, "-m", self._module, *arguments],
            env=self._environment(),
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate(timeout=10)

    def checkpoints(self) -> list[dict[str, Any]]:
        """What the agent has written down of its runs."""
        return [json.loads(path.read_text()) for path in self.home.glob("state/runs/*/run.json")]

    @property
    def session(self) -> Session:
        """The same agent within this process."""
        return Session(Paths(config=self.home / "config", state=self.home / "state"))

    @property
    def _module(self) -> str:
        return "tests.runner.cli.quick_agent" if self.quick else "arena_runner"

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
        paths = f"{ROOT}{os.pathsep}{ROOT / 'runner'}"
        own = {"ARENA_RUNNER_HOME": str(self.home), "PYTHONPATH": paths, "COLUMNS": "200"}
        return kept | own | self.environment


def wait_for(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Return once it is so; fail when it takes too long."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


@contextlib.contextmanager
def known_speed() -> Iterator[str]:
    """Serve a model of known speed; gives its address."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "arena_runner.load.known_speed", "--until-stdin-ends",
            "--ttft-ms", "10", "--tokens-per-second", "1000",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["base_url"])
    finally:
        process.terminate()
        process.communicate(timeout=10)


def write_profile(folder: Path, *, requests: int = 2, keys: str = "abc") -> str:
    """Write a short profile and return its path; each point takes about 20 ms a request."""
    points = [
        {
            "key": key,
            "title": f"Point {key}",
            "load": {"kind": "closed", "concurrency": 1, "requests": requests},
            "prompt": {"kind": "synthetic", "input_tokens": 8, "output_tokens": 8},
            "runs": 1,
            "warmups": 0,
        }
        for key in keys
    ]
    profile = {
        "name": "short",
        "version": "1",
        "title": "Short",
        "description": "Of the tests",
        "points": points,
    }
    path = folder / f"profile-{requests}-{keys}.yaml"
    path.write_text(json.dumps(profile))
    return str(path)
