"""A thousand sockets on one board: delay, CPU, memory, and what a crash of Redis does to them."""

import contextlib
import functools
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from arena.embedded.process import die_with_parent
from tests.bench import site
from tests.bench.peers import ROOT
from tests.bench.rows import Row
from tests.fanout import BOARD
from tests.live_server import SITE, live_server
from tests.own_redis import OwnRedis, own_redis

NAME: Final = "live"
CLIENTS: Final = 1_000
RATE_HZ: Final = 5
ROUNDS: Final = 3
UPDATES: Final = 15
"""Updates of one round: three seconds."""
_RESUME_TIMEOUT_S: Final = 20.0
_SETTLE_S: Final = 0.5


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as name, own_redis(Path(name)) as redis:
        environment = site.fresh(NAME) | {"REDIS_URL": redis.url, "FANOUT_CHANNEL": "fanout"}
        patches = str(Path(name) / "patches")
        _publish(environment, "seed", patches, UPDATES)
        with (
            _fanout(environment, SITE, f"/ws/boards/{BOARD}/") as ours,
            _fanout(environment, "tests.fanout.bare:application", "/") as bare,
        ):
            for _ in range(ROUNDS):
                last_position = int(ours.measure("force", patches))
                bare.measure("replay", patches)
            yield _delay(ours, bare)
            yield from _ends(ours, last_position)
            yield _after_crash(ours, redis, patches)
        with _fanout(environment, "tests.fanout.layer:application", "/") as layer:
            layer.measure("group", patches)
            yield _cpu(ours, layer)


def _publish(environment: dict[str, str], command: str, file: str, number: int) -> str:
    """Run the publisher and return what it prints."""
    return site.python(environment, ["-m", "tests.fanout.publisher", command, file, str(number)])


@dataclass(kw_only=True)
class Fanout:
    """One server, its clients, and what each round of updates measured."""

    environment: dict[str, str]
    server_pid: int
    ask: Callable[[str], dict[str, Any]]
    reports: list[dict[str, Any]]
    cpu_s: float = 0.0

    def measure(self, command: str, patches: str) -> str:
        """Publish one round of updates and add what the clients and the server say of it.

        Returns what the publisher prints.
        """
        self.ask("reset")
        before_s = _cpu_s(self.server_pid)
        printed = _publish(self.environment, command, patches, RATE_HZ)
        # The last message is on its way when the publisher ends.
        time.sleep(_SETTLE_S)
        self.cpu_s += _cpu_s(self.server_pid) - before_s
        self.reports.append(self.ask("report"))
        return printed

    @property
    def deliveries(self) -> int:
        """Messages that clients received in all rounds."""
        return sum(report["deliveries"] for report in self.reports)

    @property
    def p99_ms(self) -> float:
        """The middle one of the rounds' 99th percentiles."""
        return float(statistics.median(report["p99_ms"] for report in self.reports))

    @property
    def cpu_us_per_delivery(self) -> float:
        """CPU time of the server process, idle work included."""
        return self.cpu_s / self.deliveries * 1e6


@contextlib.contextmanager
def _fanout(environment: dict[str, str], application: str, path: str) -> Iterator[Fanout]:
    """Start a server and connect the clients."""
    with live_server(environment, application=application) as server:
        clients = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.fanout.client",
                str(server.port),
                path,
                str(CLIENTS),
                "message" if application == SITE else "handshake",
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, parent_pid=os.getpid()),
        )

        def ask(command: str) -> dict[str, Any]:
            assert clients.stdin is not None
            assert clients.stdout is not None
            if command:
                clients.stdin.write(command + "\n")
                clients.stdin.flush()
            answer: dict[str, Any] = json.loads(clients.stdout.readline())
            return answer

        try:
            ask("")
            time.sleep(_SETTLE_S)
            yield Fanout(environment=environment, server_pid=server.pid, ask=ask, reports=[])
        finally:
            clients.kill()
            clients.wait()


def _delay(ours: Fanout, bare: Fanout) -> Row:
    return Row.measured(
        name=f"{NAME}.p99",
        ours=ours.p99_ms,
        unit="ms",
        against=f"a bare ASGI application, same {CLIENTS} sockets, updates and server",
        theirs=bare.p99_ms,
        goal="ratio >= 0.5",
    )


def _cpu(ours: Fanout, layer: Fanout) -> Row:
    return Row.measured(
        name=f"{NAME}.cpu_per_delivery",
        ours=ours.cpu_us_per_delivery,
        unit="us",
        against="the stock Redis channel layer (group_send), same sockets, updates and server",
        theirs=layer.cpu_us_per_delivery,
        goal="ratio >= 4",
    )


def _ends(ours: Fanout, position: int) -> Iterator[Row]:
    yield Row.measured(
        name=f"{NAME}.on_last_position",
        ours=_on_position(ours, position),
        unit="clients",
        against=f"the {CLIENTS} that connected, {RATE_HZ} updates/s",
        goal=f"ours >= {CLIENTS}",
    )
    yield Row.measured(
        name=f"{NAME}.memory",
        ours=_pss_bytes(ours.server_pid) / 1e6,
        unit="MB",
        against=f"PSS of the web process with {CLIENTS} sockets",
        goal="ours < 200",
    )


def _after_crash(ours: Fanout, redis: OwnRedis, patches: str) -> Row:
    """Kill Redis, start it again, publish one more round; count who has the last position."""
    redis.kill()
    time.sleep(1)
    redis.start()
    position = int(_publish(ours.environment, "force", patches, RATE_HZ))
    deadline = time.monotonic() + _RESUME_TIMEOUT_S
    while (here := _on_position(ours, position)) < CLIENTS and time.monotonic() < deadline:
        time.sleep(0.1)
    return Row.measured(
        name=f"{NAME}.resumed_after_redis_crash",
        ours=here,
        unit="clients",
        against=f"the {CLIENTS} sockets that were open before, none of them opened anew",
        goal=f"ours >= {CLIENTS}",
    )


def _on_position(ours: Fanout, position: int) -> int:
    """How many open sockets have received this position last."""
    return int(ours.ask("report")["clients_by_position"].get(str(position), 0))


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far, its own and the kernel's (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_bytes(pid: int) -> int:
    """Memory of a process, pages that it shares counted in part (proc(5), smaps_rollup)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no Pss of process {pid}")
