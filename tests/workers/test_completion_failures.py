"""Every way in which a provider can fail ends in one of the six reasons, and tells no secret."""

import asyncio
import json
import socket

import pytest

from tests.workers.provider import (
    ABORT,
    DONE,
    HANG,
    SECRET,
    STREAM,
    Step,
    answer_to,
    ask,
    event,
    http,
    says,
    target,
    usage,
)
from workers.pieces import CompletionFailed, FailureReason, Timeouts

STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
SHORT = Timeouts(slot_s=1, connect_s=1, first_token_s=0.2, idle_s=0.2, total_s=0.6)
COMMENT = b": still thinking\n\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def failure(*scripts: list[Step], **more: object) -> CompletionFailed:
    with pytest.raises(CompletionFailed) as caught:
        answer_to(*scripts, **more)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    "script",
    [
        [HANG],
        [STREAM, HANG],
        [STREAM, *[COMMENT] * 60, HANG],
        [STREAM, says("a"), HANG],
        [STREAM, says("a"), *[COMMENT] * 60, HANG],
        [STREAM, says("a"), *[says("b")] * 90, HANG],
        [STREAM, event(choices=[{"delta": {"role": "assistant"}}]), HANG],
    ],
    ids=["no headers", "no token", "comments only", "silence", "comments", "endless", "role only"],
)
def test_what_takes_too_long(script: list[Step]) -> None:
    assert failure(script, timeouts=SHORT).reason == "timeout"


@pytest.mark.parametrize(
    "script",
    [
        [ABORT],
        [b""],
        [STREAM, ABORT],
        [STREAM],
        [STREAM, says("a")],
        [STREAM, says("a"), ABORT],
        [CHUNKED, b"5\r\ndata:"],
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata"],
    ],
    ids=["reset", "closed", "reset later", "no event", "cut", "reset in it", "chunk", "length"],
)
def test_what_breaks_off(script: list[Step]) -> None:
    assert failure(script).reason == "disconnected"


@pytest.mark.parametrize(
    "script",
    [
        [STREAM, STOP, usage(3, 0), DONE],
        [STREAM, DONE],
        [STREAM, says("  \n"), STOP, DONE],
        [STREAM, event(choices=[{"delta": {"reasoning": "Hm"}}]), STOP, DONE],
        [http("200 OK", b'{"choices": []}')],
    ],
    ids=["no delta", "nothing", "blanks", "reasoning only", "no choice"],
)
def test_what_is_empty(script: list[Step]) -> None:
    assert failure(script).reason == "empty"


@pytest.mark.parametrize(
    "script",
    [
        [STREAM, event(error={"message": "overloaded", "code": 529})],
        [STREAM, says("a"), event(error="overloaded"), DONE],
        [STREAM, says("a", finish_reason="error"), DONE],
        [STREAM, b"data: {not json}\n\n", DONE],
        [STREAM, b"data: [1]\n\n", DONE],
        [STREAM, b"data: " + b"[" * 100_000 + b"\n\n", DONE],
        [STREAM, event(choices={"delta": {}}), DONE],
        [STREAM, event(choices=[{"delta": "x"}]), DONE],
        [STREAM, event(choices=[{"delta": {"content": {"a": 1}}}]), DONE],
        [http("200 OK", b"<h1>Hello</h1>", kind="text/html")],
        [http("200 OK", b"\x1f\x8b", "Content-Encoding: gzip")],
        [http("401 Unauthorized", b'{"error": {"message": "no"}}')],
        [http("500 Oops", b"")],
        [http("429 Too Many", b'{"detail": "slow down"}')],
        [http("303 See Other", b"", "Location: /elsewhere")],
        [http("307 Again", b"", "Location: /v1/chat/completions")],
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"],
    ],
    ids=[
        "error event", "error text", "error reason", "no json", "list", "deep", "choices", "delta",
        "content", "html", "gzip", "401", "500", "429", "303", "redirect loop", "ssh", "header",
    ],
)  # fmt: skip
def test_what_the_provider_does_wrong(script: list[Step]) -> None:
    assert failure(script).reason == "provider_error"


def test_an_answer_is_cut_off_when_it_is_too_long() -> None:
    script: list[Step] = [STREAM, *[says("x" * 50)] * 5, STOP, DONE]
    assert failure(script, max_characters=200).reason == "too_long"
    assert failure([STREAM, b"data: " + b"x" * 2_000_000]).reason == "too_long"


def test_an_answer_of_endless_bytes_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.completions._MAX_ANSWER_BYTES", 10_000)
    assert failure([STREAM, *[b": " + b"x" * 999 + b"\n"] * 30, HANG]).reason == "too_long"


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
        with pytest.raises(CompletionFailed) as caught:
            asyncio.run(ask(target(url)))
    assert caught.value.reason == "disconnected"


def test_the_detail_is_short_and_tells_neither_key_nor_address() -> None:
    echo = f"Key {SECRET} is wrong, see https://api.example.org/keys?k={SECRET} at 127.0.0.1.\n"
    body = json.dumps({"error": {"message": echo + "sk-other*****123 " + "long " * 500}}).encode()
    error = failure([http("401 Unauthorized", body)])
    assert error.detail.startswith("HTTP 401: Key [removed] is wrong, see [removed] at [removed].")
    assert len(error.detail) <= 200
    for hidden in (SECRET, "example.org", "127.0.0.1", "sk-", "\n"):
        assert hidden not in str(error)
    # A logged traceback shows causes as well.
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize("reason", ["timeout", "empty"])
def test_a_failure_says_its_reason_first(reason: FailureReason) -> None:
    assert str(CompletionFailed(reason, "why")) == f"{reason}: why"
