"""An OpenAI-compatible server of the tests' own: a real one, with the faults that real ones have.

    with fake_provider() as provider:
        provider.pace_s["slow"] = 0.2

The name of the model says how it behaves; every request is remembered.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

STEADY = tuple(f"word{number} " for number in range(30))


@dataclass
class Asked:
    """One request. `ended` says whether the client stayed to the end."""

    model: str
    at: float
    body: dict[str, Any]
    ended: str = "running"


@dataclass
class FakeProvider:
    """What it answers and what it was asked. Set `words` and `pace_s` by the model's name."""

    port: int = 0
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pace_s: dict[str, float] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """The address to register an endpoint with."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Behave as the model's name says; an unknown name is that of a model that works."""
        body = await request.json()
        asked = Asked(model=body["model"], at=time.monotonic(), body=body)
        self.asked.append(asked)
        try:
            response = await self._behave(request, asked)
        except (asyncio.CancelledError, ConnectionError):
            asked.ended = "left"
            raise
        asked.ended = "complete"
        return response

    async def _behave(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        if asked.model == "error":
            return web.json_response({"error": {"message": "out of memory"}}, status=500)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if asked.model == "silent":
            await asyncio.sleep(3600)
        words = self.words.get(asked.model, STEADY)
        if asked.model == "empty":
            words = ()
        for number, word in enumerate(words):
            if number == 5 and await self._fails(asked.model, request, response):
                return response
            await _send(response, {"choices": [{"delta": {"content": word}}]})
            await asyncio.sleep(self.pace_s.get(asked.model, 0.002))
        while asked.model == "endless":
            await _send(response, {"choices": [{"delta": {"content": "on "}}]})
            await asyncio.sleep(0.02)
        usage = {"prompt_tokens": 7, "completion_tokens": len(words)}
        await _send(response, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
        await _send(response, {"choices": [], "usage": usage})
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _fails(self, model: str, request: web.Request, response: web.StreamResponse) -> bool:
        if model == "error-in-stream":
            await _send(response, {"error": {"message": "overloaded"}})
            return True
        if model == "disconnects":
            assert request.transport is not None
            request.transport.abort()
            return True
        return False


async def _send(response: web.StreamResponse, chunk: dict[str, Any]) -> None:
    await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")


@contextlib.contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    """Run the server in a thread of its own."""
    provider = FakeProvider()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_start(provider), loop).result(10)
    try:
        yield provider
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _start(provider: FakeProvider) -> web.AppRunner:
    application = web.Application()
    application.router.add_post("/v1/chat/completions", provider.answer)
    # A client that leaves cancels its handler, as servers of models stop generating then.
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.port = runner.addresses[0][1]
    return runner
