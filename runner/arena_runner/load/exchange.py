"""One request on a connection of its own. The hot path only notes the time and keeps the bytes."""

import asyncio
import os
from array import array
from time import perf_counter_ns
from typing import Final, cast

from typing_extensions import override

from arena_runner.contract.samples import ErrorClass
from arena_runner.load.limits import Limits
from arena_runner.load.response import ProtocolError, ResponseReader
from arena_runner.load.spool import Kept, Spool

_BLANK_LINE: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"0\r\n\r\n"
_AFTER_ANOTHER: Final = b"\r\n" + _LAST_CHUNK


class Exchange(asyncio.Protocol):
    """Sends a request as soon as it is connected and collects the answer.

    Times are perf_counter_ns. The bytes are made sense of in `read`, after the run: until then the
    end of an answer is recognised by its last bytes alone, and `error` may still be None for an
    answer that is not whole. After `read` it is None for a whole HTTP answer, whatever its status.
    """

    def __init__(self, payload: bytes, *, output_tokens: int, limits: Limits) -> None:
        self.began_ns = perf_counter_ns()
        self.connected_ns: int | None = None
        self.sent_ns: int | None = None
        self.end_ns: int | None = None
        self.error: ErrorClass | None = None
        self.problem: str | None = None
        self.response = ResponseReader(header_bytes=limits.header_bytes)
        self.received = 0
        self.finished = asyncio.get_running_loop().create_future()
        self._payload = payload
        self._max_bytes = limits.response_bytes_of(output_tokens)
        self._times = array("q")
        self._pieces: list[bytes] = []
        self._kept: Kept | None = None
        self._read = 0
        self._looking = True
        self._full = False
        self._closed = False
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the request."""
        self.connected_ns = perf_counter_ns()
        self._transport = cast(asyncio.Transport, transport)
        if self.finished.done():
            self._transport.abort()
            return
        rest = self._payload
        if self._transport.get_extra_info("ssl_object") is None:
            rest = rest[_write(self._transport, rest) :]
        if rest:
            self._transport.set_write_buffer_limits(high=0)
            self._transport.write(rest)
        if not self._full:
            self.sent_ns = perf_counter_ns()
        self._payload = b""

    @override
    def pause_writing(self) -> None:
        """Not all of the request is with the kernel yet."""
        self._full = True

    @override
    def resume_writing(self) -> None:
        """The last byte is with the kernel now."""
        self._full = False
        if self.sent_ns is None:
            self.sent_ns = perf_counter_ns()

    @override
    def data_received(self, data: bytes) -> None:
        """Note the time and keep the bytes."""
        self._times.append(perf_counter_ns())
        self._pieces.append(data)
        self.received += len(data)
        if self._looking or data[-4:] == _BLANK_LINE or len(data) < len(_LAST_CHUNK):
            self._look(data)
        elif self.received > self._max_bytes:
            self._end("protocol", f"more than {self._max_bytes} bytes")

    @override
    def eof_received(self) -> None:
        """Nothing more comes; let the transport close."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of what came."""
        self._transport = None
        if not self.finished.done():
            self.end_ns = perf_counter_ns()
            self._closed = True
            self.finished.set_result(None)

    def fail(self, error: ErrorClass, problem: str) -> None:
        """End it from this side: timeout, cancelled, connect."""
        self._end(error, problem)

    def read(self) -> ResponseReader:
        """Return the answer with all that has come, and judge it; for after the end."""
        known = self.error is not None
        if self._catch_up() and not known:
            whole = self.response.end() if self._closed else self.response.complete
            if not whole:
                self.error = "disconnect" if self._closed else "protocol"
                self.problem = "the answer was not whole"
        return self.response

    def keep_in(self, spool: Spool) -> None:
        """Let a long answer wait in the spool until it is read; for after the end."""
        self._kept = spool.keep(self._pieces)
        if self._kept is not None:
            self._pieces = []

    @property
    def failed(self) -> bool:
        """Whether it is known to have failed, before the answer has been read."""
        status = self.response.status
        return self.error is not None or (status is not None and not 200 <= status < 300)

    def _look(self, data: bytes) -> None:
        """See whether the answer has ended. Each byte is read once, however often this is asked."""
        if not self._looking and (data == _LAST_CHUNK or data.endswith(_AFTER_ANOTHER)):
            # All but certain, and free. Reading the chunks would keep other answers waiting.
            self._end(None, None)
        elif not self._catch_up():
            self._end(self.error or "protocol", self.problem or "")
        elif self.response.complete:
            self._end(None, None)
        elif self.received > self._max_bytes:
            self._end("protocol", f"more than {self._max_bytes} bytes")
        else:
            self._looking = not self.response.ends_with_chunk

    def _catch_up(self) -> bool:
        """Feed the reader what it has not seen; return whether it was HTTP."""
        pieces, self._pieces = self._pieces, []
        if self._kept is not None:
            pieces, self._kept = self._kept.pieces(), None
        try:
            for position, piece in enumerate(pieces, start=self._read):
                self.response.feed(self._times[position], piece)
        except ProtocolError as error:
            if self.error is None:
                self.error, self.problem = "protocol", str(error)
            return False
        finally:
            self._read += len(pieces)
        return True

    def _end(self, error: ErrorClass | None, problem: str | None) -> None:
        if self.finished.done():
            return
        self.end_ns = perf_counter_ns() if error or not self._times else self._times[-1]
        self.error, self.problem = error, problem
        self.finished.set_result(None)
        if self._transport is not None:
            self._transport.abort()


def _write(transport: asyncio.Transport, payload: bytes) -> int:
    """Give the kernel what it takes now and return how much that was.

    uvloop's own write waits for the end of the loop's turn, so that the time after it would say
    nothing. Nothing is buffered in the transport yet, hence the order holds.
    """
    try:
        return os.write(transport.get_extra_info("socket").fileno(), payload)
    except OSError:
        return 0  # Full or already closed; the transport's own write finds out which.
