"""Streams of tokens by an absolute schedule: what is late once does not delay what follows."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from time import perf_counter_ns
from typing import Final

from arena_runner.load.alarm import Alarm

_SECOND_NS: Final = 1_000_000_000
_WRITES_PER_SECOND: Final = 40_000
"""Of all streams together. With more to write, tokens of one stream go out together."""

_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Speed:
    """What the server promises, and how it may break its promise.

    Token i of a stream is due at receipt + ttft + i / tokens_per_second. `slots` requests are
    served at a time, the others wait; None means all.
    """

    ttft_ms: float = 200.0
    tokens_per_second: float = 50.0
    tokens_per_chunk: int = 1
    slots: int | None = None
    stall_after: int | None = None
    """Tokens after which a stream says nothing more and stays open."""
    disconnect_after: int | None = None
    """Tokens after which the connection is closed in the middle of the answer."""


@dataclass(eq=False, slots=True)
class Stream:
    """One answer on its way. Times are perf_counter_ns."""

    write: Callable[[bytes], None]
    finish: Callable[[], None]
    abort: Callable[[], None]
    opening: bytes
    token: bytes
    """One event with as many tokens as go into a chunk, framed."""
    chunks: int
    received_ns: int
    first_due_ns: int = 0
    first_sent_ns: int = 0
    sent: int = 0
    gone: bool = False


class Pacer:
    """Writes the chunks of all streams when they are due: one timer, many streams at a tick."""

    def __init__(self, speed: Speed, on_finished: Callable[[Stream, int], None]) -> None:
        self._speed = speed
        self._interval_ns = speed.tokens_per_chunk / speed.tokens_per_second * _SECOND_NS
        self._on_finished = on_finished
        breaks = [
            -(-tokens // speed.tokens_per_chunk)
            for tokens in (speed.stall_after, speed.disconnect_after)
            if tokens is not None
        ]
        self._breaks_at = max(1, min(breaks, default=_NEVER))
        self._due: list[tuple[int, int, Stream]] = []
        self._waiting: deque[Stream] = deque()
        self._number = 0
        self._served = 0
        self._alarm = Alarm(self._tick)

    def add(self, stream: Stream) -> None:
        """Serve a stream, at once or when a slot is free."""
        if self._speed.slots is not None and self._served >= self._speed.slots:
            self._waiting.append(stream)
        else:
            self._admit(stream, stream.received_ns)

    def leave(self, stream: Stream) -> None:
        """Forget a stream whose reader has gone."""
        if not stream.gone:
            stream.gone = True
            if stream.first_due_ns:
                self._free()

    def close(self) -> None:
        """Serve nobody any more."""
        self._alarm.close()

    def _admit(self, stream: Stream, from_ns: int) -> None:
        self._served += 1
        stream.first_due_ns = from_ns + round(self._speed.ttft_ms * 1e6)
        self._push(stream, stream.first_due_ns)
        self._set()

    def _free(self) -> None:
        self._served -= 1
        while self._waiting:
            following = self._waiting.popleft()
            if not following.gone:
                self._admit(following, perf_counter_ns())
                return

    def _push(self, stream: Stream, at_ns: int) -> None:
        self._number += 1
        heappush(self._due, (at_ns, self._number, stream))

    def _set(self) -> None:
        if self._due:
            self._alarm.set(self._due[0][0])

    def _tick(self) -> None:
        now_ns = perf_counter_ns()
        while self._due and self._due[0][0] <= now_ns:
            stream = heappop(self._due)[2]
            if not stream.gone:
                self._serve(stream, perf_counter_ns())
        self._set()

    def _serve(self, stream: Stream, now_ns: int) -> None:
        due = min(
            stream.chunks,
            self._breaks_at,
            int((now_ns - stream.first_due_ns) / self._interval_ns) + 1,
        )
        data = stream.token * (due - stream.sent)
        if not stream.sent:
            stream.first_sent_ns = now_ns
            data = stream.opening + data
        stream.sent = due
        stream.write(data)
        if self._broken(stream):
            return
        if due == stream.chunks:
            self.leave(stream)
            self._on_finished(stream, now_ns)
            stream.finish()
            return
        # The last token goes out when it is due, whatever the budget says of those between.
        gap_ns = self._served * _SECOND_NS // _WRITES_PER_SECOND
        wanted_ns = max(self._at(stream, due), now_ns + gap_ns)
        self._push(stream, min(wanted_ns, self._at(stream, stream.chunks - 1)))

    def _at(self, stream: Stream, chunk: int) -> int:
        # Rounded up, so that a chunk pushed for its own time counts as due then.
        return stream.first_due_ns + int(chunk * self._interval_ns) + 1

    def _broken(self, stream: Stream) -> bool:
        tokens = stream.sent * self._speed.tokens_per_chunk
        if self._speed.stall_after is not None and tokens >= self._speed.stall_after:
            return True
        if self._speed.disconnect_after is not None and tokens >= self._speed.disconnect_after:
            # After what was written has left, or the break would come before the tokens.
            asyncio.get_running_loop().call_later(0.02, stream.abort)
            return True
        return False
