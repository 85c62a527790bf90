"""Start and end child processes so that none outlives the process that owns it. Linux only."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_watched = frozenset({signal.SIGCHLD})


def become_parent() -> None:
    """Adopt orphaned descendants, and take signals through `next_signal` instead of handlers."""
    global _watched
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # What nohup or a shell's `&` made this process ignore stays ignored.
    _watched |= {number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN}
    signal.pthread_sigmask(signal.SIG_BLOCK, _watched)


def die_with_parent(death_signal: signal.Signals, *, parent_pid: int) -> None:
    """Ask the kernel for `death_signal` when the parent ends; end now if it already has.

    Credential changes clear the request, so this comes after any of them.
    """
    _prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent_pid:
        os._exit(127)


def next_signal(timeout_s: float) -> signal.Signals | None:
    """Wait for a watched signal (a child ended, or a request to stop) or for the timeout."""
    info = signal.sigtimedwait(_watched, timeout_s)
    return None if info is None else signal.Signals(info.si_signo)


def spawn(
    argv: Sequence[str | Path],
    *,
    output: int,
    death_signal: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    assume_identity: Callable[[], None] | None = None,
) -> int:
    """Start a program in a process group of its own and return its pid.

    `output` is the descriptor for its stdout and stderr; stdin is empty. `assume_identity` runs
    in the child before the program. Call from the main thread: PDEATHSIG follows the thread.
    """
    parent_pid = os.getpid()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        _join_group(pid)
        return pid
    try:
        os.setpgid(0, 0)
        if assume_identity is not None:
            assume_identity()
        die_with_parent(death_signal, parent_pid=parent_pid)
        empty = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((empty, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(ignored_by_python, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        program = os.fspath(argv[0])
        words = [os.fspath(word) for word in argv]
        os.execve(program, words, dict(env or os.environ))  # noqa: S606 - no shell is wanted
    except BaseException as error:  # noqa: BLE001 - a forked child must never return
        os.write(2, f"cannot start {argv[0]}: {error}\n".encode())
    os._exit(127)


def run(
    argv: Sequence[str | Path],
    *,
    output: int,
    timeout_s: float,
    env: Mapping[str, str] | None = None,
    assume_identity: Callable[[], None] | None = None,
) -> int:
    """Run a program to its end and return its exit code; -1 when it ran past the timeout."""
    pid = spawn(argv, output=output, env=env, assume_identity=assume_identity)
    code = wait(pid, timeout_s)
    if code is not None:
        return code
    kill_group(pid)
    os.waitpid(pid, 0)
    return -1


def wait(pid: int, timeout_s: float) -> int | None:
    """Wait for one child and collect it: its exit code, or None when it still runs."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return 0  # Collected before, together with others.
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            return None
        time.sleep(0.01)


def reap() -> dict[int, int]:
    """Collect every ended child: pid -> exit code, negative for a signal."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(status)


def kill_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` leads."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def send(pid: int, signum: signal.Signals) -> bool:
    """Send a signal; false when the process is already gone."""
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return False
    return True


def working_in(folder: Path, programs: Iterable[str]) -> list[int]:
    """Pids of live processes of these program names whose working directory is `folder`."""
    try:
        wanted = folder.stat()
    except FileNotFoundError:
        return []
    names = frozenset(programs)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = (entry / "cwd").stat()
            program = (entry / "exe").readlink().name.removesuffix(" (deleted)")
        except OSError:
            # Ended meanwhile, a zombie, or another user's process: none of them is ours to end.
            continue
        if (here.st_dev, here.st_ino) == (wanted.st_dev, wanted.st_ino) and program in names:
            found.append(int(entry.name))
    return found


def _join_group(pid: int) -> None:
    # Parent and child both set it, so that it holds whichever runs first.
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        # The child has set it and executed its program, or has ended.
        return


def _prctl(option: int, argument: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(argument), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
