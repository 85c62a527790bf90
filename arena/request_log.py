"""One log line a request and one a task: what, how it ended, how long; nothing of a person."""

import time
from typing import Any

import structlog
from celery.app.task import Task
from django.http import HttpRequest, HttpResponse
from django_structlog import signals
from django_structlog.celery import signals as task_signals

_UNMATCHED = "unmatched"


def route_of(request: HttpRequest) -> str:
    """Return the URL pattern that answered, `unmatched` when none did.

    The path itself stays out of logs and metrics: links of e-mails carry secrets in theirs.
    """
    match = request.resolver_match
    return f"/{match.route.lstrip('^')}" if match else _UNMATCHED


def connect() -> None:
    """Put our fields into the lines that django_structlog writes of requests and tasks."""
    uid = "arena.request_log"
    signals.bind_extra_request_metadata.connect(_started, dispatch_uid=uid)
    signals.bind_extra_request_finished_metadata.connect(_finished, dispatch_uid=uid)
    signals.bind_extra_request_failed_metadata.connect(_failed, dispatch_uid=uid)
    task_signals.bind_extra_task_metadata.connect(_task_started, dispatch_uid=uid)


def _started(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    # Not in META, which allauth replaces when a form goes on after the password was asked again.
    request.arena_started_s = time.perf_counter()  # type: ignore[attr-defined]
    log_kwargs.clear()


def _finished(
    request: HttpRequest, response: HttpResponse, log_kwargs: dict[str, Any], **_: Any
) -> None:
    log_kwargs.clear()
    log_kwargs.update(_fields(request), status=response.status_code)


def _failed(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    log_kwargs.clear()
    log_kwargs.update(_fields(request), status=500)


def _task_started(task: "Task[..., Any]", **_: Any) -> None:
    structlog.contextvars.bind_contextvars(task=task.name)


def _fields(request: HttpRequest) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    started_s: float = request.arena_started_s  # type: ignore[attr-defined]
    return {
        "method": request.method,
        "route": route_of(request),
        "tenant": tenant.slug if tenant else None,
        "duration_ms": round((time.perf_counter() - started_s) * 1_000, 1),
    }
