"""What holds for the numbers of any samples whatever."""

from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from arena_runner.contract import metrics
from arena_runner.contract.metric_names import definitions
from arena_runner.contract.metrics import PointMetrics
from arena_runner.contract.profile import ClosedLoad, OpenLoad
from arena_runner.contract.request_times import disorder
from arena_runner.contract.samples import Sample
from tests.runner.metrics.streams import MS, answer, one_slot, point

CLOSED = point(ClosedLoad(concurrency=4, requests=100), runs=3)
OPEN = point(OpenLoad(rate_per_second=1, requests=100), runs=3)
TIMES = st.one_of(st.none(), st.integers(min_value=0, max_value=2**53))
COUNTS = st.one_of(st.none(), st.integers(min_value=0, max_value=10**9))

hostile = st.builds(
    Sample,
    run=st.integers(min_value=0, max_value=3),
    index=st.integers(min_value=0, max_value=99),
    scheduled_ns=st.integers(min_value=0, max_value=2**53),
    sent_ns=TIMES,
    first_chunk_ns=TIMES,
    first_content_ns=TIMES,
    last_content_ns=TIMES,
    end_ns=TIMES,
    content_chunks=st.integers(min_value=0, max_value=10**9),
    gaps_us=st.lists(st.integers(min_value=0, max_value=2**53), max_size=4).map(tuple),
    prompt_tokens=COUNTS,
    cached_tokens=COUNTS,
    output_tokens=COUNTS,
    output_tokens_wanted=COUNTS,
    counted_output_tokens=COUNTS,
    error=st.sampled_from([None, "timeout", "http"]),
)
honest = st.builds(
    answer,
    run=st.integers(min_value=0, max_value=2),
    index=st.integers(min_value=0, max_value=99),
    scheduled_ms=st.floats(min_value=0, max_value=1e6),
    ttft_ms=st.floats(min_value=0.1, max_value=1e5),
    gap_ms=st.floats(min_value=0.01, max_value=1e3),
    tokens=st.integers(min_value=1, max_value=500),
    tokens_per_chunk=st.integers(min_value=1, max_value=5),
)


def check(result: PointMetrics) -> None:
    names = [row.metric for row in result.measurements]
    assert len(names) == len(set(names))
    assert set(names) <= set(definitions())
    for row in result.measurements:
        assert isfinite(row.value), row
        assert row.value >= 0, row
        assert row.sd is None or (isfinite(row.sd) and row.sd >= 0)
        if row.lower is not None and row.upper is not None:
            assert 0 <= row.lower <= row.upper
        assert row.sample >= 1
        assert row.runs >= 1


@settings(deadline=None, max_examples=150)
@given(st.lists(hostile, max_size=20), st.sampled_from([CLOSED, OPEN]))
def test_hostile_samples_give_finite_numbers_or_none(samples: list[Sample], where: object) -> None:
    assert where in (CLOSED, OPEN)
    check(metrics.compute(CLOSED if where is CLOSED else OPEN, samples))


@settings(deadline=None, max_examples=150)
@given(st.lists(honest, min_size=1, max_size=40))
def test_honest_samples_obey_the_laws_of_queues(samples: list[Sample]) -> None:
    for sample in samples:
        assert disorder(sample) is None
    result = metrics.compute(CLOSED, samples)
    check(result)
    middle = result.value("ttft_ms_p50")
    whole = result.value("e2e_ms_p50")
    assert middle is not None
    assert whole is not None
    assert middle <= whole
    for run in {sample.run for sample in samples}:
        rows = [sample for sample in samples if sample.run == run]
        only = metrics.compute(CLOSED, rows)
        system = only.value("system_tokens_per_second")
        assert system is not None
        ends = max(row.last_content_ns or 0 for row in rows)
        window_s = (ends - min(row.sent_ns or 0 for row in rows)) / 1e9
        assert abs(system * window_s - sum(row.output_tokens or 0 for row in rows)) < 1e-3


@settings(deadline=None, max_examples=50)
@given(st.lists(honest, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_samples_changes_nothing(samples: list[Sample], draw: object) -> None:
    shuffled = list(samples)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = metrics.compute(CLOSED, samples), metrics.compute(CLOSED, shuffled)
    assert [row.metric for row in first.measurements] == [row.metric for row in second.measurements]
    for one, other in zip(first.measurements, second.measurements, strict=True):
        assert abs(one.value - other.value) <= 1e-9 * max(1.0, one.value)


@settings(deadline=None, max_examples=50)
@given(st.integers(min_value=1, max_value=64), st.integers(min_value=2, max_value=200))
def test_a_server_with_one_slot_is_never_faster_than_its_one_stream(
    clients: int, tokens: int
) -> None:
    result = metrics.compute(
        point(ClosedLoad(concurrency=clients, requests=clients), runs=1),
        one_slot(clients, tokens=tokens, per_second=50),
    )
    system = result.value("system_tokens_per_second")
    assert system is not None
    assert system <= 50 * 1.001


def test_a_later_schedule_shifts_latency_by_just_that_much() -> None:
    for delay_ms in (0, 10, 1_000):
        rows = [answer(scheduled_ms=0, sent_ms=delay_ms)]
        result = metrics.compute(OPEN, rows)
        assert result.value("ttft_ms_p50") == 200 + delay_ms
        assert rows[0].sent_ns == delay_ms * MS
