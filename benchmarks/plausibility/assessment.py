"""The gate: whether a completed run counts, waits for a moderator, or measured nothing."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Report
from benchmarks.events.runs import Verdict
from benchmarks.hardware import Capability, capability
from benchmarks.plausibility import account_rules, session_rules, speed_rules
from benchmarks.plausibility.evidence import PointEvidence
from benchmarks.plausibility.finding import Finding
from benchmarks.plausibility.speculation import speculation_of
from benchmarks.plausibility.weights import Weights, weights_of

VERSION: Final = "1"
"""Rises with every change of a rule or a limit; it is in the event of each verdict."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """The verdict on a run, with everything that led to it."""

    verdict: Verdict
    reason_codes: tuple[str, ...]
    """Each once, in the order found; empty for an accepted run."""
    findings: tuple[Finding, ...]
    """Why it is quarantined; also kept when the run is void."""
    void_points: tuple[tuple[str, str], ...]
    """Key and code of each point that does not count, in an accepted run as well."""
    unchecked: tuple[str, ...]
    """Rules that could not be asked, and why, in words."""


def assess(
    report: Report | None,
    points: Sequence[PointEvidence],
    manifest: Manifest,
    *,
    known_greedy_sha256: Collection[str] = (),
) -> Assessment:
    """Judge a run: void when no point counts, quarantined when any rule finds something.

    `report` is None for the output of another tool. A void point is not held against the others,
    and no rule drops anything: what is quarantined stays visible to its owner and a moderator.
    """
    void = tuple((point.key, point.voided) for point in points if point.voided is not None)
    counting = [point for point in points if point.voided is None]
    unchecked: list[str] = []
    findings = tuple(_findings(report, counting, manifest, known_greedy_sha256, unchecked))
    if not counting:
        verdict: Verdict = "void"
        codes = _once(code for _, code in void) or ("no_points",)
    else:
        verdict = "quarantined" if findings else "accepted"
        codes = _once(finding.code for finding in findings)
    return Assessment(
        verdict=verdict,
        reason_codes=codes,
        findings=findings,
        void_points=void,
        unchecked=tuple(unchecked),
    )


def _findings(
    report: Report | None,
    points: Sequence[PointEvidence],
    manifest: Manifest,
    known_greedy_sha256: Collection[str],
    unchecked: list[str],
) -> Iterator[Finding]:
    speculation = speculation_of(manifest)
    hardware = capability(
        None if report is None else report.environment.machine,
        nodes=manifest.recipe.nodes if report is None else report.environment.node_count,
        slug=manifest.recipe.hardware,
    )
    yield from session_rules.synthetic_speculation(
        manifest, report, speculation, known_greedy_sha256
    )
    if report is not None:
        yield from session_rules.self_test_failed(report)
        yield from session_rules.canary_failed(report)
        yield from account_rules.report_backwards(report)
    known = hardware if isinstance(hardware, Capability) else None
    for point in points:
        yield from speed_rules.ttft_zero(point)
        yield from speed_rules.ttft_too_long(point)
        yield from speed_rules.burst(point)
        yield from speed_rules.aggregate(point)
        yield from account_rules.time_backwards(point)
        yield from account_rules.usage_mismatch(point, speculation)
        yield from account_rules.impossible_energy(point, known)
    yield from speed_rules.superlinear(points)
    weights = weights_of(manifest.recipe)
    if isinstance(hardware, str) or isinstance(weights, str):
        unchecked += [f"memory bandwidth: {why}" for why in _words(weights, hardware)]
        return
    for point in points:
        yield from speed_rules.bandwidth_roofline(point, weights, hardware, speculation)
        yield from speed_rules.compute_roofline(point, weights, hardware)


def _words(weights: Weights | str, hardware: Capability | str) -> list[str]:
    return [value for value in (weights, hardware) if isinstance(value, str)]


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
