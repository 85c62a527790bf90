"""What the doctor asks of GPUs: presence, driver, heat, throttling, and who measures power."""

from pathlib import Path
from typing import Final

from arena_runner.contract.findings import Finding
from arena_runner.machine import inventory, rapl, system
from arena_runner.machine.nvml import THERMAL, Gpus
from arena_runner.machine.sensors import power_sensor

_GIB: Final = 1_073_741_824
_PCI: Final = Path("/sys/bus/pci/devices")
_DISPLAY_CLASSES: Final = ("0x0300", "0x0302", "0x0380")
_VENDORS: Final = {"0x10de": "NVIDIA", "0x1002": "AMD"}
_HOT_CELSIUS: Final = 85.0
_WARM_CELSIUS: Final = 75.0
_MEANING: Final = {
    "applications_clocks": "somebody has fixed the clocks (nvidia-smi -rgc frees them)",
    "sw_power_cap": "the power limit holds the clocks down; normal under full load, not at rest",
    "hw_slowdown": "the board slows down: heat or power supply",
    "sync_boost": "a slower board in the same group sets the pace",
    "sw_thermal": "the driver slows down because of heat",
    "hw_thermal": "the board slows down because of heat",
    "hw_power_brake": "the power supply asks the board to slow down",
    "display_clocks": "a display setting limits the clocks",
}
_SCOPES: Final = {
    "wall": "a wall meter: the whole machine",
    "soc": "the chip's own rail: processor and GPU, without drives and fans",
    "gpu": "the GPUs' own meters: boards alone, without processor, drives and fans",
    "rapl": "the processor packages (RAPL): without GPU, drives and fans",
}


def gpu(gpus: Gpus | None, pci: Path = _PCI) -> Finding:
    """Check for boards; none at all is a fact, one without a driver is a fault."""
    found = inventory.accelerators(gpus)
    if found:
        boards = ", ".join(_named(board.name, board.memory_bytes) for board in found)
        return Finding(code="gpu", level="pass", title="GPU", found=boards[:600])
    vendors = _boards(pci)
    if "NVIDIA" in vendors:
        return Finding(
            code="gpu", level="fail", title="GPU",
            found="an NVIDIA board is there, but its driver does not answer",
            mend="Install the NVIDIA driver, or in a container pass the GPU through (docker run"
            " --gpus all with the NVIDIA container toolkit).",
        )  # fmt: skip
    if "AMD" in vendors:
        return Finding(
            code="gpu", level="warn", title="GPU",
            found="an AMD board; speeds are measured, its watts, clocks and heat are not yet",
        )  # fmt: skip
    return Finding(code="gpu", level="pass", title="GPU", found="none; models run on the processor")


def driver(gpus: Gpus | None) -> tuple[Finding, ...]:
    """Tell driver and CUDA where there is a board."""
    if gpus is None:
        return ()
    version, cuda = gpus.driver_version, gpus.cuda_version
    found = f"driver {version or 'unknown'}, CUDA up to {cuda or 'unknown'}"
    if version and cuda:
        return (Finding(code="driver", level="pass", title="Driver and CUDA", found=found),)
    return (
        Finding(
            code="driver", level="warn", title="Driver and CUDA", found=found,
            mend="Install a driver that tells its version; twins are compared by it.",
        ),
    )  # fmt: skip


def temperature(gpus: Gpus | None) -> Finding:
    """Check the heat at rest."""
    readings = (
        gpus.read().temperature_celsius if gpus else None,
        system.processor_celsius(),
    )
    celsius = max((value for value in readings if value is not None), default=None)
    if celsius is None:
        return Finding(
            code="temperature", level="pass", title="Temperature",
            found="no sensor (usual in a virtual machine)",
        )  # fmt: skip
    found = f"{celsius:.0f} °C at the hottest sensor"
    if celsius < _WARM_CELSIUS:
        return Finding(code="temperature", level="pass", title="Temperature", found=found)
    return Finding(
        code="temperature", level="fail" if celsius >= _HOT_CELSIUS else "warn",
        title="Temperature", found=found,
        mend="Let it cool down, clear the air inlets, end what else runs. Twins have differed by"
        " half for heat alone.",
    )  # fmt: skip


def throttle(gpus: Gpus | None) -> Finding:
    """Check why clocks are held down just now, by the driver's word."""
    reasons = gpus.throttle_reasons() if gpus else ()
    lowered = gpus.lowered_power_limits() if gpus else ()
    parts = [f"{reason}: {_MEANING.get(reason, 'unknown to this version')}" for reason in reasons]
    parts += [f"power limit {limit:.0f} W, by default {full:.0f} W" for limit, full in lowered]
    if not parts:
        found = "nothing holds the clocks down" if gpus else "no GPU whose driver could tell"
        return Finding(code="throttle", level="pass", title="Throttling", found=found)
    failed = THERMAL.intersection(reasons) or "hw_power_brake" in reasons
    return Finding(
        code="throttle", level="fail" if failed else "warn", title="Throttling",
        found="; ".join(parts)[:600],
        mend="Cool the machine, check its power supply, and set limits back (nvidia-smi -rgc,"
        " nvidia-smi -pl).",
    )  # fmt: skip


def power(gpus: Gpus | None) -> Finding:
    """Tell what measures power and what that covers."""
    sensor = power_sensor(inventory.power_sensors(gpus))
    if sensor and sensor.power_scope:
        return Finding(
            code="power", level="pass", title="Power meter", found=_SCOPES[sensor.power_scope]
        )
    if rapl.exists():
        return Finding(
            code="power", level="warn", title="Power meter",
            found="the processor has counters (RAPL), but only root may read them",
            mend="Let the agent's group read energy_uj below /sys/class/powercap by a udev rule, or"
            " name a wall meter's file in ARENA_WALL_METER_FILE.",
        )  # fmt: skip
    return Finding(
        code="power", level="warn", title="Power meter", found="none: no energy per token",
        mend="Write the watts of a smart plug into a file every few seconds and name the file in"
        " ARENA_WALL_METER_FILE.",
    )  # fmt: skip


def _named(name: str, memory_bytes: int | None) -> str:
    return name if memory_bytes is None else f"{name} ({memory_bytes / _GIB:.0f} GiB)"


def _boards(pci: Path) -> set[str]:
    """Return the makers of display boards on the bus, driver or not."""
    found = set()
    for device in pci.glob("*"):
        try:
            kind = (device / "class").read_text().strip()
            vendor = (device / "vendor").read_text().strip()
        except OSError:
            continue
        if kind.startswith(_DISPLAY_CLASSES) and vendor in _VENDORS:
            found.add(_VENDORS[vendor])
    return found
