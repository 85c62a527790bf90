"""Servers of the tests: the one of known speed, and ones that do as they like."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import uvloop

from arena_runner.contract.profile import Load, Point, Prompt, SyntheticPrompt
from arena_runner.load import Limits, PointResult, Target, run_point
from arena_runner.load.known_answer import MODEL
from arena_runner.load.known_options import parse
from arena_runner.load.known_speed import listening

T = TypeVar("T")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CLOSE = SSE + b"Connection: close\r\n\r\n"
CHUNKED = SSE + b"Transfer-Encoding: chunked\r\n\r\n"
FAST = ("--ttft-ms", "10", "--tokens-per-second", "2000")


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in the loop that the agent uses; a hanging test ends after 30 s."""

    async def bounded() -> T:
        async with asyncio.timeout(30):
            return await work

    return uvloop.run(bounded())


def point(load: Load, *, prompt: Prompt | None = None, **more: Any) -> Point:
    prompt = prompt or SyntheticPrompt(input_tokens=32, output_tokens=8)
    settings = {"key": "test", "title": "Test", "runs": 1, "warmups": 0} | more
    return Point(load=load, prompt=prompt, **settings)


def measured(what: Point, *arguments: str, **more: Any) -> PointResult:
    """Measure a point against a server of known speed with these arguments."""
    options, _ = parse(arguments or FAST)

    async def work() -> PointResult:
        async with listening(options) as base_url:
            return await run_point(what, target=Target(base_url, MODEL), **more)

    return in_loop(work())


@contextlib.asynccontextmanager
async def doing(handle: Handler) -> AsyncIterator[str]:
    """Serve with a function that gets each request after its head and body have been read."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, RuntimeError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            await handle(reader, writer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()


def against(handle: Handler, what: Point, limits: Limits | None = None) -> PointResult:
    """Measure a point against a server that does what `handle` does."""

    async def work() -> PointResult:
        async with doing(handle) as base_url:
            return await run_point(what, target=Target(base_url, "any"), limits=limits)

    return in_loop(work())


def saying(*parts: bytes, pause_s: float = 0.0) -> Handler:
    """Return a handler that writes these parts and closes."""

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return handle
