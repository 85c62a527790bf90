"""What comes out of a stream, from a provider on a real socket."""

import asyncio
import contextlib
import json

import pytest

from tests.workers.provider import (
    DONE,
    HANG,
    KEEP,
    SECRET,
    STREAM,
    Step,
    answer_to,
    event,
    http,
    provider,
    says,
    target,
    usage,
)
from workers.completions import stream
from workers.guarded_http import GuardedClient
from workers.pieces import Delta, Finished, Piece, Reasoning, Timeouts

STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])


def text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Delta))


def finished(pieces: list[Piece]) -> Finished:
    assert isinstance(pieces[-1], Finished)
    return pieces[-1]


def test_an_answer_comes_in_pieces_with_counts_and_times() -> None:
    pieces = answer_to([STREAM, says("Good "), says("day"), STOP, usage(7, 3), DONE])
    assert text(pieces) == "Good day"
    end = finished(pieces)
    assert (end.finish_reason, end.prompt_tokens, end.output_tokens) == ("stop", 7, 3)
    first, second, _ = pieces
    assert isinstance(first, Delta)
    assert isinstance(second, Delta)
    assert 0 < first.at_ms == end.time_to_first_token_ms < second.at_ms == end.last_token_ms
    pace = end.output_tokens_per_second
    assert pace == pytest.approx(2 / ((second.at_ms - first.at_ms) / 1000))


def test_the_request_is_what_the_api_asks_for() -> None:
    async def run() -> tuple[str, dict[str, object]]:
        messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hi"}]
        async with provider([STREAM, says("x"), STOP, DONE]) as running, GuardedClient() as client:
            async for _ in stream(
                target(running.url), messages=messages, max_output_tokens=9_999, temperature=0.5,
                client=client,
            ):  # fmt: skip
                pass
            return running.requests[0]

    head, body = asyncio.run(run())
    assert head.startswith("POST /v1/chat/completions HTTP/1.1\r\n")
    assert f"Authorization: Bearer {SECRET}\r\n" in head
    assert body == {
        "model": "parrot-upstream",
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": "Hi"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 100,
        "temperature": 0.5,
    }


def test_reasoning_is_told_apart_and_is_the_first_token() -> None:
    think = event(choices=[{"delta": {"reasoning_content": "Hm."}}])
    think_again = event(choices=[{"delta": {"reasoning": "So.", "content": None}}])
    pieces = answer_to([STREAM, think, think_again, says("Yes"), STOP, DONE])
    assert [type(piece) for piece in pieces] == [Reasoning, Reasoning, Delta, Finished]
    assert text(pieces) == "Yes"
    assert isinstance(pieces[0], Reasoning)
    assert finished(pieces).time_to_first_token_ms == pieces[0].at_ms


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_pieces_survive_every_cut_of_the_bytes(cut: int) -> None:
    whole = (
        b": keep-alive\r\n\r\n"
        + says("Grüße, 世界 🌍").replace(b"\n", b"\r\n")
        + b'event: message\ndata: {"choices":\ndata:  [{"delta": {"content": "!"}}]}\n\n'
        + STOP
        + usage(1, 2)
        + DONE
    )
    raw = whole.replace(rb"\u00fc", "ü".encode()).replace(rb"\u4e16", "世".encode())
    steps: list[Step] = [STREAM, *(raw[i : i + cut] for i in range(0, len(raw), cut))]
    pieces = answer_to(steps)
    assert text(pieces) == "Grüße, 世界 🌍!"
    assert finished(pieces).output_tokens == 2


@pytest.mark.parametrize(
    "tail",
    [[STOP], [STOP, DONE.rstrip()], [DONE], [STOP, b"data: [DONE]"], [STOP, usage(1, 1), HANG]],
    ids=["no [DONE]", "no blank line", "no finish_reason", "no newline", "no end"],
)
def test_an_answer_may_end_in_the_ways_that_servers_end_them(
    tail: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.answer._USAGE_S", 0.2)
    assert text(answer_to([STREAM, says("Good"), *tail])) == "Good"


@pytest.mark.parametrize(
    "counts",
    [
        None, {}, {"prompt_tokens": None}, {"prompt_tokens": "5", "completion_tokens": -1},
        {"prompt_tokens": True, "completion_tokens": 1.5}, {"completion_tokens": 10**12}, [1], "x",
    ],
)  # fmt: skip
def test_a_missing_or_absurd_count_is_missing(counts: object) -> None:
    end = finished(answer_to([STREAM, says("a"), says("b"), STOP, event(usage=counts), DONE]))
    assert (end.prompt_tokens, end.output_tokens) == (None, None)
    assert end.output_tokens_per_second is None


def test_counts_with_every_chunk_are_taken_from_the_last() -> None:
    running = {"prompt_tokens": 4, "completion_tokens": 1}
    pieces = answer_to([STREAM, event(choices=[{"delta": {"content": "a"}}], usage=running),
                        says("b"), STOP, usage(4, 2), DONE])  # fmt: skip
    assert finished(pieces).output_tokens == 2


def test_an_answer_that_is_not_streamed_has_no_pace() -> None:
    message = {"role": "assistant", "content": "All at once"}
    body = {
        "choices": [{"message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2, "completion_tokens": 3},
    }
    pieces = answer_to([http("200 OK", json.dumps(body).encode())])
    assert text(pieces) == "All at once"
    assert finished(pieces).output_tokens == 3
    assert finished(pieces).output_tokens_per_second is None


@pytest.mark.parametrize(
    ("complaint", "changed"),
    [
        ("Unknown parameter: 'stream_options'", {"max_tokens"}),
        ("Use 'max_completion_tokens' instead", {"stream_options", "max_completion_tokens"}),
    ],
)
def test_a_server_that_knows_another_parameter_is_asked_in_its_words(
    complaint: str, changed: set[str]
) -> None:
    async def run() -> dict[str, object]:
        refusal = http("400 Bad Request", json.dumps({"error": {"message": complaint}}).encode())
        script: list[Step] = [STREAM, says("x"), STOP, DONE]
        async with provider([refusal], script) as running, GuardedClient() as client:
            async for _ in stream(target(running.url), messages=[], client=client):
                pass
            return running.requests[1][1]

    body = asyncio.run(run())
    fields = {"stream_options", "max_tokens", "max_completion_tokens"}
    assert fields & body.keys() == changed


def test_text_that_no_database_stores_is_replaced() -> None:
    pieces = answer_to([STREAM, says("a\x00b\ud800c"), STOP, DONE])
    assert text(pieces) == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_leaving_early_ends_the_request() -> None:
    async def run() -> None:
        async with provider([STREAM, says("a"), HANG]) as running, GuardedClient() as client:
            pieces = stream(target(running.url), messages=[], client=client)
            async with contextlib.aclosing(pieces):
                await anext(pieces)
            await asyncio.wait_for(running.left.wait(), 30)

    asyncio.run(run())


def test_a_connection_serves_one_question_after_the_other() -> None:
    head = STREAM.replace(b"Connection: close", b"Transfer-Encoding: chunked")
    body = says("a") + STOP + DONE
    script: list[Step] = [head, b"%x\r\n" % len(body) + body + b"\r\n", b"0\r\n\r\n", KEEP]

    async def run() -> tuple[int, int]:
        async with provider(script) as running, GuardedClient() as client:
            for _ in range(3):
                async for _ in stream(target(running.url), messages=[], client=client):
                    pass
            return len(running.requests), running.connections

    assert asyncio.run(run()) == (3, 1)


def test_an_endpoint_is_asked_for_so_many_answers_at_a_time() -> None:
    async def run() -> int:
        async with provider([STREAM, says("a"), HANG]) as running, GuardedClient() as client:
            asked = target(running.url, max_concurrent=2)
            open_streams = []
            for _ in range(2):
                pieces = stream(asked, messages=[], client=client)
                await anext(pieces)
                open_streams.append(pieces)
            third = asyncio.create_task(anext(stream(asked, messages=[], client=client)))
            await asyncio.sleep(0.05)
            waiting = running.connections
            await open_streams[0].aclose()
            await asyncio.wait_for(third, 30)
            await open_streams[1].aclose()
            return waiting

    assert asyncio.run(run()) == 2


def test_the_default_times_are_those_of_patient_people() -> None:
    assert Timeouts().total_s >= Timeouts().first_token_s > Timeouts().idle_s
