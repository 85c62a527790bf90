"""Bytes to answers: framing, events, and what is said in them. No network."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena_runner.load.answer import Answer, read_answer
from arena_runner.load.events import events
from arena_runner.load.pattern import Pattern
from arena_runner.load.response import ProtocolError, ResponseReader
from tests.runner.load.servers import CHUNKED, CLOSE, SSE

HEAD = b"HTTP/1.1 200 OK\r\n"


def read(*parts: bytes, end: bool = False, header_bytes: int = 65_536) -> ResponseReader:
    reader = ResponseReader(header_bytes=header_bytes)
    for time_ns, part in enumerate(parts):
        reader.feed(time_ns, part)
    if end:
        reader.end()
    return reader


def body(reader: ResponseReader) -> bytes:
    return b"".join(part for _, part in reader.body)


@pytest.mark.parametrize(
    ("whole", "closes", "said"),
    [
        (HEAD + b"Content-Length: 5\r\n\r\nhello", False, b"hello"),
        (HEAD + b"Content-Length: 0\r\n\r\n", False, b""),
        (HEAD + b"\r\nhello", True, b"hello"),
        (CHUNKED + b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", False, b"hello"),
        (CHUNKED + b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", False, b"hello"),
        (
            b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"content-length:5\r\n\r\nhello",
            False,
            b"hello",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nhello", True, b"hello"),
    ],
)
def test_bodies_are_whole_in_whatever_pieces_they_come(
    whole: bytes, closes: bool, said: bytes
) -> None:
    for reader in (
        read(whole, end=closes),
        read(*(bytes([byte]) for byte in whole), end=closes),
    ):
        assert reader.complete
        assert reader.status == 200
        assert body(reader) == said


def test_each_part_of_a_body_has_the_time_of_its_piece() -> None:
    reader = read(CHUNKED, b"3\r\nhe", b"l\r\n2\r\nlo\r\n", b"0\r\n\r\n")
    assert reader.body == [(1, b"he"), (2, b"l"), (2, b"lo")]


@pytest.mark.parametrize(
    "bad",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 1" + b"0" * 40 + b"\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"-5\r\nhello",
        CHUNKED + b"5_0\r\n",
        CHUNKED + b"2\r\nhello\r\n",
        CHUNKED + b"1" * 2_000,
        CHUNKED + b"5" * 30 + b"\r\n",
        HEAD + b"X: " + b"y" * 70_000,
        b"HTTP/1.1 100 Continue\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n" + HEAD + b"y" * 40_000,
    ],
)
def test_what_is_no_http_answer_is_refused(bad: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(bad)


def test_endless_interim_answers_and_trailers_are_bounded() -> None:
    with pytest.raises(ProtocolError, match="headers"):
        read(*[b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"] * 5_000)
    with pytest.raises(ProtocolError, match="headers"):
        read(CHUNKED, b"0\r\n", *[b"X: y\r\n"] * 50_000)


def sse(*parts: bytes) -> list[tuple[int, bytes]]:
    return list(events(enumerate(parts), max_bytes=1_000))


def test_events_have_the_time_of_their_last_byte() -> None:
    assert sse(b"data: a\n\nda", b"ta: b\n", b"\ndata: c") == [(0, b"a"), (2, b"b")]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_three_ways(ends: bytes) -> None:
    text = ends.join([b": comment", b"event: x", b"data: a", b"data:b", b"", b"data: c", b"", b""])
    # Of a lone carriage return at the very end nobody knows yet whether it is half of one.
    text += b":" if ends == b"\r" else b""
    assert [data for _, data in sse(text)] == [b"a\nb", b"c"]
    split = [text[at : at + 1] for at in range(len(text))]
    assert [data for _, data in sse(*split)] == [b"a\nb", b"c"]


def test_a_giant_event_is_refused() -> None:
    with pytest.raises(ProtocolError, match="1000 bytes"):
        sse(*[b"data: xxxxxxxxxx"] * 100)


def chunk(delta: dict[str, Any] | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, **more}]
    fields = {"choices": choices} if delta is not None else more
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def said(*chunks: bytes, head: bytes = CLOSE, end: bool = True) -> Answer:
    return read_answer(read(head, *chunks, end=end))


def test_the_first_token_is_the_first_with_content_reasoning_or_a_tool_call() -> None:
    nothing = (
        chunk({"role": "assistant"}),
        chunk({"role": "assistant", "content": None}),
        chunk({"content": ""}),
        chunk({"tool_calls": []}),
    )
    for delta in (
        {"content": "x"},
        {"reasoning_content": "x"},
        {"reasoning": "x"},
        {"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]},
    ):
        answer = said(*nothing, chunk(delta), chunk({}, finish_reason="stop"))
        assert (answer.first_chunk_ns, answer.content_ns) == (1, [5])
        assert answer.error is None


def test_reasoning_sent_under_two_names_is_said_once() -> None:
    twice = said(chunk({"reasoning": "x", "reasoning_content": "x"}, finish_reason="stop"))
    once = said(chunk({"reasoning_content": "x"}, finish_reason="stop"))
    assert twice.text_sha256 == once.text_sha256
    assert len(twice.content_ns) == 1


def test_usage_and_timings_are_taken_as_the_server_says_them() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 1},
    }
    timings = {"prompt_ms": 1.5, "predicted_n": 2, "name": "x", "huge": 1e300, "yes": True}
    answer = said(
        chunk({"content": "a"}, finish_reason="length"),
        chunk(usage=usage, timings=timings, choices=[]),
        b"data: [DONE]\n\n",
    )
    assert answer.tokens("prompt_tokens") == 9
    assert answer.tokens("cached_tokens", "prompt_tokens_details") == 4
    assert answer.tokens("reasoning_tokens", "completion_tokens_details") == 1
    assert answer.timings == {"predicted_n": 2.0, "prompt_ms": 1.5}
    assert answer.finish_reason == "length"


@pytest.mark.parametrize("count", [-1, "5", 1.5, True, None, 10**30, [], {}])
def test_a_count_that_can_be_none_is_none(count: object) -> None:
    answer = said(chunk(usage={"prompt_tokens": count, "prompt_tokens_details": count}))
    assert answer.tokens("prompt_tokens") is None
    assert answer.tokens("cached_tokens", "prompt_tokens_details") is None


@pytest.mark.parametrize(
    ("chunks", "error"),
    [
        ([], "empty"),
        ([b"data: [DONE]\n\n"], "empty"),
        ([chunk({"role": "assistant"}), b"data: [DONE]\n\n"], "empty"),
        ([chunk({"content": ""}, finish_reason="stop")], "empty"),
        ([chunk({"content": "x"})], "disconnect"),
        ([chunk({"content": "x"}), b"data: {broken\n\n"], "protocol"),
        ([b"data: \xff\xfe\n\n"], "protocol"),
        ([b"data: 5\n\n"], "protocol"),
        ([b"data: " + b"[" * 100_000 + b"\n\n"], "protocol"),
        ([chunk({"content": "x"}), chunk(error={"message": "out of memory"})], "http"),
        ([chunk({"content": "x"}, finish_reason="stop")], None),
        ([chunk({"content": "x"}), b"data:[DONE]\n\n"], None),
    ],
)
def test_what_is_wrong_with_a_stream_is_named(chunks: list[bytes], error: str | None) -> None:
    assert said(*chunks).error == error


@pytest.mark.parametrize(
    "fields",
    [
        {"choices": 5},
        {"choices": [5]},
        {"choices": [{"delta": 5}]},
        {"choices": [{"delta": {"content": 5, "tool_calls": {}}, "finish_reason": 5}]},
        {"usage": 5, "timings": 5},
    ],
)
def test_fields_of_other_types_say_nothing(fields: dict[str, Any]) -> None:
    answer = said(chunk(**fields))
    assert answer.content_ns == []
    assert answer.finish_reason is None


def test_text_that_is_no_unicode_has_a_digest() -> None:
    answer = said(b'data: {"choices":[{"delta":{"content":"\\ud800"},"finish_reason":"stop"}]}\n\n')
    assert answer.error is None
    assert answer.text_sha256 is not None


def test_a_server_that_does_not_stream_is_understood() -> None:
    message = {"message": {"content": "hi"}, "finish_reason": "stop"}
    data = json.dumps({"choices": [message], "usage": {"completion_tokens": 1}}).encode()
    head = HEAD + b"Content-Type: application/json; charset=utf-8\r\n"
    answer = said(data, head=head + b"Content-Length: %d\r\n\r\n" % len(data))
    assert (answer.text, answer.content_ns, answer.error) == ("hi", [1], None)
    assert answer.tokens("completion_tokens") == 1


def test_a_status_that_is_no_success_is_an_error() -> None:
    answer = said(b"{}", head=b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n")
    assert (answer.error, answer.problem) == ("http", "HTTP 503")
    assert SSE.startswith(b"HTTP/1.1 200")


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(st.text(max_size=6), max_size=6),
    name=st.sampled_from(["content", "reasoning_content", "reasoning"]),
    ascii_only=st.booleans(),
    odd=st.sampled_from(
        [
            {},
            {"tool_calls": [{"id": "content"}]},
            {"content": 'a "content":"b'},
            {"reasoning_content": "x", "content": "y"},
            {"content": None, "reasoning_content": ""},
        ]
    ),
)
def test_recognising_chunks_reads_the_same_as_parsing_them(
    texts: list[str], name: str, ascii_only: bool, odd: dict[str, Any]
) -> None:
    deltas = [{name: text} for text in texts] + [odd] + [{name: text} for text in texts[::-1]]
    chunks = [
        b"data: "
        + json.dumps({"choices": [{"delta": delta}]}, ensure_ascii=ascii_only).encode(
            "utf-8", "surrogatepass"
        )
        + b"\n\n"
        for delta in deltas
    ]
    with pytest.MonkeyPatch.context() as patch:
        recognised = said(*chunks)
        patch.setattr(Pattern, "text", lambda self, data: None)
        assert said(*chunks) == recognised


def test_a_chunk_that_says_the_same_word_is_recognised_and_one_that_stops_is_not() -> None:
    parsed = {"id": "c", "choices": [{"delta": {"content": "hi"}, "finish_reason": None}]}
    data = json.dumps(parsed).encode()
    pattern = Pattern.of(parsed, data)
    assert pattern is not None
    assert pattern.text(data.replace(b"hi", "Grüße".encode())) == "Grüße"
    for other in (b"", b'"', b"\\n", b"\x00", b"\xff"):
        assert pattern.text(data.replace(b"hi", other)) is None
    assert pattern.text(data.replace(b"null", b'"stop"')) is None
    assert pattern.text(data[:20]) is None
    choice = {"delta": {"content": "hi"}, "finish_reason": "stop"}
    assert Pattern.of({"choices": [choice]}, json.dumps({"choices": [choice]}).encode()) is None
