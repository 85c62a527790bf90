"""The server of known speed as a process of its own, and the self-test that measures it."""

import asyncio
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

import pytest

from arena_runner.contract.profile import ClosedLoad, SyntheticPrompt
from arena_runner.load import Target, run_point, selftest
from arena_runner.load.known_answer import MODEL
from arena_runner.load.known_options import Options, parse
from arena_runner.load.known_speed import listening
from arena_runner.load.pacing import Speed
from tests.runner.load.servers import in_loop, point


def test_the_self_test_measures_what_is_true() -> None:
    """Bounds for a busy machine; `make bench` has the real ones."""
    found = in_loop(selftest.run())
    assert found.ttft_true_ms == 200
    assert found.ttft_measured_ms == pytest.approx(200, abs=60)
    assert found.rate_measured_tokens_per_second == pytest.approx(200, rel=0.1)


def test_a_stream_does_not_drift() -> None:
    """1,000 tokens/s for a second and a half on many streams: the last token is on time."""
    what = point(
        ClosedLoad(concurrency=16, requests=16),
        prompt=SyntheticPrompt(input_tokens=16, output_tokens=1_500),
    )

    async def work() -> list[float]:
        arguments = ["--ttft-ms", "50", "--tokens-per-second", "1000"]
        async with selftest.known_speed(arguments) as base_url:
            result = await run_point(what, target=Target(base_url, MODEL))
        return [selftest.tokens_per_second(sample) for sample in result.samples]

    assert statistics.median(in_loop(work())) == pytest.approx(1_000, rel=0.05)


def test_it_ends_when_its_parent_does() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "arena_runner.load.known_speed", "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert json.loads(child.stdout.readline())["base_url"].startswith("http://127.0.0.1:")
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=10) == 0
    child.stdout.close()


def test_it_ends_on_a_signal_and_refuses_nonsense() -> None:
    program = [sys.executable, "-m", "arena_runner.load.known_speed"]
    child = subprocess.Popen(program, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    os.kill(child.pid, signal.SIGTERM)
    assert child.wait(timeout=10) == 0
    child.stdout.close()
    for nonsense in (["--ttft-ms", "-1"], ["--slots", "0"], ["--tokens-per-second", "x"]):
        with pytest.raises(SystemExit) as caught:
            parse(nonsense)
        assert caught.value.code == 2


def asked(method: str, path: str, body: Any = None, options: Options | None = None) -> Any:
    """Ask with a client of the standard library and return status and JSON."""
    speed = Speed(ttft_ms=5, tokens_per_second=2_000)

    def ask(base_url: str) -> tuple[int, Any]:
        port = int(base_url.rsplit(":", 1)[1].removesuffix("/v1"))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, path, body=data)
        answer = connection.getresponse()
        found = (answer.status, json.loads(answer.read()))
        # The connection stays open for another request.
        if answer.status == 200:
            connection.request("GET", "/v1/models")
            assert json.loads(connection.getresponse().read())["data"][0]["id"] == MODEL
        connection.close()
        return found

    async def work() -> tuple[int, Any]:
        async with listening(options or Options(speed)) as base_url:
            return await asyncio.to_thread(ask, base_url)

    return in_loop(work())


CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "hello there"}]


def test_it_answers_without_a_stream_too() -> None:
    started = time.monotonic()
    status, answer = asked("POST", CHAT, {"messages": HELLO, "max_tokens": 200})
    assert status == 200
    assert time.monotonic() - started > 0.1
    assert answer["usage"] == {
        "prompt_tokens": 6,
        "completion_tokens": 200,
        "total_tokens": 206,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    assert len(answer["choices"][0]["message"]["content"].split()) == 200


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"[" * 100_000, {"messages": 5}, {"messages": HELLO, "max_tokens": [1]}, {}],
)
def test_a_request_that_is_none_is_refused(body: Any) -> None:
    status, answer = asked("POST", CHAT, body)
    assert status == 400
    assert "error" in answer


def test_it_tells_when_tokens_really_went_out() -> None:
    assert asked("GET", "/truth")[1]["streams"] == 0
    assert asked("GET", "/elsewhere")[0] == 404
