"""The site as `make run` starts it, on a free port: a real web server, and workers where wanted.

    with live_server(processes.environment()) as server:
        httpx.get(server.url("/boards/text/"))

The environment decides on database, Redis and everything else. The block begins when the server
answers, with `worker` when Celery takes tasks, and with `provider` when the embedded language
models answer at `server.provider_url`; all are gone for sure when it ends.
"""

import contextlib
import functools
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from arena.embedded import services
from arena.embedded.addresses import Address
from arena.embedded.datadir import DataDir
from arena.embedded.process import die_with_parent
from arena.embedded.services import Service
from tests.processes import ROOT

SITE = "arena.asgi:application"
_START_TIMEOUT_S = 40.0
_SHOWN_CHARACTERS = 20_000


@dataclass(frozen=True, kw_only=True)
class LiveServer:
    """A running web server; `log` is what it has written to stdout and stderr.

    `provider_url` is the API of the embedded language models, where they were asked for.
    """

    port: int
    pid: int
    log: Path
    provider_url: str | None
    worker_pid: int | None = None
    """Leads a process group with its children, as `pid` does."""

    @property
    def host(self) -> str:
        """Host and port, as a browser sends them."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://{self.host}{path}"

    def socket_url(self, path: str) -> str:
        """The address of a websocket."""
        return f"ws://{self.host}{path}"


@contextlib.contextmanager
def live_server(
    environment: Mapping[str, str],
    *,
    worker: bool = False,
    provider: bool = False,
    port: int | None = None,
    application: str = SITE,
) -> Iterator[LiveServer]:
    """Start the web server, and worker and provider if asked for, and stop them at the end.

    The port is a free one unless it is given, to come back where a server was. `application` is
    the ASGI application that the web server serves.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        data = DataDir(root=Path(folder))
        address = Address(host="127.0.0.1", port=port or _free_port())
        named = {service.name: service for service in services.site_services(data, address)}
        web_log = Path(folder) / "web.log"
        stack.callback(_show_end, web_log)
        service = named["web"]
        service = replace(
            service, argv=tuple(application if word == SITE else word for word in service.argv)
        )
        web = stack.enter_context(running(service, environment, web_log))
        worker_pid = None
        if worker:
            worker_log = Path(folder) / "worker.log"
            process = stack.enter_context(running(named["worker"], environment, worker_log))
            _wait(process, worker_log, functools.partial(_takes_tasks, worker_log))
            worker_pid = process.pid
        provider_url = stack.enter_context(live_provider()) if provider else None
        _wait(web, web_log, functools.partial(_answers, address))
        yield LiveServer(
            port=address.port,
            pid=web.pid,
            log=web_log,
            provider_url=provider_url,
            worker_pid=worker_pid,
        )


@contextlib.contextmanager
def live_provider() -> Iterator[str]:
    """Start the embedded language models alone; gives the base of their API, `http://…/v1`."""
    address = Address(host="127.0.0.1", port=_free_port())
    service = services.provider_service(address)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "provider.log"
        with running(service, os.environ, log) as process:
            _wait(process, log, functools.partial(services.provider_answers, address))
            yield services.provider_url(address)


@contextlib.contextmanager
def running(
    service: Service, environment: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a service for the block; a process that has been killed meanwhile is fine."""
    with log.open("wb") as output:
        process = _start(service, environment, output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(service.stop_grace_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(
    service: Service, environment: Mapping[str, str], output: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [os.fspath(word) for word in service.argv],
        cwd=ROOT,
        env={**environment, **dict(service.environment), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        # Not even a killed test run leaves a server behind.
        preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, parent_pid=os.getpid()),
    )


def _wait(
    process: "subprocess.Popen[bytes]", log: Path, is_ready: "functools.partial[bool]"
) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)


def _show_end(log: Path) -> None:
    """Print what a server said last: pytest keeps it for a test that fails, and says why it did."""
    print(log.read_text(errors="replace")[-_SHOWN_CHARACTERS:])


def _takes_tasks(log: Path) -> bool:
    return " ready." in log.read_text()


def _answers(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
