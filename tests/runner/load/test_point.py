"""Points measured against a server of known speed, over real sockets. Bounds of time are coarse."""

import asyncio
import statistics
import time
from collections import Counter
from itertools import pairwise

import pytest

from arena_runner.contract.profile import (
    ClosedLoad,
    LockstepLoad,
    OpenLoad,
    ReplayLoad,
    SyntheticPrompt,
)
from arena_runner.contract.samples import Sample, pack, unpack
from arena_runner.load import Limits, Progress
from arena_runner.load import point as point_module
from tests.runner.load.servers import FAST, measured, point

WORDY = SyntheticPrompt(input_tokens=60, output_tokens=20)


def ms(later_ns: int | None, earlier_ns: int | None) -> float:
    assert later_ns is not None
    assert earlier_ns is not None
    return (later_ns - earlier_ns) / 1e6


def at_once(samples: tuple[Sample, ...], at_ns: int) -> int:
    return sum(sample.scheduled_ns <= at_ns < (sample.end_ns or 0) for sample in samples)


def test_a_sample_has_all_that_was_seen() -> None:
    load = ClosedLoad(concurrency=2, requests=5)
    result = measured(point(load, prompt=WORDY, runs=2, warmups=3))
    assert [(s.run, s.index) for s in result.samples] == [(r, i) for r in (0, 1) for i in range(5)]
    for sample in result.samples:
        assert sample.error is None
        assert (sample.prompt_tokens, sample.input_tokens_wanted) == (60, 60)
        assert (sample.output_tokens, sample.output_tokens_wanted) == (20, 20)
        assert sample.content_chunks == 20
        assert len(sample.gaps_us) == 19
        assert (sample.http_status, sample.finish_reason) == (200, "length")
        assert sample.cached_tokens == 0
        times = [
            sample.scheduled_ns,
            sample.sent_ns,
            sample.first_chunk_ns,
            sample.first_content_ns,
            sample.last_content_ns,
            sample.end_ns,
        ]
        assert times == sorted(time for time in times if time is not None)
        assert 10 <= ms(sample.first_content_ns, sample.sent_ns) < 500
    assert len({sample.text_sha256 for sample in result.samples}) == 1
    assert result.voided is None
    assert result.notes == ()
    assert result.client_cpu_seconds > 0
    assert tuple(unpack(pack(result.samples))) == result.samples


@pytest.mark.parametrize(
    "arguments",
    [("--framing", "close"), ("--tokens-per-chunk", "4"), ("--field", "reasoning_content")],
)
def test_servers_may_differ_in_how_they_stream(arguments: tuple[str, ...]) -> None:
    load = ClosedLoad(concurrency=2, requests=4)
    result = measured(point(load, prompt=WORDY), *FAST, *arguments)
    assert {(s.error, s.output_tokens) for s in result.samples} == {(None, 20)}
    assert {s.content_chunks for s in result.samples} == {5 if "4" in arguments else 20}


def test_the_first_token_is_not_the_chunk_with_the_role() -> None:
    load = ClosedLoad(concurrency=1, requests=3)
    result = measured(point(load), *FAST, "--early-role", "--ttft-ms", "150")
    for sample in result.samples:
        assert ms(sample.first_content_ns, sample.sent_ns) >= 149
        assert ms(sample.first_chunk_ns, sample.sent_ns) < 140


def test_closed_keeps_its_concurrency_until_nothing_is_left_to_send() -> None:
    result = measured(
        point(ClosedLoad(concurrency=4, requests=20)), *FAST, "--ttft-ms", "20", "--slots", "3"
    )
    starts = sorted(sample.scheduled_ns for sample in result.samples)
    assert len(starts) == 20
    # Where two end in one moment, the second is still to be replaced when the first has been.
    levels = [at_once(result.samples, at_ns) for at_ns in starts[3:]]
    assert max(levels) == 4
    assert statistics.median(levels) == 4
    ends = sorted(sample.end_ns or 0 for sample in result.samples)
    waits = [start - end for start, end in zip(starts[4:], ends, strict=False)]
    assert statistics.median(waits) < 20e6


def test_lockstep_sends_the_next_batch_when_the_last_of_one_has_ended() -> None:
    result = measured(point(LockstepLoad(concurrency=3, batches=4)), *FAST, "--ttft-ms", "20")
    batches = [result.samples[start : start + 3] for start in range(0, 12, 3)]
    for before, after in pairwise(batches):
        assert max(s.end_ns or 0 for s in before) <= min(s.scheduled_ns for s in after)
        assert len({s.scheduled_ns for s in after}) == 1


def test_open_sends_when_it_is_due_and_not_when_the_server_is_ready() -> None:
    """A server with one slot: the queue is in the latency, and the sending goes on."""
    load = OpenLoad(rate_per_second=100, requests=20)
    result = measured(point(load), *FAST, "--ttft-ms", "50", "--slots", "1")
    for sample in result.samples:
        assert ms(sample.sent_ns, sample.scheduled_ns) < 500
    last = result.samples[-1]
    assert ms(last.first_content_ns, last.scheduled_ns) > 500
    assert at_once(result.samples, last.scheduled_ns) > 5
    assert result.voided is None


def test_a_cap_of_the_client_counts_as_latency_and_not_as_its_lag() -> None:
    load = OpenLoad(rate_per_second=100, requests=12, max_concurrency=1)
    result = measured(point(load), *FAST, "--ttft-ms", "50")
    last = result.samples[-1]
    assert ms(last.sent_ns, last.scheduled_ns) > 300
    assert ms(last.first_content_ns, last.sent_ns) < 300
    assert all(at_once_sent(result.samples, s.sent_ns or 0) == 1 for s in result.samples)
    assert result.send_lag_p99_ms < 50
    assert result.voided is None


def at_once_sent(samples: tuple[Sample, ...], at_ns: int) -> int:
    return sum((s.sent_ns or 0) <= at_ns < (s.end_ns or 0) for s in samples)


def test_arrivals_are_those_of_the_schedule() -> None:
    load = OpenLoad(rate_per_second=200, burstiness=0.7, requests=40)
    first, second = (measured(point(load)).samples for _ in range(2))

    def gaps(samples: tuple[Sample, ...]) -> list[int]:
        return [b.scheduled_ns - a.scheduled_ns for a, b in pairwise(samples)]

    assert gaps(first) == gaps(second)
    assert gaps(first) != gaps(measured(point(load), seed=43).samples)


def test_a_client_that_is_late_itself_voids_the_point() -> None:
    blocked: list[Progress] = []

    def block(progress: Progress) -> None:
        # What a busy agent would do to the loop.
        if not blocked:
            time.sleep(0.2)
        blocked.append(progress)

    load = OpenLoad(rate_per_second=50, requests=20)
    result = measured(point(load), on_progress=block)
    assert result.voided == "client_bottleneck"
    assert result.send_lag_p99_ms > point_module.SEND_LAG_MAX_MS


def test_replay_carries_the_conversation() -> None:
    load = ReplayLoad(concurrency=2, conversations=3, turns=3)
    result = measured(point(load, prompt=WORDY))
    assert [s.index for s in result.samples] == list(range(9))
    talks: dict[int | None, list[Sample]] = {}
    for sample in result.samples:
        talks.setdefault(sample.conversation, []).append(sample)
    assert set(talks) == {0, 1, 2}
    for turns in talks.values():
        assert [s.turn for s in turns] == [1, 2, 3]
        # Each turn brings what was asked and answered before: 56 words and 20 tokens more.
        grown = [b - a for a, b in pairwise(s.prompt_tokens or 0 for s in turns)]
        assert grown == [80, 80]
        for before, after in pairwise(turns):
            assert (before.end_ns or 0) <= after.scheduled_ns


def test_progress_is_told_and_ends_at_the_end() -> None:
    told: list[Progress] = []
    load = ClosedLoad(concurrency=2, requests=10)
    measured(point(load, runs=2), *FAST, "--ttft-ms", "60", on_progress=told.append)
    assert len(told) > 2
    assert [p.requests_done for p in told] == sorted(p.requests_done for p in told)
    last = told[-1]
    assert (last.point_key, last.requests_done, last.requests_total) == ("test", 20, 20)
    assert (last.errors, last.eta_s) == (0, 0.0)


def test_cancelling_ends_what_is_on_its_way() -> None:
    for load in (
        ClosedLoad(concurrency=2, requests=100),
        LockstepLoad(concurrency=2, batches=50),
        OpenLoad(rate_per_second=20, requests=100, max_concurrency=2),
        OpenLoad(rate_per_second=20, requests=100),
        ReplayLoad(concurrency=2, conversations=50, turns=2),
    ):
        cancelled = asyncio.Event()

        def stop(progress: Progress, cancelled: asyncio.Event = cancelled) -> None:
            cancelled.set()

        result = measured(
            point(load, prompt=SyntheticPrompt(input_tokens=9, output_tokens=20)),
            *FAST,
            "--ttft-ms",
            "80",
            cancelled=cancelled,
            on_progress=stop,
        )
        assert result.voided == "cancelled"
        assert 0 < len(result.samples) < 50
        errors = Counter(s.error for s in result.samples)
        assert set(errors) <= {None, "cancelled"}
        # Batches may end as one, so that nothing is on its way at that moment.
        assert errors["cancelled"] > 0 or isinstance(load, LockstepLoad)


def test_a_point_that_takes_too_long_is_ended() -> None:
    load = ClosedLoad(concurrency=1, requests=1_000)
    result = measured(point(load), *FAST, limits=Limits(point_timeout_s=6.0))
    assert result.voided == "point_timeout"
    assert 0 < len(result.samples) < 1_000


def test_fields_that_a_server_refuses_are_left_out_and_it_is_noted() -> None:
    load = ClosedLoad(concurrency=1, requests=2)
    result = measured(point(load), *FAST, "--strict")
    assert {s.error for s in result.samples} == {None}
    assert result.notes == (
        "server refuses ignore_eos and min_tokens: answers may be shorter than asked",
    )


def test_a_server_without_usage_is_measured_and_it_is_noted() -> None:
    load = ClosedLoad(concurrency=1, requests=2)
    result = measured(point(load), *FAST, "--no-usage")
    assert {(s.error, s.output_tokens) for s in result.samples} == {(None, None)}
    assert {s.content_chunks for s in result.samples} == {8}
    assert "server counts no prompt tokens" in result.notes[0]


def test_answers_that_wait_in_a_file_are_read_the_same() -> None:
    what = point(ClosedLoad(concurrency=3, requests=9), prompt=WORDY)
    found = measured(what, limits=Limits(memory_bytes=0)).samples
    assert {(s.error, s.output_tokens, s.content_chunks) for s in found} == {(None, 20, 20)}
    assert {s.text_sha256 for s in found} == {measured(what).samples[0].text_sha256}


def test_requests_too_many_to_keep_are_made_when_they_are_sent() -> None:
    for load in (
        ClosedLoad(concurrency=2, requests=6),
        LockstepLoad(concurrency=2, batches=3),
        OpenLoad(rate_per_second=200, requests=6),
    ):
        found = measured(point(load), limits=Limits(request_memory_bytes=0)).samples
        assert [(s.index, s.error, s.prompt_tokens) for s in found] == [
            (index, None, 32) for index in range(6)
        ]
