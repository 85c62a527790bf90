"""Runs made through the commands, as an agent makes them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from arena.tenancy.models import Tenant
from arena_runner.contract import profiles, samples, signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import ClosedLoad, Point, Profile, SyntheticPrompt
from arena_runner.contract.recipe import Recipe, Served
from arena_runner.contract.report import (
    Canary,
    Environment,
    Machine,
    PointReport,
    Report,
    SelfTest,
    StateGate,
)
from arena_runner.contract.samples import Sample
from benchmarks import commands
from benchmarks.commands import Claimed, Wish
from benchmarks.queries import runs

START = timezone.now()
ACTOR = "ann"


def recipe(model: str = "Alpha 1B") -> Recipe:
    """Return a recipe of an endpoint that runs."""
    return Recipe(model=model, engine="vllm", quantization="Q4", endpoint=Served(model="alpha"))


def profile(*keys: str) -> Profile:
    """Return a small profile of one's own with points of these keys."""
    return Profile(
        name="mine",
        version="1",
        title="Mine",
        description="For tests.",
        points=tuple(
            Point(
                key=key,
                title=key,
                load=ClosedLoad(concurrency=1, requests=2),
                prompt=SyntheticPrompt(input_tokens=16, output_tokens=11),
                runs=2,
                warmups=0,
            )
            for key in keys
        ),
    )


def manifest(*keys: str, model: str = "Alpha 1B") -> Manifest:
    """Return a manifest of a small profile, or of the shipped headline without keys."""
    return Manifest(
        recipe=recipe(model), profile=profile(*keys) if keys else profiles.load("headline")
    )


def rows(point: Point, *, tokens_per_second: float = 50.0, ttft_ms: float = 200.0) -> list[Sample]:
    """Return what the generator would see of an even server."""
    tokens = point.prompt.output_tokens if isinstance(point.prompt, SyntheticPrompt) else 16
    assert isinstance(point.load, ClosedLoad)
    gap_ns = round(1e9 / tokens_per_second)
    found, at = [], 0
    for run in range(point.runs):
        for index in range(point.load.requests):
            first = at + round(ttft_ms * 1e6)
            last = first + gap_ns * (tokens - 1)
            found.append(
                Sample(
                    run=run, index=index, scheduled_ns=at, sent_ns=at, first_chunk_ns=first,
                    first_content_ns=first, last_content_ns=last, end_ns=last + 1_000,
                    content_chunks=tokens, gaps_us=(gap_ns // 1000,) * (tokens - 1),
                    input_tokens_wanted=16, output_tokens_wanted=tokens, prompt_tokens=16,
                    cached_tokens=0, output_tokens=tokens, finish_reason="length",
                    http_status=200,
                )
            )  # fmt: skip
            at = last + 2_000
    return found


def environment(**changes: Any) -> Environment:
    """Return a machine that serves."""
    return Environment(
        machine=Machine(
            os="Linux", kernel="6.1", architecture="arm64", cpu="A CPU", cpu_cores=8,
            memory_bytes=2**37,
        ),
        engine="vllm",
        engine_version="0.32.0",
        served_model="alpha",
        runner_version="0.1.0",
        **changes,
    )  # fmt: skip


def ask(tenant: Tenant, *keys: str, run_id: uuid.UUID | None = None, **wish: Any) -> uuid.UUID:
    """Queue a run and return its id."""
    run_id = run_id or uuid.uuid4()
    actor = wish.pop("actor", ACTOR)
    made = Wish(manifest=wish.pop("manifest", None) or manifest(*keys), **wish)
    commands.request_run(tenant=tenant, run_id=run_id, wish=made, actor=actor)
    return run_id


def lease(run_id: uuid.UUID, *, attempt: int = 1, fence: int = 1) -> Claimed:
    """Return a lease as a report names it, claimed or not."""
    return Claimed(
        run_id=run_id, attempt=attempt, fence=fence, lease_expires_at=timezone.now(), lease_s=90,
        manifest_sha256="", points_done=(), source="agent",
    )  # fmt: skip


def claim(tenant: Tenant, run_id: uuid.UUID, runner_id: uuid.UUID) -> Claimed:
    """Lease the run to the runner."""
    claimed = commands.claim_run(
        tenant=tenant, runner_id=runner_id, candidates=[run_id], actor=ACTOR
    )
    assert claimed is not None
    return claimed


def upload(tenant: Tenant, content: bytes, kind: str = "samples") -> str:
    """Store bytes and return their name."""
    name = samples.content_id(content)
    commands.store_artifact(tenant=tenant, stated_sha256=name, kind=kind, content=content)
    return name


def told(point: Point, found: list[Sample], name: str, at: datetime | None = None) -> PointReport:
    """Return what an agent says of a point that began then (now), with samples of that name."""
    at = at or timezone.now()
    return PointReport(
        key=point.key,
        samples_sha256=name,
        sample_count=len(found),
        started_at=at,
        finished_at=at + timedelta(seconds=1 + (found[-1].end_ns or 0) / 1e9),
        send_lag_p99_ms=0,
        client_cpu_seconds=0.1,
    )


def point_report(
    tenant: Tenant, point: Point, at: datetime | None = None, **speed: float
) -> PointReport:
    """Store samples of a point and return what an agent says of it."""
    found = rows(point, **speed)
    return told(point, found, upload(tenant, samples.pack(found)), at)


def measure(
    tenant: Tenant, claimed: Claimed, runner_id: uuid.UUID, wanted: Manifest, **speed: float
) -> tuple[PointReport, ...]:
    """Start the run and record every point that is not done."""
    commands.start_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
        environment=environment(), actor=ACTOR,
    )  # fmt: skip
    at = runs.run(tenant=tenant, run_id=claimed.run_id).requested_at
    reports = tuple(point_report(tenant, point, at, **speed) for point in wanted.profile.points)
    for report in reports:
        if report.key not in claimed.points_done:
            commands.record_point(
                tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
                report=report, actor=ACTOR,
            )  # fmt: skip
    return reports


def report_of(
    claimed: Claimed,
    runner_id: uuid.UUID,
    wanted: Manifest,
    points: tuple[PointReport, ...],
    **changes: Any,
) -> Report:
    """Return the account of an attempt that passed every gate."""
    fields: dict[str, Any] = {
        "run_id": claimed.run_id,
        "runner_id": runner_id,
        "attempt": claimed.attempt,
        "fence": claimed.fence,
        "manifest": wanted,
        "environment": environment(),
        "points": points,
        "self_test": SelfTest(
            ttft_true_ms=200, ttft_measured_ms=201, rate_true_tokens_per_second=50,
            rate_measured_tokens_per_second=50,
        ),
        "canary": Canary(passed=True, expected="4"),
        "state_gate": StateGate(passed=True),
        "started_at": min(point.started_at for point in points),
        "finished_at": max(point.finished_at for point in points),
    }  # fmt: skip
    return Report(**fields | changes)


def signer(runner_id: uuid.UUID, private_key: bytes) -> commands.Signer:
    """Return an owner's runner with that key."""
    return commands.Signer(
        runner_id=runner_id, public_key=signing.public_key(private_key), origin="owner"
    )


def signed(report: Report, private_key: bytes) -> signing.Envelope:
    """Return the report under a signature."""
    return signing.sign(report.model_dump(mode="json"), private_key)
