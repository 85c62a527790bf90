"""What the owner allows: hours, watts, temperature, and nothing while others use the machine."""

from datetime import UTC, datetime, time, timedelta

from arena_runner.agent.configuration import Limits
from arena_runner.agent.instruments import Others
from arena_runner.contract.telemetry import TelemetryRow

_BUSY_GPU_SHARE = 0.10
_BUSY_CPU_SHARE = 0.25


def in_hours(limits: Limits, now: datetime) -> bool:
    """Return whether the owner's hours include this moment; a span may pass midnight."""
    if not limits.hours_utc:
        return True
    moment = now.astimezone(UTC).time()
    return any(_within(moment, *_span(text)) for text in limits.hours_utc)


def opens_in(limits: Limits, now: datetime) -> timedelta:
    """Return how long until the owner's hours begin; nothing while they last."""
    if in_hours(limits, now):
        return timedelta()
    moment = now.astimezone(UTC)
    waits = []
    for text in limits.hours_utc:
        begin, _ = _span(text)
        next_begin = datetime.combine(moment.date(), begin, tzinfo=UTC)
        if next_begin <= moment:
            next_begin += timedelta(days=1)
        waits.append(next_begin - moment)
    return min(waits)


def exceeded(limits: Limits, row: TelemetryRow | None) -> str | None:
    """Return the code of the limit that a moment of telemetry breaks, or None."""
    if row is None:
        return None
    if _above(row.power_watts, limits.max_power_watts):
        return "owner-limit-power"
    if _above(row.temperature_celsius, limits.max_temperature_celsius):
        return "owner-limit-temperature"
    return None


def in_use(limits: Limits, others: Others) -> bool:
    """Return whether somebody uses the machine, where the owner wants it left alone then.

    `others` is what was seen while the agent itself did nothing: more than 10 % of the GPUs, or
    more than 25 % of the processor, is somebody's work.
    """
    if not limits.only_when_idle:
        return False
    gpu, cpu = others.gpu_share or 0.0, others.cpu_share or 0.0
    return gpu > _BUSY_GPU_SHARE or cpu > _BUSY_CPU_SHARE


def _above(value: float | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value > limit


def _span(text: str) -> tuple[time, time]:
    begin, _, end = text.partition("-")
    return time.fromisoformat(begin), time.fromisoformat(end)


def _within(moment: time, begin: time, end: time) -> bool:
    if begin < end:
        return begin <= moment < end
    return moment >= begin or moment < end
