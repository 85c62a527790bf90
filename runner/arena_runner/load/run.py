"""One repetition of a point: what was asked, when it was due, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import overload

from typing_extensions import override

from arena_runner.contract.samples import Sample
from arena_runner.load.answer import Answer, read_answer
from arena_runner.load.exchange import Exchange
from arena_runner.load.sender import Sender


@dataclass(frozen=True, slots=True)
class Request:
    """A request ready to be sent."""

    payload: bytes
    input_tokens: int | None
    output_tokens: int


class Requests(Sequence[Request]):
    """The requests of a run: all made before it, or each when it is sent if they are too many."""

    def __init__(self, number: int, make: Callable[[int], Request], *, memory_bytes: int) -> None:
        self._number = number
        self._make = make
        first = len(make(0).payload) if number else 0
        fits = first * number <= memory_bytes
        self._made = [make(index) for index in range(number)] if fits else None

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Request]: ...

    @override
    def __getitem__(self, index: int | slice) -> Request | Sequence[Request]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(self._number))]
        if not 0 <= index < self._number:
            raise IndexError(index)
        return self._made[index] if self._made is not None else self._make(index)

    @override
    def __len__(self) -> int:
        return self._number


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands in its run."""

    index: int
    scheduled_ns: int
    conversation: int | None = None
    turn: int | None = None


class Stop:
    """Says to everybody in a point that it is over before its end, and why; true once it is."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._callbacks: list[Callable[[], None]] = []

    def __bool__(self) -> bool:
        return self.reason is not None

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call back when it is over."""
        self._callbacks.append(callback)

    def now(self, reason: str) -> None:
        """End the point; the first reason stands."""
        if self.reason is None:
            self.reason = reason
            for callback in self._callbacks:
                callback()


class Run:
    """Sends the requests of one repetition and keeps their samples."""

    def __init__(
        self,
        sender: Sender,
        *,
        number: int,
        origin_ns: int,
        stop: Stop,
        on_end: Callable[[bool], None],
    ) -> None:
        self.stop = stop
        self.lags_ns: list[int] = []
        self._sender = sender
        self._number = number
        self._origin_ns = origin_ns
        self._on_end = on_end
        self._gaps: dict[int, int] = {}
        """Each length of a gap once: there are many samples with a thousand of them."""
        self._unread: list[tuple[Place, Request, Exchange]] = []

    async def ask(self, request: Request, place: Place, *, due_ns: int | None = None) -> Exchange:
        """Send a request now and return its exchange when it has ended.

        `due_ns` is when the client should have begun, for its send lag; None where no schedule
        says so.
        """
        exchange = await self._sender.send(request.payload, output_tokens=request.output_tokens)
        if due_ns is not None:
            self.lags_ns.append(_lag_ns(exchange, due_ns))
        self._unread.append((place, request, exchange))
        self._on_end(not exchange.failed)
        return exchange

    def samples(self) -> list[Sample]:
        """Return the samples in the order of their index. Reads the answers: after the run."""
        samples = []
        while self._unread:
            # Each answer is forgotten as soon as it has been read.
            place, request, exchange = self._unread.pop()
            # Read first: what is wrong with the exchange is known only then.
            answer = read_answer(exchange.read())
            samples.append(self._sample(place, request, exchange, answer))
            exchange.response.body.clear()
        return sorted(samples, key=lambda sample: sample.index)

    def _sample(self, place: Place, request: Request, exchange: Exchange, answer: Answer) -> Sample:
        times = answer.content_ns
        return Sample(
            run=self._number,
            index=place.index,
            conversation=place.conversation,
            turn=place.turn,
            scheduled_ns=max(0, place.scheduled_ns - self._origin_ns),
            sent_ns=self._since(exchange.sent_ns),
            first_chunk_ns=self._since(answer.first_chunk_ns),
            first_content_ns=self._since(times[0] if times else None),
            last_content_ns=self._since(times[-1] if times else None),
            end_ns=self._since(exchange.end_ns),
            content_chunks=len(times),
            gaps_us=answer.gaps_us(self._gaps),
            input_tokens_wanted=request.input_tokens,
            output_tokens_wanted=request.output_tokens,
            prompt_tokens=answer.tokens("prompt_tokens"),
            cached_tokens=answer.tokens("cached_tokens", "prompt_tokens_details"),
            output_tokens=answer.tokens("completion_tokens"),
            reasoning_tokens=answer.tokens("reasoning_tokens", "completion_tokens_details"),
            finish_reason=answer.finish_reason,
            http_status=exchange.response.status,
            error=exchange.error or answer.error,
            text_sha256=answer.text_sha256,
            server_timings=answer.timings,
        )

    def _since(self, time_ns: int | None) -> int | None:
        return None if time_ns is None else max(0, time_ns - self._origin_ns)


def _lag_ns(exchange: Exchange, due_ns: int) -> int:
    """How late this client was: in beginning, and in sending once it was connected.

    What lies between is the network's and the server's time, not the client's.
    """
    lag_ns = max(0, exchange.began_ns - due_ns)
    if exchange.connected_ns is not None and exchange.sent_ns is not None:
        lag_ns += exchange.sent_ns - exchange.connected_ns
    return lag_ns


def now_ns() -> int:
    """Return the time that all of the load generator goes by."""
    return perf_counter_ns()
