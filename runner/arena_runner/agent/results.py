"""The numbers of a run, computed here from its samples as the site computes them."""

from dataclasses import asdict, dataclass
from typing import Any

from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.contract import metrics, samples
from arena_runner.contract.metric_names import DEFAULT_SLO_TTFT_MS
from arena_runner.contract.profile import Point
from arena_runner.contract.report import PointReport


@dataclass(frozen=True)
class PointResult:
    """One measured point and its numbers."""

    point: Point
    report: PointReport
    metrics: metrics.PointMetrics

    @property
    def voided(self) -> str | None:
        """Return why the point does not count, by the client's word or the samples'."""
        return self.report.voided or self.metrics.voided

    def body(self) -> dict[str, Any]:
        """Return the point as JSON has it."""
        return {
            "key": self.point.key,
            "title": self.point.title,
            "samples_sha256": self.report.samples_sha256,
            "sample_count": self.report.sample_count,
            "voided": self.voided,
            "metrics_version": metrics.VERSION,
            "measurements": [asdict(item) for item in self.metrics.measurements],
            "warnings": [asdict(item) for item in self.metrics.warnings],
        }


def of_run(folder: RunFolder, checkpoint: Checkpoint) -> list[PointResult]:
    """Return the points that are measured, in the order of the profile; raise AgentError."""
    profile = checkpoint.manifest.profile
    found = []
    for point in profile.points:
        stored = checkpoint.points.get(point.key)
        if stored is None:
            continue
        rows = samples.unpack(folder.artifact(stored.report.samples_sha256))
        computed = metrics.compute(
            point,
            rows,
            stored.report.telemetry,
            slo_ttft_ms=profile.slo_ttft_p95_ms or DEFAULT_SLO_TTFT_MS,
            prefix_caching=profile.prefix_caching,
        )
        found.append(PointResult(point=point, report=stored.report, metrics=computed))
    return found
