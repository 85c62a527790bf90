"""Agent and load generator against a real llama.cpp: who it is, what it says, start and end."""

import asyncio
import subprocess

import httpx
import psutil
import pytest

from arena_runner.contract.report import Canary
from arena_runner.engine import canary, checkup, facts
from arena_runner.engine.launch import Command, Engine, LaunchError
from arena_runner.load import Target
from arena_runner.machine import gates, telemetry
from tests.llama.fixtures import (
    READY_WITHIN_S,
    LlamaServer,
    command,
    free_port,
    model_file,
    running_llama,
)
from tests.llama.write_model import write_model
from tests.processes import ROOT

ENV = {"PYTHONPATH": str(ROOT)}


def target(server: LlamaServer) -> Target:
    return Target(server.base_url, server.model)


def canary_of(server: LlamaServer) -> Canary:
    return asyncio.run(canary.ask(target(server)))


def test_the_model_is_small_and_the_same_every_time(llama: LlamaServer) -> None:
    again = write_model(model_file().with_name("again.gguf"))
    assert again.read_bytes() == model_file().read_bytes()
    assert 1_000_000 < again.stat().st_size < 3_000_000
    assert llama.started_within_s < READY_WITHIN_S


def test_the_engine_names_itself_and_its_build(llama: LlamaServer) -> None:
    found = asyncio.run(facts.ask(target(llama)))
    assert found.engine == "llama.cpp"
    props = httpx.get(llama.base_url.removesuffix("/v1") + "/props").json()
    assert found.engine_version == props["build_info"]
    assert found.engine_version
    assert found.served_model == llama.model


def test_the_doctor_knows_what_it_has_before_it(llama: LlamaServer) -> None:
    found = {finding.code: finding for finding in asyncio.run(checkup.examine(target(llama)))}
    assert found["engine"].level == "pass"
    assert found["model"].level == "pass"
    assert found["tokenizer"].level == "warn"  # one token a byte, as the file says
    assert found["canary"].level == "warn"  # random weights know no capital
    asyncio.run(checkup.work(target(llama)))


def test_greedy_text_is_a_fingerprint(llama: LlamaServer) -> None:
    first = canary_of(llama)
    assert first.passed
    assert first.answered is False
    assert first.greedy_sha256 is not None
    with running_llama(slots=1) as other:
        assert canary_of(other) == first


def test_honest_speculation_leaves_the_fingerprint_and_faked_acceptance_does_not(
    llama: LlamaServer,
) -> None:
    plain = canary_of(llama).greedy_sha256
    with running_llama(extra=("--draft-ngram",)) as honest:
        assert canary_of(honest).greedy_sha256 == plain
    with running_llama(extra=("--draft-ngram", "--spec-synth-len", "4")) as faked:
        # Its /props do not betray it: only the text does.
        props = httpx.get(faked.base_url.removesuffix("/v1") + "/props").text
        assert "synth" not in props
        assert canary_of(faked).greedy_sha256 != plain


def test_the_agent_starts_exactly_this_command_and_stops_it() -> None:
    port = free_port()
    argv = command(port=port, slots=2)
    where = Target(f"http://127.0.0.1:{port}/v1", "tiny-random")

    async def run() -> tuple[int, ...]:
        started = Command(argv=argv, env=ENV, ready_timeout_s=60)
        async with Engine(started, target=where) as engine:
            assert engine.argv == argv
            assert (await facts.ask(where)).engine == "llama.cpp"
            gate = await gates.state_gate(own_pids=engine.pids)
            assert gate.warnings is not None
            async with telemetry.Recorder(own_pids=engine.pids, period_s=0.1) as recorder:
                await checkup.work(where)
            assert recorder.summary().other_load_mean is not None
            return engine.pids

    pids = asyncio.run(run())
    assert pids
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(httpx.ConnectError):
        httpx.get(where.base_url, trust_env=False)


def test_the_agent_refuses_the_command_that_fakes_acceptance() -> None:
    port = free_port()
    argv = command(port=port, extra=("--draft-ngram", "--spec-synth-len", "4"))

    async def run() -> None:
        where = Target(f"http://127.0.0.1:{port}/v1", "tiny-random")
        async with Engine(Command(argv=argv, env=ENV), target=where):
            raise AssertionError("it must not start")

    with pytest.raises(LaunchError, match="--spec-synth-len"):
        asyncio.run(run())


def test_the_server_ends_on_a_signal() -> None:
    with subprocess.Popen(
        command(port=free_port()),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"listening on http://127.0.0.1:")
        process.terminate()
        assert process.wait(timeout=10) == 0
