"""GPUs by their driver's library: without one, and in its units."""

import pynvml
import pytest

from arena_runner.machine import nvml
from tests.runner.machine.fake_nvml import Board, FakeNvml

GIB = 1_073_741_824


def gpus(*boards: Board) -> nvml.Gpus:
    found = nvml.open_gpus(FakeNvml(boards=list(boards)))
    assert found is not None
    return found


def test_no_driver_is_no_gpu_and_no_error() -> None:
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        assert nvml.open_gpus() is None
    else:
        pytest.skip("this machine has an NVIDIA driver")


def test_a_driver_without_a_board_is_no_gpu() -> None:
    assert nvml.open_gpus(FakeNvml(boards=[])) is None


def test_units_are_watts_joules_celsius_and_shares() -> None:
    reading = gpus(Board()).read()
    assert reading.power_watts == 45.5
    assert reading.energy_joules == 1_000.0
    assert reading.temperature_celsius == 61.0
    assert reading.sm_clock_mhz == 2_418.0
    assert reading.memory_used_bytes == 10 * GIB
    assert reading.gpu_share == 0.93


def test_two_boards_add_watts_and_the_slower_clock_counts() -> None:
    reading = gpus(Board(sm_mhz=2_000, celsius=70), Board(sm_mhz=1_500, celsius=50)).read()
    assert reading.power_watts == 91.0
    assert reading.energy_joules == 2_000.0
    assert reading.sm_clock_mhz == 1_500.0
    assert reading.temperature_celsius == 70.0


def test_one_board_that_does_not_tell_its_watts_makes_the_sum_unknown() -> None:
    found = gpus(Board(), Board(power_mw=None, energy_mj=None))
    assert found.read().power_watts is None
    assert found.power_scope is None


def test_unified_memory_tells_no_memory_and_no_limit() -> None:
    found = gpus(Board(memory_total=None, limit_mw=None))
    (board,) = found.accelerators()
    assert board.name == "NVIDIA GB10"
    assert board.memory_bytes is None
    assert board.power_limit_watts is None
    assert found.read().memory_used_bytes is None
    assert found.lowered_power_limits() == ()


def test_versions_and_names_as_bytes_of_old_libraries() -> None:
    library = FakeNvml(boards=[Board(name=b"NVIDIA H100")], driver=b"535.10", cuda=12_020)
    found = nvml.open_gpus(library)
    assert found is not None
    assert found.driver_version == "535.10"
    assert found.cuda_version == "12.2"
    assert found.accelerators()[0].name == "NVIDIA H100"


def test_the_power_scope_is_that_of_the_boards() -> None:
    assert gpus(Board()).power_scope == "gpu"
    assert gpus(Board(power_mw=None)).power_scope == "gpu"  # the counter is enough


@pytest.mark.parametrize(
    ("bits", "names"),
    [
        (0x0, ()),
        (0x1, ()),  # idleness is no throttling
        (0x4, ("sw_power_cap",)),
        (0x1 | 0x20 | 0x40, ("sw_thermal", "hw_thermal")),
        (0x8 | 0x80, ("hw_slowdown", "hw_power_brake")),
        (0x2 | 0x10 | 0x100, ("applications_clocks", "sync_boost", "display_clocks")),
        (0x400, ("bit_10",)),  # of a newer driver
    ],
)
def test_throttle_reasons_are_decoded(bits: int, names: tuple[str, ...]) -> None:
    assert gpus(Board(reasons=bits)).throttle_reasons() == names


def test_reasons_of_all_boards_are_joined() -> None:
    assert gpus(Board(reasons=0x4), Board(reasons=0x40)).throttle_reasons() == (
        "sw_power_cap",
        "hw_thermal",
    )


def test_a_lowered_power_limit_is_told_with_its_default() -> None:
    assert gpus(Board(limit_mw=90_000)).lowered_power_limits() == ((90.0, 140.0),)
