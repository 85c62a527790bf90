"""What the doctor asks the operating system: Python, processor, memory, disk, containers, files."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

from arena_runner.contract.findings import Finding
from arena_runner.machine import inventory

_GIB: Final = 1_073_741_824
_DISK_FAIL_GIB: Final = 1
_DISK_WARN_GIB: Final = 20
_MEMORY_FAIL: Final = 0.02
_MEMORY_WARN: Final = 0.10
_PYTHON: Final = (3, 11)


def python() -> Finding:
    """Check the interpreter that runs the agent."""
    found = f"Python {platform.python_version()} on {platform.system()} {inventory.architecture()}"
    if sys.version_info < _PYTHON:
        return Finding(
            code="python", level="fail", title="Python", found=found,
            mend="Install Python 3.11 or newer and the agent with it: pipx install --python"
            " python3.11 arena-runner.",
        )  # fmt: skip
    return Finding(code="python", level="pass", title="Python", found=found)


def cpu() -> Finding:
    """Check the processor: the load generator wants a core for itself."""
    machine = inventory.processor()
    cores = psutil.cpu_count(logical=True) or 1
    found = f"{machine}, {cores} threads"
    if cores < 2:
        return Finding(
            code="cpu", level="warn", title="Processor", found=found,
            mend="Engine and load generator share one core: give the machine another, or measure"
            " from a second machine.",
        )  # fmt: skip
    return Finding(code="cpu", level="pass", title="Processor", found=found)


def memory() -> Finding:
    """Check the memory that is available, which on unified memory is the GPU's too."""
    memory = psutil.virtual_memory()
    share = memory.available / memory.total
    found = f"{memory.available / _GIB:.1f} GiB of {memory.total / _GIB:.1f} GiB available"
    if share >= _MEMORY_WARN:
        return Finding(code="memory", level="pass", title="Memory", found=found)
    return Finding(
        code="memory", level="fail" if share < _MEMORY_FAIL else "warn", title="Memory",
        found=found, mend="End what else uses memory; a machine that swaps measures its disk.",
    )  # fmt: skip


def disk(folder: Path) -> Finding:
    """Check the space for samples and weights."""
    free_gib = shutil.disk_usage(folder).free / _GIB
    found = f"{free_gib:.0f} GiB free in the home folder"
    if free_gib >= _DISK_WARN_GIB:
        return Finding(code="disk", level="pass", title="Disk", found=found)
    return Finding(
        code="disk", level="fail" if free_gib < _DISK_FAIL_GIB else "warn", title="Disk",
        found=found, mend="Make room: weights take gigabytes, the samples of a suite some 20 MB.",
    )  # fmt: skip


def container() -> Finding:
    """Check whether this user can start containers, which recipes with an image need."""
    runtime = inventory.container_runtime()
    if runtime:
        return Finding(code="container", level="pass", title="Container runtime", found=runtime)
    installed = inventory.installed_runtimes()
    if installed:
        return Finding(
            code="container", level="warn", title="Container runtime",
            found=f"{installed[0]} is installed, but its service does not answer this user",
            mend="Start the service; let this user in, best with rootless mode. Recipes without an"
            " image run as it is.",
        )  # fmt: skip
    return Finding(
        code="container", level="warn", title="Container runtime", found="none",
        mend="Install docker or podman to run recipes that name an image. Recipes without one, and"
        " endpoints that run already, need neither.",
    )  # fmt: skip


def files(paths: Sequence[Path]) -> Finding:
    """Check that token and signing key are their owner's alone."""
    existing = [path for path in paths if path.exists()]
    if not existing:
        return Finding(
            code="files", level="pass", title="Token and key", found="none on this machine yet"
        )
    open_ones = [path.name for path in existing if not _is_private(path)]
    if not open_ones:
        return Finding(
            code="files",
            level="pass",
            title="Token and key",
            found="only their owner can read them",
        )
    return Finding(
        code="files", level="fail", title="Token and key",
        found=f"others can read or write {', '.join(open_ones)}",
        mend="chmod 600 these files. Whoever read them can report in this machine's name: rotate"
        " the key and log in again.",
    )  # fmt: skip


def _is_private(path: Path) -> bool:
    state = path.stat()
    return not state.st_mode & (stat.S_IRWXG | stat.S_IRWXO) and state.st_uid == os.getuid()
