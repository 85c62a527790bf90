"""Gather what is known of a completed run, and let the plausibility gate judge it."""

import json
from collections.abc import Collection
from typing import Final

from arena.tenancy.models import Tenant
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Report
from benchmarks import plausibility, trust
from benchmarks.commands.measuring import computed, samples_of
from benchmarks.events import RunAssessed
from benchmarks.models import Artifact, Run
from benchmarks.plausibility import PointEvidence
from benchmarks.state.run import RunInfo
from benchmarks.trust import Origin

_PEERS: Final = 50
"""Runs whose greedy text is looked at."""


def judge(tenant: Tenant, info: RunInfo, report: Report, *, origin: Origin) -> RunAssessed:
    """Return the verdict on a report whose signature and points are checked; raise RunRefused.

    Every number is computed anew from the samples. Greedy text is held against that of accepted
    runs with the same weights, quantization, engine and engine version.
    """
    assessment = plausibility.assess(
        report,
        _evidence(tenant, report),
        report.manifest,
        known_greedy_sha256=_known_greedy(tenant, info, report),
    )
    return RunAssessed(
        run_id=info.run_id,
        verdict=assessment.verdict,
        reason_codes=assessment.reason_codes,
        trust_level=trust.level(
            report=report, is_signed=True, origin=origin, verdict=assessment.verdict
        ),
        plausibility_version=plausibility.VERSION,
    )


def judge_values(manifest: Manifest, info: RunInfo, points: list[PointEvidence]) -> RunAssessed:
    """Return the verdict on the output of another tool: nobody has signed it, so T0."""
    assessment = plausibility.assess(None, points, manifest)
    return RunAssessed(
        run_id=info.run_id,
        verdict=assessment.verdict,
        reason_codes=assessment.reason_codes,
        trust_level=trust.level(report=None, is_signed=False, verdict=assessment.verdict),
        plausibility_version=plausibility.VERSION,
    )


def _evidence(tenant: Tenant, report: Report) -> list[PointEvidence]:
    points = {point.key: point for point in report.manifest.profile.points}
    found = []
    for reported in report.points:
        point = points[reported.key]
        rows = samples_of(tenant, reported.samples_sha256)
        numbers = computed(report.manifest, point, rows, reported)
        found.append(plausibility.evidence_of(point, numbers, rows, reported))
    return found


def _known_greedy(tenant: Tenant, info: RunInfo, report: Report) -> Collection[str]:
    """Return the hashes of greedy text that accepted runs of the same make have reported."""
    peers = Run.objects.filter(
        tenant=tenant,
        deployment_slug=info.deployment_slug,
        engine_version=report.environment.engine_version,
        status="completed",
        verdict="accepted",
        invalidation_reason=None,
    ).exclude(run_id=info.run_id)
    digests = peers.order_by("-position").values_list("report_sha256", flat=True)[:_PEERS]
    contents = Artifact.objects.filter(
        tenant=tenant, sha256__in=list(digests), kind="report"
    ).values_list("content", flat=True)
    revision = report.manifest.recipe.revision
    known = set()
    for content in contents:
        payload = json.loads(bytes(content))["payload"]
        greedy = (payload.get("canary") or {}).get("greedy_sha256")
        if greedy and payload["manifest"]["recipe"].get("revision") == revision:
            known.add(greedy)
    return known
