"""Starting and ending an engine: exactly its command, nothing of the agent's, none left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from arena_runner.engine.environment import engine_environment
from arena_runner.engine.launch import Command, Engine, LaunchError, Permissions
from arena_runner.engine.output import Output

RUNNER = Path(__file__).resolve().parents[3] / "runner"
SERVE = """
import http.server, json, os, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"data": [], "environ": dict(os.environ), "folder": os.getcwd()})
        self.send_response_only(200); self.end_headers(); self.wfile.write(body.encode())
    def log_message(self, *_): pass
print("loading", flush=True)
if "--worker" in sys.argv:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    subprocess.Popen(sleeper, start_new_session="--own-session" in sys.argv)
if "--deaf" in sys.argv:
    import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@dataclass(frozen=True)
class Target:
    base_url: str
    model: str = "m"
    api_key: str | None = None


@pytest.fixture
def target() -> Target:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Target(f"http://127.0.0.1:{server.getsockname()[1]}")


def serve(target: Target, *flags: str) -> tuple[str, ...]:
    return (sys.executable, "-c", SERVE, target.base_url.rpartition(":")[2], *flags)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_exactly_the_command_runs_and_ends_with_the_block(target: Target, tmp_path: Path) -> None:
    argv = serve(target)
    log = tmp_path / "engine.log"

    async def run() -> tuple[int, ...]:
        async with Engine(Command(argv=argv), target=target, log=log) as engine:
            assert engine.argv == argv
            assert len(engine.argv_sha256) == 64
            assert all(map(lives, engine.pids))
            return engine.pids

    pids = asyncio.run(run())
    assert pids
    assert not any(map(lives, pids))
    assert log.read_text() == "loading\n"
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("flags", [("--worker",), ("--worker", "--own-session"), ("--deaf",)])
def test_none_is_left_behind(flags: tuple[str, ...], target: Target) -> None:
    command = Command(argv=serve(target, *flags), stop_timeout_s=0.5)

    async def run() -> tuple[int, ...]:
        async with Engine(command, target=target) as engine:
            return engine.pids

    pids = asyncio.run(run())
    assert len(pids) == (2 if "--worker" in flags else 1)
    assert not any(map(lives, pids))


def test_an_engine_that_ends_early_is_told_with_its_last_lines(target: Target) -> None:
    argv = (sys.executable, "-c", "print('CUDA out of memory'); raise SystemExit(3)")

    async def run() -> None:
        async with Engine(Command(argv=argv), target=target):
            raise AssertionError("it never served")

    with pytest.raises(LaunchError, match="exit code 3") as raised:
        asyncio.run(run())
    assert raised.value.last_lines == ("CUDA out of memory",)


def test_an_engine_that_never_serves_is_ended(target: Target) -> None:
    argv = (sys.executable, "-c", "import time; print('hm', flush=True); time.sleep(60)")
    command = Command(argv=argv, ready_timeout_s=1.0)

    async def run() -> None:
        async with Engine(command, target=target):
            raise AssertionError("it never served")

    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with pytest.raises(LaunchError, match=r"does not serve after 1 s") as raised:
        asyncio.run(run())
    assert raised.value.last_lines == ("hm",)
    after = {process.pid for process in psutil.Process().children(recursive=True)}
    assert not {pid for pid in after - before if lives(pid)}


def refused(command: Command, target: Target) -> str:
    async def run() -> None:
        async with Engine(command, target=target):
            raise AssertionError("it must not start")

    with pytest.raises(LaunchError) as raised:
        asyncio.run(run())
    return str(raised.value)


def test_a_program_that_is_missing_is_told(target: Target) -> None:
    assert "is it installed" in refused(Command(argv=("no-such-engine",)), target)


def test_another_server_at_the_address_is_never_measured() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = Target(f"http://127.0.0.1:{server.getsockname()[1]}")
        assert "listens on port" in refused(Command(argv=serve(target)), target)


@pytest.mark.parametrize(
    "command",
    [
        Command(argv=("llama-server", "--spec-synth-len", "4")),
        Command(argv=("sglang", "serve"), env={"SGLANG_SIMULATE_ACC_LEN": "3"}),
    ],
)
def test_faked_speculation_is_refused_before_it_starts(command: Command, target: Target) -> None:
    assert "fakes the acceptance" in refused(command, target)


def test_a_script_that_adds_such_a_flag_is_found_out(target: Target, tmp_path: Path) -> None:
    inner = tmp_path / "serve.py"
    inner.write_text(SERVE)
    script = tmp_path / "engine"
    port = target.base_url.rpartition(":")[2]
    script.write_text(f"#!/bin/sh\nexec {sys.executable} {inner} {port} --spec-synth-len 4\n")
    script.chmod(0o755)
    assert "--spec-synth-len" in refused(Command(argv=(str(script),)), target)


def test_the_engine_gets_nothing_of_the_agent(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ARENA_TOKEN", "ARENA_ENGINE_API_KEY", "HF_TOKEN", "DATABASE_URL", "SECRET"):
        monkeypatch.setenv(name, "canary-secret")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    command = Command(argv=serve(target), env={"OMP_NUM_THREADS": "2"})

    async def run() -> dict[str, str]:
        async with Engine(command, target=target) as engine:
            return psutil.Process(engine.pids[0]).environ()

    environ = asyncio.run(run())
    assert "canary-secret" not in environ.values()
    assert environ["CUDA_VISIBLE_DEVICES"] == "0"
    assert environ["OMP_NUM_THREADS"] == "2"


def test_what_the_owner_lets_through_goes_through_but_never_the_agents_own() -> None:
    environ = {"HF_TOKEN": "x", "ARENA_TOKEN": "y", "PATH": "/bin", "AWS_SECRET": "z"}
    made = engine_environment(
        {"ARENA_URL": "no", "A": "1"}, passed=("HF_TOKEN", "ARENA_TOKEN"), environ=environ
    )
    assert made == {"HF_TOKEN": "x", "PATH": "/bin", "A": "1"}


def test_what_an_engine_writes_is_bounded(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"

    async def run() -> Output:
        output = Output(log, most_bytes=20_000)
        reader = asyncio.StreamReader()
        for number in range(2_000):
            reader.feed_data(f"line {number} {'x' * 40}\n".encode())
        reader.feed_data(b"unfinished")
        reader.feed_eof()
        await output.pump(reader)
        return output

    output = asyncio.run(run())
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert sum(sizes) <= 20_000
    assert log.read_text().endswith("unfinished")
    assert output.last_lines(2)[0].startswith("line 1999")
    assert output.last_lines(2)[1] == "unfinished"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the Linux kernel")
def test_an_engine_ends_when_its_agent_is_killed(target: Target, tmp_path: Path) -> None:
    program = tmp_path / "agent.py"
    program.write_text(
        "import asyncio\n"
        "from arena_runner.engine.launch import Command, Engine\n"
        "from tests.runner.engine.test_launch import Target, serve\n"
        f"target = Target({target.base_url!r})\n"
        "async def run():\n"
        "    async with Engine(Command(argv=serve(target)), target=target) as engine:\n"
        "        print(engine.pids[0], flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(run())\n"
    )
    environ = {**os.environ, "PYTHONPATH": f"{RUNNER}:{RUNNER.parent}"}
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, env=environ) as agent:
        assert agent.stdout is not None
        pid = int(agent.stdout.readline())
        assert lives(pid)
        agent.send_signal(signal.SIGKILL)
        agent.wait()
    deadline_s = time.monotonic() + 10
    while lives(pid) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not lives(pid)


def test_permissions_are_none_by_default() -> None:
    assert Permissions() == Permissions(images=(), variables=(), models=None, gpus=False)
