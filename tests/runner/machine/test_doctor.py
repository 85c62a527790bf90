"""What the doctor finds, and that each fault says how it is mended."""

import asyncio
import os
import re
import socket
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typing_extensions import override

from arena_runner.contract.findings import Finding
from arena_runner.machine import doctor, gpu_checks, host_checks, load_check, network_checks
from arena_runner.machine.network_checks import EgressTarget
from arena_runner.machine.nvml import Gpus, open_gpus
from arena_runner.machine.sensors import Reading
from tests.processes import ROOT
from tests.runner.machine.fake_nvml import Board, FakeNvml


def gpus(*boards: Board) -> Gpus:
    found = open_gpus(FakeNvml(boards=list(boards)))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return asyncio.run(doctor.examine())


def test_this_machine_is_examined_and_every_fault_can_be_mended(
    findings: tuple[Finding, ...],
) -> None:
    codes = [finding.code for finding in findings]
    assert codes == list(dict.fromkeys(codes))
    assert {
        "python", "cpu", "memory", "disk", "container", "gpu", "clock", "temperature", "throttle",
        "power", "files",
    } <= set(codes)  # fmt: skip
    assert not [finding for finding in findings if finding.level == "fail" and not finding.mend]
    assert next(f for f in findings if f.code == "python").level == "pass"


def test_findings_are_data_and_name_no_host(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        told = finding.model_dump_json()
        assert Finding.model_validate_json(told) == finding
        assert len(socket.gethostname()) < 4 or socket.gethostname() not in told
        assert str(Path.home()) not in told or str(Path.home()) == "/"


def test_nothing_is_sent_out_unless_it_was_asked_for(findings: tuple[Finding, ...]) -> None:
    assert not {"egress", "time"} & {finding.code for finding in findings}


def test_the_guide_explains_every_code() -> None:
    source = "".join(
        path.read_text()
        for folder in ("machine", "engine")
        for path in (ROOT / "runner" / "arena_runner" / folder).glob("*.py")
    )
    codes = set(re.findall(r'code="([a-z_]+)"', source))
    guide = (ROOT / "docs" / "runner.md").read_text()
    assert len(codes) >= 19
    assert not [code for code in codes if f"| `{code}` |" not in guide]


def test_a_warning_is_no_failure() -> None:
    def one(level: str) -> Finding:
        return Finding(code="x", level=level, title="t", found="f")

    assert doctor.passed([one("pass"), one("warn")])
    assert not doctor.passed([one("warn"), one("fail")])


# --- GPUs


def bus(root: Path, vendor: str) -> Path:
    device = root / "0000:01:00.0"
    device.mkdir()
    (device / "class").write_text("0x030000\n")
    (device / "vendor").write_text(f"{vendor}\n")
    return root


def test_no_gpu_at_all_is_no_fault(tmp_path: Path) -> None:
    assert gpu_checks.gpu(None, tmp_path).level == "pass"
    assert gpu_checks.driver(None) == ()


def test_a_board_without_its_driver_is_a_fault(tmp_path: Path) -> None:
    finding = gpu_checks.gpu(None, bus(tmp_path, "0x10de"))
    assert finding.level == "fail"
    assert "driver" in finding.mend


def test_a_board_of_another_maker_is_told(tmp_path: Path) -> None:
    assert gpu_checks.gpu(None, bus(tmp_path, "0x1002")).level == "warn"


def test_boards_and_versions_are_told() -> None:
    found = gpus(Board())
    assert gpu_checks.gpu(found).found == "NVIDIA GB10 (128 GiB)"
    assert gpu_checks.driver(found)[0].found == "driver 580.95.05, CUDA up to 13.0"


@pytest.mark.parametrize(("celsius", "level"), [(60, "pass"), (80, "warn"), (90, "fail")])
def test_heat(celsius: int, level: str) -> None:
    assert gpu_checks.temperature(gpus(Board(celsius=celsius))).level == level


@pytest.mark.parametrize(
    ("board", "level", "words"),
    [
        (Board(reasons=0x1), "pass", "nothing holds the clocks down"),
        (Board(reasons=0x4), "warn", "sw_power_cap: the power limit"),
        (Board(reasons=0x40), "fail", "hw_thermal: the board slows down"),
        (Board(reasons=0x80), "fail", "hw_power_brake"),
        (Board(limit_mw=60_000), "warn", "power limit 60 W, by default 140 W"),
        (Board(reasons=0x800), "warn", "bit_11: unknown to this version"),
    ],
)
def test_throttling_is_explained(board: Board, level: str, words: str) -> None:
    finding = gpu_checks.throttle(gpus(board))
    assert finding.level == level
    assert words in finding.found


def test_power_scopes() -> None:
    assert "without processor" in gpu_checks.power(gpus(Board())).found
    assert gpu_checks.power(None).code == "power"


# --- clocks


def busy(mhz: float, watts: float) -> Reading:
    return Reading(gpu_share=0.97, sm_clock_mhz=mhz, power_watts=watts)


def test_a_stuck_power_cap_shows_under_load() -> None:
    finding = load_check.gpu_verdict([busy(800.0, 29.0), busy(850.0, 30.0)], 3_003.0)
    assert finding.level == "fail"
    assert finding.found == "850 of 3003 MHz at 30 W"
    assert "stuck at 30 W" in finding.mend


def test_a_clock_near_its_highest_is_right() -> None:
    assert load_check.gpu_verdict([busy(2_400.0, 75.0)], 3_003.0).level == "pass"


def test_a_gpu_that_was_never_busy_proves_nothing() -> None:
    idle = Reading(gpu_share=0.02, sm_clock_mhz=210.0, power_watts=9.0)
    assert load_check.gpu_verdict([idle], 3_003.0).level == "warn"
    assert asyncio.run(load_check.clock(gpus(Board()), None)).level == "warn"


def test_the_gpu_is_watched_while_the_engine_works() -> None:
    async def work() -> None:
        await asyncio.sleep(0.3)

    finding = asyncio.run(load_check.clock(gpus(Board()), work))
    assert finding.found == "2418 of 3003 MHz at 46 W"


def test_work_that_fails_is_no_load_and_no_crash() -> None:
    async def work() -> None:
        raise ConnectionError

    assert asyncio.run(load_check.clock(gpus(Board(busy_percent=0)), work)).level == "warn"


@pytest.mark.parametrize(
    ("shares", "level"), [([], "pass"), ([0.7, 0.8], "pass"), ([0.3, 0.35], "warn")]
)
def test_the_clock_of_a_processor(shares: list[float], level: str) -> None:
    assert load_check.processor_verdict(shares).level == level


# --- files


def test_a_token_that_others_can_read_is_a_fault(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x")
    token.chmod(0o600)
    assert host_checks.files([token, tmp_path / "missing"]).level == "pass"
    token.chmod(0o640)
    finding = host_checks.files([token])
    assert finding.level == "fail"
    assert finding.found == "others can read or write token"
    assert str(tmp_path) not in finding.found


def test_a_token_of_somebody_else_is_a_fault(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    token = tmp_path / "token"
    token.touch(mode=0o600)
    os.chown(token, 65_534, 65_534)
    assert host_checks.files([token]).level == "fail"


# --- network


class Clock(BaseHTTPRequestHandler):
    """A site whose clock is wrong by `skew_s`."""

    skew_s = 0.0

    def do_HEAD(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() + self.skew_s, usegmt=True))
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Clock) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("skew_s", "level"), [(0.0, "pass"), (-30.0, "warn"), (30.0, "warn"), (900.0, "fail")]
)
def test_the_time_of_day_is_compared_with_the_site(
    skew_s: float, level: str, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "skew_s", skew_s)
    finding = asyncio.run(network_checks.clock_skew(site))
    assert finding.level == level
    assert float(finding.found.split()[0]) == pytest.approx(-skew_s, abs=3.0)


def test_a_site_that_is_not_there_is_a_warning_without_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    finding = asyncio.run(network_checks.clock_skew(f"http://127.0.0.1:{port}"))
    assert finding.level == "warn"
    assert str(port) not in finding.found


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.usefixtures("no_proxy")
def test_a_way_out_is_found_and_its_absence_is_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        outside = EgressTarget("127.0.0.1", port)
        found = asyncio.run(network_checks.egress([outside]))
        assert found.level == "warn"
        assert "1 of 1" in found.found
    assert asyncio.run(network_checks.egress([outside])).level == "pass"
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert asyncio.run(network_checks.egress([outside])).level == "warn"
