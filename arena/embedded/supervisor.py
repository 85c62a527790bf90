"""`./manage.py up`: servers, migrations, demo data and the services, watched until stopped.

Standard library only; the site runs in child processes, each of which dies with this one.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from arena.embedded import addresses, client, locks, process, services, state
from arena.embedded.addresses import Address
from arena.embedded.child import Child
from arena.embedded.datadir import DataDir
from arena.embedded.errors import EmbeddedError

_USAGE = """usage: ./manage.py up
Runs the site until Ctrl-C or SIGTERM. Settings come from the environment:
  ARENA_HOST, ARENA_PORT     address of the web server (127.0.0.1, 8000)
  ARENA_PROVIDER_PORT        port of the embedded language models (ARENA_PORT + 1);
                             ARENA_PROVIDER=off does without them
  ARENA_RUNNER=off           no runner of the site's own, which measures them
  ARENA_DATA_DIR             data directory (var in the repository)
  DATABASE_URL, REDIS_URL    servers of your own instead of the embedded ones"""
_POLL_S = 0.25
_READY_TIMEOUT_S = 180.0
_HEALTH_INTERVAL_S = 10.0
_HEALTH_INTERVAL_STARTING_S = 0.4
_KEEPER_STOP_TIMEOUT_S = 45.0
_KEEPER_START_INTERVAL_S = 3.0
_KILLED_TIMEOUT_S = 5.0
_LOCK_TIMEOUT_S = 2.0
# The heartbeat task is queued every 10 s; a minute without one is a worker that fetches nothing.
_HEARTBEAT_MAX_AGE_S = 60.0


class StopRequestedError(Exception):
    """SIGTERM, SIGINT or SIGHUP arrived."""


class Supervisor:
    """One run of the site."""

    def __init__(self, *, data: DataDir, address: Address, provider: Address | None) -> None:
        self.data = data
        self.address = address
        self.provider = provider
        self.embedded = not client.external_servers()
        wanted = [services.provider_service(provider)] if provider else []
        wanted += services.site_services(data, address)
        if provider and addresses.is_on("ARENA_RUNNER"):
            wanted.append(services.runner_service(data, address, provider))
        self.children = [Child(service=service, data=data) for service in wanted]
        self.worker = next(child for child in self.children if child.service.name == "worker")
        self.began = time.monotonic()
        self.next_keeper_start = self.began

    def run(self) -> NoReturn:
        """Start everything, then watch it. Raises StopRequestedError or EmbeddedError."""
        if self.embedded:
            self._say("starting PostgreSQL and Redis")
        keeper = client.join(self.data, pause=_pause) if self.embedded else None
        os.environ.update(client.missing_variables(self.data, keeper))
        # For `provision`, which puts the models on a board. Without it there is no provider here.
        os.environ.pop("ARENA_PROVIDER_URL", None)
        if self.provider:
            os.environ["ARENA_PROVIDER_URL"] = services.provider_url(self.provider)
        self._say("migrating the database")
        self._run_command("migrate", "--no-input", "--skip-checks")
        self._say("making tenants, admin and demo data")
        self._run_command("provision", to_terminal=True)
        self._say(f"starting {', '.join(child.service.name for child in self.children)}")
        self._wait_until_healthy()
        self._announce()
        while True:
            self._watch(_HEALTH_INTERVAL_S)
            self._restart_stuck_worker()

    def stop(self) -> None:
        """Stop beat, worker, web, and the servers unless another command still uses them."""
        for child in reversed(self.children):
            if child.pid is not None:
                self._say(f"stopping {child.service.name}")
                child.stop()
        if not self.embedded:
            return
        self._say("stopping Redis and PostgreSQL")
        client.leave(self.data)
        if not client.stop_if_unused(self.data, timeout_s=_KEEPER_STOP_TIMEOUT_S):
            self._say("left running for another command; they stop after it")

    def _run_command(self, name: str, *arguments: str, to_terminal: bool = False) -> None:
        output = 1 if to_terminal else self.data.open_log(name)
        try:
            pid = process.spawn(services.manage(name, *arguments), output=output)
        finally:
            if not to_terminal:
                os.close(output)
        try:
            while (code := process.reap().get(pid)) is None:
                _pause(_POLL_S)
        except StopRequestedError:
            process.kill_group(pid)
            process.wait(pid, _KILLED_TIMEOUT_S)
            raise
        if code != 0:
            shown = "" if to_terminal else _last_lines(self.data.logs / f"{name}.log")
            raise EmbeddedError(f"`./manage.py {name}` ended with code {code}.{shown}")

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while True:
            self._watch(_HEALTH_INTERVAL_STARTING_S)
            for child in self.children:
                if child.keeps_failing:
                    raise EmbeddedError(
                        f"{child.service.name} cannot run.{_last_lines(child.log_path)}"
                    )
            health = services.read_health(self.address)
            age_s = health.worker_heartbeat_age_s
            site_is_ready = health.is_ready and age_s is not None and age_s < self.worker.uptime_s
            provider_is_ready = not self.provider or services.provider_answers(self.provider)
            if site_is_ready and provider_is_ready:
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"Not healthy after {_READY_TIMEOUT_S:.0f} s: {health.detail}; worker "
                    f"heartbeat age: {age_s} s; provider answers: {provider_is_ready}. "
                    f"Logs are in {self.data.logs}"
                )

    def _watch(self, seconds: float) -> None:
        """Keep every process running for this long. Raises StopRequestedError."""
        deadline = time.monotonic() + seconds
        while (left_s := deadline - time.monotonic()) > 0:
            for child in self.children:
                child.ensure_running()
            self._ensure_keeper()
            _pause(min(_POLL_S, left_s))
            ended = process.reap()
            for child in self.children:
                if child.notice(ended):
                    self._say(f"{child.service.name} ended, starting it again")

    def _ensure_keeper(self) -> None:
        if not self.embedded or time.monotonic() < self.next_keeper_start:
            return
        if not state.keeper_runs(self.data):
            self._say("the keeper of PostgreSQL and Redis ended, starting another")
            client.start_keeper(self.data)
            self.next_keeper_start = time.monotonic() + _KEEPER_START_INTERVAL_S

    def _restart_stuck_worker(self) -> None:
        age_s = services.read_health(self.address).worker_heartbeat_age_s
        if age_s is None or age_s <= _HEARTBEAT_MAX_AGE_S:
            return
        if self.worker.pid is not None and self.worker.uptime_s > _HEARTBEAT_MAX_AGE_S:
            self._say(f"worker fetched nothing for {age_s:.0f} s, killing it")
            process.kill_group(self.worker.pid)

    def _announce(self) -> None:
        elapsed_s = time.monotonic() - self.began
        site = os.environ.get("ARENA_SITE_URL", f"http://localhost:{self.address.port}/")
        print(
            f"\nREADY after {elapsed_s:.1f} s\n"
            f"  site    {site}\n"
            f"  admin   {os.environ['ARENA_ADMIN_EMAIL']}\n"
            f"          password {os.environ['ARENA_ADMIN_PASSWORD']} "
            f"(made for this machine, kept in {self.data.secrets})\n"
            f"  logs    {self.data.logs}\n"
            f"  stop    Ctrl-C\n",
            flush=True,
        )

    def _say(self, text: str) -> None:
        try:
            print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)
        except OSError:
            # The terminal is gone; stopping in order matters more than the line.
            return


def main(arguments: Sequence[str]) -> int:
    """Run until stopped; return the exit code."""
    if arguments:
        asked = arguments[0] in ("-h", "--help")
        print(_USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    process.become_parent()
    try:
        _run()
    except StopRequestedError:
        return 0
    except EmbeddedError as error:
        print(error, file=sys.stderr)
    return 1


def _run() -> None:
    data = DataDir.from_environ()
    data.create()
    address = addresses.web_address()
    provider = addresses.provider_address(address)
    other_port = addresses.another_port(address)
    lock = locks.acquire(data.supervisor_lock, exclusive=True, timeout_s=_LOCK_TIMEOUT_S)
    if lock is None:
        raise EmbeddedError(
            f"The site already runs from {data.root}. Stop it first, or start another one beside "
            f"it: ARENA_DATA_DIR=/some/folder ARENA_PORT={other_port} make run"
        )
    addresses.check_free(address, otherwise=f"Choose another: ARENA_PORT={other_port} make run")
    if provider:
        addresses.check_free(
            provider,
            otherwise="The embedded language models need it. Choose another: "
            "ARENA_PROVIDER_PORT=<port> make run, or do without them: ARENA_PROVIDER=off make run",
        )
    supervisor = Supervisor(data=data, address=address, provider=provider)
    try:
        supervisor.run()
    finally:
        supervisor.stop()


def _last_lines(path: Path, count: int = 15) -> str:
    lines = path.read_text(errors="replace").splitlines()[-count:] if path.exists() else []
    return f" The end of {path}:" + "".join(f"\n  {line}" for line in lines)


def _pause(seconds: float) -> None:
    """Wait until a child ends or the time is over. Raises StopRequestedError."""
    if process.next_signal(seconds) in process.STOP_SIGNALS:
        raise StopRequestedError
