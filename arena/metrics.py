"""/metrics for Prometheus: what this process served, and the state of log, queue and worker."""

import ipaddress
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.decorators import sync_only_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from typing_extensions import override

from arena import broker
from arena.eventstore import queries as log_queries
from arena.request_log import route_of
from arena.tenancy import queries as tenants

log = structlog.get_logger(__name__)

REQUESTS = Counter(
    "arena_http_requests_total", "HTTP requests answered.", ["method", "status", "route"]
)
LATENCY = Histogram(
    "arena_http_request_duration_seconds",
    "Time from the first middleware to the response object.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
WEBSOCKETS = Gauge(
    "arena_websocket_clients", "Websocket connections open now.", multiprocess_mode="livesum"
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
# Not ipaddress' is_private, which counts every reserved range as private.
_PRIVATE = [
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"
    )
]  # fmt: skip
_LIVE_FILE = re.compile(r"gauge_live\w*_(\d+)\.db")

Scope = dict[str, Any]
Asgi = Callable[[Scope, Callable[..., Any], Callable[..., Any]], Awaitable[Any]]


@sync_only_middleware
class RequestMetricsMiddleware:
    """Count and time every request; outermost, so that refusals of others count as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through and record method, status, route and seconds."""
        started_s = time.perf_counter()
        response = self.get_response(request)
        # A visitor may invent methods; each would be a time series of its own.
        method = request.method if request.method in _METHODS else "other"
        route = route_of(request)
        REQUESTS.labels(method, response.status_code, route).inc()
        LATENCY.labels(method, route).observe(time.perf_counter() - started_s)
        return response


def counted_websockets(application: Asgi) -> Asgi:
    """Wrap an ASGI application so that WEBSOCKETS holds how many of its sockets are open."""

    async def count(scope: Scope, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        with WEBSOCKETS.track_inprogress():
            await application(scope, receive, send)

    return count


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format to those who may read it, else 403 with the reason."""
    refusal = _refusal(request)
    if refusal:
        return HttpResponse(f"{refusal}\n", status=403, content_type="text/plain; charset=utf-8")
    state = CollectorRegistry(auto_describe=False)
    state.register(StateCollector())
    return HttpResponse(_own_metrics() + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


class StateCollector(Collector):
    """Reads the state of logs, projections, queues and workers at the moment of the scrape."""

    @override
    def collect(self) -> Iterable[Metric]:
        """Yield what can be read; `arena_dependency_up` is 0 for what could not be asked."""
        up = GaugeMetricFamily(
            "arena_dependency_up", "1 when the scrape could read it.", labels=["dependency"]
        )
        for name, read, errors in (
            ("database", _log_metrics, (DatabaseError,)),
            ("broker", _queue_metrics, (OperationalError, OSError)),
            ("redis", _worker_metrics, (RedisError,)),
        ):
            try:
                families = read()
            except errors as error:
                log.warning("metrics_incomplete", dependency=name, error=type(error).__name__)
                families = []
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
            yield from families
        yield up


def _log_metrics() -> list[Metric]:
    appended = CounterMetricFamily(
        "arena_events_appended", "Position of the newest event of the log.", labels=["tenant"]
    )
    labels = ["tenant", "projection"]
    lag = GaugeMetricFamily(
        "arena_projection_lag_events", "Events not folded into the read tables.", labels=labels
    )
    stopped = GaugeMetricFamily(
        "arena_projection_stopped", "1 while a poison event holds the projection.", labels=labels
    )
    for tenant in tenants.all_tenants():
        appended.add_metric([tenant.slug], log_queries.log_head(tenant=tenant).position)
        for status in log_queries.projection_statuses(tenant=tenant):
            lag.add_metric([tenant.slug, status.name], status.lag)
            stopped.add_metric([tenant.slug, status.name], status.stopped_at_position is not None)
    return [appended, lag, stopped]


def _queue_metrics() -> list[Metric]:
    lengths = GaugeMetricFamily(
        "arena_task_queue_length", "Messages no worker has taken yet.", labels=["queue"]
    )
    for queue, length in broker_queue_lengths().items():
        lengths.add_metric([queue], length)
    return [lengths]


def broker_queue_lengths() -> dict[str, int]:
    """Return the waiting messages of every queue, on any broker; a queue nobody used yet has 0.

    Raises kombu's OperationalError when the broker is away.
    """
    from arena.celery import app

    lengths = {}
    with app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
        for name, queue in app.amqp.queues.items():
            with connection.channel() as channel:
                # Not passively: kombu would look for a Redis queue without the site's prefix.
                declared: Any = queue(channel).queue_declare()
            lengths[name] = declared.message_count
    return lengths


def _worker_metrics() -> list[Metric]:
    age_s = broker.heartbeat_age_s()
    if age_s is None:
        return []
    family = GaugeMetricFamily(
        "arena_worker_heartbeat_age_seconds", "Time since a worker last took a task."
    )
    family.add_metric([], age_s)
    return [family]


def _own_metrics() -> bytes:
    """This process's counters; those of all processes of the server in multi-process mode."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not directory:
        return generate_latest(REGISTRY)
    for file in Path(directory).iterdir():
        match = _LIVE_FILE.fullmatch(file.name)
        # The server does not tell us when one of its processes ends; its sockets are gone.
        if match and not Path("/proc", match[1]).exists():
            file.unlink(missing_ok=True)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _refusal(request: HttpRequest) -> str | None:
    """Return why this request may not read the metrics, None when it may."""
    token = settings.METRICS_TOKEN
    if token:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and constant_time_compare(sent, token):
            return None
        return "Send the token of ARENA_METRICS_TOKEN as `Authorization: Bearer <token>`."
    # Through a proxy everybody comes from a private address.
    if any(header in request.META for header in _FORWARDED) or not _is_private(request):
        return (
            "Metrics answer direct requests from loopback and private networks. "
            "For others set ARENA_METRICS_TOKEN and send it (docs/operations.md)."
        )
    return None


def _is_private(request: HttpRequest) -> bool:
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped:
        peer = peer.ipv4_mapped
    return any(peer in network for network in _PRIVATE)
