"""The bytes that the server of known speed says; every token is the same, so each is one copy."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

MODEL: Final = "known-speed"
WORD: Final = " steady"
DONE: Final = b"data: [DONE]\n\n"
Framing = Literal["chunked", "close"]


def event(delta: dict[str, Any], **more: Any) -> bytes:
    """Return one event of a stream, unframed."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return _event({"choices": [choice], **more})


def ending(prompt_tokens: int, output_tokens: int, *, usage: bool) -> bytes:
    """Return the events after the last token, unframed: reason, usage, [DONE]."""
    events = [_event({"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]})]
    if usage:
        events.append(_event({"choices": [], "usage": usage_of(prompt_tokens, output_tokens)}))
    return b"".join([*events, DONE])


def usage_of(prompt_tokens: int, output_tokens: int) -> dict[str, Any]:
    """Return OpenAI's usage object."""
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": prompt_tokens + output_tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def whole(prompt_tokens: int, output_tokens: int) -> bytes:
    """Return the body of an answer that is not streamed."""
    message = {"role": "assistant", "content": WORD * output_tokens}
    return json.dumps(
        {
            **_head("chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": "length"}],
            "usage": usage_of(prompt_tokens, output_tokens),
        }
    ).encode()


def response(status: str, body: bytes, *, close: bool) -> bytes:
    """Return a whole HTTP answer with a JSON body."""
    connection = "close" if close else "keep-alive"
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n"
    )
    return head.encode("ascii") + body


def error(status: str, message: str) -> bytes:
    """Return a whole HTTP answer that refuses, after which the connection closes."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"}})
    return response(status, body.encode(), close=True)


def models() -> bytes:
    """Return the body of the list of models."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "arena-runner"}
    return json.dumps({"object": "list", "data": [model]}).encode()


@dataclass(frozen=True, slots=True)
class Wire:
    """How a stream is framed."""

    framing: Framing

    def head(self, *, close: bool) -> bytes:
        """Return the head of a streamed answer."""
        closes = close or self.framing == "close"
        coding = "Transfer-Encoding: chunked\r\n" if self.framing == "chunked" else ""
        return (
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
            f"{coding}Connection: {'close' if closes else 'keep-alive'}\r\n\r\n"
        ).encode("ascii")

    def part(self, data: bytes) -> bytes:
        """Return a piece of the body, framed."""
        return b"%x\r\n%b\r\n" % (len(data), data) if self.framing == "chunked" else data

    @property
    def last(self) -> bytes:
        """Return what ends the body."""
        return b"0\r\n\r\n" if self.framing == "chunked" else b""


def _event(fields: dict[str, Any]) -> bytes:
    data = json.dumps({**_head("chat.completion.chunk"), **fields}, separators=(",", ":"))
    return f"data: {data}\n\n".encode()


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-known", "object": kind, "created": 0, "model": MODEL}
