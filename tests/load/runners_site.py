"""A site with many runners: `python -m tests.load.runners_site <count>` fills it.

`python -m tests.load.runners_site <count> <runs> <rate>` queues so many runs, so many a second.
Both print JSON: the runners with their keys, or when each run was queued (monotonic clock).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

from tests.load.runners_plan import RunnersPlan, RunnersReport, SimulatedRunner
from tests.processes import ROOT

OWNERS = 20


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the runners and the server said of one stretch of load."""

    report: RunnersReport
    queued_at_s: dict[str, float]
    server_cores: float
    """Processor time of the web process by wall time."""
    threads: int
    """Of the web process, towards the end."""

    @property
    def claim_s(self) -> list[float]:
        """Seconds from a run's being queued to a runner's having it, for each run."""
        claimed = self.report.claimed_at_s
        return sorted(claimed[run] - at for run, at in self.queued_at_s.items() if run in claimed)


def furnish(environment: Mapping[str, str], count: int) -> list[SimulatedRunner]:
    """Fill a migrated, empty database with approved runners."""
    return [SimulatedRunner(**fields) for fields in _run(environment, str(count))]


def measure(
    environment: Mapping[str, str],
    plan: RunnersPlan,
    *,
    server_pid: int,
    runs: int,
    rate: float,
    seconds: float,
) -> Measured:
    """Let the runners work for so long after all have arrived, and queue runs meanwhile."""
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.load.runners_client"],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(plan.to_json() + "\n")
        client.stdin.flush()
        time.sleep(plan.settle_s + 1)
        began_s, cpu_s = time.monotonic(), _cpu_s(server_pid)
        queued: dict[str, float] = _run(environment, "0", str(runs), str(rate))
        time.sleep(max(1.0, seconds - (time.monotonic() - began_s)))
        cores = (_cpu_s(server_pid) - cpu_s) / (time.monotonic() - began_s)
        threads = len(list(Path(f"/proc/{server_pid}/task").iterdir()))
        client.stdin.close()
        report = client.stdout.read()
        if client.wait(60):
            raise RuntimeError("the runners failed; see their traceback above")
    finally:
        client.kill()
        client.wait()
    return Measured(
        report=RunnersReport.from_json(report),
        queued_at_s=queued,
        server_cores=cores,
        threads=threads,
    )


def _run(environment: Mapping[str, str], *arguments: str) -> Any:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.load.runners_site", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"tests.load.runners_site: {finished.stderr[-2000:]}")
    return json.loads(finished.stdout)


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far, its own and the kernel's (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fill(count: int) -> list[dict[str, str]]:
    from arena.accounts.commands import add_member, create_api_key
    from arena.accounts.models import Role, User
    from arena.eventstore.projection import advance
    from arena.tenancy.commands import open_tenant
    from tests.workers import fleet

    tenant = open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)
    owners = [User.objects.create_user(f"owner-{number}@example.org") for number in range(OWNERS)]
    for owner in owners:
        add_member(tenant=tenant, user=owner, role=Role.RUNNER_OWNER, by=None)
    made = []
    for number in range(count):
        owner = owners[number % OWNERS]
        runner = fleet.runner(
            tenant, owner=str(owner.actor_id), name=f"box {number}", approved=True
        )
        key = create_api_key(tenant=tenant, by=owner, name=f"box {number}", scopes=["runner"])
        made.append(SimulatedRunner(runner_id=str(runner.runner_id), api_key=key.raw))
    advance(tenant=tenant, name="runners")
    return [asdict(runner) for runner in made]


def _queue(runs: int, rate: float) -> dict[str, float]:
    from arena.tenancy.queries import by_slug
    from tests.workers import fleet

    tenant, began_s = by_slug("public"), time.monotonic()
    queued = {}
    for number in range(runs):
        time.sleep(max(0.0, began_s + number / rate - time.monotonic()))
        run_id = fleet.queue(tenant, owner=f"somebody {number % OWNERS}")
        queued[str(run_id)] = time.monotonic()
    return queued


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    django.setup()
    count, *of_queue = sys.argv[1:]
    print(
        json.dumps(_queue(int(of_queue[0]), float(of_queue[1])) if of_queue else _fill(int(count)))
    )
