"""Synthetic samples of servers whose every time is known."""

from collections.abc import Sequence

from arena_runner.contract.profile import (
    ClosedLoad,
    Load,
    LockstepLoad,
    OpenLoad,
    Point,
    SyntheticPrompt,
)
from arena_runner.contract.samples import Sample

MS = 1_000_000


def answer(
    *,
    run: int = 0,
    index: int = 0,
    scheduled_ms: float = 0.0,
    sent_ms: float | None = None,
    ttft_ms: float = 200.0,
    gap_ms: float = 20.0,
    tokens: int = 51,
    tokens_per_chunk: int = 1,
    prompt_tokens: int = 100,
    cached_tokens: int | None = 0,
    counted: int | None = None,
    wanted: int | None = None,
) -> Sample:
    """Return an answer whose first token comes `ttft_ms` after sending, then evenly."""
    sent = scheduled_ms if sent_ms is None else sent_ms
    first_ns = round((sent + ttft_ms) * MS)
    chunks = -(-tokens // tokens_per_chunk)
    gap_us = round(gap_ms * tokens_per_chunk * 1_000)
    last_ns = first_ns + (chunks - 1) * gap_us * 1_000
    return Sample(
        run=run,
        index=index,
        scheduled_ns=round(scheduled_ms * MS),
        sent_ns=round(sent * MS),
        first_chunk_ns=first_ns,
        first_content_ns=first_ns,
        last_content_ns=last_ns,
        end_ns=last_ns + MS,
        content_chunks=chunks,
        gaps_us=(gap_us,) * (chunks - 1),
        prompt_tokens=prompt_tokens,
        cached_tokens=cached_tokens,
        output_tokens=tokens,
        counted_output_tokens=counted,
        output_tokens_wanted=tokens if wanted is None else wanted,
        http_status=200,
        finish_reason="length",
    )


def failure(*, run: int = 0, index: int = 0, error: str = "timeout") -> Sample:
    """Return a request that was sent and never answered."""
    return Sample.model_validate(
        {
            "run": run,
            "index": index,
            "scheduled_ns": 0,
            "sent_ns": 0,
            "end_ns": 1_000 * MS,
            "content_chunks": 0,
            "error": error,
        }
    )


def point(load: Load | None = None, *, runs: int = 3, output_tokens: int = 51) -> Point:
    """Return a point of one stream, or with another load."""
    return Point(
        key="tg",
        title="A point",
        load=load or ClosedLoad(concurrency=1, requests=3),
        prompt=SyntheticPrompt(input_tokens=100, output_tokens=output_tokens),
        runs=runs,
    )


def open_point(rate: float = 1.0, *, requests: int = 10, cap: int | None = None) -> Point:
    """Return a point of open load."""
    return point(OpenLoad(rate_per_second=rate, requests=requests, max_concurrency=cap), runs=1)


def lockstep_point(concurrency: int, *, runs: int = 3) -> Point:
    """Return a point of batches sent together."""
    return point(LockstepLoad(concurrency=concurrency), runs=runs)


def one_slot(clients: int, *, tokens: int, per_second: float, runs: int = 1) -> Sequence[Sample]:
    """Return what `clients` see who ask a server that answers one request after the other.

    Whoever has his turn is streamed at `per_second`; the others wait. This is `-np 1`.
    """
    gap_ms = 1_000 / per_second
    turn_ms = tokens * gap_ms
    return [
        answer(
            run=run,
            index=place,
            scheduled_ms=run * 1e6,
            ttft_ms=place * turn_ms + gap_ms,
            gap_ms=gap_ms,
            tokens=tokens,
        )
        for run in range(runs)
        for place in range(clients)
    ]
