"""The programs that the supervisor runs: embedded provider, web, worker, beat, and a runner."""

import http.client
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from arena.embedded.addresses import Address
from arena.embedded.datadir import REPOSITORY, DataDir

_ANSWER_TIMEOUT_S = 2.0
_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"


@dataclass(frozen=True, kw_only=True)
class Service:
    """`stop_grace_s`: seconds it gets after SIGTERM before it is killed."""

    name: str
    argv: tuple[str | Path, ...]
    stop_grace_s: float
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Health:
    """Answer of /readyz. `worker_heartbeat_age_s` is None when unknown."""

    is_ready: bool
    worker_heartbeat_age_s: float | None
    detail: str


def manage(*arguments: str) -> tuple[str | Path, ...]:
    """Command line of a management command."""
    return (sys.executable, REPOSITORY / "manage.py", *arguments)


def provider_service(address: Address) -> Service:
    """The embedded provider of language models, which needs neither database nor Redis."""
    argv = (sys.executable, "-m", "workers.ngram", "--host", address.host)
    return Service(name="provider", argv=(*argv, "--port", str(address.port)), stop_grace_s=5.0)


def provider_url(address: Address) -> str:
    """Base of the provider's OpenAI-compatible API."""
    return f"http://{address.host}:{address.port}/v1"


def site_services(data: DataDir, address: Address) -> tuple[Service, ...]:
    """The services in starting order; they stop in reverse order."""
    celery = (sys.executable, "-W", _ROOT_WARNING, "-m", "celery", "-A")
    web: list[str | Path] = [sys.executable, "-m", "uvicorn", "arena.asgi:application"]
    web += ["--host", address.host, "--port", str(address.port)]
    web += ["--ws-per-message-deflate", "false", "--ws-max-size", "65536"]
    web += ["--timeout-graceful-shutdown", "3", "--no-server-header"]
    # Access lines carry client addresses, which belong in no log.
    web += ["--no-access-log", "--log-level", "warning"]
    worker = [*celery, "arena.celery", "worker", "--concurrency", "2", "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle"]
    beat: list[str | Path] = [*celery, "arena.beat", "beat", "--loglevel", "WARNING"]
    beat += ["--schedule", data.root / "beat-schedule", "--pidfile="]
    return (
        # Each request may run in another thread: a pool keeps the connections they open.
        Service(
            name="web",
            argv=tuple(web),
            stop_grace_s=8.0,
            environment=(("ARENA_DB_POOL", "1"),),
        ),
        Service(
            name="worker",
            argv=tuple(worker),
            stop_grace_s=15.0,
            environment=(("ARENA_RESTORE_UNACKED", "1"),),
        ),
        Service(name="beat", argv=tuple(beat), stop_grace_s=5.0),
    )


def runner_service(data: DataDir, web: Address, provider: Address) -> Service:
    """The site's own runner, which measures the embedded models; its key is kept in the data."""
    site = os.environ.get("ARENA_SITE_URL") or f"http://{web.reachable_host}:{web.port}"
    return Service(
        name="runner",
        argv=manage("embedded_runner"),
        stop_grace_s=10.0,
        environment=(
            ("ARENA_RUNNER_HOME", str(data.root / "runner")),
            ("ARENA_URL", site),
            ("ARENA_PROVIDER_URL", provider_url(provider)),
        ),
    )


def environment_of(service: Service) -> dict[str, str]:
    """Variables of a service: one BLAS thread, no buffering, the runtime role of the database."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", "TZ": "UTC"}
    environment.pop("ARENA_DB_ROLE", None)
    return dict(environment) | dict(service.environment)


def read_health(address: Address) -> Health:
    """Ask /readyz. An unreachable or garbled answer is an unready site with the reason."""
    connection = http.client.HTTPConnection(
        address.reachable_host, address.port, timeout=_ANSWER_TIMEOUT_S
    )
    try:
        connection.request("GET", "/readyz", headers={"Host": _allowed_host()})
        response = connection.getresponse()
        body = response.read()
        document = json.loads(body)
        age_s = document.get("worker_heartbeat_age_s")
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        return Health(is_ready=False, worker_heartbeat_age_s=None, detail=f"/readyz: {error}")
    finally:
        connection.close()
    return Health(
        is_ready=response.status == http.HTTPStatus.OK,
        worker_heartbeat_age_s=float(age_s) if isinstance(age_s, int | float) else None,
        detail=f"/readyz answers {response.status}: {body.decode(errors='replace')[:300]}",
    )


def provider_answers(address: Address) -> bool:
    """Whether the embedded provider takes requests."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=_ANSWER_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _allowed_host() -> str:
    # Django refuses a request whose Host is not one of its own names.
    first = os.environ.get("ARENA_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*")
    return first or "localhost"
