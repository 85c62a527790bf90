"""The doctor's look at the clock under load, where a stuck power cap shows and at rest does not.

A GB10 whose USB-C supply has negotiated too little runs at some 30 W for ever: everything works,
at a third of the speed, and it looks like slow software.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import psutil

from arena_runner.contract.findings import Finding
from arena_runner.machine.nvml import Gpus
from arena_runner.machine.sensors import Reading

_WORK_S: Final = 2.0
_LONGEST_S: Final = 30.0
_SAMPLE_S: Final = 0.2
_BUSY: Final = 0.8
_SLOW: Final = 0.6
"""Of the highest clock. Full load on all cores or units takes some, not two fifths."""
_TITLE: Final = "Clock under load"


async def clock(gpus: Gpus | None, work: Callable[[], Awaitable[object]] | None) -> Finding:
    """Load the machine for a few seconds and compare its clock with the highest."""
    if gpus is None:
        return processor_verdict(await _processor_shares())
    if work is None:
        return Finding(
            code="clock", level="warn", title=_TITLE, found="not looked at: nothing loads the GPU",
            mend="Run doctor with an engine's endpoint; it then asks for some text meanwhile.",
        )  # fmt: skip
    readings = await _readings_during(gpus, work)
    return gpu_verdict(readings, gpus.max_sm_clock_mhz())


def gpu_verdict(readings: list[Reading], highest_mhz: float | None) -> Finding:
    """Judge readings taken during the work; those of a busy GPU count."""
    busy = [
        reading
        for reading in readings
        if reading.gpu_share is not None and reading.gpu_share >= _BUSY and reading.sm_clock_mhz
    ]
    if not busy or not highest_mhz:
        return Finding(
            code="clock", level="warn", title=_TITLE,
            found="the GPU was never busy meanwhile, or does not tell its clock",
            mend="Check that the engine runs on the GPU of this machine.",
        )  # fmt: skip
    fastest = max(reading.sm_clock_mhz or 0.0 for reading in busy)
    watts = max((reading.power_watts or 0.0 for reading in busy), default=0.0)
    found = f"{fastest:.0f} of {highest_mhz:.0f} MHz at {watts:.0f} W"
    if fastest >= _SLOW * highest_mhz:
        return Finding(code="clock", level="pass", title=_TITLE, found=found)
    return Finding(
        code="clock", level="fail", title=_TITLE, found=found,
        mend="Stuck low under load: a power cap or heat. Use the supply that came with the machine"
        " and unplug it for a minute (a DGX Spark can be stuck at 30 W until then), check cooling,"
        " free fixed clocks (nvidia-smi -rgc).",
    )  # fmt: skip


def processor_verdict(shares: list[float]) -> Finding:
    """Judge the processor's clock, as shares of its highest."""
    if not shares:
        return Finding(
            code="clock", level="pass", title=_TITLE,
            found="the processor does not tell its clock (usual in a virtual machine)",
        )  # fmt: skip
    best = max(shares)
    found = f"all cores at {best:.0%} of the processor's highest clock"
    if best >= _SLOW:
        return Finding(code="clock", level="pass", title=_TITLE, found=found)
    return Finding(
        code="clock", level="warn", title=_TITLE, found=found,
        mend="Check cooling, the power supply, and the governor (cpupower frequency-set -g"
        " performance); laptops slow down on battery.",
    )  # fmt: skip


async def _readings_during(gpus: Gpus, work: Callable[[], Awaitable[object]]) -> list[Reading]:
    readings: list[Reading] = []
    task = asyncio.ensure_future(work())
    deadline_s = time.monotonic() + _LONGEST_S
    while not task.done() and time.monotonic() < deadline_s:
        readings.append(await asyncio.to_thread(gpus.read))
        await asyncio.sleep(_SAMPLE_S)
    task.cancel()
    # A failing endpoint is found by the checks of the endpoint; here it only was no load.
    await asyncio.gather(task, return_exceptions=True)
    return readings


async def _processor_shares() -> list[float]:
    """Return the mean clock of all cores, as shares of the highest, while all of them hash."""
    until_s = time.monotonic() + _WORK_S
    cores = os.cpu_count() or 1
    work = [asyncio.to_thread(_hash_until, until_s) for _ in range(min(cores, 256))]
    task = asyncio.gather(*work)
    shares = []
    while not task.done():
        await asyncio.sleep(_SAMPLE_S)
        share = _clock_share()
        if share is not None:
            shares.append(share)
    await task
    return shares


def _clock_share() -> float | None:
    """Return the mean clock as a share of the highest; None where the system does not tell."""
    try:
        frequency: Any = psutil.cpu_freq()
    except (OSError, NotImplementedError, RuntimeError):
        return None
    return min(1.0, frequency.current / frequency.max) if frequency and frequency.max else None


def _hash_until(until_s: float) -> None:
    """Keep one core busy; hashing lets go of the interpreter's lock."""
    block = bytes(1_048_576)
    while time.monotonic() < until_s:
        hashlib.sha256(block).digest()
