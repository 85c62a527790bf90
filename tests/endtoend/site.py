"""A whole site with servers of its own, every process of which can be killed and started again."""

import contextlib
import functools
import itertools
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from arena.embedded import client, services
from arena.embedded.addresses import Address
from arena.embedded.datadir import DataDir
from arena.embedded.services import Service
from tests import processes
from tests.embedded import servers
from tests.live_server import live_provider, running
from tests.llama.fixtures import LlamaServer, running_llama

LEASE_S: Final = 5
"""As short as a machine that does much else can keep: agents beat three times as often."""
EMAIL: Final = "owner@example.org"
PASSWORD: Final = "a long enough phrase"
_READY_S: Final = 60.0


def wait_for(condition: Callable[[], bool], *, seconds: float = _READY_S, what: str) -> None:
    """Return once it is so; fail when it takes too long."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


class Part:
    """One process of the site, with its children."""

    def __init__(
        self,
        service: Service,
        environment: Mapping[str, str],
        folder: Path,
        is_ready: Callable[[str], bool] | None = None,
    ) -> None:
        self._service, self._environment, self._folder = service, environment, folder
        self._is_ready = is_ready
        self._starts = itertools.count(1)
        self._stack = contextlib.ExitStack()
        self.pid = 0

    @property
    def output(self) -> str:
        """What it has written since its last start."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Start it; `wait` tells when it is of use."""
        self._log = self._folder / f"{self._service.name}.{next(self._starts)}.log"
        process = self._stack.enter_context(running(self._service, self._environment, self._log))
        self.pid = process.pid

    def wait(self) -> None:
        """Return when it is of use; fail when it does not come to that."""
        if self._is_ready is not None:
            ready = self._is_ready
            wait_for(lambda: ready(self.output), what=f"{self._service.name} is ready")

    def kill(self) -> None:
        """End it as a crash would, children and all."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._stack.close()

    def stop(self) -> None:
        """End it in order."""
        self._stack.close()


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running site, its arena `public`, and the key of somebody with machines."""

    data: DataDir
    environment: Mapping[str, str]
    address: Address
    provider: Address
    llama: LlamaServer
    web: Part
    worker: Part
    beat: Part
    key: str = field(repr=False)

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return f"http://{self.address.host}:{self.address.port}{path}"

    def read(self, path: str) -> Any:
        """Return what the API answers to the owner's key."""
        answer = httpx.get(self.url(f"/api/v1/{path}"), headers=self._headers(), timeout=30)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Send a body with the owner's key."""
        return httpx.post(
            self.url(f"/api/v1/{path}"), json=body, headers=self._headers() | headers, timeout=30
        )

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it prints."""
        done = processes.python("manage.py", *arguments, env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kill_postgresql(self) -> None:
        """End PostgreSQL as a crash would, and return when its keeper has brought it back."""
        before = servers.postmaster_pid(self.data.root)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self._other_postgresql(before), what="PostgreSQL is back")

    def runner(self, folder: Path) -> Part:
        """Return the runner that `make run` starts beside the site."""
        service = services.runner_service(self.data, self.address, self.provider)
        return Part(service, self.environment, folder, lambda text: "Waiting for runs" in text)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _other_postgresql(self, pid: int) -> bool:
        try:
            if servers.postmaster_pid(self.data.root) == pid:
                return False
            psycopg.connect(self.environment["DATABASE_URL"], connect_timeout=2).close()
        except (OSError, ValueError, psycopg.OperationalError):
            return False
        return True


@contextlib.contextmanager
def whole_site(folder: Path) -> Iterator[Site]:
    """Start everything that `make run` starts but the runner, and stop it with the block."""
    data = DataDir(root=folder / "data")
    with contextlib.ExitStack() as stack:
        llama = stack.enter_context(running_llama(slots=4))
        provider_url = stack.enter_context(live_provider())
        environment = _servers(data)
        stack.callback(client.leave, data)
        _run(environment, "manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        address = Address(host="127.0.0.1", port=_free_port())
        parts = _parts(data, address, environment, folder)
        for part in parts.values():
            stack.callback(part.kill)
            part.start()
        key = _run(environment, "-m", "tests.endtoend.furnish", provider_url, llama.base_url)
        for part in parts.values():
            part.wait()
        port = httpx.URL(provider_url).port
        assert port is not None
        yield Site(
            data=data,
            environment=environment,
            address=address,
            provider=Address(host="127.0.0.1", port=port),
            llama=llama,
            key=json.loads(key),
            **parts,
        )


def _servers(data: DataDir) -> dict[str, str]:
    """Start PostgreSQL and Redis, durable as in production; return the site's environment."""
    with pytest_environment():
        addresses = client.missing_variables(data, client.join(data, fast=False))
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARENA_", "DATABASE_", "REDIS_", "PYTEST_"))
    }
    return {
        **plain,
        **addresses,
        "DJANGO_SETTINGS_MODULE": "arena.settings",
        "PYTHONPATH": str(processes.ROOT),
        "PYTHONWARNINGS": "ignore",
        "ARENA_RUN_LEASE_S": str(LEASE_S),
        # One key and one address ask for everything here.
        "ARENA_RATE_KEY": "100000",
    }


@contextlib.contextmanager
def pytest_environment() -> Iterator[None]:
    """Hide the servers of the test session for the block."""
    hidden = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if name.startswith(("ARENA_", "DATABASE_", "REDIS_"))
    }
    try:
        yield
    finally:
        os.environ.update(hidden)


def _parts(
    data: DataDir, address: Address, environment: Mapping[str, str], folder: Path
) -> dict[str, Part]:
    named = {service.name: service for service in services.site_services(data, address)}
    ready: dict[str, Callable[[str], bool] | None] = {
        "web": functools.partial(_answers, address),
        "worker": lambda text: " ready." in text,
        "beat": None,
    }
    return {
        name: Part(named[name], environment, folder, is_ready) for name, is_ready in ready.items()
    }


def _answers(address: Address, output: str) -> bool:
    try:
        answer = httpx.get(f"http://{address.host}:{address.port}/healthz", timeout=5)
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    done = processes.python(*arguments, env=environment)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr[-4000:]}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
