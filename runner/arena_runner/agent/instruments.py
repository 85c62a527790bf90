"""What a run needs of the machine: engine, load generator, sensors."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from arena_runner.agent.target import Target
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Point, Profile
from arena_runner.contract.report import (
    Canary,
    Machine,
    SelfTest,
    StateGate,
    TelemetrySummary,
)
from arena_runner.contract.samples import Sample
from arena_runner.contract.telemetry import TelemetryRow

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Facts:
    """What the server says of itself; None for what it does not say."""

    engine: str | None = None
    engine_version: str | None = None
    served_model: str | None = None


@dataclass(frozen=True)
class Measured:
    """One point as the load generator saw it."""

    samples: tuple[Sample, ...]
    send_lag_p99_ms: float
    client_cpu_seconds: float
    voided: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Others:
    """What programs other than engine and agent use, 0 to 1; None where it cannot be told."""

    gpu_share: float | None
    cpu_share: float | None


class Vitals:
    """How the machine feels at this moment of a measurement; None between points."""

    row: TelemetryRow | None = None


class Recording(Protocol):
    """Telemetry of one point."""

    @property
    def latest(self) -> TelemetryRow | None:
        """Return the newest row."""

    @property
    def rows(self) -> tuple[TelemetryRow, ...]:
        """Return all rows."""

    def packed(self) -> bytes:
        """Return all rows, packed."""

    def summary(self) -> TelemetrySummary:
        """Return their summary."""


class Instruments(Protocol):
    """Everything that measures; `agent.standard` has the real ones."""

    def machine(self) -> Machine:
        """Describe the hardware."""

    def serving(
        self, manifest: Manifest, target: Target
    ) -> AbstractAsyncContextManager[tuple[str, ...] | None]:
        """Start what the manifest launches, if anything; the argv of the process where known."""

    async def facts(self, target: Target) -> Facts:
        """Ask the server what it is; raise AgentError when it does not answer."""

    async def self_test(self) -> SelfTest:
        """Measure a server of known speed."""

    async def canary(self, target: Target) -> Canary:
        """Ask something whose answer is known."""

    async def state_gate(self) -> StateGate:
        """Look whether the machine is fit to be measured."""

    async def others(self) -> Others:
        """Look for a second, between points, what else the machine does."""

    def recorder(self) -> AbstractAsyncContextManager[Recording]:
        """Record telemetry for the block."""

    async def measure(
        self,
        point: Point,
        *,
        target: Target,
        profile: Profile,
        on_progress: OnProgress,
        cancelled: asyncio.Event,
    ) -> Measured:
        """Measure one point of a profile; raise AgentError when the server cannot be asked."""
