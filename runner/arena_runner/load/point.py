"""Measures one point of a profile against an endpoint."""

import asyncio
import contextlib
import gc
import math
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena_runner.contract.profile import (
    ClosedLoad,
    DatasetPrompt,
    LockstepLoad,
    OpenLoad,
    Point,
    ReplayLoad,
)
from arena_runner.contract.samples import Sample
from arena_runner.load import modes
from arena_runner.load.arrivals import arrivals_ns
from arena_runner.load.body import Message, Wanted, request_bytes
from arena_runner.load.datasets import DatasetPrompts, read_dataset
from arena_runner.load.limits import Limits
from arena_runner.load.probe import Found, probe
from arena_runner.load.progress import Meter, OnProgress
from arena_runner.load.prompts import PrefixCaching, Prompts, SyntheticPrompts, Turn
from arena_runner.load.run import Request, Requests, Run, Stop, now_ns
from arena_runner.load.sender import Sender
from arena_runner.load.target import Target

SEND_LAG_MAX_MS: Final = 50.0
"""Above it at the 99th percentile the client was the bottleneck and the point does not count."""
WARM_UP: Final = -1


@dataclass(frozen=True, slots=True)
class PointResult:
    """The samples of all runs of a point, and what the client says of itself."""

    samples: tuple[Sample, ...]
    send_lag_p99_ms: float
    """How late this client was against the schedule; 0 where there is none."""
    client_cpu_seconds: float
    """Of this process while requests were on their way."""
    voided: str | None
    """`client_bottleneck`, `cancelled`, `point_timeout`, or None for a point that counts."""
    notes: tuple[str, ...] = ()


async def run_point(
    point: Point,
    *,
    target: Target,
    seed: int = 42,
    on_progress: OnProgress | None = None,
    cancelled: asyncio.Event | None = None,
    prefix_caching: PrefixCaching = "off",
    datasets: Mapping[str, Path] | None = None,
    limits: Limits | None = None,
    salt: str | None = None,
) -> PointResult:
    """Send the warm-ups and all runs of a point and return what was seen.

    Run it in a uvloop event loop that does little else: its own delays are measured and reported.
    Setting `cancelled` ends it early with what there is. Schedule and prompts follow from `seed`
    and the point's key alone, except the words in front that `salt` decides (random unless given),
    so that a server does not know the prompts from an earlier execution.

    Raises TargetUnreachableError, TargetRefusedError or DatasetError before anything is measured.
    """
    limits = limits or Limits()
    work = _Work(
        point,
        target,
        await Sender.connected(target, limits),
        seed=f"{seed}/{point.key}",
        salt=salt or secrets.token_hex(16),
        meter=Meter(point.key, point.runs * requests_of(point), on_progress),
    )
    with _ending(work.sender, work.stop, limits, cancelled):
        await work.prepare(prefix_caching, datasets or {})
        return await work.measure()


def requests_of(point: Point) -> int:
    """Return how many requests one run of a point sends, if none of its conversations fails."""
    turns = point.load.turns if isinstance(point.load, ReplayLoad) else 1
    return _prompts_of(point) * turns


def _prompts_of(point: Point) -> int:
    load = point.load
    if isinstance(load, LockstepLoad):
        return load.concurrency * load.batches
    return load.conversations if isinstance(load, ReplayLoad) else load.requests


class _Work:
    """A point being measured."""

    def __init__(
        self, point: Point, target: Target, sender: Sender, *, seed: str, salt: str, meter: Meter
    ) -> None:
        self.sender = sender
        self.stop = Stop()
        self._point = point
        self._target = target
        self._seed = seed
        self._salt = salt
        self._meter = meter
        self._cpu_s = 0.0

    async def prepare(self, prefix_caching: PrefixCaching, datasets: Mapping[str, Path]) -> None:
        """Find out about the server, make the prompts, send the warm-ups."""
        wanted = Wanted(1, self._point.temperature, self._point.ignore_eos)
        self._found = await probe(
            self.sender, self._target, wanted, seed=self._seed, salt=self._salt
        )
        self._prompts = await self._make_prompts(self._found, prefix_caching, datasets)
        warm = Run(
            self.sender,
            number=0,
            origin_ns=now_ns(),
            stop=self.stop,
            on_end=lambda _: None,
        )
        requests = self._requests(WARM_UP, self._point.warmups)
        together = getattr(self._point.load, "concurrency", 1)
        await modes.lockstep(warm, LockstepLoad(concurrency=together), requests)
        warm.samples()

    async def measure(self) -> PointResult:
        """Send all runs and read their answers."""
        origin_ns = now_ns()
        samples: list[Sample] = []
        lags_ns: list[int] = []
        for number in range(self._point.runs):
            if self.stop:
                break
            run = Run(
                self.sender,
                number=number,
                origin_ns=origin_ns,
                stop=self.stop,
                on_end=self._meter.count,
            )
            await self._send(run, number)
            samples += run.samples()
            lags_ns += run.lags_ns
        lag_ms = p99(lags_ns) / 1e6
        bottleneck = "client_bottleneck" if lag_ms > SEND_LAG_MAX_MS else None
        return PointResult(
            samples=tuple(samples),
            send_lag_p99_ms=lag_ms,
            client_cpu_seconds=self._cpu_s,
            voided=self.stop.reason or bottleneck,
            notes=self._found.notes,
        )

    async def _send(self, run: Run, number: int) -> None:
        load = self._point.load
        if isinstance(load, ReplayLoad):
            talks = [
                self._prompts.conversation(number, index, load.turns)
                for index in range(load.conversations)
            ]
            with self._quiet():
                await modes.replay(run, load, talks, self._request)
            return
        requests = self._requests(number, _prompts_of(self._point))
        with self._quiet():
            if isinstance(load, ClosedLoad):
                await modes.closed(run, load, requests)
            elif isinstance(load, OpenLoad):
                due_ns = arrivals_ns(load, seed=f"{self._seed}/arrivals/{number}")
                await modes.open_loop(run, load, requests, due_ns)
            else:
                await modes.lockstep(run, load, requests)

    async def _make_prompts(
        self, found: Found, prefix_caching: PrefixCaching, datasets: Mapping[str, Path]
    ) -> Prompts:
        prompt = self._point.prompt
        if not isinstance(prompt, DatasetPrompt):
            return SyntheticPrompts(
                prompt,
                calibration=found.calibration,
                seed=self._seed,
                salt=self._salt,
                prefix_caching=prefix_caching,
            )
        load = self._point.load
        return DatasetPrompts(
            await asyncio.to_thread(read_dataset, datasets.get(prompt.name), prompt),
            prompt,
            per_run=_prompts_of(self._point),
            turns=load.turns if isinstance(load, ReplayLoad) else 1,
            calibration=found.calibration,
            seed=self._seed,
            salt=self._salt,
            prefix_caching=prefix_caching,
        )

    def _requests(self, run: int, number: int) -> Requests:
        def make(index: int) -> Request:
            turn = self._prompts.conversation(run, index, 1)[0]
            return self._request([{"role": "user", "content": turn.text}], turn)

        return Requests(number, make, memory_bytes=self.sender.limits.request_memory_bytes)

    def _request(self, messages: Sequence[Message], turn: Turn) -> Request:
        wanted = Wanted(turn.output_tokens, self._point.temperature, self._point.ignore_eos)
        payload = request_bytes(self._target, messages, wanted, self._found.dialect)
        return Request(payload, turn.input_tokens, turn.output_tokens)

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        """Count processor time, and keep the garbage collector from pausing the clock."""
        gc.collect()
        was_enabled = gc.isenabled()
        gc.disable()
        before_s = time.process_time()
        try:
            yield
        finally:
            self._cpu_s += time.process_time() - before_s
            if was_enabled:
                gc.enable()


@contextlib.contextmanager
def _ending(
    sender: Sender, stop: Stop, limits: Limits, cancelled: asyncio.Event | None
) -> Iterator[None]:
    """End the point when it is cancelled or has taken too long."""
    loop = asyncio.get_running_loop()
    stop.on_stop(lambda: sender.end_all("the point was ended"))
    late = loop.call_later(limits.point_timeout_s, stop.now, "point_timeout")
    watch = loop.create_task(_watch(cancelled, stop)) if cancelled is not None else None
    try:
        yield
    finally:
        late.cancel()
        if watch is not None:
            watch.cancel()
        sender.close()


async def _watch(cancelled: asyncio.Event, stop: Stop) -> None:
    await cancelled.wait()
    stop.now("cancelled")


def p99(values: Sequence[int]) -> float:
    """Return the 99th percentile by nearest rank, 0 of nothing."""
    return float(sorted(values)[math.ceil(0.99 * len(values)) - 1]) if values else 0.0
