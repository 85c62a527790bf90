"""Pure: how far a run can be trusted, and when two runs agree.

T0 says nothing but that somebody said so. T1: signed by the key of a registered runner. T2: T1, and
just before it the load generator was right within 5 %, the model knew a known answer, and the
machine was quiet. T3: T1, and a run of another owner agrees. T4: T2 on the platform's own machine.
A run that the plausibility gate holds back is never above T1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import OpenLoad, Point
from arena_runner.contract.report import Report
from benchmarks.events.runs import TrustLevel, Verdict
from benchmarks.plausibility.session_rules import MOST_SELF_TEST_ERROR, self_test_errors

Origin = Literal["owner", "platform"]

TOLERANCE: Final = 0.10
"""Relative difference up to which two runs of one identity agree."""

_HEADLINES: Final = ("decode_tokens_per_second", "system_tokens_per_second", "ttft_ms_p50")
_HEADLINE_TOKENS: Final = 128


def level(
    *,
    report: Report | None,
    is_signed: bool,
    origin: Origin = "owner",
    verdict: Verdict = "accepted",
    is_reproduced: bool = False,
) -> TrustLevel:
    """Return the trust level of a completed run.

    `report` is None for the output of another tool; `is_signed` tells that its signature was
    checked with a key of a registered runner that is not revoked.
    """
    if report is None or not is_signed:
        return "T0"
    if verdict != "accepted":
        return "T1"
    proven = not lacking(report)
    if proven and origin == "platform":
        return "T4"
    if is_reproduced:
        return "T3"
    return "T2" if proven else "T1"


def lacking(report: Report) -> tuple[str, ...]:
    """Return what a signed report lacks for T2, in sentences; empty when it lacks nothing."""
    found = []
    errors = self_test_errors(report)
    if errors is None:
        found.append("The load generator was not tested against a server of known speed.")
    elif max(errors) > MOST_SELF_TEST_ERROR:
        found.append(f"The load generator was off by {max(errors):.1%} against a known server.")
    if report.canary is None:
        found.append("The model was not asked a question with a known answer.")
    elif not report.canary.passed:
        found.append("The model did not give the known answer.")
    if report.state_gate is None:
        found.append("The state of the machine was not checked before the first point.")
    elif not report.state_gate.passed:
        reasons = "; ".join(report.state_gate.warnings) or "no reason given"
        found.append(f"The machine was not quiet: {reasons}.")
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Two runs of one identity, held against each other at one metric of one point."""

    point_key: str
    metric: str
    first: float
    second: float
    tolerance: float = TOLERANCE

    @property
    def relative_difference(self) -> float:
        """Return |first - second| over their mean, so that it does not matter who was first."""
        middle = (self.first + self.second) / 2
        return abs(self.first - self.second) / middle if middle else 0.0

    @property
    def agrees(self) -> bool:
        """Tell whether the difference is within the tolerance."""
        return self.relative_difference <= self.tolerance


Values = Mapping[str, Mapping[str, float]]
"""Measurements by metric, by the key of each point that counts."""


def agreement(manifest: Manifest, first: Values, second: Values) -> Agreement | None:
    """Hold two runs against each other at their headline; None when nothing is in both.

    The caller has made sure that both have the identity of the manifest, belong to two owners, are
    signed and accepted. The headline is the decode speed of one stream, at the point nearest to
    128 output tokens without context; failing that throughput, then the median first token.
    """
    for metric in _HEADLINES:
        shared = [
            point
            for point in manifest.profile.points
            if first.get(point.key, {}).get(metric) and second.get(point.key, {}).get(metric)
        ]
        if shared:
            key = min(shared, key=_distance).key
            return Agreement(
                point_key=key, metric=metric, first=first[key][metric], second=second[key][metric]
            )
    return None


def _distance(point: Point) -> tuple[int, int, int]:
    """Return how far a point is from tg128 at concurrency 1; ties go by the profile's order."""
    streams = 2**31 if isinstance(point.load, OpenLoad) else point.load.concurrency
    prompt = point.prompt
    if prompt.kind == "dataset":
        return streams, 2**31, 2**31
    return streams, prompt.context_tokens, abs(prompt.output_tokens - _HEADLINE_TOKENS)
