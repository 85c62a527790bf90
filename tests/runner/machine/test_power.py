"""Counters of the processor, meters at the wall, and which of them counts."""

import os
import time
from pathlib import Path

import pytest

from arena_runner.machine import rapl, wallmeter
from arena_runner.machine.nvml import open_gpus
from arena_runner.machine.sensors import power_sensor, read_all
from arena_runner.machine.system import System
from tests.runner.machine.fake_nvml import FakeNvml


@pytest.fixture
def powercap(tmp_path: Path) -> Path:
    """A tree like /sys/class/powercap of a machine with two sockets."""
    for number, name in enumerate(("package-0", "package-1")):
        package(tmp_path, f"intel-rapl:{number}", name, energy_uj=1_000_000)
    package(tmp_path, "intel-rapl:0:0", "core", energy_uj=77)
    return tmp_path


def package(root: Path, folder: str, name: str, *, energy_uj: int) -> None:
    path = root / folder
    path.mkdir()
    (path / "name").write_text(f"{name}\n")
    (path / "energy_uj").write_text(f"{energy_uj}\n")
    (path / "max_energy_range_uj").write_text("10000000\n")


def test_packages_are_added_and_their_parts_are_not(powercap: Path) -> None:
    counters = rapl.open_rapl(powercap)
    assert counters is not None
    assert counters.read().energy_joules == 0.0
    (powercap / "intel-rapl:0" / "energy_uj").write_text("3000000\n")
    (powercap / "intel-rapl:1" / "energy_uj").write_text("1500000\n")
    (powercap / "intel-rapl:0:0" / "energy_uj").write_text("9000000\n")
    assert counters.read().energy_joules == 2.5


def test_a_counter_that_wraps_goes_on_rising(powercap: Path) -> None:
    counters = rapl.open_rapl(powercap)
    assert counters is not None
    (powercap / "intel-rapl:0" / "energy_uj").write_text("9000000\n")
    counters.read()
    (powercap / "intel-rapl:0" / "energy_uj").write_text("500000\n")
    (powercap / "intel-rapl:1" / "energy_uj").write_text("1000000\n")
    assert counters.read().energy_joules == pytest.approx(1.5)


def test_watts_are_joules_between_two_readings(powercap: Path) -> None:
    counters = rapl.open_rapl(powercap)
    assert counters is not None
    counters.read()
    time.sleep(0.05)
    (powercap / "intel-rapl:0" / "energy_uj").write_text("2000000\n")
    watts = counters.read().power_watts
    assert watts is not None
    assert 0 < watts <= 1.0 / 0.05  # one joule in at least that time


def test_counters_of_root_alone_are_none_but_known_to_exist(powercap: Path) -> None:
    for path in powercap.glob("*/energy_uj"):
        path.unlink()
        path.mkdir()  # cannot be read as a file, by root neither
    assert rapl.open_rapl(powercap) is None
    assert rapl.exists(powercap)
    assert not rapl.exists(powercap / "nowhere")


def test_a_wall_meter_is_read_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = tmp_path / "watts"
    meter.write_text("87.5\n")
    monkeypatch.setenv(wallmeter.VARIABLE, str(meter))
    opened = wallmeter.open_wall_meter()
    assert opened is not None
    assert opened.read().power_watts == 87.5


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "-3", "1e99"])
def test_a_wall_meter_that_tells_no_watts_is_none(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = tmp_path / "watts"
    meter.write_text(text)
    monkeypatch.setenv(wallmeter.VARIABLE, str(meter))
    assert wallmeter.open_wall_meter() is None


def test_a_wall_meter_that_stopped_does_not_count(tmp_path: Path) -> None:
    meter = tmp_path / "watts"
    meter.write_text("87.5")
    old_s = time.time() - 60
    os.utime(meter, (old_s, old_s))
    assert wallmeter.WallMeter(meter).read().power_watts is None


def test_what_covers_most_counts_and_scopes_are_never_added(powercap: Path, tmp_path: Path) -> None:
    meter = tmp_path / "watts"
    meter.write_text("120")
    gpus, counters = open_gpus(FakeNvml()), rapl.open_rapl(powercap)
    assert gpus is not None
    assert counters is not None
    system, wall = System(()), wallmeter.WallMeter(meter)
    assert power_sensor([system, counters, gpus, wall]) is wall
    assert power_sensor([system, counters, gpus]) is gpus
    assert power_sensor([system, counters]) is counters
    assert power_sensor([system]) is None
    assert read_all([system, counters, gpus, wall]).power_watts == 120.0
    assert read_all([system, counters, gpus]).power_watts == 45.5


def test_used_memory_is_what_the_system_says_before_what_the_gpu_says() -> None:
    gpus, system = open_gpus(FakeNvml()), System(())
    assert gpus is not None
    assert read_all([system, gpus]).memory_used_bytes != gpus.read().memory_used_bytes
