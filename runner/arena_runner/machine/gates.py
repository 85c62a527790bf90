"""The state gate: is this machine fit to be measured just now?

Two boxes of one kind have differed by half for heat alone, so a suite does not begin on a hot,
throttled or busy machine. What only colours the numbers is a warning and goes into the report.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from arena_runner.contract.report import StateGate
from arena_runner.machine import inventory, nvml
from arena_runner.machine.nvml import THERMAL
from arena_runner.machine.sensors import Reading, read_all

_LOAD_WINDOW_S: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a machine must hold to be measured; an owner may be stricter."""

    temperature_celsius: float = 85.0
    other_load: float = 0.5
    """CPU share of what is neither engine nor agent; above a fifth of it there is a warning."""
    memory_free_share: float = 0.02


@dataclass(frozen=True, kw_only=True)
class State:
    """What the gate looks at. None for what this machine does not tell."""

    reading: Reading
    memory_free_share: float
    on_battery: bool | None = None
    lowered_power_limits: tuple[tuple[float, float], ...] = ()


async def state_gate(
    *, own_pids: Sequence[int] | None = None, limits: Limits | None = None
) -> StateGate:
    """Look for a second and judge. `own_pids`: the engine's processes, as of `System`."""
    return judge(await look(own_pids=own_pids), limits or Limits())


async def look(*, own_pids: Sequence[int] | None = None) -> State:
    """Return the state of this machine, its load as the mean over one second."""
    sensors = inventory.sensors(own_pids)
    await asyncio.to_thread(read_all, sensors)
    await asyncio.sleep(_LOAD_WINDOW_S)
    reading = await asyncio.to_thread(read_all, sensors)
    memory = psutil.virtual_memory()
    gpus = nvml.open_gpus()
    return State(
        reading=reading,
        memory_free_share=memory.available / memory.total,
        on_battery=_on_battery(),
        lowered_power_limits=gpus.lowered_power_limits() if gpus else (),
    )


def judge(state: State, limits: Limits) -> StateGate:
    """Return the verdict; a reason to fail is among the warnings, before the others."""
    failures = tuple(_failures(state, limits))
    return StateGate(passed=not failures, warnings=(*failures, *_warnings(state, limits)))


def _failures(state: State, limits: Limits) -> Iterator[str]:
    reading = state.reading
    celsius = reading.temperature_celsius
    if celsius is not None and celsius >= limits.temperature_celsius:
        yield f"too hot: {celsius:.0f} °C, at most {limits.temperature_celsius:.0f} °C"
    if hot := THERMAL.intersection(reading.throttle_reasons):
        yield f"clocks are held down by heat: {', '.join(sorted(hot))}"
    if "hw_power_brake" in reading.throttle_reasons:
        yield "clocks are held down by the power supply: hw_power_brake"
    if reading.other_load is not None and reading.other_load > limits.other_load:
        yield f"other programs use {reading.other_load:.0%} of the processor"
    if state.memory_free_share < limits.memory_free_share:
        yield f"only {state.memory_free_share:.1%} of the memory is available"


def _warnings(state: State, limits: Limits) -> Iterator[str]:
    reading = state.reading
    load = reading.other_load
    if load is None:
        yield "the engine's process is unknown, so the load of other programs is too"
    elif limits.other_load / 5 < load <= limits.other_load:
        yield f"other programs use {load:.0%} of the processor"
    if state.on_battery:
        yield "runs on battery"
    for limit, default in state.lowered_power_limits:
        yield f"power limit lowered to {limit:.0f} W from {default:.0f} W"
    others = [
        name
        for name in reading.throttle_reasons
        if name not in THERMAL and name != "hw_power_brake"
    ]
    if others:
        yield f"clocks are held down: {', '.join(others)}"


def _on_battery() -> bool | None:
    read = getattr(psutil, "sensors_battery", None)
    battery = read() if read else None
    return None if battery is None else not battery.power_plugged
