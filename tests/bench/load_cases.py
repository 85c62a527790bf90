"""What load generators are measured on: servers of known speed, levels, rates."""

import contextlib
import json
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from arena_runner.load.known_answer import MODEL
from tests.bench import peers
from tests.bench.peers import ROOT

CONCURRENCIES: Final = (1, 8, 32, 128)
RATES_PER_SECOND: Final = (5, 10, 25, 50, 100)
BURSTINESS: Final = 0.7


@dataclass(frozen=True, slots=True)
class Speed:
    """A server's truth, and how many tokens are asked of it."""

    name: str
    ttft_ms: float
    tokens_per_second: float
    tokens: int


SPEEDS: Final = (
    Speed("200ms_50tps", 200.0, 50.0, 101),
    Speed("50ms_1000tps", 50.0, 1_000.0, 1_001),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one generator reported of one case, against the truth."""

    ttft_ms: float
    tokens_per_second: float
    ttft_error_ms: float
    rate_error_percent: float
    cpu_s: float
    memory_mb: float
    raw: dict[str, Any]

    @classmethod
    def of(cls, raw: dict[str, Any], speed: Speed, *, ttft: str = "ttft_ms") -> "Figures":
        """Errors at the median, never quite nought, so that a ratio can be made."""
        ttft_ms = statistics.median(raw[ttft])
        rate = statistics.median(raw["tokens_per_second"])
        return cls(
            ttft_ms=ttft_ms,
            tokens_per_second=rate,
            ttft_error_ms=max(abs(ttft_ms - speed.ttft_ms), 1e-3),
            rate_error_percent=max(abs(rate / speed.tokens_per_second - 1) * 100, 1e-3),
            cpu_s=raw["cpu_s"],
            memory_mb=raw["peak_memory_mb"],
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class PeerErrors:
    """How far the best of the peers was from the truth, each figure by itself."""

    ttft_error_ms: float
    rate_error_percent: float

    @classmethod
    def best(cls, told: Sequence[tuple[float, float]], speed: Speed) -> "PeerErrors | None":
        """Of (ms, tokens/s) that each peer reported; None where there was no peer."""
        if not told:
            return None
        return cls(
            ttft_error_ms=max(min(abs(ms - speed.ttft_ms) for ms, _ in told), 1e-3),
            rate_error_percent=max(
                min(abs(rate / speed.tokens_per_second - 1) * 100 for _, rate in told), 1e-3
            ),
        )


@contextlib.contextmanager
def server(speed: Speed) -> Iterator[str]:
    """Run the server of known speed; gives its base URL."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "arena_runner.load.known_speed",
            "--until-stdin-ends",
            *("--ttft-ms", str(speed.ttft_ms)),
            *("--tokens-per-second", str(speed.tokens_per_second)),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["base_url"]
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


def truth(base_url: str) -> dict[str, float]:
    """What the server says of the streams since it was last asked."""
    address = base_url.removesuffix("/v1") + "/truth"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
        told: dict[str, float] = json.loads(answer.read())
    return told


def batches(concurrency: int) -> int:
    """How often the level is measured: few requests at a time need more of them."""
    return 10 if concurrency == 1 else 4


def ours_closed(base_url: str, speed: Speed, concurrency: int) -> Figures:
    """Measure with our generator in the closed mode."""
    requests = concurrency * batches(concurrency)
    arguments = [base_url, "closed", "--concurrency", str(concurrency)]
    return Figures.of(_ours(arguments, requests, speed.tokens), speed)


def ours_open(base_url: str, speed: Speed, rate: int, *, seconds: int = 8) -> Figures:
    """Measure with our generator in the open mode; the first token from the schedule."""
    arguments = [base_url, "open", "--rate", str(rate), "--burstiness", str(BURSTINESS)]
    raw = _ours(arguments, rate * seconds, speed.tokens)
    return Figures.of(raw, speed, ttft="ttft_from_schedule_ms")


def llama_benchy(base_url: str, speed: Speed, concurrency: int) -> Figures:
    """Measure with llama-benchy, which sends batches of this size."""
    raw = peers.run(
        peer="llama-benchy",
        module="tests.bench.peer_llama_benchy",
        arguments=[
            *(base_url, MODEL),
            *("--concurrency", str(concurrency)),
            *("--runs", str(batches(concurrency))),
            *("--tokens", str(speed.tokens)),
        ],
    )
    return Figures.of(raw, speed)


def _ours(arguments: list[str], requests: int, tokens: int) -> dict[str, Any]:
    raw: dict[str, Any] = peers.run_ours(
        module="tests.bench.ours_load",
        arguments=[*arguments, "--requests", str(requests), "--tokens", str(tokens)],
    )
    if raw["errors"]:
        raise RuntimeError(f"{raw['errors']} of {raw['requests']} requests failed")
    return raw
