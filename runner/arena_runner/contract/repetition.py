"""One repetition of a point, and what can be said of it as a whole: rates over its wall window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from arena_runner.contract import statistics
from arena_runner.contract.metric_gates import is_failed
from arena_runner.contract.profile import OpenLoad, Point, SyntheticPrompt
from arena_runner.contract.request_times import Request, request_of, tokens_of
from arena_runner.contract.samples import Sample

_NS_PER_S: Final = 1_000_000_000
_TRIM: Final = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """Its samples, its answered requests, and how long it took on the wall, in seconds."""

    samples: tuple[Sample, ...]
    requests: tuple[Request, ...]
    window_s: float

    def values(self, name: str) -> list[float]:
        """Return a quantity of each answered request that has it."""
        found = (getattr(request, name) for request in self.requests)
        return [value for value in found if value is not None]

    def mean(self, name: str) -> float | None:
        """Return the mean of a quantity over the requests that have it."""
        values = self.values(name)
        return statistics.mean(values) if values else None

    def system_tokens_per_second(self) -> float | None:
        """Tokens over the wall window: never the speed of one request times the concurrency."""
        if self.window_s <= 0 or any(request.tokens is None for request in self.requests):
            return None
        return sum(request.tokens or 0 for request in self.requests) / self.window_s

    def goodput_per_second(self, limit_ms: int) -> float | None:
        """Requests whose first token came within the limit, over the wall window."""
        if self.window_s <= 0:
            return None
        return sum(request.ttft_ms <= limit_ms for request in self.requests) / self.window_s

    def completed_per_second(self) -> float | None:
        """Completed requests over the wall window."""
        return len(self.requests) / self.window_s if self.window_s > 0 else None

    def completed_per_second_steady(self) -> float | None:
        """Rate of completions, 5 % of them off each end: what the arrivals are held against."""
        return _steady_rate([request.done_ns for request in self.requests])

    def offered_per_second(self) -> float | None:
        """Rate of arrivals as scheduled, 5 % of them off each end."""
        return _steady_rate([sample.scheduled_ns for sample in self.samples])

    def error_rate(self) -> float:
        """Share of requests that gave no answer."""
        return sum(map(is_failed, self.samples)) / len(self.samples)

    def timeout_rate(self) -> float:
        """Share of requests that timed out."""
        return sum(sample.error == "timeout" for sample in self.samples) / len(self.samples)

    def tokens_per_chunk(self) -> float | None:
        """Output tokens over content chunks, over all answers."""
        tokens, chunks, _ = self._grouping()
        return tokens / chunks if chunks and tokens else None

    def chunk_bias(self) -> float | None:
        """(n - 1) / (n - k) with the mean answer n and the tokens k of its first chunk.

        Decode speed counts n - 1 tokens after the first chunk, in which there really are n - k.
        """
        tokens, chunks, answers = self._grouping()
        if not chunks or not answers:
            return None
        held, length = max(1.0, tokens / chunks), tokens / answers
        return (length - 1) / (length - held) if length > held else None

    def _grouping(self) -> tuple[int, int, int]:
        known = [
            (tokens, sample.content_chunks)
            for sample in self.samples
            if not is_failed(sample) and (tokens := tokens_of(sample))
        ]
        return sum(n for n, _ in known), sum(chunks for _, chunks in known), len(known)


def repetitions(point: Point, samples: Iterable[Sample]) -> list[Repetition]:
    """Return the repetitions that samples belong to, in order."""
    by_run: dict[int, list[Sample]] = {}
    for sample in samples:
        by_run.setdefault(sample.run, []).append(sample)
    prompt = point.prompt
    cold = isinstance(prompt, SyntheticPrompt) and not prompt.context_tokens
    from_schedule = isinstance(point.load, OpenLoad)
    return [
        Repetition(
            samples=tuple(rows),
            requests=tuple(
                request
                for row in rows
                if (request := request_of(row, from_schedule=from_schedule, cold=cold)) is not None
            ),
            window_s=_window_s(rows, from_schedule=from_schedule),
        )
        for _, rows in sorted(by_run.items())
    ]


def _window_s(rows: Iterable[Sample], *, from_schedule: bool) -> float:
    """Return the time from the first request due (or sent) to the end of the last answer."""
    starts, ends = [], []
    for row in rows:
        start = row.scheduled_ns if from_schedule or row.sent_ns is None else row.sent_ns
        end = row.end_ns if row.last_content_ns is None else row.last_content_ns
        starts.append(start)
        ends.append(start if end is None else end)
    return (max(ends) - min(starts)) / _NS_PER_S


def _steady_rate(times_ns: Sequence[int]) -> float | None:
    """Return events per second between the 5th and the 95th percentile of their times.

    Over the whole window one long answer at the end of a short run would count as a slow server.
    """
    ordered = sorted(times_ns)
    cut = int(_TRIM * len(ordered))
    kept = ordered[cut : len(ordered) - cut]
    if len(kept) < 2 or kept[-1] <= kept[0]:
        return None
    return (len(kept) - 1) * _NS_PER_S / (kept[-1] - kept[0])
