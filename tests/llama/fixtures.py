"""A real llama.cpp server with a tiny model, as a context manager.

    with running_llama(slots=4) as server:
        httpx.post(f"{server.base_url}/chat/completions", ...)

It is ready in well under five seconds and gone for sure at the end, also when this process dies.
"""

import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx

from arena.embedded.process import die_with_parent
from tests.llama.server import MODEL_NAME
from tests.llama.write_model import LAYERS, write_model
from tests.processes import ROOT

READY_WITHIN_S: Final = 5.0
"""On a quiet machine it takes 0.3 s; a test asserts this bound, waiting is longer."""
_WAIT_S: Final = 40.0


@dataclass(frozen=True, kw_only=True)
class LlamaServer:
    """A server that answers. `base_url` ends in /v1."""

    base_url: str
    model: str
    argv: tuple[str, ...]
    pid: int
    started_within_s: float


@contextlib.contextmanager
def running_llama(
    *, slots: int = 1, extra: tuple[str, ...] = (), layers: int = LAYERS
) -> Iterator[LlamaServer]:
    """Run a server; `extra` are further arguments of `tests.llama.server`."""
    port = free_port()
    argv = command(port=port, slots=slots, extra=extra, layers=layers)
    began_s = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            argv,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, parent_pid=os.getpid()),
        )
        try:
            base_url = f"http://127.0.0.1:{port}/v1"
            _wait(process, f"{base_url}/models", log)
            yield LlamaServer(
                base_url=base_url,
                model=MODEL_NAME,
                argv=argv,
                pid=process.pid,
                started_within_s=time.monotonic() - began_s,
            )
        finally:
            process.kill()
            process.wait(timeout=10)


def command(
    *, port: int, slots: int = 1, extra: tuple[str, ...] = (), layers: int = LAYERS
) -> tuple[str, ...]:
    """Return the arguments that start such a server; it wants the project's root as PYTHONPATH."""
    return (
        sys.executable, "-m", "tests.llama.server",
        "--model", str(model_file(layers)),
        "--port", str(port),
        "--slots", str(slots),
        *extra,
    )  # fmt: skip


@functools.cache
def model_file(layers: int = LAYERS) -> Path:
    """Return the model, written once for this process and deleted with it."""
    folder = Path(tempfile.mkdtemp(prefix="arena-llama-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_model(folder / "tiny.gguf", layers=layers)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
    deadline_s = time.monotonic() + _WAIT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise RuntimeError(f"llama.cpp ended with {process.returncode}: {_text(log)}")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        time.sleep(0.05)
    raise RuntimeError(f"llama.cpp does not answer after {_WAIT_S:.0f} s: {_text(log)}")


def _text(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read(4_000).decode(errors="replace")
