"""What the session around the points tells: the ruler, the known answer, faked speculation."""

from collections.abc import Collection, Iterator
from typing import Final

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Report
from arena_runner.contract.speculation import faked_acceptance
from benchmarks.plausibility.finding import Finding
from benchmarks.plausibility.speculation import Speculation

MOST_SELF_TEST_ERROR: Final = 0.05


def self_test_errors(report: Report) -> tuple[float, float] | None:
    """Return the relative errors of the self-test: time to first token, and token rate."""
    test = report.self_test
    if test is None:
        return None
    return (
        abs(test.ttft_measured_ms - test.ttft_true_ms) / test.ttft_true_ms,
        abs(test.rate_measured_tokens_per_second - test.rate_true_tokens_per_second)
        / test.rate_true_tokens_per_second,
    )


def self_test_failed(report: Report) -> Iterator[Finding]:
    """The load generator measures a server of known speed within 5 %."""
    errors = self_test_errors(report)
    if errors is None or max(errors) <= MOST_SELF_TEST_ERROR:
        return
    yield Finding(
        code="self_test_failed",
        message=f"Against the server of known speed the time to first token was off by"
        f" {errors[0]:.1%} and the token rate by {errors[1]:.1%}; at most"
        f" {MOST_SELF_TEST_ERROR:.0%} are allowed.",
    )


def canary_failed(report: Report) -> Iterator[Finding]:
    """The model answers a question with a known answer."""
    if report.canary is not None and not report.canary.passed:
        yield Finding(
            code="canary_failed",
            message="The model did not give the known answer: what is fast may be no model.",
        )


def synthetic_speculation(
    manifest: Manifest,
    report: Report | None,
    speculation: Speculation,
    known_greedy_sha256: Collection[str],
) -> Iterator[Finding]:
    """No switch fakes the acceptance of drafts, and greedy text is what others get.

    Real speculation leaves the greedy text of a model as it is; faked acceptance changes it. The
    caller gives the hashes of other runs with the same weights, quantization, hardware, engine and
    engine version, since rounding differs between those. Without a known hash nothing is said.
    """
    flag = faked_acceptance(manifest.engine_argv, manifest.recipe.env)
    if flag is None:
        defaults = [f"--{name}={value}" for name, value in manifest.recipe.defaults.items()]
        flag = faked_acceptance(defaults, {})
    if flag is not None:
        yield Finding(
            code="synthetic_speculation",
            message=f"{flag} accepts drafted tokens without asking the model.",
        )
        return
    canary = None if report is None else report.canary
    if canary is None or canary.greedy_sha256 is None or not known_greedy_sha256:
        return
    may_speculate = speculation.is_declared or not speculation.is_known
    if may_speculate and canary.greedy_sha256 not in known_greedy_sha256:
        yield Finding(
            code="synthetic_speculation",
            message=f"The greedy text {canary.greedy_sha256[:12]} is in none of"
            f" {len(known_greedy_sha256)} other runs of these weights on this engine; real"
            " speculation does not change it.",
        )
