"""A row a second: real sensors of this machine, and what the rows add up to."""

import asyncio
import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from arena_runner.contract import telemetry as rows_format
from arena_runner.contract.telemetry import BadTelemetryError, TelemetryRow, unpack
from arena_runner.machine import energy
from arena_runner.machine.nvml import open_gpus
from arena_runner.machine.sensors import Reading
from arena_runner.machine.system import System, listener_pids
from arena_runner.machine.telemetry import Recorder
from tests.runner.machine.fake_nvml import Board, FakeNvml


def record(recorder: Recorder, seconds: float) -> Recorder:
    async def run() -> None:
        async with recorder:
            await asyncio.sleep(seconds)

    asyncio.run(run())
    return recorder


def test_this_machine_is_recorded_at_the_period() -> None:
    recorder = record(Recorder(own_pids=(), period_s=0.2), 0.9)
    times = [row.at_ms for row in recorder.rows]
    assert len(times) >= 4  # one at each end, and one each period that the machine had time for
    assert times == sorted(times)
    # From the start, not from the row before: a late row does not delay the next.
    assert all(at_ms % 200 < 150 for at_ms in times[1:-1])
    summary = recorder.summary()
    assert summary.samples == len(times)
    assert summary.period_seconds == 0.2
    assert summary.memory_used_bytes_max is not None
    assert summary.memory_used_bytes_max <= psutil.virtual_memory().total


def test_a_short_point_has_a_row_at_each_end() -> None:
    recorder = record(Recorder(own_pids=()), 0.0)
    assert len(recorder.rows) == 2


def test_what_no_sensor_tells_stays_none() -> None:
    summary = record(Recorder(sensors=[System(None)]), 0.0).summary()
    assert summary.power_watts_mean is None
    assert summary.energy_joules is None
    assert summary.power_scope is None
    assert summary.sm_clock_mhz_mean is None
    assert summary.other_load_mean is None  # nobody knows which process is the engine


def test_packed_rows_come_back_and_name_their_content() -> None:
    recorder = record(Recorder(own_pids=(), period_s=0.1), 0.25)
    packed = recorder.packed()
    assert unpack(packed) == recorder.rows
    assert rows_format.pack(recorder.rows) == packed
    first = json.loads(gzip.decompress(packed).splitlines()[0])
    assert set(first) <= set(TelemetryRow.model_fields)


def test_the_energy_of_gpus_is_that_of_their_counter() -> None:
    library = FakeNvml(boards=[Board(energy_mj=5_000_000, power_mw=50_000)])
    recorder = Recorder(sensors=[gpu for gpu in [open_gpus(library)] if gpu], period_s=60)

    async def run() -> None:
        async with recorder:
            library.boards[0].energy_mj = 5_123_000
            library.boards[0].power_mw = 70_000
            library.boards[0].reasons = 0x4 | 0x1

    asyncio.run(run())
    summary = recorder.summary()
    assert summary.energy_joules == 123.0
    assert summary.energy_source == "counter"
    assert summary.power_scope == "gpu"
    assert summary.power_watts_mean == 60.0
    assert summary.power_watts_max == 70.0
    assert summary.throttle_reasons == ("sw_power_cap",)


def row(at_ms: int, watts: float | None) -> TelemetryRow:
    return TelemetryRow(at_ms=at_ms, power_watts=watts)


def test_without_a_counter_energy_is_the_area_under_the_watts() -> None:
    joules, source = energy.of([row(0, 10.0), row(1_000, 30.0), row(3_000, 30.0)])
    assert joules == 20.0 + 60.0
    assert source == "samples"


@pytest.mark.parametrize("rows", [[], [row(0, 10.0)], [row(0, 10.0), row(1, None), row(2, 9.0)]])
def test_a_record_with_a_hole_has_no_energy(rows: list[TelemetryRow]) -> None:
    assert energy.of(rows) == (None, None)


class Broken:
    """A sensor whose driver has gone away."""

    power_scope = None

    def read(self) -> Reading:
        raise RuntimeError("driver gone")


def test_a_sensor_that_breaks_is_not_swallowed() -> None:
    with pytest.raises(RuntimeError, match="driver gone"):
        record(Recorder(sensors=[Broken()]), 0.0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no gzip", "not gzip"),
        (gzip.compress(b"{}\n", mtime=0), "line 1: at_ms"),
        (gzip.compress(b'{"at_ms": NaN}\n', mtime=0), "NaN is not a JSON number"),
        (gzip.compress(b'{"at_ms": 1, "power_watts": -1}\n', mtime=0), "power_watts"),
        (gzip.compress(b'{"at_ms": 1, "host": "box"}\n', mtime=0), "host"),
        (gzip.compress(b"[" * 100_000, mtime=0), "line 1"),
        (gzip.compress(b"{}", mtime=0)[:-4], "not one whole gzip member"),
        (gzip.compress(b" " * (rows_format.MAX_UNPACKED_BYTES + 1)), "more than"),
    ],
)
def test_telemetry_of_others_is_read_with_care(data: bytes, message: str) -> None:
    with pytest.raises(BadTelemetryError, match=message):
        unpack(data)


ORPHAN = """
import os, sys, time
if os.fork():
    os._exit(0)
print(os.getpid(), flush=True)
end_s = time.monotonic() + 20
while time.monotonic() < end_s:
    sum(range(10_000))
"""


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    """A process of somebody else's, no descendant of this one, that keeps one core busy."""
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = psutil.Process(int(parent.stdout.readline()))
        yield process
        process.kill()


def test_the_load_of_others_is_what_is_neither_engine_nor_agent(stranger: psutil.Process) -> None:
    as_other, as_engine = System(()), System((stranger.pid,))
    as_other.read()
    as_engine.read()
    used_s, began_s = stranger.cpu_times().user, time.monotonic()
    time.sleep(0.6)
    others, without = as_other.read().other_load, as_engine.read().other_load
    window_s = time.monotonic() - began_s
    share = (stranger.cpu_times().user - used_s) / window_s / (psutil.cpu_count() or 1)
    assert others is not None
    assert without is not None
    # The clock of the kernel counts in hundredths of a second.
    assert others - without == pytest.approx(share, abs=0.1)
    assert others >= share - 0.1


def test_who_listens_on_a_port_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listener_pids(port) == (os.getpid(),)
    assert listener_pids(port) is None
