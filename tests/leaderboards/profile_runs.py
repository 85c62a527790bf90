"""Published runs of shipped profiles, handed in as an agent does, of a server that is even."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from arena.tenancy.models import Tenant
from arena_runner.contract import profiles, samples, signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import OpenLoad, Point, SyntheticPrompt
from arena_runner.contract.report import PowerScope, TelemetrySummary
from arena_runner.contract.samples import Sample
from benchmarks import commands
from benchmarks.events import Attribution
from benchmarks.queries.runs import payload
from tests.benchmarks import runs

MS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Server:
    """How a server answers: each request alike, whatever else goes on."""

    ttft_ms: float = 200.0
    tokens_per_second: float = 50.0
    ttft_ms_at: Mapping[str, float] = field(default_factory=dict)
    """By point, where it differs."""
    failing: int = 0
    """Every so-many-th request gives no answer; 0 for none."""
    in_bursts: bool = False
    """Whether all chunks but the last arrive together."""
    joules: float | None = None
    """Over each point."""
    scope: PowerScope | None = None


def published(
    tenant: Tenant,
    profile: str,
    server: Server | None = None,
    *,
    model: str = "Alpha 1B",
    runner_id: uuid.UUID | None = None,
    attribution: Attribution = "named",
) -> uuid.UUID:
    """Measure a deployment with a profile and show the run to everybody; return its id."""
    server = server or Server()
    wanted = Manifest(recipe=runs.recipe(model), profile=profiles.load(profile))
    key, runner_id = signing.new_private_key(), runner_id or uuid.uuid4()
    signer = runs.signer(runner_id, key)
    claimed = runs.claim(tenant, runs.ask(tenant, manifest=wanted), runner_id)
    commands.start_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
        environment=runs.environment(), actor=runs.ACTOR,
    )  # fmt: skip
    reports = []
    for point in wanted.profile.points:
        seen = rows(point, server)
        told = runs.told(point, seen, runs.upload(tenant, samples.pack(seen)))
        if server.joules is not None:
            power = TelemetrySummary(
                samples=9, energy_joules=server.joules, power_scope=server.scope
            )
            told = told.model_copy(update={"telemetry": power})
        commands.record_point(
            tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
            report=told, actor=runs.ACTOR,
        )  # fmt: skip
        reports.append(told)
    report = runs.report_of(claimed, runner_id, wanted, tuple(reports))
    commands.complete_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
        envelope=runs.signed(report, key), signer=signer, actor=runs.ACTOR,
    )  # fmt: skip
    shown = payload(tenant=tenant, run_id=claimed.run_id, attribution=attribution)
    commands.publish_run(
        tenant=tenant, run_id=claimed.run_id, attribution=attribution, licence="CC-BY-4.0",
        payload_sha256=shown.sha256, registers=True, actor=runs.ACTOR,
    )  # fmt: skip
    return claimed.run_id


def rows(point: Point, server: Server) -> list[Sample]:
    """Return what the generator sees: arrivals evenly, or wave after wave.

    Arrivals come a hundred times as fast as the profile says, since a report may not last longer
    than the lease that it was measured in; the answers of this server do not depend on them.
    """
    prompt, load = point.prompt, point.load
    assert isinstance(prompt, SyntheticPrompt)
    first_ns = round(server.ttft_ms_at.get(point.key, server.ttft_ms) * MS)
    answer_ns = first_ns + round((prompt.output_tokens - 1) / server.tokens_per_second * 1e9)
    found: list[Sample] = []
    for run in range(point.runs):
        start = max((row.end_ns or 0 for row in found), default=0) + MS
        for index in range(_requests(point)):
            if isinstance(load, OpenLoad):
                at = start + round(index / load.rate_per_second * 1e7)
            else:
                at = start + index // load.concurrency * (answer_ns + MS)
            is_failed = bool(server.failing) and (index + 1) % server.failing == 0
            row = _row(run, index, at, first_ns, answer_ns, prompt, is_failed=is_failed)
            found.append(_burst(row) if server.in_bursts else row)
    return found


def _requests(point: Point) -> int:
    load = point.load
    if load.kind == "lockstep":
        return load.concurrency * load.batches
    assert load.kind != "replay"
    return load.requests


def _row(
    run: int,
    index: int,
    at: int,
    first_ns: int,
    answer_ns: int,
    prompt: SyntheticPrompt,
    *,
    is_failed: bool,
) -> Sample:
    wanted = {
        "run": run, "index": index, "scheduled_ns": at, "sent_ns": at,
        "input_tokens_wanted": prompt.input_tokens, "output_tokens_wanted": prompt.output_tokens,
    }  # fmt: skip
    if is_failed:
        return Sample(
            **wanted, end_ns=at + answer_ns, content_chunks=0, error="http", http_status=503
        )
    tokens = prompt.output_tokens
    gap_us = round((answer_ns - first_ns) / (tokens - 1) / 1_000)
    return Sample(
        **wanted, first_chunk_ns=at + first_ns, first_content_ns=at + first_ns,
        last_content_ns=at + answer_ns, end_ns=at + answer_ns, content_chunks=tokens,
        gaps_us=(gap_us,) * (tokens - 1), prompt_tokens=prompt.input_tokens, cached_tokens=0,
        output_tokens=tokens, finish_reason="length", http_status=200,
    )  # fmt: skip


def _burst(row: Sample) -> Sample:
    """Return the row with the same times of the first and the last chunk, and no pace between."""
    return row.model_copy(update={"gaps_us": (*(0 for _ in row.gaps_us[1:]), sum(row.gaps_us))})
