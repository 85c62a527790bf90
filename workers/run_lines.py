"""One line of the job board, worded once for the page and for its live updates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import JobInfo, RunInfo, Viewer
from workers import queries
from workers.wording import duration, moment

MOVING: Final = ("queued", "leased", "running")
_TEXT_MAX: Final = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """A run as its line says it; `cells` are the texts by name."""

    id: UUID
    url: str
    status: str
    done: int
    total: int
    cells: dict[str, str]

    @property
    def is_moving(self) -> bool:
        """Tell whether a bar of progress says anything."""
        return self.status in MOVING

    def as_message(self) -> dict[str, Any]:
        """Return the line as JSON for a socket."""
        return {
            "id": str(self.id),
            "url": self.url,
            "status": self.status,
            "done": self.done,
            "total": self.total,
            "is_moving": self.is_moving,
            "cells": self.cells,
        }


def run_lines(*, tenant: Tenant, infos: Iterable[RunInfo], viewer: Viewer) -> list[RunLine]:
    """Return the lines of runs that the viewer may see, in the order given."""
    listed = list(infos)
    jobs = {
        job.run_id: job
        for job in runs.jobs(
            tenant=tenant,
            states=("queued", "leased", "done", "dead", "cancelled"),
            run_ids=[info.run_id for info in listed],
            limit=len(listed),
        )
    }
    names = runner_names(tenant)
    return [run_line(info, jobs.get(info.run_id), viewer=viewer, names=names) for info in listed]


def blank_line() -> RunLine:
    """Return a line without a run, from which a script makes those of new ones."""
    names = (
        "model", "deployment", "profile", "status", "detail", "points", "progress", "runner",
        "asker", "requested", "trust", "verdict", "visibility",
    )  # fmt: skip
    return RunLine(
        id=UUID(int=0), url="", status="queued", done=0, total=1, cells=dict.fromkeys(names, "")
    )


def runner_names(tenant: Tenant) -> dict[UUID, str]:
    """Return the name of each runner by its id."""
    return {info.runner_id: info.name for info in queries.runners(tenant=tenant)}


def run_line(
    info: RunInfo,
    job: JobInfo | None,
    *,
    viewer: Viewer,
    names: Mapping[UUID, str],
    prefix: str | None = None,
) -> RunLine:
    """Return one line; `info` is what the viewer may see of the run.

    `prefix` is where the arena's pages begin, for those who answer no request.
    """
    status = _status(info, job)
    total = len(info.point_keys)
    done = len(job.points_done) if job else total if info.status == "completed" else 0
    path = reverse("run", args=[info.run_id])
    return RunLine(
        id=info.run_id,
        url=path if prefix is None else prefix + path.removeprefix("/"),
        status=status,
        done=done,
        total=total,
        cells={
            "model": info.model_name,
            "deployment": info.deployment_slug,
            "profile": info.profile,
            "status": status,
            "detail": _detail(info, job, status),
            "points": f"{done} of {total}",
            "progress": progress_text(job) if status in ("leased", "running") else "",
            "runner": _runner(info, viewer, names),
            "asker": asker(info, viewer),
            "requested": moment(info.requested_at),
            "trust": info.trust_level if info.status == "completed" else "–",
            "verdict": _verdict(info),
            "visibility": info.visibility,
        },
    )


def progress_text(job: JobInfo | None) -> str:
    """Return what the runner last said of the point it measures, empty when nothing."""
    said = job.progress if job else {}
    parts = []
    if point := said.get("point_key"):
        parts.append(f"point {str(point)[:_TEXT_MAX]}")
    done, total = _count(said, "requests_done"), _count(said, "requests_total")
    if done is not None and total:
        parts.append(f"{done} of {total} requests")
    if (eta_s := said.get("eta_s")) is not None and isinstance(eta_s, int | float):
        parts.append(f"about {duration(eta_s)} left")
    return ", ".join(parts)


def asker(info: RunInfo, viewer: Viewer) -> str:
    """Return who asked for the run, as far as the viewer may know."""
    if info.requested_by is None:
        return "– not public"
    if viewer.actor is not None and info.requested_by == viewer.actor:
        return "you"
    if info.requested_by.startswith("visitor-"):
        return "a visitor"
    return "the arena" if not _is_uuid(info.requested_by) else "a member"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _count(said: Mapping[str, Any], name: str) -> int | None:
    value = said.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _status(info: RunInfo, job: JobInfo | None) -> str:
    """Return where the run stands; the lease is ahead of a read table."""
    if job is None or info.is_over or job.state not in ("queued", "leased"):
        return info.status
    if job.state == "queued":
        return "queued"
    return "running" if info.status == "running" else "leased"


def _detail(info: RunInfo, job: JobInfo | None, status: str) -> str:
    if job is not None and job.cancel_requested and status in MOVING:
        return "is being cancelled"
    if status == "failed":
        return info.failure_code or ""
    if status == "cancelled":
        return (info.cancel_reason or "")[:_TEXT_MAX]
    if status == "queued" and info.required_tags:
        return f"for a runner with {', '.join(info.required_tags)}"
    return f"attempt {info.attempt}" if status in MOVING and info.attempt > 1 else ""


def _runner(info: RunInfo, viewer: Viewer, names: Mapping[UUID, str]) -> str:
    if info.runner_id is not None:
        return names.get(info.runner_id, "– not registered here")
    if info.source == "tool":
        return "– another tool"
    if info.status == "queued" and (viewer.sees_all or info.requested_by is not None):
        return "any that fits"
    return "– anonymous"


def _verdict(info: RunInfo) -> str:
    if info.invalidation_reason is not None:
        return "invalidated"
    if info.verdict is None:
        return "– not measured" if info.is_over else "– not finished"
    codes = ", ".join(code.replace("_", " ") for code in info.reason_codes)
    return f"{info.verdict}: {codes}" if codes else info.verdict
