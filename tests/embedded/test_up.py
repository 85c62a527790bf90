"""`./manage.py up` from the outside: start, survive, stop, leave nothing behind."""

import functools
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.servers import (
    REPOSITORY,
    User,
    environment,
    free_port,
    kill_everything,
    pid_of,
    pids_of,
    postmaster_pid,
    processes_of,
    wait_for,
    wait_until_gone,
)

# Beside another test process the starting service has half of the machine at most.
BACK_WITHIN_S = 15.0 if "PYTEST_XDIST_WORKER" in os.environ else 5.0
STOP_TIMEOUT_S = 60.0
pytestmark = pytest.mark.timeout(600)


class Site:
    """One `./manage.py up`; `output` is what it printed until it was ready, or as far as asked."""

    def __init__(self, data_dir: Path, port: int, read_until: str = "  stop ") -> None:
        self.data_dir = data_dir
        self.port = port
        self.provider_port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=REPOSITORY,
            env=environment(
                data_dir, ARENA_PORT=str(port), ARENA_PROVIDER_PORT=str(self.provider_port)
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Ctrl-C of a terminal goes to the whole group; the tests send it the same way.
            start_new_session=True,
            # Tests in the background of a shell ignore it, and what is ignored is inherited.
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert self.process.stdout is not None
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if read_until in line:
                break

    def ready(self) -> dict[str, Any] | None:
        """The answer of /readyz when it is 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return answer if response.status == 200 else None

    def models(self) -> list[str]:
        """The names of the embedded language models; none while they do not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.provider_port, timeout=2)
        try:
            connection.request("GET", "/v1/models")
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return []
        finally:
            connection.close()
        return [model["id"] for model in answer["data"]]

    def heartbeat_since(self, moment: float) -> bool:
        """Whether a worker has shown itself after the moment (time.monotonic)."""
        answer = self.ready()
        age_s = answer["worker_heartbeat_age_s"] if answer else None
        # The age is rounded to a tenth of a second.
        return age_s is not None and bool(age_s + 0.1 < time.monotonic() - moment)

    def pid(self, service: str) -> int | None:
        """The main process of provider, web, worker or beat; None while there is none."""
        marks = {
            "provider": "workers.ngram",
            "web": "uvicorn arena.asgi",
            "worker": " worker --concurrency",
            "beat": " beat --loglevel",
        }
        pids = [
            pid
            for pid, command in processes_of(self.data_dir).items()
            if marks[service] in command and parent_of(pid) == self.process.pid
        ]
        return pids[0] if pids else None

    def stop(self, signum: signal.Signals) -> tuple[int, str]:
        """Send the signal to the whole group; exit code and the rest of the output."""
        os.killpg(self.process.pid, signum)
        rest, _ = self.process.communicate(timeout=STOP_TIMEOUT_S)
        return self.process.returncode, rest


def parent_of(pid: int) -> int:
    """Pid of the parent; 0 when the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def up(data_dir: Path, port: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    """Run `./manage.py up` where it is expected to refuse."""
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=REPOSITORY,
        env=environment(data_dir, ARENA_PORT=port, **extra),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def site_dir() -> Iterator[Path]:
    """One data directory for the module: the demo data is loaded once."""
    base = Path(tempfile.mkdtemp(prefix="arena-up-"))
    yield base / "data"
    while processes_of(base):
        kill_everything(base)
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def site(site_dir: Path) -> Site:
    """The first start; the tests below use it one after the other, the last one stops it."""
    return Site(site_dir, free_port())


def test_first_start_is_ready_and_tells_what_one_needs(site_dir: Path, site: Site) -> None:
    assert "READY after" in site.output, site.output
    assert f"http://localhost:{site.port}/" in site.output
    secrets = json.loads((site_dir / "secrets.json").read_text())
    assert secrets["ARENA_ADMIN_EMAIL"] in site.output
    assert secrets["ARENA_ADMIN_PASSWORD"] in site.output
    assert str(site_dir / "log") in site.output
    assert site.ready()
    assert "ngram-5" in site.models()


def test_a_second_site_from_the_same_directory_is_refused(site_dir: Path, site: Site) -> None:
    refused = up(site_dir, str(free_port()))
    assert refused.returncode == 1
    assert f"The site already runs from {site_dir}" in refused.stderr
    assert site.ready()


@pytest.mark.parametrize("service", ["provider", "web", "worker", "beat"])
def test_killed_service_is_back(site: Site, service: str) -> None:
    killed = site.pid(service)
    assert killed is not None
    moment = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    wait_for(
        lambda: site.pid(service) not in (None, killed),
        timeout_s=BACK_WITHIN_S,
        what=f"{service} started again",
    )
    wait_for(lambda: site.ready() is not None, timeout_s=BACK_WITHIN_S, what="site ready")
    if service == "provider":
        wait_for(lambda: bool(site.models()), timeout_s=BACK_WITHIN_S, what="models served")
    if service == "worker":
        wait_for(
            lambda: site.heartbeat_since(moment),
            timeout_s=BACK_WITHIN_S,
            what="worker at work",
        )


@pytest.mark.parametrize("program", ["valkey-server", "postgres", "arena.embedded.keeper"])
def test_killed_server_is_back(site_dir: Path, site: Site, program: str) -> None:
    killed = postmaster_pid(site_dir) if program == "postgres" else pid_of(site_dir, program)
    os.kill(killed, signal.SIGKILL)
    wait_for(
        lambda: pids_of(site_dir, program) not in ([], [killed]),
        timeout_s=BACK_WITHIN_S,
        what=f"{program} started again",
    )
    wait_for(lambda: site.ready() is not None, timeout_s=BACK_WITHIN_S, what="site ready")


def test_nothing_outlives_a_killed_supervisor(site_dir: Path, site: Site) -> None:
    user = User(site_dir)
    user.connect().execute("CREATE TABLE committed AS SELECT 42 AS answer")
    user.leave()
    site.process.kill()
    site.process.wait()
    wait_until_gone(site_dir)


def test_site_recovers_from_kill_of_everything_and_stops_in_order(site_dir: Path) -> None:
    killed = Site(site_dir, free_port())
    assert "READY after" in killed.output, killed.output
    kill_everything(site_dir)
    killed.process.wait()
    wait_until_gone(site_dir)

    site = Site(site_dir, killed.port)
    assert "READY after" in site.output, site.output
    user = User(site_dir)
    code, rest = site.stop(signal.SIGTERM)
    assert code == 0, rest
    assert "Traceback" not in rest
    assert "left running for another command" in rest
    assert user.connect().execute("SELECT answer FROM committed").fetchone() == (42,)
    user.leave()
    wait_until_gone(site_dir)


def test_no_secret_is_in_a_log(site_dir: Path) -> None:
    secrets = json.loads((site_dir / "secrets.json").read_text())
    logs = list((site_dir / "log").iterdir())
    assert {"provider.log", "web.log", "worker.log", "beat.log", "postgres.log"} <= {
        log.name for log in logs
    }
    for log in logs:
        text = log.read_text(errors="replace")
        for name in ("ARENA_ADMIN_PASSWORD", "ARENA_SECRET_KEY", "ARENA_PSEUDONYM_KEY"):
            assert secrets[name] not in text, log


def test_ctrl_c_during_the_start_leaves_nothing(site_dir: Path) -> None:
    site = Site(site_dir, free_port(), read_until="migrating the database")
    code, rest = site.stop(signal.SIGINT)
    assert code == 0, rest
    assert "Traceback" not in rest
    assert processes_of(site_dir) == {}


def test_a_port_in_use_is_named_with_the_way_to_another(empty_data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = up(empty_data_dir, str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in refused.stderr
    assert f"ARENA_PORT={port + 2} make run" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not pids_of(empty_data_dir, "arena.embedded.keeper")


def test_a_port_that_is_no_number_is_refused(empty_data_dir: Path) -> None:
    refused = up(empty_data_dir, "http")
    assert refused.returncode == 1
    assert "ARENA_PORT='http' is no port" in refused.stderr
