"""/metrics through HTTP: what it counts, and who may read it."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from prometheus_client import REGISTRY, parser
from pytest_django import Settings

from arena.celery import heartbeat
from arena.metrics import counted_websockets
from arena.tenancy.models import Tenant
from voting.commands import open_board

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scrape(client: Client, **headers: str) -> Samples:
    """Return every sample by name and labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parser.text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db(transaction=True)
def test_log_and_projections_of_each_arena_are_told(
    client: Client, tenant: Tenant, other_tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    open_board(
        tenant=tenant, slug="b", name="B", question="Q", licence="CC0", attribution="-", actor="t"
    )
    samples = scrape(client)
    assert samples["arena_events_appended_total", (("tenant", "public"),)] == 1
    assert samples["arena_events_appended_total", (("tenant", "demo-private"),)] == 0
    boards = (("projection", "boards"), ("tenant", "public"))
    assert samples["arena_projection_lag_events", boards] == 1
    assert samples["arena_projection_stopped", boards] == 0
    advance_all(tenant)
    assert scrape(client)["arena_projection_lag_events", boards] == 0


@pytest.mark.django_db
def test_waiting_tasks_are_counted_and_dependencies_are_up(client: Client) -> None:
    assert scrape(client)["arena_task_queue_length", (("queue", "celery"),)] == 0
    heartbeat.delay()
    samples = scrape(client)
    assert samples["arena_task_queue_length", (("queue", "celery"),)] == 1
    for name in ("database", "broker", "redis"):
        assert samples["arena_dependency_up", (("dependency", name),)] == 1


@pytest.mark.django_db
def test_age_of_the_heartbeat_is_absent_until_a_worker_was_seen(client: Client) -> None:
    assert ("arena_worker_heartbeat_age_seconds", ()) not in scrape(client)
    heartbeat()
    assert 0 <= scrape(client)["arena_worker_heartbeat_age_seconds", ()] < 30


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(client: Client) -> None:
    labels = (("method", "GET"), ("route", "/healthz"), ("status", "200"))
    before = scrape(client).get(("arena_http_requests_total", labels), 0)
    client.get("/healthz")
    client.get("/accounts/confirm-email/secret-of-a-visitor/")
    client.generic("INVENTED", "/healthz")
    samples = scrape(client)
    assert samples["arena_http_requests_total", labels] == before + 1
    seconds = samples[
        "arena_http_request_duration_seconds_count", (("method", "GET"), ("route", "/healthz"))
    ]
    assert seconds >= 1
    assert "secret-of-a-visitor" not in str(samples)
    assert "INVENTED" not in str(samples)


@pytest.mark.django_db
def test_strangers_and_visitors_behind_a_proxy_are_refused(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    stranger = client.get("/metrics", REMOTE_ADDR="203.0.113.9")
    assert stranger.status_code == 403
    assert "ARENA_METRICS_TOKEN" in stranger.content.decode()
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403


@pytest.mark.django_db
def test_token_opens_the_metrics_and_is_then_asked_of_everybody(
    client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 403
    wrong = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 403
    assert "t0ken" not in wrong.content.decode()
    right = {"Authorization": "Bearer t0ken"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.django_db
def test_open_websockets_are_counted_until_they_close(client: Client) -> None:
    async def until_told(scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        await receive()

    async def open_and_close() -> tuple[float | None, float | None]:
        communicator: Any = ApplicationCommunicator
        socket = communicator(counted_websockets(until_told), {"type": "websocket"})
        await socket.receive_nothing()
        while_open = REGISTRY.get_sample_value("arena_websocket_clients")
        await socket.send_input({"type": "websocket.disconnect"})
        await socket.wait()
        return while_open, REGISTRY.get_sample_value("arena_websocket_clients")

    before = scrape(client)["arena_websocket_clients", ()]
    assert async_to_sync(open_and_close)() == (before + 1, before)


def test_all_processes_of_a_server_are_added_up_and_dead_ones_leave_no_sockets(
    tmp_path: Path,
) -> None:
    script = """
import django; django.setup()
from arena import metrics
metrics.REQUESTS.labels("GET", 200, "/x").inc()
metrics.WEBSOCKETS.inc()
print(metrics._own_metrics().decode())
"""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    output = ""
    for _ in range(2):
        output = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    assert 'arena_http_requests_total{method="GET",route="/x",status="200"} 2.0' in output
    assert "arena_websocket_clients 1.0" in output
