"""Accounts that contradict themselves: of time, of tokens, of energy."""

from collections.abc import Iterator
from typing import Final

from arena_runner.contract.report import Report
from benchmarks.hardware import Capability
from benchmarks.plausibility.evidence import PointEvidence
from benchmarks.plausibility.finding import Finding
from benchmarks.plausibility.speculation import Speculation

CLOCK_SLACK_S: Final = 2.0
MOST_COUNT_DIFFERENCE: Final = 0.10
"""Between usage and tokenizer: text that is cut into tokens again does not give quite the same."""
MOST_TOKENS_PER_CHUNK: Final = 4.0
"""Beyond speculation: engines hold back half letters, and group tokens when a reader is slow."""
POWER_SLACK: Final = 1.5
WALL_POWER_SLACK: Final = 3.0
"""At the wall the rest of the machine and its power supply are in the figure too."""
LEAST_POWER_SHARE: Final = 0.02
"""Of the rated power: idle GPUs draw more."""


def time_backwards(point: PointEvidence) -> Iterator[Finding]:
    """Clocks of one process do not run backwards, and samples end before their point does."""
    if point.disorder is not None:
        yield Finding(
            code="time_backwards",
            point_key=point.key,
            message=f"A sample contradicts itself: {point.disorder}.",
        )
    span, wall = point.samples_span_s, point.wall_s
    if wall is not None and wall < 0:
        yield Finding(
            code="time_backwards",
            point_key=point.key,
            message=f"The point finished {-wall:.1f} s before it started.",
        )
    elif span is not None and wall is not None and span > wall + CLOCK_SLACK_S:
        yield Finding(
            code="time_backwards",
            point_key=point.key,
            message=f"Its samples go on for {span:.1f} s, the point took {wall:.1f} s.",
        )


def report_backwards(report: Report) -> Iterator[Finding]:
    """A run and its points have an order in time."""
    if report.finished_at < report.started_at:
        yield Finding(code="time_backwards", message="The run finished before it started.")
    for point in report.points:
        if point.started_at < report.started_at or point.finished_at > report.finished_at:
            yield Finding(
                code="time_backwards",
                point_key=point.key,
                message="The point was not measured between start and finish of the run.",
            )


def usage_mismatch(point: PointEvidence, speculation: Speculation) -> Iterator[Finding]:
    """The tokens that the server bills are those that it streamed."""
    counts = point.counts
    if counts is None:
        return
    stated, counted = counts.counted_stated_tokens, counts.counted_tokens
    if abs(stated - counted) > MOST_COUNT_DIFFERENCE * max(counted, 1):
        yield Finding(
            code="usage_mismatch",
            point_key=point.key,
            message=f"The server states {stated} output tokens, its text has {counted}:"
            f" {abs(stated - counted) / max(counted, 1):.0%} apart.",
        )
        return
    if counts.content_chunks > counts.stated_tokens * (1 + MOST_COUNT_DIFFERENCE):
        yield Finding(
            code="usage_mismatch",
            point_key=point.key,
            message=f"{counts.content_chunks} chunks with content, but only"
            f" {counts.stated_tokens} tokens stated: a chunk holds one token at least.",
        )
    most = MOST_TOKENS_PER_CHUNK * speculation.tokens_per_pass
    if not counted and counts.stated_tokens > most * counts.content_chunks:
        yield Finding(
            code="usage_mismatch",
            point_key=point.key,
            message=f"{counts.stated_tokens} tokens stated, streamed in {counts.content_chunks}"
            f" chunks: more than {most:g} a chunk, which no setting of this job explains.",
        )


def impossible_energy(point: PointEvidence, hardware: Capability | None) -> Iterator[Finding]:
    """Mean power lies between a share of the rated power and a multiple of it."""
    telemetry = point.telemetry
    if telemetry is None or telemetry.energy_joules is None:
        return
    if telemetry.energy_joules == 0:
        yield Finding(
            code="impossible_energy", point_key=point.key, message="The point used no energy."
        )
        return
    if hardware is None or hardware.tdp_watts is None or not point.wall_s or point.wall_s < 0:
        return
    watts = telemetry.energy_joules / point.wall_s
    slack = WALL_POWER_SLACK if telemetry.power_scope == "wall" else POWER_SLACK
    least, most = LEAST_POWER_SHARE * hardware.tdp_watts, slack * hardware.tdp_watts
    if not least <= watts <= most:
        yield Finding(
            code="impossible_energy",
            point_key=point.key,
            message=f"{telemetry.energy_joules:.0f} J in {point.wall_s:.0f} s are {watts:.1f} W;"
            f" {hardware.description}, rated {hardware.tdp_watts:.0f} W, draws between"
            f" {least:.0f} and {most:.0f} W ({telemetry.power_scope or 'scope unknown'}).",
        )
