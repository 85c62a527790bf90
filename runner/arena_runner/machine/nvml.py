"""NVIDIA GPUs by their driver's library (NVML). No driver is no GPU, never an error."""

import contextlib
from collections.abc import Callable
from typing import Any, Final

import pynvml

from arena_runner.contract.report import Accelerator, PowerScope
from arena_runner.machine.sensors import Reading

REASONS: Final = {
    0x001: "gpu_idle",
    0x002: "applications_clocks",
    0x004: "sw_power_cap",
    0x008: "hw_slowdown",
    0x010: "sync_boost",
    0x020: "sw_thermal",
    0x040: "hw_thermal",
    0x080: "hw_power_brake",
    0x100: "display_clocks",
}
"""Bits of nvmlDeviceGetCurrentClocksEventReasons, by the names used here."""
HARMLESS: Final = frozenset({"gpu_idle"})
THERMAL: Final = frozenset({"sw_thermal", "hw_thermal"})


class Gpus:
    """All GPUs of this machine, as one sensor: watts are added up, the slowest clock counts."""

    def __init__(self, library: Any, handles: list[Any]) -> None:
        self._library = library
        self._handles = handles
        self._scope: PowerScope | None = None
        reading = self.read()
        if reading.power_watts is not None or reading.energy_joules is not None:
            self._scope = "gpu"

    @property
    def power_scope(self) -> PowerScope | None:
        """Return `gpu` where the driver tells watts or joules of the boards."""
        return self._scope

    @property
    def driver_version(self) -> str | None:
        """Return the version of the kernel driver."""
        return _text(self._ask("nvmlSystemGetDriverVersion"))

    @property
    def cuda_version(self) -> str | None:
        """Return the newest CUDA that the driver serves, such as 13.0."""
        number = self._ask("nvmlSystemGetCudaDriverVersion_v2")
        return None if number is None else f"{number // 1000}.{number % 1000 // 10}"

    def accelerators(self) -> tuple[Accelerator, ...]:
        """Return what the boards are; without serial numbers and bus addresses."""
        return tuple(self._accelerator(handle) for handle in self._handles)

    def read(self) -> Reading:
        """Return this moment over all boards."""
        power_mw = self._each("nvmlDeviceGetPowerUsage")
        energy_mj = self._each("nvmlDeviceGetTotalEnergyConsumption")
        temperatures = self._each(
            "nvmlDeviceGetTemperature", getattr(self._library, "NVML_TEMPERATURE_GPU", 0)
        )
        clocks = self._each("nvmlDeviceGetClockInfo", getattr(self._library, "NVML_CLOCK_SM", 1))
        shares = self._each("nvmlDeviceGetUtilizationRates", get=lambda rates: rates.gpu)
        memory = self._each("nvmlDeviceGetMemoryInfo", get=lambda info: info.used)
        return Reading(
            power_watts=_sum(power_mw, 1000),
            energy_joules=_sum(energy_mj, 1000),
            temperature_celsius=None if None in temperatures else float(max(temperatures)),
            sm_clock_mhz=None if None in clocks else float(min(clocks)),
            throttle_reasons=self.throttle_reasons(),
            memory_used_bytes=None if None in memory else sum(memory),
            gpu_share=None if None in shares else min(1.0, sum(shares) / len(shares) / 100),
        )

    def throttle_reasons(self) -> tuple[str, ...]:
        """Return why clocks are below their most just now, without idleness; unknown bits too."""
        bits = 0
        for value in self._each("nvmlDeviceGetCurrentClocksEventReasons"):
            bits |= value or 0
        return decoded(bits)

    def max_sm_clock_mhz(self) -> float | None:
        """Return the highest clock of the slowest board."""
        clocks = self._each("nvmlDeviceGetMaxClockInfo", getattr(self._library, "NVML_CLOCK_SM", 1))
        return None if None in clocks else float(min(clocks))

    def lowered_power_limits(self) -> tuple[tuple[float, float], ...]:
        """Return (limit, default) in watts of each board whose limit is below its default."""
        limits = self._each("nvmlDeviceGetEnforcedPowerLimit")
        defaults = self._each("nvmlDeviceGetPowerManagementDefaultLimit")
        return tuple(
            (limit / 1000, default / 1000)
            for limit, default in zip(limits, defaults, strict=True)
            if limit is not None and default is not None and limit < 0.99 * default
        )

    def _accelerator(self, handle: Any) -> Accelerator:
        memory = self._ask("nvmlDeviceGetMemoryInfo", handle)
        limit = self._ask("nvmlDeviceGetPowerManagementLimit", handle)
        generation = self._ask("nvmlDeviceGetMaxPcieLinkGeneration", handle)
        width = self._ask("nvmlDeviceGetMaxPcieLinkWidth", handle)
        return Accelerator(
            name=(_text(self._ask("nvmlDeviceGetName", handle)) or "unnamed GPU")[:120],
            memory_bytes=None if memory is None else int(memory.total),
            power_limit_watts=None if limit is None else limit / 1000,
            pci_link=f"PCIe {generation} x{width}" if generation and width else None,
        )

    def _each(
        self, name: str, *arguments: Any, get: Callable[[Any], Any] = lambda value: value
    ) -> list[Any]:
        values = [self._ask(name, handle, *arguments) for handle in self._handles]
        return [None if value is None else get(value) for value in values]

    def _ask(self, name: str, *arguments: Any) -> Any:
        """Call NVML; None where board, driver or library cannot answer this question.

        Unified-memory chips answer NotSupported to questions about memory and limits, and an old
        driver lacks the newer functions: both are facts about the machine, not failures.
        """
        function = getattr(self._library, name, None)
        if function is None:
            return None
        with contextlib.suppress(self._library.NVMLError):
            return function(*arguments)
        return None


def open_gpus(library: Any = pynvml) -> Gpus | None:
    """Return the GPUs of this machine; None without driver or without a board."""
    try:
        library.nvmlInit()
        count = library.nvmlDeviceGetCount()
        handles = [library.nvmlDeviceGetHandleByIndex(index) for index in range(count)]
    except library.NVMLError:
        return None
    return Gpus(library, handles) if handles else None


def decoded(bits: int) -> tuple[str, ...]:
    """Return the names of throttle bits, without the harmless ones; `bit_N` for unknown ones."""
    names = [
        REASONS.get(1 << position, f"bit_{position}")
        for position in range(bits.bit_length())
        if bits >> position & 1
    ]
    return tuple(name for name in names if name not in HARMLESS)


def _sum(thousandths: list[Any], divisor: int) -> float | None:
    if not thousandths or None in thousandths:
        return None
    return float(sum(thousandths)) / divisor


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return None if value is None else str(value)
