"""One connection to the server of known speed: HTTP/1.1, requests one after the other."""

import asyncio
import json
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, Final, cast

from typing_extensions import override

from arena_runner.load import known_answer
from arena_runner.load.known_options import Options
from arena_runner.load.pacing import Pacer, Stream

_HEAD_BYTES: Final = 65_536
_BODY_BYTES: Final = 64 * 1_048_576
_TOKENS_MAX: Final = 1_000_000
_DEFAULT_TOKENS: Final = 128
_TEMPLATE_TOKENS: Final = 4
_KNOWN_FIELDS: Final = {
    "model", "messages", "stream", "stream_options", "max_tokens", "temperature", "seed",
    "max_completion_tokens",
}  # fmt: skip


class Connection(asyncio.Protocol):
    """Notes when a request is whole, and only then looks at it."""

    def __init__(self, options: Options, pacer: Pacer, truth: Callable[[], bytes]) -> None:
        self._options = options
        self._pacer = pacer
        self._truth = truth
        self._wire = known_answer.Wire(options.framing)
        self._buffer = bytearray()
        self._wanted = 0
        """Bytes of the request that is being received; 0 until its head is here."""
        self._stream: Stream | None = None
        self._close = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    @override
    def data_received(self, data: bytes) -> None:
        received_ns = perf_counter_ns()
        self._buffer += data
        if self._is_whole():
            # Others may have arrived in the same instant; their times are noted first.
            asyncio.get_running_loop().call_soon(self._answer, received_ns)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._stream is not None:
            self._pacer.leave(self._stream)

    def _is_whole(self) -> bool:
        if not self._wanted:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _HEAD_BYTES:
                    self._transport.abort()
                return False
            length = _length(bytes(self._buffer[:end]))
            if length is None or length > _BODY_BYTES:
                self._end(known_answer.error("400 Bad Request", "Content-Length: cannot be used"))
                return False
            self._wanted = end + 4 + length
        return len(self._buffer) >= self._wanted

    def _answer(self, received_ns: int) -> None:
        if not self._wanted or self._transport.is_closing():
            return
        head, _, body = bytes(self._buffer[: self._wanted]).partition(b"\r\n\r\n")
        del self._buffer[: self._wanted]
        self._wanted = 0
        self._close = b"connection: close" in head.lower()
        method, _, path = head.partition(b"\r\n")[0].rpartition(b" ")[0].partition(b" ")
        if method == b"POST" and path.endswith(b"/chat/completions"):
            self._chat(body, received_ns)
        elif method == b"GET" and path.endswith(b"/models"):
            self._say(known_answer.models())
        elif method == b"GET" and path == b"/truth":
            self._say(self._truth())
        else:
            self._end(known_answer.error("404 Not Found", "only /v1/chat/completions, /v1/models"))

    def _chat(self, body: bytes, received_ns: int) -> None:
        if self._options.status:
            self._end(known_answer.error(f"{self._options.status} As Told", "as told"))
            return
        try:
            asked = json.loads(body)
            tokens = int(asked.get("max_completion_tokens") or asked.get("max_tokens") or 0)
            prompt_tokens = _words(asked["messages"]) + _TEMPLATE_TOKENS
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._end(known_answer.error("400 Bad Request", "want a chat completion in JSON"))
            return
        if self._options.strict and (unknown := set(asked) - _KNOWN_FIELDS):
            self._end(known_answer.error("400 Bad Request", f"unknown: {sorted(unknown)[0]}"))
            return
        tokens = min(max(tokens, 0) or _DEFAULT_TOKENS, _TOKENS_MAX)
        self._start(asked, tokens, prompt_tokens, received_ns)

    def _start(
        self, asked: dict[str, Any], tokens: int, prompt_tokens: int, received_ns: int
    ) -> None:
        streamed = asked.get("stream") is True
        together = self._options.speed.tokens_per_chunk
        usage = self._options.usage and bool(asked.get("stream_options"))
        transport = self._transport
        events = known_answer.ending(prompt_tokens, tokens, usage=usage)
        ending = self._wire.part(events) + self._wire.last

        def finish() -> None:
            self._stream = None
            if not streamed:
                self._say(known_answer.whole(prompt_tokens, tokens))
                return
            transport.write(ending)
            if self._close or self._options.framing == "close":
                transport.close()

        head = self._wire.head(close=self._close)
        role = self._wire.part(known_answer.event({"role": "assistant", "content": ""}))
        if self._options.early_role and streamed:
            transport.write(head + role)
        self._stream = Stream(
            write=transport.write if streamed else _nothing,
            finish=finish,
            abort=transport.abort,
            opening=b"" if self._options.early_role else head + role,
            token=self._wire.part(
                known_answer.event({self._options.field: known_answer.WORD * together})
            ),
            chunks=-(-tokens // together),
            received_ns=received_ns,
        )
        self._pacer.add(self._stream)

    def _say(self, body: bytes) -> None:
        self._transport.write(known_answer.response("200 OK", body, close=self._close))
        if self._close:
            self._transport.close()

    def _end(self, answer: bytes) -> None:
        self._transport.write(answer)
        self._transport.close()


def _nothing(_: bytes) -> None:
    """Write no part of an answer that comes whole."""


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value) if value.strip().isdigit() else None
    return 0


def _words(messages: list[dict[str, Any]]) -> int:
    return sum(len(str(message["content"]).split()) for message in messages)
