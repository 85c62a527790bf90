"""A machine that measures at once, and as the test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from arena_runner.agent.instruments import Facts, Measured, OnProgress, Others
from arena_runner.agent.target import Target
from arena_runner.contract import telemetry
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import ClosedLoad, Point, Profile, SyntheticPrompt
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.report import Canary, Machine, SelfTest, StateGate, TelemetrySummary
from arena_runner.contract.resolve import resolve
from arena_runner.contract.samples import Sample
from arena_runner.contract.telemetry import TelemetryRow

COOL = TelemetryRow(at_ms=0, temperature_celsius=40.0, power_watts=100.0)


def profile(*keys: str, shuffle: bool = False) -> Profile:
    return Profile(
        name="test",
        version="1",
        title="Test",
        description="Of the tests",
        shuffle=shuffle,
        points=tuple(
            Point(
                key=key,
                title=key.upper(),
                load=ClosedLoad(concurrency=1, requests=2),
                prompt=SyntheticPrompt(input_tokens=8, output_tokens=4),
                runs=1,
                warmups=0,
            )
            for key in keys
        ),
    )


def manifest(*keys: str, shuffle: bool = False) -> Manifest:
    recipe = Recipe.model_validate(
        {"model": "tiny", "engine": "other", "endpoint": {"model": "tiny"}}
    )
    return resolve(recipe, profile(*(keys or ("a", "b", "c")), shuffle=shuffle))


class Record:
    """Telemetry that a test decides."""

    def __init__(self, rows: tuple[TelemetryRow, ...]) -> None:
        self.rows = rows

    @property
    def latest(self) -> TelemetryRow | None:
        return self.rows[-1] if self.rows else None

    def packed(self) -> bytes:
        return telemetry.pack(self.rows)

    def summary(self) -> TelemetrySummary:
        return TelemetrySummary(samples=len(self.rows))


@dataclass
class TestInstruments:
    """Notes what was measured; `during` is called in the middle of each point."""

    __test__ = False

    measured: list[str] = field(default_factory=list)
    during: Callable[[str], None] = lambda key: None
    facts_now: Facts = field(default_factory=lambda: Facts("vllm", "0.9", "tiny"))
    row: TelemetryRow = COOL
    others_now: Others = field(default_factory=lambda: Others(0.0, 0.0))
    voided: str | None = None
    hang_s: float = 0.0

    def machine(self) -> Machine:
        return Machine(
            os="Linux", kernel="6", architecture="arm64", cpu="GB10", cpu_cores=20, memory_bytes=1
        )

    @asynccontextmanager
    async def serving(
        self, manifest: Manifest, target: Target
    ) -> AsyncIterator[tuple[str, ...] | None]:
        yield None

    async def facts(self, target: Target) -> Facts:
        return self.facts_now

    async def self_test(self) -> SelfTest:
        return SelfTest(
            ttft_true_ms=200,
            ttft_measured_ms=200.5,
            rate_true_tokens_per_second=50,
            rate_measured_tokens_per_second=50,
        )

    async def canary(self, target: Target) -> Canary:
        return Canary(passed=True, expected="Paris")

    async def state_gate(self) -> StateGate:
        return StateGate(passed=True, warnings=("somewhat warm",))

    async def others(self) -> Others:
        return self.others_now

    @asynccontextmanager
    async def recorder(self) -> AsyncIterator[Record]:
        yield Record((self.row,))

    async def measure(
        self,
        point: Point,
        *,
        target: Target,
        profile: Profile,
        on_progress: OnProgress,
        cancelled: asyncio.Event,
    ) -> Measured:
        on_progress(1, 2)
        self.during(point.key)
        if self.hang_s:
            await asyncio.wait_for(cancelled.wait(), self.hang_s)
        else:
            # One look of the guard, as in a real point.
            await asyncio.sleep(0)
        self.measured.append(point.key)
        on_progress(2, 2)
        return Measured(
            samples=tuple(sample(point.key, index) for index in range(2)),
            send_lag_p99_ms=0.1,
            client_cpu_seconds=0.01,
            voided=self.voided,
            notes=("a note",),
        )


def sample(key: str, index: int) -> Sample:
    begin = len(key) + index * 1_000_000
    return Sample(
        run=0,
        index=index,
        scheduled_ns=begin,
        sent_ns=begin,
        first_chunk_ns=begin + 10,
        first_content_ns=begin + 10,
        last_content_ns=begin + 50,
        end_ns=begin + 60,
        content_chunks=4,
        gaps_us=(1, 1, 1),
        output_tokens=4,
        http_status=200,
    )
