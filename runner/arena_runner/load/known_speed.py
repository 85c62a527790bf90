"""A server of known speed: `python -m arena_runner.load.known_speed --ttft-ms 200`.

OpenAI-compatible (`/v1/chat/completions`, `/v1/models`). The first token comes exactly so long
after the request, the others at an exact rate. A load generator that reports anything else shows
its own error. `GET /truth` says when tokens really went out. Each line of standard output is for
a parent process: the first one says where the server listens.
"""

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from statistics import median
from typing import Final

import uvloop

from arena_runner.load.known_connection import Connection
from arena_runner.load.known_options import Options, Place, parse
from arena_runner.load.pacing import Pacer, Stream

_REMEMBERED: Final = 100_000


class Truth:
    """When the tokens of finished streams really went out."""

    def __init__(self) -> None:
        self._ttft_ms: list[float] = []
        self._tokens_per_second: list[float] = []

    def note(self, stream: Stream, last_sent_ns: int, tokens_per_chunk: int) -> None:
        """Remember a stream whose last chunk has just been written."""
        if len(self._ttft_ms) >= _REMEMBERED:
            return
        self._ttft_ms.append((stream.first_sent_ns - stream.received_ns) / 1e6)
        if (window_ns := last_sent_ns - stream.first_sent_ns) > 0:
            tokens = (stream.chunks - 1) * tokens_per_chunk
            self._tokens_per_second.append(tokens / window_ns * 1e9)

    def told(self) -> bytes:
        """Return medians and extremes as JSON, and forget what they were made of."""
        ttft_ms, self._ttft_ms = self._ttft_ms, []
        rates, self._tokens_per_second = self._tokens_per_second, []
        told = {
            "streams": len(ttft_ms),
            "ttft_ms_p50": median(ttft_ms) if ttft_ms else None,
            "ttft_ms_max": max(ttft_ms, default=None),
            "tokens_per_second_p50": median(rates) if rates else None,
        }
        return json.dumps(told).encode()


@contextlib.asynccontextmanager
async def listening(
    options: Options, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve in this event loop and give the base URL."""
    truth = Truth()
    together = options.speed.tokens_per_chunk
    pacer = Pacer(options.speed, lambda stream, now_ns: truth.note(stream, now_ns, together))
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(options, pacer, truth.told), host, port, backlog=4096
    )
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        pacer.close()


async def serve(options: Options, place: Place, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` gets the base URL."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if place.until_stdin_ends:
        loop.add_reader(0, _at_the_end(stopped))
    async with listening(options, host=place.host, port=place.port) as base_url:
        ready(base_url)
        # Nothing here makes cycles; a collection would only delay tokens.
        gc.disable()
        await stopped.wait()


def _at_the_end(stopped: asyncio.Event) -> Callable[[], None]:
    def read() -> None:
        if not os.read(0, 1024):
            asyncio.get_running_loop().remove_reader(0)
            stopped.set()

    return read


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve on the address of the command line."""
    options, place = parse(sys.argv[1:] if arguments is None else arguments)

    def ready(base_url: str) -> None:
        sys.stdout.write(json.dumps({"base_url": base_url}) + "\n")
        sys.stdout.flush()

    uvloop.run(serve(options, place, ready=ready))


if __name__ == "__main__":
    main()
