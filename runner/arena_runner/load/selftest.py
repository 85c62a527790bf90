"""Measures the built-in server of known speed, just before a suite: the error of the harness."""

import asyncio
import contextlib
import json
import os
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import arena_runner
from arena_runner.contract.profile import ClosedLoad, Point, SyntheticPrompt
from arena_runner.contract.report import SelfTest
from arena_runner.contract.samples import Sample
from arena_runner.load.known_answer import MODEL
from arena_runner.load.point import run_point
from arena_runner.load.target import Target

TTFT_MS: Final = 200.0
TOKENS_PER_SECOND: Final = 200.0
_TOKENS: Final = 101
_START_TIMEOUT_S: Final = 30.0
_STOP_TIMEOUT_S: Final = 5.0
_POINT: Final = Point(
    key="selftest",
    title="Server of known speed",
    load=ClosedLoad(concurrency=8, requests=16),
    prompt=SyntheticPrompt(input_tokens=64, output_tokens=_TOKENS),
    runs=1,
    warmups=8,
)


class SelfTestError(Exception):
    """The server of known speed did not start, or its answers were not whole."""


async def run() -> SelfTest:
    """Return what was measured beside what is true; takes about three seconds.

    Raises SelfTestError.
    """
    arguments = ["--ttft-ms", str(TTFT_MS), "--tokens-per-second", str(TOKENS_PER_SECOND)]
    async with known_speed(arguments) as base_url:
        result = await run_point(_POINT, target=Target(base_url, MODEL))
    if any(sample.error or sample.output_tokens != _TOKENS for sample in result.samples):
        raise SelfTestError("the server of known speed gave answers that are not whole")
    return SelfTest(
        ttft_true_ms=TTFT_MS,
        ttft_measured_ms=statistics.median(ttft_ms(sample) for sample in result.samples),
        rate_true_tokens_per_second=TOKENS_PER_SECOND,
        rate_measured_tokens_per_second=statistics.median(
            tokens_per_second(sample) for sample in result.samples
        ),
    )


@contextlib.asynccontextmanager
async def known_speed(arguments: Sequence[str]) -> AsyncIterator[str]:
    """Run the server as a process of its own and give its base URL; raise SelfTestError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "arena_runner.load.known_speed",
        "--until-stdin-ends",
        *arguments,
        env=_environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                line = await process.stdout.readline()
        except TimeoutError as error:
            raise SelfTestError("the server of known speed did not start in time") from error
        if not line:
            raise SelfTestError(f"the server of known speed ended with {await process.wait()}")
        yield str(json.loads(line)["base_url"])
    finally:
        await _stop(process)


def _environment() -> dict[str, str]:
    """Return this process's environment, in which this package can be found wherever it lies."""
    paths = [str(Path(arena_runner.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def ttft_ms(sample: Sample) -> float:
    """Return the time to the first token from when the request was sent; it must have both."""
    if sample.first_content_ns is None or sample.sent_ns is None:
        raise SelfTestError("an answer without a first token")
    return (sample.first_content_ns - sample.sent_ns) / 1e6


def tokens_per_second(sample: Sample) -> float:
    """Return the rate after the first token: (tokens - 1) / (last - first)."""
    first_ns, last_ns, tokens = (
        sample.first_content_ns,
        sample.last_content_ns,
        sample.output_tokens,
    )
    if first_ns is None or last_ns is None or tokens is None or last_ns <= first_ns:
        raise SelfTestError("an answer without a rate")
    return (tokens - 1) / (last_ns - first_ns) * 1e9
