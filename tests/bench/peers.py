"""Libraries we are measured against, each in an environment of its own under var/bench/peers."""

import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
_LOCKS: Final = Path(__file__).parent / "requirements"
_ENVIRONMENTS: Final = ROOT / "var" / "bench" / "peers"


class PeerUnavailableError(Exception):
    """The peer cannot be installed on this machine; the message says why."""


class PeerFailedError(Exception):
    """The peer is installed and its script failed; the message ends with its last output."""


def run(*, peer: str, module: str, arguments: Sequence[str], timeout_s: float = 900) -> Any:
    """What `python -m module arguments` prints as JSON, run in the environment of `peer`.

    The environment is built from tests/bench/requirements/<peer>.lock when it is not there or
    the lock has changed.

    Raises PeerUnavailableError, PeerFailedError, or subprocess.TimeoutExpired.
    """
    return _printed(_python(peer), module, arguments, timeout_s)


def program(peer: str, name: str) -> Path:
    """A command that the peer brings, in its environment; raises PeerUnavailableError."""
    return _python(peer).parent / name


def run_ours(*, module: str, arguments: Sequence[str], timeout_s: float = 900) -> Any:
    """The same in this environment: a new process, as a peer gets one, for time and memory.

    Raises PeerFailedError or subprocess.TimeoutExpired.
    """
    return _printed(sys.executable, module, arguments, timeout_s)


def _printed(python: Path | str, module: str, arguments: Sequence[str], timeout_s: float) -> Any:
    finished = subprocess.run(
        [python, "-m", module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if finished.returncode != 0:
        raise PeerFailedError(
            f"{module} ended with {finished.returncode}: {finished.stderr[-2000:]}"
        )
    return json.loads(finished.stdout)


def _python(peer: str) -> Path:
    """The interpreter of the peer's environment, which is built first where needed."""
    lock = _LOCKS / f"{peer}.lock"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    environment = _ENVIRONMENTS / peer
    python = environment / "bin" / "python"
    installed = environment / "lock.sha256"
    if installed.is_file() and installed.read_text() == digest:
        return python
    print(f"installing {peer} into {environment.relative_to(ROOT)}", file=sys.stderr, flush=True)
    venv.create(environment, clear=True, with_pip=True)
    finished = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", lock],
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        lines = finished.stderr.strip().splitlines() or ["pip gave no reason"]
        raise PeerUnavailableError(f"{peer} could not be installed: {lines[-1]}")
    installed.write_text(digest)
    return python
