"""Many at once, people who leave, and stopping: the provider as a process."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.embedded.servers import free_port, wait_for
from tests.ngram.conversation import asked, events
from tests.processes import ROOT

AT_ONCE = 50
LONG_TOKENS = 4_096
# The most likely words run in a circle here, so that only the limit ends the answer.
LONG = asked("Tell me a story about the sea.", "ngram-5", temperature=0, max_tokens=LONG_TOKENS)


def health(client: httpx.Client) -> dict[str, Any]:
    """The counters of the process."""
    answer: dict[str, Any] = client.get(client.base_url.copy_with(path="/health")).json()
    return answer


def test_all_of_many_at_once_get_whole_answers(url: str) -> None:
    async def one(client: httpx.AsyncClient, number: int) -> tuple[int, str]:
        body = asked(f"Tell me story {number}.", "ngram-6-char", stream=True, max_tokens=60)
        body["stream_options"] = {"include_usage": True}
        response = await client.post("/chat/completions", json=body)
        *_, usage, done = (line for line in response.text.split("\n\n") if line)
        counted = json.loads(usage.removeprefix("data: "))["usage"]["completion_tokens"]
        return counted, done

    async def all_of_them() -> list[tuple[int, str]]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
            return await asyncio.gather(*(one(client, number) for number in range(AT_ONCE)))

    answers = asyncio.run(all_of_them())
    assert [done for _, done in answers] == ["data: [DONE]"] * AT_ONCE
    assert all(1 <= counted <= 60 for counted, _ in answers)


def test_a_short_answer_does_not_wait_for_long_ones(client: httpx.Client) -> None:
    whole = client.post("/chat/completions", json=LONG).json()
    assert whole["usage"]["completion_tokens"] == LONG_TOKENS
    running = [_send(client, stream=True) for _ in range(4)]
    try:
        assert client.post("/chat/completions", json=asked("Hi", max_tokens=5)).status_code == 200
        assert health(client)["running"] == 4, "the long answers had to end first"
    finally:
        for connection in running:
            connection.close()


@pytest.mark.parametrize("stream", [True, False])
def test_nothing_more_is_predicted_for_those_who_have_left(
    client: httpx.Client, stream: bool
) -> None:
    wait_for(lambda: health(client)["running"] == 0, timeout_s=20, what="others gone")
    before = health(client)["output_tokens"]
    leaving = [_send(client, stream=stream) for _ in range(8)]
    wait_for(lambda: health(client)["running"] > 0, timeout_s=20, what="started")
    for connection in leaving:
        connection.close()
    wait_for(lambda: health(client)["running"] == 0, timeout_s=20, what="stopped predicting")
    assert health(client)["output_tokens"] - before < 8 * LONG_TOKENS / 2


def test_it_stays_small_and_ends_at_sigterm_with_an_answer_under_way(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.ngram", "--port", str(port)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdout=output,
            stderr=output,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=10) as client:
            wait_for(lambda: _answers(client), timeout_s=30, what="provider ready")
            with client.stream(
                "POST", "/chat/completions", json={**LONG, "stream": True}
            ) as response:
                next(events(response))
                status = Path(f"/proc/{process.pid}/status").read_text()
                process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                process.wait(10)
        peak_kb = int(status.split("VmHWM:")[1].split()[0])
        assert peak_kb < 120_000
        assert time.monotonic() - began < 6
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


def _send(client: httpx.Client, *, stream: bool) -> http.client.HTTPConnection:
    """Ask for a long answer and read nothing of it but, in a stream, the first byte."""
    address = client.base_url
    connection = http.client.HTTPConnection(address.host, address.port, timeout=10)
    body = json.dumps({**LONG, "stream": stream})
    connection.request("POST", f"{address.path}chat/completions", body)
    if stream:
        connection.getresponse().read(1)
    return connection


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/models").status_code == 200
    except httpx.TransportError:
        return False
