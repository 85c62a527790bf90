"""A site of several processes on one PostgreSQL and one Redis, of which some can be killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena.embedded import services
from arena.embedded.addresses import Address
from arena.embedded.datadir import DataDir
from tests.live_server import LiveServer, live_provider, live_server, running
from tests.load.plan import Plan, Report
from tests.processes import ROOT

WEB_PROCESSES: Final = 2
_FINISH_S: Final = 120.0


@dataclass(frozen=True, kw_only=True)
class LoadSite:
    """Two web processes with a Celery worker each, beat, and the embedded language models."""

    servers: list[LiveServer]
    keys: list[str]
    environment: Mapping[str, str]

    def run(self, *, seconds: float, think_s: tuple[float, float], kill: bool) -> Report:
        """Let everybody vote; with `kill`, one web process and one worker die half-way."""
        plan = Plan(
            ports=[server.port for server in self.servers],
            keys=self.keys,
            seconds=seconds,
            think_s=think_s,
        )
        voters = subprocess.Popen(
            [sys.executable, "-m", "tests.load.client"],
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert voters.stdin is not None
            voters.stdin.write(plan.to_json())
            voters.stdin.close()
            if kill:
                time.sleep(seconds / 2)
                self.kill_one()
            assert voters.stdout is not None
            report = voters.stdout.read()
            if voters.wait(_FINISH_S):
                raise RuntimeError("the voters failed; see their traceback above")
        finally:
            voters.kill()
            voters.wait()
        return Report.from_json(report)

    def kill_one(self) -> None:
        """End the last web process and its worker as a crash would, children and all."""
        victim = self.servers[-1]
        assert victim.worker_pid is not None
        for pid in (victim.worker_pid, victim.pid):
            os.killpg(pid, signal.SIGKILL)


@contextlib.contextmanager
def load_site(environment: Mapping[str, str], *, voters: int) -> Iterator[LoadSite]:
    """Start the site on a migrated, empty database, fill it, and stop it with the block."""
    # As the compose file has it: pooled connections for web processes, none for workers.
    web = {**environment, "ARENA_DB_POOL": "1"}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = _furnish(environment, stack.enter_context(live_provider()), voters)
        servers = [stack.enter_context(live_server(web, worker=True)) for _ in range(WEB_PROCESSES)]
        # Any address: beat only needs the folder for its schedule.
        of_site = services.site_services(DataDir(root=folder), Address(host="127.0.0.1", port=1))
        (beat,) = (service for service in of_site if service.name == "beat")
        stack.enter_context(running(beat, environment, folder / "beat.log"))
        yield LoadSite(servers=servers, keys=keys, environment=environment)


def _furnish(environment: Mapping[str, str], provider_url: str, voters: int) -> list[str]:
    furnished = subprocess.run(
        [sys.executable, "-m", "tests.load.furnish", provider_url, str(voters)],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if furnished.returncode:
        raise RuntimeError(f"the arena was not filled: {furnished.stderr[-2000:]}")
    keys: list[str] = json.loads(furnished.stdout)
    return keys
