"""What a machine is, by its own system; nothing that names it or its owner."""

import getpass
import platform
import re
import socket
import uuid

import psutil
import pytest

from arena_runner import machine
from arena_runner.contract.report import Machine
from arena_runner.machine import inventory


@pytest.fixture(scope="module")
def described() -> Machine:
    return machine.describe()


def test_this_machine_is_described(described: Machine) -> None:
    assert platform.release() in described.kernel
    assert described.architecture in {"amd64", "arm64"}
    assert described.cpu != "unknown"
    assert 1 <= described.cpu_cores <= (psutil.cpu_count() or 1)
    assert described.memory_bytes == psutil.virtual_memory().total
    assert described.hardware is None  # the site's catalogue decides


def test_nothing_names_the_machine_or_its_owner(described: Machine) -> None:
    told = described.model_dump_json()
    mac = f"{uuid.getnode():012x}"
    hidden = {socket.gethostname(), mac, ":".join(re.findall("..", mac))}
    if getpass.getuser() != "root":
        hidden.add(getpass.getuser())
    assert not [secret for secret in hidden if len(secret) > 3 and secret in told]
    assert not re.search(r"([0-9a-f]{2}:){5}[0-9a-f]{2}|GPU-[0-9a-f]{8}", told)


def test_a_runtime_is_one_that_starts_containers() -> None:
    runtime = inventory.container_runtime()
    assert runtime is None or re.fullmatch(r"(docker|podman) [0-9][\w.+-]*", runtime)


def test_the_processor_of_an_arm_machine_is_named_by_lscpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As printed on a GB10, whose /proc/cpuinfo has numbers alone.
    printed = "Architecture: aarch64\nModel name: Cortex-X925\nModel: 1\nModel name: Cortex-A725\n"
    monkeypatch.setattr(inventory, "_cpuinfo", lambda: None)
    monkeypatch.setattr(inventory, "_output", lambda argv: printed)
    assert inventory.processor() == "Cortex-X925 + Cortex-A725"


def test_the_gpu_of_an_apple_chip_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(inventory, "_output", lambda argv: "Apple M3 Max")
    [gpu] = inventory.accelerators(None)
    assert gpu.name == "Apple M3 Max GPU"
    assert gpu.memory_bytes is None
