"""When requests are due, and which points are measured in which order."""

import math
import statistics
from itertools import pairwise

import pytest
from scipy import stats

from arena_runner.contract.profile import (
    ClosedLoad,
    LockstepLoad,
    OpenLoad,
    Point,
    Profile,
    SyntheticPrompt,
)
from arena_runner.load.arrivals import arrivals_ns
from arena_runner.load.plan import plan, sweep, sweeps, with_neighbours
from tests.runner.load.servers import point


def gaps_s(load: OpenLoad, seed: str) -> list[float]:
    times = [0, *arrivals_ns(load, seed=seed)]
    return [(later - earlier) / 1e9 for earlier, later in pairwise(times)]


@pytest.mark.parametrize("burstiness", [0.25, 0.7, 1.0, 4.0])
@pytest.mark.parametrize("rate", [0.3, 100.0])
def test_gaps_are_gamma_distributed(burstiness: float, rate: float) -> None:
    """Kolmogorov and Smirnov, over many seeds: their p-values are uniform when it is true."""
    load = OpenLoad(rate_per_second=rate, burstiness=burstiness, requests=500)
    expected = stats.gamma(a=burstiness, scale=1 / (rate * burstiness))
    p_values = [stats.kstest(gaps_s(load, f"{seed}"), expected.cdf).pvalue for seed in range(40)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01
    gaps = [gap for seed in range(40) for gap in gaps_s(load, f"{seed}")]
    assert statistics.mean(gaps) == pytest.approx(1 / rate, rel=0.03)
    variation = statistics.stdev(gaps) / statistics.mean(gaps)
    assert variation == pytest.approx(burstiness**-0.5, rel=0.03)


def test_poisson_counts_vary_as_a_poisson_process_does() -> None:
    """Burstiness 1: the number of arrivals in a second has its mean as its variance."""
    times = arrivals_ns(OpenLoad(rate_per_second=20, requests=20_000), seed="1")
    counts = [0] * (times[-1] // 1_000_000_000)
    for time_ns in times:
        if time_ns // 1_000_000_000 < len(counts):
            counts[time_ns // 1_000_000_000] += 1
    assert statistics.variance(counts) / statistics.mean(counts) == pytest.approx(1, abs=0.2)


def test_a_seed_decides_the_schedule() -> None:
    load = OpenLoad(rate_per_second=5, burstiness=0.7, requests=100)
    assert arrivals_ns(load, seed="42") == arrivals_ns(load, seed="42")
    assert arrivals_ns(load, seed="42") != arrivals_ns(load, seed="43")
    assert list(arrivals_ns(load, seed="42")) == sorted(arrivals_ns(load, seed="42"))


def test_the_schedule_is_the_same_on_every_machine() -> None:
    """Written down once: a changed schedule is another suite version."""
    load = OpenLoad(rate_per_second=1, requests=3)
    assert arrivals_ns(load, seed="42/a/arrivals/0") == (4356181525, 7444406875, 7797669459)


def test_rescaling_puts_the_last_arrival_where_the_rate_says() -> None:
    load = OpenLoad(rate_per_second=0.5, burstiness=0.7, requests=50)
    stretched = load.model_copy(update={"rescale": True})
    assert arrivals_ns(stretched, seed="1")[-1] == pytest.approx(100e9, abs=2)
    ratios = {
        round(b / a, 6)
        for a, b in zip(arrivals_ns(load, seed="1"), arrivals_ns(stretched, seed="1"), strict=True)
    }
    assert len(ratios) == 1


def closed(key: str, concurrency: int, tokens: int = 8) -> Point:
    return point(
        ClosedLoad(concurrency=concurrency, requests=10),
        key=key,
        prompt=SyntheticPrompt(input_tokens=8, output_tokens=tokens),
    )


def test_each_level_gets_a_neighbour_that_the_test_does_not_have() -> None:
    levels = [closed(f"c{level}", level) for level in (1, 2, 5, 10, 32)]
    found = with_neighbours(levels, seed=42)
    added = [p.load.concurrency for p in found if ".beside" in p.key]  # type: ignore[union-attr]
    assert [p for p in found if ".beside" not in p.key] == levels
    assert not {1, 2, 5, 10, 32} & set(added)
    assert len(added) == len(set(added)) == 4  # Beside 1 there is only 2, which is taken.
    assert all(
        min(abs(level - near) for near in (2, 5, 10)) == 1 or 28 <= level <= 36 for level in added
    )
    assert found == with_neighbours(levels, seed=42)
    assert any(with_neighbours(levels, seed=seed) != found for seed in range(5))


def test_the_same_level_of_another_prompt_has_a_neighbour_of_its_own() -> None:
    found = with_neighbours([closed("a", 5, tokens=8), closed("b", 5, tokens=9)], seed=1)
    assert len(found) == 4


def test_open_loads_have_no_neighbours() -> None:
    load = point(OpenLoad(rate_per_second=1, requests=1))
    assert with_neighbours([load], seed=1) == (load,)


def test_a_plan_follows_from_profile_and_seed() -> None:
    points = tuple(closed(f"c{level}", level) for level in range(3, 30, 3))
    profile = Profile(name="p", version="1", title="P", description="d", points=points)
    assert plan(profile) == points
    shuffled = profile.model_copy(update={"shuffle": True, "jitter_concurrency": True})
    assert plan(shuffled) == plan(shuffled)
    assert len(plan(shuffled)) == 2 * len(points)
    assert {p.key for p in points} < {p.key for p in plan(shuffled)}
    assert plan(shuffled, seed=1) != plan(shuffled, seed=2)


def test_a_sweep_is_one_point_a_rate() -> None:
    base = point(OpenLoad(rate_per_second=1, burstiness=0.7, requests=1), key="sweep")
    points = sweep(base, [0.5, 0.1, 100, 0.5], seconds=250)
    assert [p.key for p in points] == ["sweep.r0.1", "sweep.r0.5", "sweep.r100"]
    assert [p.load.requests for p in points] == [25, 125, 25_000]  # type: ignore[union-attr]
    assert {p.load.burstiness for p in points} == {0.7}  # type: ignore[union-attr]
    assert sweeps(points[::-1]) == {"sweep": points}
    assert len({p.key for p in sweep(base, [1e-9, 3e3, math.pi], seconds=1)}) == 3
    with pytest.raises(ValueError, match="only an open load"):
        sweep(closed("c", 2), [1], seconds=1)


def test_neighbours_of_lockstep_stay_lockstep() -> None:
    first, second = with_neighbours([point(LockstepLoad(concurrency=8, batches=2))], seed=3)
    assert isinstance(second.load, LockstepLoad)
    assert second.load.batches == 2
    assert abs(second.load.concurrency - 8) == 1
    assert first.title in second.title
