"""What a sensor of this machine is, and one moment of several of them put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from arena_runner.contract.report import PowerScope

_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One moment; None for what a sensor does not measure or could not tell just now."""

    power_watts: float | None = None
    energy_joules: float | None = None
    """By a counter that only rises, from an arbitrary start."""
    temperature_celsius: float | None = None
    sm_clock_mhz: float | None = None
    throttle_reasons: tuple[str, ...] = ()
    memory_used_bytes: int | None = None
    gpu_share: float | None = None
    other_load: float | None = None


class Sensor(Protocol):
    """A source of readings: NVML, RAPL, the operating system, a wall meter."""

    @property
    def power_scope(self) -> PowerScope | None:
        """What the power and energy of this sensor cover; None where it measures neither."""
        ...

    def read(self) -> Reading:
        """Return this moment; a failing driver call gives None, never an error."""
        ...


_WIDEST_FIRST: tuple[PowerScope, ...] = ("wall", "soc", "gpu", "rapl")


def power_sensor(sensors: Sequence[Sensor]) -> Sensor | None:
    """Return the sensor whose watts count: the one that covers most. Scopes are never added up.

    A wall meter covers the whole machine; a GPU draws more than the processor beside it.
    """
    for scope in _WIDEST_FIRST:
        for sensor in sensors:
            if sensor.power_scope == scope:
                return sensor
    return None


def read_all(sensors: Sequence[Sensor]) -> Reading:
    """Return one moment of all sensors; the first that knows a value states it."""
    readings = [(sensor, sensor.read()) for sensor in sensors]
    chosen = power_sensor(sensors)
    power = next((reading for sensor, reading in readings if sensor is chosen), Reading())
    temperatures = [
        reading.temperature_celsius
        for _, reading in readings
        if reading.temperature_celsius is not None
    ]
    return Reading(
        power_watts=power.power_watts,
        energy_joules=power.energy_joules,
        temperature_celsius=max(temperatures, default=None),
        sm_clock_mhz=_first(reading.sm_clock_mhz for _, reading in readings),
        throttle_reasons=tuple(
            dict.fromkeys(reason for _, reading in readings for reason in reading.throttle_reasons)
        ),
        memory_used_bytes=_first(reading.memory_used_bytes for _, reading in readings),
        gpu_share=_first(reading.gpu_share for _, reading in readings),
        other_load=_first(reading.other_load for _, reading in readings),
    )


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value is not None), None)
