"""The columns of every board that say how fast a deployment answers, and at what energy.

One user's tokens a second and those of all users together are columns of their own, and so is each
level of concurrency. A column never mixes points of profiles: see `Medians`.
"""

from typing import Final

from benchmarks.queries import PointOf
from leaderboards.column import Column
from leaderboards.speed.headline import HEADLINE_COLUMN
from leaderboards.speed.measured import CapacityAt, Medians
from leaderboards.speed.points import AGENTS, FIRST_TOKEN, HEADLINES, TOGETHER, words
from leaderboards.speed.standing import STANDING_COLUMNS

_MEDIAN: Final = "Median over the published, accepted runs of the deployment"
_SCOPES: Final = {"gpu": "GPU", "soc": "chip", "rapl": "CPU"}


def _together(level: int, points: tuple[PointOf, ...]) -> Column:
    return Column(
        key=f"system_tokens_per_second_c{level}",
        title=f"All of {level}",
        unit="tok/s",
        better="higher",
        dimension="speed",
        help=f"Output tokens per second of {level} requests at once, all together, over the wall "
        f"time. {_MEDIAN}, {words(points)}. Not the speed that one of them sees.",
        digits=1,
        cells=Medians(metric="system_tokens_per_second", points=points, unit="tok/s", digits=1),
        is_default=False,
    )


def _first_token(percent: int, points: tuple[PointOf, ...]) -> Column:
    return Column(
        key=f"ttft_ms_p{percent}",
        title=f"TTFT p{percent}",
        unit="ms",
        better="lower",
        dimension="speed",
        help=f"Time to the first token of one request at a time, p{percent} of all requests of a "
        f"run. {_MEDIAN}, {words(points)}.",
        digits=0,
        cells=Medians(metric=f"ttft_ms_p{percent}", points=points, unit="ms", digits=0),
        is_default=percent == 95,
    )


def _capacity(seconds: int) -> Column:
    return Column(
        key=f"capacity_ttft_{seconds}s",
        title=f"Capacity {seconds} s",
        unit="requests/s",
        better="higher",
        dimension="speed",
        help="Highest offered rate whose p95 time to the first token, counted from the schedule, "
        f"is within {seconds} s, with 95 % of the requests completed; else that no rate passes. "
        f"{_MEDIAN}, the lower of the middle two, at rate-sweep-v1 (0.1 to 1 requests a second, "
        "4,000 tokens in, 500 out).",
        digits=1,
        cells=CapacityAt(profile="rate-sweep-v1", limit_ms=1_000 * seconds),
        is_default=False,
    )


def _energy(scope: str, name: str) -> Column:
    return Column(
        key=f"joules_per_token_{scope}",
        title=f"Energy, {name}",
        unit="J/token",
        better="lower",
        dimension="cost",
        help=f"Energy per output token of one request at a time, read at the {name} alone; never "
        f"compared with what is read elsewhere. {_MEDIAN}, {words(HEADLINES)}.",
        digits=2,
        cells=Medians(
            metric="joules_per_output_token",
            points=HEADLINES,
            unit="J/token",
            digits=2,
            scope=scope,
        ),
        is_default=False,
    )


SPEED_COLUMNS: Final[tuple[Column, ...]] = (
    HEADLINE_COLUMN,
    *(_together(level, points) for level, points in TOGETHER.items()),
    Column(
        key="prefill_tokens_per_second",
        title="Prefill",
        unit="tok/s",
        better="higher",
        dimension="speed",
        help="Prompt tokens that were not cached per second until the first token, for one request "
        f"at a time. {_MEDIAN}, {words(HEADLINES)}.",
        digits=1,
        cells=Medians(metric="prefill_tokens_per_second", points=HEADLINES, unit="tok/s", digits=1),
        is_default=False,
    ),
    _first_token(50, (*FIRST_TOKEN, *HEADLINES)),
    _first_token(95, FIRST_TOKEN),
    _first_token(99, FIRST_TOKEN),
    Column(
        key="ttft_ms_p99_load",
        title="TTFT p99, load",
        unit="ms",
        better="lower",
        dimension="speed",
        help="Time to the first token, p99, counted from when a request was due, under arrivals "
        f"that do not wait for answers. {_MEDIAN}, {words(AGENTS)}.",
        digits=0,
        cells=Medians(metric="ttft_ms_p99", points=AGENTS, unit="ms", digits=0),
        is_default=False,
    ),
    *map(_capacity, (2, 5, 10)),
    Column(
        key="error_rate_load",
        title="Errors, load",
        unit="%",
        better="lower",
        dimension="speed",
        help="Share of requests that failed or gave no content, under arrivals that do not wait "
        f"for answers. {_MEDIAN}, {words(AGENTS)}. With more than 1 % a run is void.",
        digits=2,
        cells=Medians(metric="error_rate", points=AGENTS, unit="%", digits=2, factor=100),
        is_default=False,
    ),
    *(_energy(scope, name) for scope, name in _SCOPES.items()),
    *STANDING_COLUMNS,
)
