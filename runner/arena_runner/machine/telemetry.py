"""Records how the machine feels while a point is measured: one row a second."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Final, Self, TypeVar

from arena_runner.contract import telemetry
from arena_runner.contract.report import TelemetrySummary
from arena_runner.contract.telemetry import TelemetryRow
from arena_runner.machine import energy, inventory
from arena_runner.machine.sensors import Reading, Sensor, power_sensor, read_all

PERIOD_S: Final = 1.0

_Number = TypeVar("_Number", int, float)


class Recorder:
    """Reads all sensors every period between `async with` and its end.

        async with Recorder(own_pids=engine_pids) as recorder:
            ...                       # `recorder.latest` is how the machine feels now
        recorder.packed(), recorder.summary()

    `own_pids`: the engine's processes; () where it runs elsewhere, None where it runs here under
    an unknown pid. The sensors are read in a thread, so that a slow driver call delays no
    timestamp of the load generator in this event loop.
    """

    def __init__(
        self,
        *,
        own_pids: Sequence[int] | None = None,
        sensors: Sequence[Sensor] | None = None,
        period_s: float = PERIOD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sensors = inventory.sensors(own_pids) if sensors is None else list(sensors)
        self._period_s = period_s
        self._clock = clock
        self._started_s = 0.0
        self._energy_at_start: float | None = None
        self._rows: list[TelemetryRow] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Take the first row at once."""
        self._started_s = self._clock()
        await self._take()
        self._task = asyncio.create_task(self._repeat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the last row, so that a point shorter than a period has two."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled() and (failure := self._task.exception()) is not None:
                raise failure
        await self._take()

    @property
    def rows(self) -> tuple[TelemetryRow, ...]:
        """Return what was recorded so far."""
        return tuple(self._rows)

    @property
    def latest(self) -> TelemetryRow | None:
        """Return the newest row."""
        return self._rows[-1] if self._rows else None

    def packed(self) -> bytes:
        """Return the rows as an artifact."""
        return telemetry.pack(self._rows)

    def summary(self) -> TelemetrySummary:
        """Return means, extremes and energy over the record; None for what no sensor told."""
        rows = self._rows
        watts = _known(row.power_watts for row in rows)
        clocks = _known(row.sm_clock_mhz for row in rows)
        loads = _known(row.other_load for row in rows)
        joules, source = energy.of(rows)
        chosen = power_sensor(self._sensors)
        return TelemetrySummary(
            samples=len(rows),
            period_seconds=self._period_s,
            power_watts_mean=_mean(watts),
            power_watts_max=max(watts, default=None),
            energy_joules=joules,
            energy_source=source,
            power_scope=chosen.power_scope if chosen and (watts or joules is not None) else None,
            temperature_celsius_max=max(
                _known(row.temperature_celsius for row in rows), default=None
            ),
            sm_clock_mhz_mean=_mean(clocks),
            throttle_reasons=tuple(
                sorted({reason for row in rows for reason in row.throttle_reasons})
            ),
            memory_used_bytes_max=max(_known(row.memory_used_bytes for row in rows), default=None),
            other_load_mean=_mean(loads),
        )

    async def _repeat(self) -> None:
        while True:
            # From the start and not from the last row: the record does not drift.
            elapsed_s = self._clock() - self._started_s
            await asyncio.sleep(self._period_s - elapsed_s % self._period_s)
            await self._take()

    async def _take(self) -> None:
        reading = await asyncio.to_thread(read_all, self._sensors)
        at_ms = max(0, round((self._clock() - self._started_s) * 1000))
        self._rows.append(self._row(reading, at_ms))

    def _row(self, reading: Reading, at_ms: int) -> TelemetryRow:
        if self._energy_at_start is None:
            self._energy_at_start = reading.energy_joules
        joules = None
        if reading.energy_joules is not None and self._energy_at_start is not None:
            joules = max(0.0, reading.energy_joules - self._energy_at_start)
        return TelemetryRow(
            at_ms=at_ms,
            power_watts=_rounded(reading.power_watts),
            energy_joules=_rounded(joules),
            temperature_celsius=_rounded(reading.temperature_celsius),
            sm_clock_mhz=_rounded(reading.sm_clock_mhz),
            throttle_reasons=reading.throttle_reasons[:16],
            memory_used_bytes=reading.memory_used_bytes,
            gpu_share=_rounded(reading.gpu_share),
            other_load=_rounded(reading.other_load),
        )


def _known(values: Iterable[_Number | None]) -> list[_Number]:
    return [value for value in values if value is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _rounded(value: float | None) -> float | None:
    """A milli-unit is finer than any of these sensors, and shorter to keep."""
    return None if value is None else round(value, 3)
