"""A provider on a real socket that plays a script: what it says, byte by byte, and how it ends."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from workers.completions import stream
from workers.guarded_http import GuardedClient
from workers.network import AllowList
from workers.pieces import Piece, Timeouts
from workers.target import Target

SECRET = "sk-canary-0123456789"
HANG: Final = "hang"
"""Stay silent until the other side leaves."""
ABORT: Final = "abort"
"""Reset the connection."""
KEEP: Final = "keep"
"""Wait for another request on this connection."""
Step = bytes | str
LOOPBACK = AllowList.of([("127.0.0.0/8", None)])
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
DONE = b"data: [DONE]\n\n"


@dataclass
class Provider:
    """A running script. `requests` are the heads and bodies that came; `left` counts hang-ups."""

    port: int = 0
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    connections: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/v1"


@contextlib.asynccontextmanager
async def provider(
    *scripts: list[Step], tls: ssl.SSLContext | None = None
) -> AsyncIterator[Provider]:
    """Play the first script to the first request, and so on; the last one again and again."""
    running = Provider()
    waiting = list(scripts)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            script: list[Step] = [KEEP]
            while KEEP in script:
                running.requests.append(await _request(reader))
                script = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                await _play(script, reader, writer)
        running.left.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, dict[str, Any]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(
        int(line.partition(":")[2])
        for line in head.splitlines()
        if line.lower().startswith("content-length")
    )
    return head, json.loads(await reader.readexactly(length))


async def _play(
    script: list[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    for step in script:
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
            # A packet of its own: the next step is read by itself.
            await asyncio.sleep(0.01)
        elif step == HANG:
            await reader.read()
        elif step == ABORT:
            writer.transport.abort()


def event(**chunk: Any) -> bytes:
    """Return one server-sent event with this JSON."""
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def says(text: str, **more: Any) -> bytes:
    """Return an event whose delta is this text."""
    return event(choices=[{"index": 0, "delta": {"content": text}, **more}])


def usage(prompt: int, output: int) -> bytes:
    """Return the event that counts tokens."""
    return event(choices=[], usage={"prompt_tokens": prompt, "completion_tokens": output})


def http(status: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return a whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode() + body


def target(base_url: str, *, allow_list: AllowList = LOOPBACK, max_concurrent: int = 4) -> Target:
    """Return an endpoint at that address."""
    return Target(
        tenant_id=1,
        deployment_slug="parrot",
        model_slug="parrot",
        base_url=base_url,
        upstream_model="parrot-upstream",
        secret=SECRET,
        accepts_images=False,
        context_tokens=None,
        max_output_tokens=100,
        max_concurrent=max_concurrent,
        allow_list=allow_list,
    )


async def ask(asked: Target, timeouts: Timeouts | None = None, **more: Any) -> list[Piece]:
    """Return every piece of the answer to a short question."""
    messages = [{"role": "user", "content": "Hello"}]
    async with GuardedClient() as client, contextlib.aclosing(
        stream(asked, messages=messages, client=client, timeouts=timeouts or Timeouts(), **more)
    ) as pieces:  # fmt: skip
        return [piece async for piece in pieces]


def answer_to(*scripts: list[Step], timeouts: Timeouts | None = None, **more: Any) -> list[Piece]:
    """Return the pieces that come of a script."""

    async def run() -> list[Piece]:
        async with provider(*scripts) as running:
            return await ask(target(running.url), timeouts, **more)

    return asyncio.run(run())
