"""Load generators against servers of known speed: what they report, and what it costs them."""

import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from scipy import stats

from tests.bench import load_cases as cases
from tests.bench import load_field_tools as field_tools
from tests.bench.load_cases import Figures, PeerErrors, Speed
from tests.bench.peers import PeerUnavailableError
from tests.bench.rows import Row

NAME: Final = "load"
_LARGE: Final = 128
_OPEN: Final = Speed("200ms_50tps", 200.0, 50.0, 26)
_TOLERANCE: Final = 0.1
"""Share of a goal within which two figures are equally good: the noise of the machine."""


class Pair(NamedTuple):
    """One figure of ours and a peer's, and how large it may be."""

    ours: float
    theirs: float | None
    goal: float

    @property
    def is_worse(self) -> bool:
        """Whether the peer was better by more than noise."""
        return self.theirs is not None and self.ours > self.theirs + _TOLERANCE * self.goal


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    pairs: list[Pair] = []
    for speed in cases.SPEEDS:
        with cases.server(speed) as base_url:
            for concurrency in cases.CONCURRENCIES:
                yield from _closed(base_url, speed, concurrency, pairs)
    with cases.server(_OPEN) as base_url:
        for rate in cases.RATES_PER_SECOND:
            yield from _open(base_url, rate)
    compared = sum(pair.theirs is not None for pair in pairs)
    yield Row.measured(
        name=f"{NAME}.worse_than_peer",
        ours=sum(pair.is_worse for pair in pairs),
        unit="figures",
        against=f"{compared} figures of llama-benchy; {field_tools.note()}",
        goal="ours <= 0",
    )


def _closed(base_url: str, speed: Speed, concurrency: int, pairs: list[Pair]) -> Iterator[Row]:
    print(f"  {speed.name} at {concurrency}", file=sys.stderr, flush=True)
    cases.truth(base_url)
    ours = cases.ours_closed(base_url, speed, concurrency)
    true = cases.truth(base_url)
    theirs, against = _llama_benchy(base_url, speed, concurrency)
    best, against = _best(base_url, speed, concurrency, theirs, against)
    ttft_goal = 5.0 if concurrency >= _LARGE else 1.0
    fast = concurrency * speed.tokens_per_second > 32_000
    rate_goal = 2.0 if fast else 0.5
    place = f"{speed.name}.c{concurrency}"
    ttft = Pair(ours.ttft_error_ms, best.ttft_error_ms if best else None, ttft_goal)
    rate = Pair(ours.rate_error_percent, best.rate_error_percent if best else None, rate_goal)
    pairs += [ttft, rate]
    served = f"served {true['ttft_ms_p50']:.2f} ms, {true['tokens_per_second_p50']:.2f} tok/s"
    yield _row(f"{NAME}.ttft_error.{place}", ttft, "ms", f"{against}; {served}")
    yield _row(f"{NAME}.rate_error.{place}", rate, "%", against)
    if concurrency in (1, _LARGE):
        yield from _cost(place, ours, theirs, against)


def _llama_benchy(base_url: str, speed: Speed, concurrency: int) -> tuple[Figures | None, str]:
    try:
        figures = cases.llama_benchy(base_url, speed, concurrency)
    except PeerUnavailableError as problem:
        return None, f"llama-benchy: {problem}"
    return figures, f"llama-benchy {figures.raw['version']}, {figures.raw['requests']} requests"


def _best(
    base_url: str, speed: Speed, concurrency: int, theirs: Figures | None, against: str
) -> tuple[PeerErrors | None, str]:
    """The smallest errors of all peers that are here, and who they are."""
    told: list[tuple[float, float]] = []
    if theirs is not None:
        told.append((theirs.ttft_ms, theirs.tokens_per_second))
    for tool in field_tools.installed():
        requests = concurrency * cases.batches(concurrency)
        try:
            found = field_tools.measure(
                tool, base_url, concurrency=concurrency, requests=requests, tokens=speed.tokens
            )
        except field_tools.FAILURES as problem:
            against += f", {tool}: {problem}"
            continue
        told.append((found.ttft_ms, found.tokens_per_second))
        against += f", {tool} {found.ttft_ms:.1f} ms, {found.cpu_s:.1f} CPU s"
    return PeerErrors.best(told, speed), against


def _cost(place: str, ours: Figures, theirs: Figures | None, against: str) -> Iterator[Row]:
    cpu = Pair(ours.cpu_s, theirs.cpu_s if theirs else None, 0)
    yield _row(f"{NAME}.cpu.{place}", cpu, "s", against, goal="ratio >= 1")
    memory = Pair(ours.memory_mb, theirs.memory_mb if theirs else None, 0)
    yield _row(f"{NAME}.memory.{place}", memory, "MB", against, goal="ratio >= 1")


def _row(name: str, pair: Pair, unit: str, against: str, *, goal: str = "") -> Row:
    return Row.measured(
        name=name,
        ours=pair.ours,
        theirs=pair.theirs,
        unit=unit,
        against=against,
        goal=goal or f"ours <= {pair.goal:g}",
    )


def _open(base_url: str, rate: int) -> Iterator[Row]:
    print(f"  open at {rate}/s", file=sys.stderr, flush=True)
    ours = cases.ours_open(base_url, _OPEN, rate)
    requests = ours.raw["requests"]
    none = f"{requests} requests; llama-benchy has no open loop; {field_tools.note()}"
    yield Row.measured(
        name=f"{NAME}.ttft_error.open.r{rate}",
        ours=ours.ttft_error_ms,
        unit="ms",
        against=f"the schedule, {none}",
        goal="ours <= 1",
    )
    yield Row.measured(
        name=f"{NAME}.send_lag_p99.r{rate}",
        ours=ours.raw["send_lag_p99_ms"],
        unit="ms",
        against=none,
        # Below 367 requests the 99th percentile is little but the largest.
        goal="ours <= 5" if rate == cases.RATES_PER_SECOND[-1] else "",
    )
    if rate == cases.RATES_PER_SECOND[-1]:
        yield _arrivals(ours, rate)
        yield Row.measured(
            name=f"{NAME}.cpu.open.r{rate}",
            ours=ours.cpu_s,
            unit="s",
            against=none,
        )


def _arrivals(ours: Figures, rate: int) -> Row:
    """Kolmogorov and Smirnov on the times at which requests really left."""
    gaps_s = [later - earlier for earlier, later in pairwise(ours.raw["sent_s"])]
    expected = stats.gamma(a=cases.BURSTINESS, scale=1 / (rate * cases.BURSTINESS))
    tested = stats.kstest(gaps_s, expected.cdf)
    return Row.measured(
        name=f"{NAME}.arrivals.p_value",
        ours=float(tested.pvalue),
        unit="p",
        against=f"Gamma({cases.BURSTINESS}), {len(gaps_s)} gaps, D = {tested.statistic:.4f}",
        goal="ours >= 0.01",
    )
