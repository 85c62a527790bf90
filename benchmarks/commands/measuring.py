"""From stored samples to the numbers of a point; nothing that an agent computed is believed."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from arena.tenancy.models import Tenant
from arena_runner.contract import metrics, samples
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.metric_names import DEFAULT_SLO_TTFT_MS
from arena_runner.contract.metrics import Metric, PointMetrics
from arena_runner.contract.profile import Point
from arena_runner.contract.report import PointReport
from benchmarks.commands.reports import refused
from benchmarks.events import Measurement, RunPointRecorded
from benchmarks.models import Artifact
from benchmarks.state.refusals import Fault, RunRefused
from benchmarks.state.run import RunState
from benchmarks.validation import sample_problems

SMALLEST: Final = 1e-4
"""Smaller figures are written as zero; below this Python writes an exponent."""


def manifest_of(tenant: Tenant, state: RunState) -> Manifest:
    """Return the manifest of a run as it was asked for."""
    content = Artifact.objects.values_list("content", flat=True).get(
        tenant=tenant, sha256=state.info.manifest_sha256
    )
    return Manifest.model_validate_json(bytes(content))


def measured(
    tenant: Tenant, manifest: Manifest, report: PointReport, *, run_id: UUID
) -> RunPointRecorded:
    """Return the event of a point, computed from its stored samples; raise RunRefused.

    Who measured it, and in which attempt, is left to the caller.
    """
    point = next((item for item in manifest.profile.points if item.key == report.key), None)
    if point is None:
        raise RunRefused(
            "unknown-point",
            f"The profile {manifest.profile.id} has no point {report.key!r}.",
            faults=(Fault(pointer="/point/key", message="is not a point of the profile"),),
        )
    rows = samples_of(tenant, report.samples_sha256)
    if problems := sample_problems(point, rows, report):
        raise refused(problems, below="")
    found = computed(manifest, point, rows, report)
    return RunPointRecorded(
        run_id=run_id,
        runner_id=None,
        attempt=1,
        fence=1,
        point_key=report.key,
        samples_sha256=report.samples_sha256,
        sample_count=report.sample_count,
        voided=found.voided or report.voided,
        metrics_version=metrics.VERSION,
        measurements=measurements_of(found.measurements),
        energy_joules=_energy(report),
        power_scope=None if report.telemetry is None else report.telemetry.power_scope,
        telemetry_sha256=report.telemetry_sha256,
    )


def _energy(report: PointReport) -> float | None:
    joules = None if report.telemetry is None else report.telemetry.energy_joules
    return None if joules is None else storable(joules)


def measurements_of(found: Sequence[Metric]) -> tuple[Measurement, ...]:
    """Return computed or imported metrics as events hold them."""
    return tuple(
        Measurement(
            metric=item.metric,
            value=storable(item.value),
            unit=item.unit,
            sample=item.sample,
            runs=item.runs,
            sd=None if item.sd is None else storable(item.sd),
            lower=None if item.lower is None else storable(item.lower),
            upper=None if item.upper is None else storable(item.upper),
        )
        for item in found
    )


def storable(value: float) -> float:
    """Return a figure as an event can hold it: nothing is between zero and SMALLEST.

    Canonical JSON writes no exponents, and three repetitions that agree have an sd of 1e-14.
    """
    return value if abs(value) >= SMALLEST else 0.0


def computed(
    manifest: Manifest, point: Point, rows: Sequence[samples.Sample], report: PointReport
) -> PointMetrics:
    """Return the numbers of a point, with the limits that its profile states."""
    slo = manifest.profile.slo_ttft_p95_ms
    return metrics.compute(
        point,
        rows,
        report.telemetry,
        slo_ttft_ms=slo or DEFAULT_SLO_TTFT_MS,
        prefix_caching=manifest.profile.prefix_caching,
    )


def samples_of(tenant: Tenant, sha256: str) -> Sequence[samples.Sample]:
    """Return the rows of stored samples; raise RunRefused when missing or unreadable."""
    pointer = "/point/samples_sha256"
    content = (
        Artifact.objects.filter(tenant=tenant, sha256=sha256)
        .values_list("content", flat=True)
        .first()
    )
    if content is None:
        raise RunRefused(
            "artifact-missing",
            f"No artifact {sha256} is stored. Upload the samples first.",
            faults=(Fault(pointer=pointer, message="is not stored"),),
        )
    try:
        return samples.unpack(bytes(content))
    except (samples.BadSamplesError, ValidationError) as error:
        raise RunRefused(
            "bad-samples",
            f"The samples cannot be read: {error}",
            faults=(Fault(pointer=pointer, message=str(error)[:300]),),
        ) from None
