"""NVML of a made-up driver, with the functions, units and errors of the real library.

This machine has no GPU. The real library without a driver is tested as it is; this one shows that
what a driver answers is read in the right units.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    """As the library raises it."""


@dataclass
class Board:
    """One GPU: milliwatts, millijoules, MHz, bytes, per cent, as NVML counts them."""

    name: str | bytes = "NVIDIA GB10"
    memory_total: int | None = 128 * 1_073_741_824
    memory_used: int = 10 * 1_073_741_824
    power_mw: int | None = 45_500
    energy_mj: int | None = 1_000_000
    limit_mw: int | None = 140_000
    default_limit_mw: int | None = 140_000
    celsius: int = 61
    sm_mhz: int = 2_418
    sm_max_mhz: int = 3_003
    busy_percent: int = 93
    reasons: int = 0


@dataclass
class FakeNvml:
    """The module `pynvml`, as far as it is used."""

    boards: list[Board] = field(default_factory=lambda: [Board()])
    driver: str | bytes = "580.95.05"
    cuda: int = 13_000
    NVMLError: Any = NVMLError
    NVML_TEMPERATURE_GPU: int = 0
    NVML_CLOCK_SM: int = 1

    def nvmlInit(self) -> None: ...  # noqa: N802

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.boards)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Board:  # noqa: N802
        return self.boards[index]

    def nvmlSystemGetDriverVersion(self) -> str | bytes:  # noqa: N802
        return self.driver

    def nvmlSystemGetCudaDriverVersion_v2(self) -> int:  # noqa: N802
        return self.cuda

    def nvmlDeviceGetName(self, board: Board) -> str | bytes:  # noqa: N802
        return board.name

    def nvmlDeviceGetMemoryInfo(self, board: Board) -> Any:  # noqa: N802
        if board.memory_total is None:
            raise NVMLError("Not Supported")
        return SimpleNamespace(total=board.memory_total, used=board.memory_used)

    def nvmlDeviceGetPowerUsage(self, board: Board) -> int:  # noqa: N802
        return _told(board.power_mw)

    def nvmlDeviceGetTotalEnergyConsumption(self, board: Board) -> int:  # noqa: N802
        return _told(board.energy_mj)

    def nvmlDeviceGetPowerManagementLimit(self, board: Board) -> int:  # noqa: N802
        return _told(board.limit_mw)

    nvmlDeviceGetEnforcedPowerLimit = nvmlDeviceGetPowerManagementLimit  # noqa: N815

    def nvmlDeviceGetPowerManagementDefaultLimit(self, board: Board) -> int:  # noqa: N802
        return _told(board.default_limit_mw)

    def nvmlDeviceGetTemperature(self, board: Board, sensor: int) -> int:  # noqa: N802
        assert sensor == self.NVML_TEMPERATURE_GPU
        return board.celsius

    def nvmlDeviceGetClockInfo(self, board: Board, kind: int) -> int:  # noqa: N802
        assert kind == self.NVML_CLOCK_SM
        return board.sm_mhz

    def nvmlDeviceGetMaxClockInfo(self, board: Board, kind: int) -> int:  # noqa: N802
        assert kind == self.NVML_CLOCK_SM
        return board.sm_max_mhz

    def nvmlDeviceGetUtilizationRates(self, board: Board) -> Any:  # noqa: N802
        return SimpleNamespace(gpu=board.busy_percent, memory=10)

    def nvmlDeviceGetCurrentClocksEventReasons(self, board: Board) -> int:  # noqa: N802
        return board.reasons


def _told(value: int | None) -> int:
    if value is None:
        raise NVMLError("Not Supported")
    return value
