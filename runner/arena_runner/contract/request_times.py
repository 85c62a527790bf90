"""What one raw sample says of one request: its latencies and rates, or why it says nothing."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arena_runner.contract.samples import Sample

_NS_PER_MS: Final = 1_000_000
_NS_PER_S: Final = 1_000_000_000
_ORDER: Final = (
    "scheduled_ns",
    "sent_ns",
    "first_chunk_ns",
    "first_content_ns",
    "last_content_ns",
    "end_ns",
)
_EARLY_NS: Final = 2 * _NS_PER_MS
"""A timer may fire so much before its time: event loops count in whole milliseconds."""

_MIN_GAPS: Final = 8
"""Of fewer chunks a burst is no sign of anything."""

_GAP_SLACK_US: Final = 1.0
"""Each gap is rounded to a microsecond, so their sum may be off by half of one for each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request that was answered, in milliseconds and per second. None for what is not known."""

    ttft_ms: float
    """From the scheduled time in open load, from the last byte sent otherwise."""
    ttft_from_send_ms: float
    queue_ms: float
    """From scheduled to sent: waiting on this side."""
    e2e_ms: float
    """From where ttft_ms starts to the last content."""
    tokens: int | None
    """Output tokens by the server's usage, else by the tokenizer on this side."""
    tpot_ms: float | None
    """(last - first) / (n - 1)."""
    decode_tokens_per_second: float | None
    """(n - 1) / (last - first)."""
    prefill_tokens_per_second: float | None
    """Prompt tokens that were not cached, over the time from sent to first content."""
    gaps_us: tuple[int, ...]
    done_ns: int


def request_of(sample: Sample, *, from_schedule: bool, cold: bool) -> Request | None:
    """Return what a sample measures; None for a request that failed or whose times disagree.

    `cold` tells that a prompt is unique, so that an unstated count of cached tokens means none.
    """
    sent, first, last = sample.sent_ns, sample.first_content_ns, sample.last_content_ns
    if sample.error is not None or sent is None or first is None or last is None:
        return None
    if disorder(sample) is not None:
        return None
    start = min(sample.scheduled_ns, sent) if from_schedule else sent
    tokens = tokens_of(sample)
    has_pace = tokens is not None and tokens > 1 and last > first and not came_in_bursts(sample)
    gaps = tokens - 1 if tokens is not None and has_pace else None
    return Request(
        ttft_ms=(first - start) / _NS_PER_MS,
        ttft_from_send_ms=(first - sent) / _NS_PER_MS,
        queue_ms=max(0, sent - sample.scheduled_ns) / _NS_PER_MS,
        e2e_ms=(last - start) / _NS_PER_MS,
        tokens=tokens,
        tpot_ms=None if gaps is None else (last - first) / _NS_PER_MS / gaps,
        decode_tokens_per_second=None if gaps is None else gaps * _NS_PER_S / (last - first),
        prefill_tokens_per_second=_prefill(sample, first - sent, cold=cold),
        gaps_us=sample.gaps_us,
        done_ns=last,
    )


def tokens_of(sample: Sample) -> int | None:
    """Return the output tokens: by the server's usage, else as counted on this side, else None."""
    return sample.counted_output_tokens if sample.output_tokens is None else sample.output_tokens


def came_in_bursts(sample: Sample) -> bool:
    """Tell whether most chunks arrived together with the one before, in one read of the socket.

    Then something held them back on the way (a proxy, a busy machine), and the time from first to
    last is that of the delivery, not of the model.
    """
    together = sum(gap == 0 for gap in sample.gaps_us)
    return len(sample.gaps_us) >= _MIN_GAPS and 2 * together > len(sample.gaps_us)


def disorder(sample: Sample) -> str | None:
    """Return what contradicts itself in a sample, in words; None for nothing.

    Clocks of one process never run backwards, so a time before its predecessor was not measured.
    """
    seen = [(name, value) for name in _ORDER if (value := getattr(sample, name)) is not None]
    for (before, earlier), (after, later) in pairwise(seen):
        if later < earlier - (_EARLY_NS if before == "scheduled_ns" else 0):
            return f"{after} {later} is before {before} {earlier}"
    return _disorder_of_gaps(sample)


def _disorder_of_gaps(sample: Sample) -> str | None:
    first, last = sample.first_content_ns, sample.last_content_ns
    if (first is None) != (last is None):
        return "one of first_content_ns and last_content_ns is missing"
    if (first is None) != (sample.content_chunks == 0):
        return f"{sample.content_chunks} content chunks and first_content_ns {first}"
    if not sample.gaps_us or first is None or last is None:
        return None
    if len(sample.gaps_us) != sample.content_chunks - 1:
        return f"{len(sample.gaps_us)} gaps between {sample.content_chunks} content chunks"
    span_us = (last - first) / 1_000
    slack_us = 1 + _GAP_SLACK_US * len(sample.gaps_us)
    if abs(sum(sample.gaps_us) - span_us) > slack_us:
        return f"gaps of {sum(sample.gaps_us)} us in all, but {span_us:.0f} us of content"
    return None


def _prefill(sample: Sample, wait_ns: int, *, cold: bool) -> float | None:
    cached = 0 if sample.cached_tokens is None and cold else sample.cached_tokens
    if sample.prompt_tokens is None or cached is None or wait_ns <= 0:
        return None
    read = sample.prompt_tokens - cached
    return read * _NS_PER_S / wait_ns if read > 0 else None
