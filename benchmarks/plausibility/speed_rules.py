"""Speeds that the hardware, or arithmetic alone, does not allow."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from benchmarks.hardware import Capability
from benchmarks.plausibility.evidence import PointEvidence
from benchmarks.plausibility.finding import Finding
from benchmarks.plausibility.speculation import Speculation
from benchmarks.plausibility.weights import Weights

BANDWIDTH_SLACK: Final = 1.2
"""For rows of an embedding that are not read, rounded sizes, and memory run above its rating."""
SMALLEST_WEIGHTS_BYTES: Final = 1_000_000_000
"""Below, a large cache may hold the weights, and the memory is no bound."""
COMPUTE_SLACK: Final = 1.1
SHORTEST_TTFT_MS: Final = 0.01
"""One pass of an event loop takes longer; 0.03 ms has been seen of a toy model over loopback."""
BURST_TOKENS_PER_SECOND: Final = 10_000.0
"""No published stream of a large language model comes near it; toy models do, after no wait."""
BURST_WAIT_MS: Final = 200.0
BURST_WAIT_SHARE: Final = 20.0
PATIENCE_MS: Final = 10_000.0
"""A first token so late is never questioned: it may wait for a queue or a cold disk."""
PATIENCE_WITHOUT_PROMPT_MS: Final = 60_000.0
AGGREGATE_SLACK: Final = 1.1
_SYSTEM: Final = "system_tokens_per_second"


def bandwidth_roofline(
    point: PointEvidence, weights: Weights, hardware: Capability, speculation: Speculation
) -> Iterator[Finding]:
    """Bytes of active weights x tokens per second of one stream <= bandwidth x nodes.

    Each token of a stream needs one pass over the active weights, in whatever batch the stream
    runs, so the bound holds at every concurrency. Speculation gives several tokens a pass. The
    cache of keys and values is left out, which favours the runner.
    """
    decode = point.values.get("decode_tokens_per_second")
    read = weights.bytes_per_token
    if decode is None or read < SMALLEST_WEIGHTS_BYTES:
        return
    needed = read * decode / speculation.tokens_per_pass
    allowed = hardware.bandwidth_bytes_per_second * BANDWIDTH_SLACK
    if needed > allowed:
        most = allowed * speculation.tokens_per_pass / read
        yield Finding(
            code="bandwidth_roofline",
            point_key=point.key,
            message=f"{decode:.2f} tok/s x {read / 1e9:.1f} GB of active weights"
            f" ({weights.source}) / {speculation.tokens_per_pass:g} tokens a pass ="
            f" {needed / 1e12:.2f} TB/s, but {hardware.description} has"
            f" {hardware.bandwidth_bytes_per_second / 1e12:.2f} TB/s: with"
            f" {BANDWIDTH_SLACK - 1:.0%} in favour of the runner at most {most:.1f} tok/s.",
        )


def compute_roofline(
    point: PointEvidence, weights: Weights, hardware: Capability
) -> Iterator[Finding]:
    """Two operations a parameter and prompt token <= peak operations per second x nodes."""
    prefill = point.values.get("prefill_tokens_per_second")
    peak = hardware.peak_operations_per_second
    if prefill is None or peak is None:
        return
    needed = 2 * weights.active_parameters * prefill
    if needed > peak * COMPUTE_SLACK:
        yield Finding(
            code="compute_roofline",
            point_key=point.key,
            message=f"2 x {weights.active_parameters / 1e9:.1f} billion active parameters x"
            f" {prefill:.0f} prompt tok/s = {needed / 1e15:.2f} P operations/s, but"
            f" {hardware.description} has {peak / 1e15:.2f} at its lowest precision.",
        )


def ttft_zero(point: PointEvidence) -> Iterator[Finding]:
    """No answer is there when its question has just been sent."""
    waited = _from_send(point)
    if waited is not None and waited < SHORTEST_TTFT_MS:
        yield Finding(
            code="ttft_zero",
            point_key=point.key,
            message=f"The median first token came {waited:g} ms after sending; even over a loopback"
            f" connection it takes more than {SHORTEST_TTFT_MS} ms. It was not measured.",
        )


def ttft_too_long(point: PointEvidence) -> Iterator[Finding]:
    """Reading a prompt is never slower than writing it token by token.

    Applies to one stream, where no queue explains the wait: time to first token <= prompt tokens /
    decode speed. A longer wait is a model that loads, or an answer that was not streamed and whose
    whole duration was taken for its first token.
    """
    waited = _middle(point, "ttft_ms")
    decode = point.values.get("decode_tokens_per_second")
    if waited is None or not decode or point.concurrency != 1:
        return
    if point.input_tokens is None:
        allowed, why = PATIENCE_WITHOUT_PROMPT_MS, "without a known prompt"
    else:
        allowed = max(PATIENCE_MS, point.input_tokens / decode * 1_000)
        why = f"to read {point.input_tokens} tokens at {decode:.1f} tok/s"
    if waited > allowed:
        yield Finding(
            code="ttft_too_long",
            point_key=point.key,
            message=f"The first token came after {waited / 1_000:.1f} s; {why} it takes at most"
            f" {allowed / 1_000:.1f} s, since a prompt is read faster than an answer is written.",
        )


def burst(point: PointEvidence) -> Iterator[Finding]:
    """An answer that was held back and then came in one piece has no decode speed.

    Above 10,000 tok/s, the wait for the first token is at most 200 ms, or 20 times as long as all
    the others took. Where parameters and hardware are known, the bandwidth is the sharper bound.
    """
    decode = point.values.get("decode_tokens_per_second")
    waited = _from_send(point)
    if decode is None or waited is None or decode <= BURST_TOKENS_PER_SECOND:
        return
    took_ms = ((point.output_tokens or 1) - 1) / decode * 1_000
    if waited > max(BURST_WAIT_MS, BURST_WAIT_SHARE * took_ms):
        yield Finding(
            code="batch_artefact",
            point_key=point.key,
            message=f"{decode:.0f} tok/s in one stream, {took_ms:.1f} ms for all tokens after a"
            f" wait of {waited:.0f} ms: the answer was held back and came in one piece, so the time"
            " between first and last token says nothing.",
        )


def aggregate(point: PointEvidence) -> Iterator[Finding]:
    """Throughput <= requests in flight x tokens of each / time that each takes (Little's law).

    Speed of one request times concurrency ignores that requests wait for each other. Asked of
    claims only: a throughput that is computed from samples obeys the law whatever they say.
    """
    if point.counts is not None:
        return
    system = point.values.get(_SYSTEM)
    decode = point.values.get("decode_tokens_per_second")
    waited = _middle(point, "ttft_ms")
    tokens, flights = point.output_tokens, point.concurrency
    if system is None or not decode or waited is None or not tokens or not flights:
        return
    takes_s = waited / 1_000 + (tokens - 1) / decode
    most = flights * tokens / takes_s if takes_s > 0 else 0.0
    if most and system > AGGREGATE_SLACK * most:
        yield Finding(
            code="batch_artefact",
            point_key=point.key,
            message=f"{system:.1f} tok/s for the system, but {flights} requests of {tokens} tokens,"
            f" each taking {takes_s:.2f} s, give {most:.1f}. Speed of one request x concurrency is"
            f" {decode * flights:.0f}: that is no throughput.",
        )


def superlinear(points: Sequence[PointEvidence]) -> Iterator[Finding]:
    """More requests at once share one machine: throughput grows at most as their number.

    Twice the spread between the runs of either point is allowed for.
    """
    for fewer, more in combinations(sorted(points, key=lambda point: point.concurrency or 0), 2):
        if fewer.prompt != more.prompt or not fewer.concurrency or not more.concurrency:
            continue
        low, high = fewer.values.get(_SYSTEM), more.values.get(_SYSTEM)
        growth = more.concurrency / fewer.concurrency
        spread = 1 + 2 * (fewer.relative_sd.get(_SYSTEM, 0) + more.relative_sd.get(_SYSTEM, 0))
        if not low or high is None or growth <= 1:
            continue
        if high <= AGGREGATE_SLACK * growth * low * spread:
            continue
        yield Finding(
            code="batch_artefact",
            point_key=more.key,
            message=f"{high:.1f} tok/s at {more.concurrency} requests is {high / low:.2f} times the"
            f" {low:.1f} at {fewer.concurrency}: more than {growth:g} times as many can give."
            " One of the two needs another run.",
        )


def _from_send(point: PointEvidence) -> float | None:
    waited = _middle(point, "ttft_from_send_ms")
    return _middle(point, "ttft_ms") if waited is None else waited


def _middle(point: PointEvidence, name: str) -> float | None:
    middle = point.values.get(f"{name}_p50")
    return point.values.get(f"{name}_mean") if middle is None else middle
