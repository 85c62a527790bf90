"""What this machine is: the facts of a report, without anything that names machine or owner."""

import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

from arena_runner.contract.report import Accelerator, Machine
from arena_runner.machine import nvml, rapl, wallmeter
from arena_runner.machine.sensors import Sensor, power_sensor
from arena_runner.machine.system import System

_RUNTIMES: Final = ("docker", "podman")
_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_ASK_TIMEOUT_S: Final = 4.0


def describe() -> Machine:
    """Return what the operating system and drivers say; no host name, address or serial number."""
    gpus = nvml.open_gpus()
    chosen = power_sensor(power_sensors(gpus))
    return Machine(
        os=_os()[:120],
        kernel=f"{platform.system()} {platform.release()}"[:120],
        architecture=architecture(),
        cpu=processor()[:160],
        cpu_cores=psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        accelerators=accelerators(gpus),
        driver_version=gpus.driver_version if gpus else None,
        cuda_version=gpus.cuda_version if gpus else None,
        container_runtime=container_runtime(),
        power_scope=chosen.power_scope if chosen else None,
    )


def accelerators(gpus: nvml.Gpus | None) -> tuple[Accelerator, ...]:
    """Return the GPUs: NVIDIA's by their driver, Apple's as the part of the chip that it is."""
    if gpus is not None:
        return gpus.accelerators()
    if platform.system() == "Darwin" and architecture() == "arm64":
        # Its memory is the machine's, so it has none of its own.
        return (Accelerator(name=f"{processor()} GPU"[:120]),)
    return ()


def power_sensors(gpus: nvml.Gpus | None) -> list[Sensor]:
    """Return what measures power here: a wall meter, the GPUs, the processor packages."""
    found: tuple[Sensor | None, ...] = (wallmeter.open_wall_meter(), gpus, rapl.open_rapl())
    return [sensor for sensor in found if sensor is not None]


def sensors(own_pids: Sequence[int] | None = None) -> list[Sensor]:
    """Return all sensors of this machine; `own_pids` as of `System`."""
    # The operating system comes first: its memory count holds for unified memory too.
    return [System(own_pids), *power_sensors(nvml.open_gpus())]


def architecture() -> str:
    """Return `amd64` or `arm64`, whatever this system calls them."""
    machine = platform.machine()
    return _ARCHITECTURES.get(machine, machine)[:20]


def container_runtime() -> str | None:
    """Return the runtime that this user can start containers with, with its server's version."""
    for name in _RUNTIMES:
        version = _output((name, "version", "--format", "{{.Server.Version}}"))
        if version:
            return f"{name} {version}"[:80]
    return None


def installed_runtimes() -> tuple[str, ...]:
    """Return the container programs on the path, whether or not they work."""
    return tuple(name for name in _RUNTIMES if shutil.which(name))


def _os() -> str:
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system() or "unknown"


def processor() -> str:
    """Return the name of the processor."""
    if platform.system() == "Darwin":
        return _output(("sysctl", "-n", "machdep.cpu.brand_string")) or "unknown"
    # arm64 kernels give numbers where amd64 ones give names; lscpu knows the numbers.
    return _cpuinfo() or _lscpu() or platform.processor() or "unknown"


def _cpuinfo() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return None
    values = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in values if key.strip() == "model name"), None)


def _lscpu() -> str | None:
    """Return the names of all kinds of cores, such as `Cortex-X925 + Cortex-A725`."""
    lines = (_output(("lscpu",)) or "").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if "Model name:" in line]
    return " + ".join(dict.fromkeys(name for name in names if name and name != "-")) or None


def _output(argv: Sequence[str]) -> str | None:
    """Return what a program prints; None where it is missing, fails or hangs."""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=_ASK_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
