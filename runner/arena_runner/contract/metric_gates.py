"""Why a point does not count, and what a reader of its numbers must know beside them."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from arena_runner.contract import statistics
from arena_runner.contract.profile import OpenLoad, Point
from arena_runner.contract.request_times import came_in_bursts, disorder, tokens_of
from arena_runner.contract.samples import Sample

MAX_SEND_LAG_P99_MS: Final = 50.0
MAX_ERROR_RATE: Final = 0.01
MIN_OUTPUT_SHARE: Final = 0.99
"""Of the tokens that were wanted from a server told to ignore the end of the text."""
MIN_RATE_SHARE: Final = 0.95
MAX_USAGE_DIFFERENCE: Final = 0.02
MAX_RELATIVE_SPREAD: Final = 0.02
MANY_TOKENS_PER_CHUNK: Final = 1.05
MIN_RUNS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing to know: a stable code, the metric it bears on, and a sentence with numbers."""

    code: str
    message: str
    metric: str | None = None


def departure_lag_p99_ms(point: Point, samples: Iterable[Sample]) -> float:
    """Return how late requests left, p99 in milliseconds; 0 for loads without a schedule.

    Waiting for the client-side cap that the point itself states is not lateness: a request is due
    when its time has come and fewer than the cap are in flight. Connecting is in it, so a far or
    stalled server makes requests leave late too; the client's own share is what it reports.
    """
    load = point.load
    if not isinstance(load, OpenLoad):
        return 0.0
    lags: list[float] = []
    for _, rows in _by_run(samples):
        lags += _lags_ms(rows, load.max_concurrency)
    return statistics.percentile(sorted(lags), 99) if lags else 0.0


def voided(
    point: Point, samples: Sequence[Sample], send_lag_ms: float | None = None
) -> Notice | None:
    """Return why a point measured nothing that could count; None when it counts.

    `send_lag_ms` is the client's own p99, without the time in which it connected.
    """
    if not samples:
        return Notice(code="no_samples", message="No request was measured.")
    if send_lag_ms is not None and send_lag_ms > MAX_SEND_LAG_P99_MS:
        return Notice(
            code="client_bottleneck",
            message=f"The client sent {send_lag_ms:.1f} ms late at p99; at most"
            f" {MAX_SEND_LAG_P99_MS:.0f} ms are allowed.",
        )
    failed = sum(is_failed(sample) for sample in samples)
    if failed > MAX_ERROR_RATE * len(samples):
        return Notice(
            code="error_rate",
            message=f"{failed} of {len(samples)} requests failed ({failed / len(samples):.1%});"
            f" at most {MAX_ERROR_RATE:.0%} may.",
        )
    return _short_output(point, samples)


def is_failed(sample: Sample) -> bool:
    """Tell whether a request gave no answer: an error, or no content at all."""
    return sample.error is not None or sample.first_content_ns is None


def notices(point: Point, samples: Sequence[Sample], *, prefix_caching: str) -> tuple[Notice, ...]:
    """Return what the samples show that does not void the point."""
    answered = [sample for sample in samples if not is_failed(sample)]
    found = [
        _time_backwards(samples),
        _usage_source(answered),
        _usage_mismatch(answered),
        _cached(point, answered) if prefix_caching == "off" else None,
        _grouped(answered),
        _bursts(answered),
        _few_runs(point, samples),
        _late(point, samples),
    ]
    return tuple(notice for notice in found if notice is not None)


def _by_run(samples: Iterable[Sample]) -> list[tuple[int, list[Sample]]]:
    runs: dict[int, list[Sample]] = {}
    for sample in samples:
        runs.setdefault(sample.run, []).append(sample)
    return sorted(runs.items())


def _lags_ms(rows: Sequence[Sample], cap: int | None) -> list[float]:
    """Return the lag of each sent request of one run, in milliseconds."""
    lags = []
    in_flight: list[int] = []
    sent = [(row.sent_ns, row) for row in rows if row.sent_ns is not None]
    for sent_ns, row in sorted(sent, key=lambda pair: pair[0]):
        freed_ns = heapq.heappop(in_flight) if cap and len(in_flight) >= cap else 0
        lags.append(max(0.0, (sent_ns - max(row.scheduled_ns, freed_ns)) / 1_000_000))
        heapq.heappush(in_flight, row.end_ns if row.end_ns is not None else sent_ns)
    return lags


def _short_output(point: Point, samples: Sequence[Sample]) -> Notice | None:
    if not point.ignore_eos:
        return None
    pairs = [
        (tokens, sample.output_tokens_wanted)
        for sample in samples
        if not is_failed(sample) and (tokens := tokens_of(sample)) is not None
        if sample.output_tokens_wanted is not None
    ]
    got, wanted = sum(got for got, _ in pairs), sum(wanted for _, wanted in pairs)
    if got >= MIN_OUTPUT_SHARE * wanted:
        return None
    return Notice(
        code="short_output",
        message=f"The server was to ignore the end of the text, but gave {got} of {wanted}"
        " output tokens.",
    )


def _time_backwards(samples: Iterable[Sample]) -> Notice | None:
    found = [(sample, reason) for sample in samples if (reason := disorder(sample)) is not None]
    if not found:
        return None
    first, reason = found[0]
    return Notice(
        code="time_backwards",
        message=f"{len(found)} samples contradict themselves, first run {first.run} request"
        f" {first.index}: {reason}.",
    )


def _usage_source(answered: Sequence[Sample]) -> Notice | None:
    unstated = sum(sample.output_tokens is None for sample in answered)
    if not unstated:
        return None
    return Notice(
        code="usage_missing",
        message=f"The server stated no usage for {unstated} of {len(answered)} answers; their"
        " tokens are counted on this side or, without a tokenizer, unknown.",
    )


def _usage_mismatch(answered: Sequence[Sample]) -> Notice | None:
    pairs = [
        (sample.output_tokens, sample.counted_output_tokens)
        for sample in answered
        if sample.output_tokens is not None and sample.counted_output_tokens is not None
    ]
    stated = sum(stated for stated, _ in pairs)
    counted = sum(counted for _, counted in pairs)
    if abs(stated - counted) <= MAX_USAGE_DIFFERENCE * counted:
        return None
    return Notice(
        code="usage_mismatch",
        message=f"The server states {stated} output tokens, the tokenizer on this side counts"
        f" {counted}.",
    )


def _cached(point: Point, answered: Sequence[Sample]) -> Notice | None:
    cached = sum(sample.cached_tokens or 0 for sample in answered)
    if not cached or point.load.kind == "replay":
        return None
    prompts = sum(sample.prompt_tokens or 0 for sample in answered)
    return Notice(
        code="cached_tokens",
        message=f"{cached} of {prompts} prompt tokens came from the prefix cache in a cold test.",
    )


def _grouped(answered: Sequence[Sample]) -> Notice | None:
    known = [(tokens, s.content_chunks) for s in answered if (tokens := tokens_of(s))]
    chunks = sum(chunks for _, chunks in known)
    if not chunks:
        return None
    per_chunk = sum(tokens for tokens, _ in known) / chunks
    if per_chunk <= MANY_TOKENS_PER_CHUNK:
        return None
    return Notice(
        code="tokens_per_chunk",
        message=f"A chunk holds {per_chunk:.2f} tokens on average, so gaps are those of chunks and"
        " decode speed is overstated by chunk_bias.",
        metric="decode_tokens_per_second",
    )


def _bursts(answered: Sequence[Sample]) -> Notice | None:
    bursts = sum(map(came_in_bursts, answered))
    if not bursts:
        return None
    return Notice(
        code="tokens_in_bursts",
        message=f"{bursts} of {len(answered)} answers came in bursts, most chunks together with the"
        " one before; they say nothing of the pace, so decode speed leaves them out.",
        metric="decode_tokens_per_second",
    )


def _few_runs(point: Point, samples: Iterable[Sample]) -> Notice | None:
    runs = len({sample.run for sample in samples})
    if runs >= MIN_RUNS:
        return None
    return Notice(
        code="fewer_than_3_runs",
        message=f"{runs} of {point.runs} planned runs: spread and interval want at least"
        f" {MIN_RUNS}.",
    )


def _late(point: Point, samples: Sequence[Sample]) -> Notice | None:
    lag_ms = departure_lag_p99_ms(point, samples)
    if lag_ms <= MAX_SEND_LAG_P99_MS:
        return None
    return Notice(
        code="late_departure",
        message=f"Requests left {lag_ms:.1f} ms after they were due, at p99: the client or the"
        " way to the server was slow. Latency counts from the schedule all the same.",
    )
