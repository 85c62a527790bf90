"""A process and all it starts, in a process group of its own: begun and ended as one."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil

_PR_SET_PDEATHSIG: Final = 1
_POLL_S: Final = 0.05
_KILLED_WITHIN_S: Final = 10.0


class Group:
    """A running process group."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @property
    def pid(self) -> int:
        """Return the pid of the first process, which is the group's number too."""
        return self.process.pid

    def members(self) -> tuple[psutil.Process, ...]:
        """Return the processes of the session and all descendants, as far as they live."""
        found: dict[int, psutil.Process] = {}
        for pid in psutil.pids():
            with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
                if os.getsid(pid) == self.pid:
                    found |= {process.pid: process for process in family(pid)}
        return tuple(process for process in found.values() if _lives(process))

    async def stop(self, *, within_s: float) -> None:
        """Ask all to end, and end those that have not after a while. None is left when it returns.

        Descendants in a session of their own are ended too: some engines start their workers so.
        """
        members = self.members()
        self._signal(signal.SIGTERM)
        if not await self._gone(within_s, members):
            self._signal(signal.SIGKILL)
            for member in members:
                with contextlib.suppress(psutil.Error):
                    member.kill()  # checks that the pid is still the same process
            await self._gone(_KILLED_WITHIN_S, members)
        await self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def _gone(self, within_s: float, members: Sequence[psutil.Process]) -> bool:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + within_s
        while self.process.returncode is None or any(map(_lives, members)):
            if loop.time() > deadline_s:
                return False
            await asyncio.sleep(_POLL_S)
        return True


async def start(
    argv: Sequence[str], *, env: Mapping[str, str], folder: Path
) -> tuple[Group, asyncio.StreamReader]:
    """Start exactly these arguments, no shell; raise OSError where the program is missing.

    On Linux the process is asked to end when the agent dies, so that no engine holds the GPU
    after a crash.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(env),
        cwd=folder,
        start_new_session=True,
        preexec_fn=_dies_with(os.getpid()),
    )
    assert process.stdout is not None  # noqa: S101 - by PIPE above
    return Group(process), process.stdout


def family(pid: int | None) -> tuple[psutil.Process, ...]:
    """Return a process and all its descendants; nobody where it has ended."""
    if pid is None:
        return ()
    try:
        process = psutil.Process(pid)
        return (process, *process.children(recursive=True))
    except psutil.Error:
        return ()


def _dies_with(parent_pid: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent_pid:
            os._exit(127)

    return ask


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
